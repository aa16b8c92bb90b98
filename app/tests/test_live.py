"""Against a real OpenSearch and a real Redis (see conftest.py)."""

from __future__ import annotations

import pytest
from celery.contrib.testing.worker import start_worker
from papersearch import tasks
from papersearch.load import load
from papersearch.settings import Settings

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
