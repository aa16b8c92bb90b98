"""What is kept is given again, as long as it may be, to whom it may be given."""

from __future__ import annotations

import itertools
import json
import time

import pytest
from conftest import APPLICATION

NUMBERS = itertools.count(int(time.time()))


@pytest.fixture
def fresh():
    """A path that nobody has asked for, below the one that is kept for long (or `below`)."""
    return lambda below="papers": f"/api/{below}?n={next(NUMBERS)}"


def asked(edge, path, **headers):
    """(the answer's number, X-Cache-Status)"""
    status, told, text = edge.get(path, {name.replace("_", "-"): value for name, value in headers.items()})
    assert status == 200
    return json.loads(text)["number"], told.get("X-Cache-Status")


def test_an_answer_is_given_again(edge, fresh):
    path = fresh()
    number, status = asked(edge, path)
    assert status == "MISS"
    assert asked(edge, path) == (number, "HIT")
    assert asked(edge, fresh())[1] == "MISS"


def test_other_paths_are_not_kept(edge):
    assert asked(edge, "/other")[0] != asked(edge, "/other")[0]
    assert asked(edge, "/other")[1] is None


@pytest.mark.parametrize("header", [{"X_API_Key": "a"}, {"Authorization": "Bearer a"}])
def test_who_shows_credentials_gets_an_answer_of_their_own(edge, fresh, header):
    path = fresh()
    first, _ = asked(edge, path, **header)
    second, status = asked(edge, path)
    assert status == "MISS"
    assert asked(edge, path, **header)[0] not in (first, second)


def test_an_error_is_not_kept(edge, fresh):
    path = fresh()
    with edge.answering(404, *APPLICATION):
        assert edge.get(path)[0] == 404
    assert asked(edge, path)[1] == "MISS"


def test_an_old_answer_is_asked_for_again(edge, fresh):
    path = fresh("brief")
    number, _ = asked(edge, path)
    time.sleep(3)
    # nginx gives the old one once more while it asks.
    asked(edge, path)
    time.sleep(0.5)
    assert asked(edge, path)[0] != number


@pytest.mark.parametrize("edge", ["nginx"], indirect=True)
def test_nginx_gives_an_old_answer_where_there_is_no_new_one(edge, fresh):
    path = fresh("brief")
    number, _ = asked(edge, path)
    time.sleep(3)
    with edge.stopped(*APPLICATION):
        edge.get(path)
        status, told, text = edge.get(path)
    assert (status, json.loads(text)["number"], told["X-Cache-Status"]) == (200, number, "STALE")
    edge.until_all_answer()


def test_what_is_kept_can_be_forgotten(edge, fresh):
    path = fresh()
    number, _ = asked(edge, path)
    edge.play("purge_cache.yml", "--check")
    assert asked(edge, path) == (number, "HIT")
    edge.play("purge_cache.yml")
    again, status = asked(edge, path)
    assert status == "MISS"
    assert again != number


def test_browsers_keep_what_a_page_consists_of(edge):
    assert edge.get("/assets/a.js")[1]["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in edge.get("/assets/status/404")[1].get("Cache-Control", "")
    assert "immutable" not in edge.get("/")[1].get("Cache-Control", "")
