# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from base64 import b64encode

import pytest

opensearchpy = pytest.importorskip("opensearchpy")

from ansible_collections.searchstack.platform.plugins.module_utils._connection import Client, connection_argument_spec
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, InvalidInput

PARAMS = {
    **{name: spec.get("default") for name, spec in connection_argument_spec().items()},
    "hosts": ["http://127.0.0.1:9", "http://127.0.0.2:9"],
    "timeout": 5,
    "retries": 2,
}
NOT_READY = opensearchpy.TransportError(503, "OpenSearch Security not initialized.", None)
NO_ANSWER = opensearchpy.ConnectionError("N/A", "connection refused", OSError())
TOO_SLOW = opensearchpy.ConnectionTimeout("TIMEOUT", "read timed out", OSError())
BAD_CERTIFICATE = opensearchpy.exceptions.SSLError("N/A", "certificate verify failed", OSError())
GAVE_UP = opensearchpy.TransportError(504, "Gateway Time-out", "<html>")
BUSY = opensearchpy.TransportError(429, "rejected", {"error": {"type": "rejected", "reason": "queue is full"}})
PAGE_NOT_FOUND = opensearchpy.NotFoundError(404, "Not Found", "<html>")
MISSING = opensearchpy.NotFoundError(404, "not found", {})
DENIED = opensearchpy.AuthenticationException(401, "Unauthorized", None)


def scripted(*answers):
    """A transport that gives these answers in turn, and the list of what it was asked."""
    calls, left = [], list(answers)

    class Transport:
        def __init__(self, hosts, **options):
            self.options = options

        def perform_request(self, method, url, body=None, **_unused):
            calls.append((method, url, body, self.options.get("headers")))
            answer = left.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

    return Transport, calls


def client(*answers, **params):
    transport, calls = scripted(*answers)
    pauses = []
    return Client({**PARAMS, **params}, transport, pauses.append), calls, pauses


def test_a_cluster_that_is_not_ready_is_asked_again_after_growing_pauses():
    subject, calls, pauses = client(NOT_READY, NO_ANSWER, {"ok": True})
    assert subject.get("/x") == {"ok": True}
    assert len(calls) == 3
    assert pauses == [1, 2]


@pytest.mark.parametrize(
    ("method", "failure", "calls_made", "says"),
    [
        ("GET", NO_ANSWER, 3, "unreachable"),
        ("GET", NOT_READY, 3, "securityadmin"),
        ("GET", TOO_SLOW, 3, "timeout"),
        # The server may be at work on it.
        ("PUT", TOO_SLOW, 1, "timeout"),
        ("GET", GAVE_UP, 3, "proxy in between"),
        ("PUT", GAVE_UP, 1, "proxy in between"),
        ("PUT", BUSY, 3, "too busy"),
        # No such object would be JSON.
        ("GET", PAGE_NOT_FOUND, 1, "is not JSON"),
        ("GET", BAD_CERTIFICATE, 1, "ca_path"),
        ("GET", DENIED, 1, "credentials"),
        ("GET", opensearchpy.SerializationError("is not JSON"), 1, "is not JSON"),
    ],
)
def test_failures_end_in_one_explained_error(method, failure, calls_made, says):
    subject, calls, pauses = client(*[failure] * 3)
    with pytest.raises(ApiError, match=says):
        subject.request(method, "/x")
    assert len(calls) == calls_made
    assert len(pauses) == calls_made - 1


def test_reading_and_deleting_what_is_not_there():
    subject, _calls, _pauses = client(MISSING, MISSING)
    assert subject.get("/x") is None
    assert subject.delete("/x") is None


def test_writing_below_what_is_not_there_fails():
    subject, _calls, _pauses = client(MISSING)
    with pytest.raises(ApiError, match="404"):
        subject.put("/x", {})


def test_queries_are_part_of_the_path():
    subject, calls, _pauses = client({})
    subject.get("/x", flat_settings=True, timeout="0s")
    assert calls[0][1] == "/x?flat_settings=true&timeout=0s"


@pytest.mark.parametrize(("answer", "accepted"), [({}, True), (DENIED, False)])
def test_probing_a_password_logs_in_as_that_user_only(answer, accepted):
    subject, calls, _pauses = client(answer, username="admin", password="theirs")  # noqa: S106
    assert subject.accepts("app", "mine") is accepted
    assert calls == [("GET", "/_plugins/_security/authinfo", None, {"authorization": "Basic " + b64encode(b"app:mine").decode()})]


@pytest.mark.parametrize("password", ["Zürich-2026!x", "10 € a day"])
def test_credentials_are_sent_in_the_encoding_that_the_server_reads(password):
    subject, calls, _pauses = client({}, username="app", password=password)
    subject.get("/x")
    assert calls[0][3] == {"authorization": "Basic " + b64encode(f"app:{password}".encode()).decode()}


@pytest.mark.parametrize("url", ["os1:9200", "ftp://os1", "https://", "https://me:secret@os1:9200", "https://os1:port"])
def test_what_is_no_url_is_refused(url):
    with pytest.raises(InvalidInput, match="hosts"):
        client(hosts=[url])


@pytest.mark.parametrize(("option", "says"), [("ca_path", "ca_path"), ("client_cert", "client_cert")])
def test_a_missing_file_is_named(option, says, tmp_path):
    with pytest.raises(InvalidInput, match=says):
        client(hosts=["https://127.0.0.1:9"], **{option: str(tmp_path / "absent.pem")})
