"""Against a real OpenSearch and a real Redis (see conftest.py)."""

from __future__ import annotations

import hashlib
import time

import pytest
from celery.contrib.testing.worker import start_worker
from fastapi.testclient import TestClient
from papersearch import tasks
from papersearch.cache import Cache
from papersearch.cache import connect as connect_redis
from papersearch.load import load
from papersearch.settings import Settings
from papersearch.web import create_app

PAPER = {"title": "A Paper that Only this Test Knows", "authors": ["Zyx Wvutsrq"], "year": 2020}
KEY = {"X-API-Key": "key"}


def found(live, q, **more):
    answer = live.get("/api/search", params={"q": q} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("attention is all you need", "Attention Is All You Need"),
        ("vaswani attention", "Attention Is All You Need"),
        ("atention is al you need", "Attention Is All You Need"),
        ("understandable consensus", "In Search of an Understandable Consensus Algorithm"),
        ("double helix dna", "Molecular Structure of Nucleic Acids: A Structure for Deoxyribose Nucleic Acid"),
        ("false discovery rate", "Controlling the False Discovery Rate: A Practical and Powerful Approach to Multiple Testing"),
    ],
)
def test_finds(live, q, first):
    assert found(live, q)["results"][0]["title"] == first


def test_nothing_found_is_no_error(live):
    assert found(live, "qqqqzzzzxxxx")["total"] == 0


def test_years_limit(live):
    years = [paper["year"] for paper in found(live, "learning", size=100, year_from=2000, year_to=2010)["results"]]
    assert years
    assert all(2000 <= year <= 2010 for year in years)


def test_pages_do_not_overlap(live):
    pages = [found(live, "theory", page=page, size=3)["results"] for page in (1, 2)]
    ids = [paper["id"] for page in pages for paper in page]
    assert len(ids) == len(set(ids)) == 6


def test_second_search_comes_from_the_cache(live):
    assert found(live, "gravitational waves")["cached"] is False
    again = found(live, "Gravitational  WAVES")
    assert again["cached"] is True
    assert again["query"] == "Gravitational  WAVES"
    metrics = live.get("/metrics").text
    assert 'search_cache_total{result="hit"}' in metrics
    assert "active_users 1.0" in metrics
    assert "search_duration_seconds_bucket" in metrics


def test_lists_and_gets(live):
    listed = live.get("/api/papers", params={"size": 5}).json()
    assert listed["total"] >= 300
    paper = listed["results"][0]
    assert live.get(f"/api/papers/{paper['id']}").json()["title"] == paper["title"]


@pytest.mark.parametrize("paper_id", ["no-such-paper", "x" * 400, "..%2F..%2F_cluster"])
def test_unknown_paper(live, paper_id):
    assert live.get(f"/api/papers/{paper_id}").status_code == 404


def test_healthy(live):
    answer = live.get("/health")
    assert answer.status_code == 200, answer.text
    assert live.get("/ready").status_code == 200


def test_loading_again_changes_nothing(live):
    assert load(Settings())["changed"] is False


def test_ingestion_needs_the_key(live):
    assert live.post("/api/papers", json=PAPER, headers={"X-API-Key": "wrong"}).status_code == 401


def test_ingestion_refuses_bad_papers(live):
    answer = live.post("/api/papers", json=PAPER | {"year": "soon"}, headers=KEY)
    assert answer.status_code == 422
    assert "year" in answer.json()["error"]["message"]


def test_ingestion_stores_a_paper_once(live):
    """From the request through Redis and a real worker of this process to OpenSearch, twice."""
    with start_worker(tasks.celery, perform_ping_check=False, pool="solo", shutdown_timeout=30):
        results = []
        for _ in range(2):
            answer = live.post("/api/papers", json=PAPER, headers=KEY)
            assert answer.status_code == 202, answer.text
            task = answer.json()["task_id"]
            results.append(tasks.celery.AsyncResult(task).get(timeout=30)["result"])
            assert live.get(f"/api/tasks/{task}", headers=KEY).json()["state"] == "SUCCESS"
    assert results == ["created", "updated"]
    assert live.get(f"/api/papers/{answer.json()['id']}").json()["title"] == PAPER["title"]


def asked(client, key, times=1):
    """The status of each request; 404 counts as let through."""
    return [client.get("/api/nothing", headers={"X-API-Key": key} if key else {}).status_code for _ in range(times)]


def test_each_key_has_a_limit_of_its_own(limited):
    assert asked(limited, "one", 5) == [404, 404, 404, 429, 429]
    assert asked(limited, "other", 4) == [404, 404, 404, 429]
    assert asked(limited, "", 5) == [404] * 5


def test_beyond_the_limit_says_when_to_come_back(limited):
    before = refused(limited)
    asked(limited, "one", 3)
    answer = limited.get("/api/search", params={"q": "raft"}, headers={"X-API-Key": "one"})
    assert answer.status_code == 429
    assert 3590 <= int(answer.headers["retry-after"]) <= 3600
    assert answer.json()["error"]["code"] == "too_many_requests"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert refused(limited) == before + 1


def refused(client):
    lines = client.get("/metrics").text.splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith('api_refused_total{reason="limit"}'))


def test_wrong_keys_use_up_nothing_of_the_right_one(limited):
    paper = {"json": PAPER, "headers": {"X-API-Key": "wrong"}}
    assert [limited.post("/api/papers", **paper).status_code for _ in range(4)] == [401, 401, 401, 429]
    assert asked(limited, "key") == [404]


def test_all_hosts_count_together(limited):
    settings = limited.app.state.service.settings.model_copy(update={"instance": "another"})
    with TestClient(create_app(settings)) as another:
        assert asked(limited, "one", 2) + asked(another, "one", 2) == [404, 404, 404, 429]


def test_only_hashes_are_stored_and_they_expire(limited):
    asked(limited, "a-key-to-hide")
    settings = limited.app.state.service.settings
    redis = connect_redis(settings)
    digest = hashlib.sha256(b"key:a-key-to-hide").hexdigest()
    assert [key.decode() for key in redis.scan_iter(match=settings.redis_prefix + "*")] == [f"{settings.redis_prefix}limit:{digest}"]
    assert 0 < redis.ttl(f"{settings.redis_prefix}limit:{digest}") <= 3600


def test_a_window_ends(limited):
    cache = Cache(limited.app.state.service.settings)
    assert [cache.count("somebody", 1).number for _ in range(3)] == [1, 2, 3]
    time.sleep(1.1)
    assert cache.count("somebody", 1).number == 1
