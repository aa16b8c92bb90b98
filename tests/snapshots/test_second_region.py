"""The other cluster is a copy: it follows, heals, and never overwrites what is written to."""

from __future__ import annotations

import time

import pytest


@pytest.fixture
def shipped(clusters):
    """Documents that the copy does not have yet."""
    clusters.write(**{f"n{time.time_ns()}": "new"})
    code, said = clusters.take()
    assert code == 0, said
    return clusters


def test_the_copy_follows(shipped):
    code, said = shipped.follow()
    assert code == 0, said
    assert shipped.documents(shipped.far) == shipped.documents(shipped.near)
    assert shipped.far.get("/_alias/papers")["papers-test"]["aliases"] == {"papers": {}}
    values = shipped.metrics("far1", "searchstack_snapshot_follow_ship")
    assert values["searchstack_follow_last_attempt_success"] == 1
    assert 0 < values["searchstack_follow_lag_seconds"] < 300
    code, said = shipped.follow()
    assert code == 0
    assert "already" in said


@pytest.mark.usefixtures("shipped")
def test_only_what_differs_is_fetched(clusters):
    assert clusters.follow()[0] == 0
    clusters.write(one="more")
    assert clusters.take()[0] == 0
    assert clusters.follow()[0] == 0
    shards = clusters.far.get("/papers-test/_recovery")["papers-test"]["shards"]
    assert sum(shard["index"]["files"]["reused"] for shard in shards) > 0


@pytest.mark.usefixtures("shipped")
def test_a_copy_that_is_gone_comes_back(clusters):
    assert clusters.follow()[0] == 0
    clusters.far.delete("/papers-test")
    assert clusters.follow()[0] == 0
    assert clusters.documents(clusters.far) == clusters.documents(clusters.near)


def test_what_has_taken_over_is_not_overwritten(shipped):
    assert shipped.follow()[0] == 0
    shipped.far.put("/papers-test/_settings", {"index.blocks.write": None})
    shipped.far.put("/papers-test/_doc/far", {"title": "written here"}, refresh=True)
    shipped.write(later="near")
    assert shipped.take()[0] == 0
    code, said = shipped.follow()
    assert code == 73
    assert "papers-test is open to writes" in said
    assert "far" in shipped.documents(shipped.far)
    shipped.far.delete("/papers-test/_doc/far")
    shipped.far.put("/papers-test/_settings", {"index.blocks.write": True})
    assert shipped.follow()[0] == 0


def test_a_restore_that_is_killed_is_done_again(shipped):
    assert shipped.follow()[0] == 0
    shipped.write(**{f"k{number}": "x" * 20_000 for number in range(50)})
    assert shipped.take()[0] == 0
    unit = "searchstack-snapshot-follow@ship"
    shipped.on("far1", f"systemctl start --no-block {unit}; sleep 0.6; systemctl kill --signal KILL {unit}")
    assert shipped.follow()[0] == 0
    assert shipped.documents(shipped.far) == shipped.documents(shipped.near)


def test_a_copy_stays_open_where_its_bucket_refuses(shipped, s3):
    assert shipped.follow()[0] == 0
    shipped.write(refused="x")
    assert shipped.take()[0] == 0
    with s3.refusing_keys():
        code, said = shipped.follow()
    assert code == 74
    assert "S3 refuses the keys" in said
    assert shipped.documents(shipped.far)
    assert shipped.follow()[0] == 0


def test_what_is_gone_from_the_first_goes_from_the_copy(shipped):
    shipped.near.put("/papers-short", {"settings": {"number_of_replicas": 0}})
    assert shipped.take()[0] == 0
    assert shipped.follow()[0] == 0
    assert shipped.far.get("/papers-short")
    shipped.near.delete("/papers-short")
    assert shipped.take()[0] == 0
    assert shipped.follow()[0] == 0
    assert shipped.far.get("/papers-short") is None
