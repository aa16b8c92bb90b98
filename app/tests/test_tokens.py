"""Tokens at the API. Nothing is behind the application: 503 from the store, and 404, count as let through."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import os
import time

import pytest
from fastapi.testclient import TestClient
from issuer import AUDIENCE, ISSUER, KeyServer, SigningKey, jwks
from papersearch import jwks as fetched
from papersearch.settings import Settings
from papersearch.web import create_app

KEY = SigningKey()
UNKNOWN = SigningKey(kid="unknown")


def client_with(**more):
    nowhere = {"opensearch_hosts": ["http://127.0.0.1:1"], "redis_url": "redis://127.0.0.1:1/0", "api_key": "key"}
    return TestClient(create_app(Settings(**nowhere, jwt_required=True, jwt_issuer=ISSUER, jwt_audience=AUDIENCE, **more)))


def ask(client, token, path="/api/nothing"):
    return client.get(path, headers={"Authorization": f"Bearer {token}"} if token else {})


@pytest.fixture
def server():
    server = KeyServer(jwks(KEY, SigningKey("ES256", "second")))
    yield server
    server.stop()


@pytest.fixture
def no_pause(monkeypatch):
    monkeypatch.setattr(fetched, "PAUSE", 0)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    file = tmp_path_factory.mktemp("keys") / "key.pem"
    file.write_bytes(KEY.pem)
    with client_with(jwt_keys=file) as client:
        yield client


def part(content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=")


def by_hand(header, sign):
    """PyJWT would not make such tokens."""
    body = part(header) + b"." + part({"iss": ISSUER, "aud": AUDIENCE, "exp": int(time.time()) + 60})
    return (body + b"." + base64.urlsafe_b64encode(sign(body)).rstrip(b"=")).decode()


BAD = {
    "expired": KEY.token(exp=time.time() - 31),
    "other audience": KEY.token(aud="another"),
    "other issuer": KEY.token(iss=ISSUER + ".other"),
    "part of the issuer": KEY.token(iss=ISSUER[:-1]),
    "not yet": KEY.token(nbf=time.time() + 60),
    "no end": KEY.token(exp=None),
    "no issuer": KEY.token(iss=None),
    "no audience": KEY.token(aud=None),
    "endless": KEY.token(exp=float("inf")),
    "subject is no text": KEY.token(sub=1),
    "other key": SigningKey().token(),
    "other kind of key": SigningKey("ES256").token(),
    "HS256 with the public key": by_hand({"alg": "HS256"}, lambda body: hmac.digest(KEY.pem, body, hashlib.sha256)),
    "none": by_hand({"alg": "none"}, lambda _: b""),
    "None": by_hand({"alg": "None"}, lambda _: b""),
    "kid is a list": by_hand({"alg": "RS256", "kid": []}, lambda _: b""),
    "signature cut off": KEY.token().rpartition(".")[0] + ".",
    "no JSON": "a.b.c",
    "no token": "x",
}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD)
def test_bad_tokens_are_refused(guarded, token, caplog):
    caplog.set_level(logging.DEBUG)
    answer = ask(guarded, token)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert answer.json()["error"]["code"] == "unauthorized"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    logged = "".join(str(vars(record)) for record in caplog.records if record.name.startswith("papersearch"))
    assert "Token refused" in logged
    assert not any(piece in logged for piece in token.split(".") if len(piece) > 3)


@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer "}, {"Authorization": "Basic YTpi"}, {"X-API-Key": "key"}])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/search?q=raft"), ("GET", "/api/papers/1"), ("POST", "/api/papers"), ("PUT", "/api/x")]
)
def test_without_a_token(guarded, method, path, sent):
    answer = guarded.request(method, path, headers=sent)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_refusals_are_counted(guarded):
    def count():
        lines = guarded.get("/metrics").text.splitlines()
        return next(float(line.split()[-1]) for line in lines if line.startswith('api_refused_total{reason="token"}'))

    before = count()
    ask(guarded, ""), ask(guarded, "x"), ask(guarded, KEY.token())
    assert count() == before + 2


def test_a_good_token_is_let_through(guarded):
    assert ask(guarded, KEY.token(), "/api/search?q=raft").json()["error"]["code"] == "unavailable"
    assert ask(guarded, KEY.token(exp=time.time() - 20)).status_code == 404  # within the leeway
    assert ask(guarded, KEY.token(aud=["another", AUDIENCE])).status_code == 404
    assert ask(guarded, KEY.token(sub=None)).status_code == 404
    assert guarded.get("/api/nothing", headers={"Authorization": f"bearer {KEY.token()}"}).status_code == 404


def test_page_and_probes_and_schema_stay_open(guarded):
    assert [guarded.get(path).status_code for path in ("/", "/live", "/metrics", "/api/openapi.json")] == [200] * 4
    assert guarded.get("/ready").status_code == 503


def test_ingestion_needs_its_key_as_well(guarded):
    paper = {"title": "T", "authors": ["A"], "year": 2020}
    token = {"Authorization": f"Bearer {KEY.token()}"}
    assert guarded.post("/api/papers", json=paper, headers=token).status_code == 401
    assert guarded.post("/api/papers", json=paper, headers=token | {"X-API-Key": "key"}).status_code == 503


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "ES384", "EdDSA"])
@pytest.mark.parametrize("form", ["pem", "jwks"])
def test_kinds_of_keys_in_a_file(tmp_path, algorithm, form):
    key = SigningKey(algorithm)
    (tmp_path / "keys").write_bytes(key.pem if form == "pem" else jwks(key, UNKNOWN))
    with client_with(jwt_keys=tmp_path / "keys") as client:
        assert ask(client, key.token()).status_code == 404
        assert ask(client, SigningKey(algorithm).token()).status_code == 401


def test_a_changed_file_is_noticed_and_a_broken_one_changes_nothing(tmp_path):
    file, new = tmp_path / "keys", SigningKey(kid="new")
    file.write_bytes(KEY.pem)
    with client_with(jwt_keys=file) as client:
        assert [ask(client, key.token()).status_code for key in (KEY, new)] == [404, 401]
        (tmp_path / "other").write_bytes(jwks(new))
        os.replace(tmp_path / "other", file)
        assert [ask(client, key.token()).status_code for key in (KEY, new)] == [401, 404]
        for broken in (b"", b"-----BEGIN PUBLIC KEY-----", b'{"keys": "none"}', b"[]", b"\xff"):
            file.write_bytes(broken)
            assert ask(client, new.token()).status_code == 404
        file.unlink()
        assert ask(client, new.token()).status_code == 404


@pytest.mark.parametrize("content", [None, b"", b'{"keys": [{"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"}]}', b'{"keys": [1]}'])
def test_a_start_without_keys_fails_and_names_the_file(tmp_path, content):
    file = tmp_path / "keys"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ValueError, match=f"PAPERSEARCH_JWT_KEYS: {file}"):
        client_with(jwt_keys=file)


def test_keys_by_address_are_fetched_once(server):
    with client_with(jwt_jwks_url=server.url) as client:
        assert {ask(client, KEY.token()).status_code for _ in range(5)} == {404}
    assert server.fetches == 1


def test_bad_tokens_cause_no_fetches(server):
    with client_with(jwt_jwks_url=server.url) as client:
        assert {ask(client, SigningKey("ES256", f"kid-{number}").token()).status_code for number in range(20)} == {401}
    assert server.fetches == 1


def test_a_new_key_is_fetched_when_a_token_needs_it(server, no_pause):
    with client_with(jwt_jwks_url=server.url) as client:
        assert ask(client, UNKNOWN.token()).status_code == 401
        server.document = jwks(UNKNOWN)
        assert ask(client, UNKNOWN.token()).status_code == 404
        assert ask(client, KEY.token()).status_code == 401


def test_a_withdrawn_key_is_noticed(server, no_pause, monkeypatch):
    with client_with(jwt_jwks_url=server.url) as client:
        server.document = jwks(UNKNOWN)
        assert ask(client, KEY.token()).status_code == 404
        monkeypatch.setattr(fetched, "FRESH", 0)
        assert ask(client, KEY.token()).status_code == 401


@pytest.mark.parametrize("trouble", ["stopped", "error", "nonsense", "no keys"])
def test_keys_stay_in_use_while_the_issuer_is_away(no_pause, monkeypatch, trouble):
    monkeypatch.setattr(fetched, "FRESH", 0)
    server = KeyServer(jwks(KEY))
    with client_with(jwt_jwks_url=server.url) as client:
        if trouble == "stopped":
            server.stop()
        server.status = 500 if trouble == "error" else 200
        server.document = {"nonsense": b"<html>", "no keys": b'{"keys": []}'}.get(trouble, server.document)
        assert ask(client, KEY.token()).status_code == 404
        answer = ask(client, UNKNOWN.token())
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
    if trouble != "stopped":
        server.stop()


def test_without_keys_from_the_start_the_api_says_try_later():
    with client_with(jwt_jwks_url="http://127.0.0.1:1/keys") as client:
        answer = ask(client, KEY.token())
        assert answer.status_code == 503
        assert 0 < int(answer.headers["retry-after"]) <= 10
        assert answer.json()["error"]["code"] == "unavailable"
        assert ask(client, "").status_code == 401
        assert client.get("/").status_code == 200
