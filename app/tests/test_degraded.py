"""Nothing listens where OpenSearch and Redis should be."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fastapi.testclient import TestClient
from papersearch.settings import Settings
from papersearch.web import create_app


def test_live(alone):
    assert alone.get("/live").status_code == 200


def test_not_ready(alone):
    answer = alone.get("/ready")
    assert answer.status_code == 503
    assert "opensearch" in answer.json()["reason"]


def test_health_says_what_is_wrong(alone):
    answer = alone.get("/health")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert {name: check["status"] for name, check in checks.items()} == {
        "opensearch": "failed",
        "redis": "failed",
        "disk": "ok",
        "memory": "ok",
    }


def test_search_says_try_later_and_counts_the_error(alone):
    answer = alone.get("/api/search", params={"q": "raft"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert answer.json()["error"]["code"] == "unavailable"
    assert "127.0.0.1" not in answer.text
    assert 'api_errors_total{endpoint="search"}' in alone.get("/metrics").text


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/api/search", "q: Field required"),
        ("/api/search?q=", "q: "),
        ("/api/search?q=" + "x" * 501, "q: String should have at most 500"),
        ("/api/search?q=x&page=zero", "page: "),
        ("/api/search?q=x&size=1000", "size: "),
        ("/api/search?q=x&page=1000&size=100", "must not exceed 10000"),
        ("/api/papers?page=-1", "page: "),
    ],
)
def test_bad_input_is_named(alone, path, says):
    answer = alone.get(path)
    assert answer.status_code == 422
    assert says in answer.json()["error"]["message"]
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(("sent", "kept"), [("abc-123", True), ("x" * 129, False), ("a b", False), ('"quoted"', False)])
def test_request_id(alone, sent, kept):
    returned = alone.get("/live", headers={"X-Request-ID": sent}).headers["x-request-id"]
    assert (returned == sent) is kept
    assert returned


def test_unknown_path_of_the_api(alone):
    assert alone.get("/api/nothing").json()["error"]["code"] == "not_found"


PAPER = {"title": "T", "authors": ["A"], "year": 2020}


def test_ingestion_says_try_later_and_does_not_hang(alone):
    started = time.monotonic()
    answer = alone.post("/api/papers", json=PAPER, headers={"X-API-Key": "key"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert time.monotonic() - started < 5


def test_state_of_a_task_says_try_later(alone):
    assert alone.get("/api/tasks/abc", headers={"X-API-Key": "key"}).status_code == 503


def test_no_key_no_ingestion():
    settings = Settings(opensearch_hosts=["http://127.0.0.1:1"], redis_url="redis://127.0.0.1:1/0", api_key="")
    with TestClient(create_app(settings)) as client:
        assert client.post("/api/papers", json=PAPER, headers={"X-API-Key": ""}).status_code == 403


@pytest.mark.parametrize(("sent", "status"), [("new", 503), ("old", 503), ("other", 401), ("", 401)])
def test_the_key_before_is_accepted_beside_the_present_one(sent, status):
    settings = Settings(opensearch_hosts=["http://127.0.0.1:1"], redis_url="redis://127.0.0.1:1/0", api_key="new", api_key_previous="old")
    with TestClient(create_app(settings)) as client:
        # 503: let in, and there is no queue.
        assert client.post("/api/papers", json=PAPER, headers={"X-API-Key": sent}).status_code == status


def test_without_a_key_before_an_empty_one_is_refused(alone):
    assert alone.post("/api/papers", json=PAPER, headers={"X-API-Key": ""}).status_code == 401


def test_without_redis_nobody_is_limited_or_waits():
    settings = Settings(opensearch_hosts=["http://127.0.0.1:1"], redis_url="redis://127.0.0.1:1/0", api_limit=1)
    started = time.monotonic()
    with TestClient(create_app(settings)) as client:
        assert [client.get("/api/nothing", headers={"X-API-Key": "key"}).status_code for _ in range(5)] == [404] * 5
    assert time.monotonic() - started < 5


def test_page_loads_nothing_from_elsewhere(alone):
    page = alone.get("/").text
    for host in ("googleapis", "gstatic", "cdnjs", "jsdelivr", "unpkg", "huggingface"):
        assert host not in page


def test_opensearch_is_told_whose_request_it_works_on():
    """X-Opaque-Id: what it writes into its slow log."""
    told = []

    class Busy(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(self.headers.get("X-Opaque-Id"))
            self.send_error(503)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = Settings(
        opensearch_hosts=[f"http://127.0.0.1:{server.server_port}"], opensearch_retries=0, redis_url="redis://127.0.0.1:1/0"
    )
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        assert client.get("/api/search?q=raft", headers={"X-Request-ID": "asked-1"}).status_code == 503
    server.shutdown()
    assert set(told) == {"asked-1"}
