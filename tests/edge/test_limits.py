"""Limits hold for each client by itself, whatever it claims to be."""

from __future__ import annotations

import time

import pytest
from conftest import BALANCERS

RATE, BURST = 10, 20


@pytest.fixture(autouse=True)
def _calm():
    """Nobody has asked for a while."""
    time.sleep(3.2)


def assert_limited(edge, *arguments):
    """The first ones go through, the 31st does not, nor one that comes so late that ten more had been allowed meanwhile."""
    began = time.monotonic()
    statuses = edge.statuses("edge-client1", 60, *arguments)
    allowed = RATE * (time.monotonic() - began)
    assert set(statuses) == {"200", "429"}
    assert BURST <= statuses.index("429") <= RATE + BURST + allowed


def test_who_asks_too_fast_is_told_to_wait_and_others_are_not(edge):
    assert_limited(edge)
    assert edge.statuses("edge-client2", 5) == ["200"] * 5
    time.sleep(4)
    assert edge.statuses("edge-client1", 5) == ["200"] * 5


def test_a_claimed_address_does_not_help(edge):
    assert_limited(edge, "-H", "X-Forwarded-For: 203.0.113.7", "-H", "X-Real-IP: 203.0.113.7")


def test_who_is_refused_is_told_when_to_come_again(edge):
    last = edge.on("edge-client1", f"curl -sik 'https://{edge.vip}/?[1-60]' | tr -d '\\r'").lower().rpartition("http/")[2]
    assert " 429" in last.splitlines()[0]
    assert "retry-after: 1" in last
    assert "x-content-type-options: nosniff" in last
    assert "strict-transport-security: max-age" in last


def test_what_a_page_consists_of_is_not_limited(edge):
    assert set(edge.statuses("edge-client1", 45, path="/assets/a.js")) == {"200"}


@pytest.mark.parametrize("path", ["/assets/../api/x", "/assets/%2e%2e/api/x"])
def test_what_only_looks_like_a_part_of_a_page_is(edge, path):
    assert "429" in edge.statuses("edge-client1", 60, "--path-as-is", path=path)


def test_open_pages_hold_their_streams(edge):
    """More streams than requests may be answered at the same time."""
    parallel = ("--parallel", "--parallel-max", "14", "--parallel-immediate")
    assert edge.statuses("edge-client1", 14, *parallel, path="/gradio_api/stream/2") == ["200"] * 14


def test_a_client_cannot_take_all_connections(edge):
    with edge.holding_connections("edge-client1", 500):
        assert edge.statuses("edge-client2", 5) == ["200"] * 5
        for host in BALANCERS:
            assert edge.on(host, "curl -s -m 2 http://127.0.0.1:8081/").strip() == "alive"


def test_a_client_cannot_keep_everybody_busy(edge):
    """Ten requests at a time are answered."""
    statuses = edge.statuses("edge-client1", 16, "--parallel", "--parallel-max", "16", "--parallel-immediate", path="/slow/2")
    assert sorted(statuses) == ["200"] * 10 + ["429"] * 6


def test_a_body_that_does_not_tell_its_length_is_refused_if_it_is_too_large(edge):
    sent = "curl -s -o /dev/null -w '%{http_code}' -k --http2 -X POST -T -"
    assert edge.on("edge-client2", f"head -c 100M /dev/zero | {sent} https://{edge.vip}/order", check=False) == "413"


@pytest.mark.parametrize(("size", "status"), [(1, 200), (100, 413)])
def test_a_body_that_is_too_large_is_refused(edge, size, status):
    command = (
        f"head -c {size}M /dev/zero | curl -s -o /dev/null -w '%{{http_code}}' -k -H Expect: --data-binary @- https://{edge.vip}/order"
    )
    assert edge.on("edge-client2", command, check=False) == str(status)
