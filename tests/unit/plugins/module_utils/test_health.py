# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils import _health
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError

GREEN = {"status": "green", "number_of_nodes": 3, "relocating_shards": 0, "initializing_shards": 0, "unassigned_shards": 0}
ANY = {"status": "red", "nodes": None, "no_relocating_shards": False, "no_initializing_shards": False}


@pytest.mark.parametrize(
    ("wanted", "health", "missing"),
    [
        ({}, {"status": "red"}, []),
        ({"status": "green"}, {}, []),
        ({"status": "yellow"}, {"status": "green"}, []),
        ({"status": "green"}, {"status": "yellow", "unassigned_shards": 4}, ["status is yellow, not green (4 shards unassigned)"]),
        ({"nodes": 3}, {}, []),
        ({"nodes": 2}, {}, []),
        ({"nodes": 4}, {}, ["3 of 4 nodes are there"]),
        ({"no_relocating_shards": True}, {"relocating_shards": 2}, ["2 shards are relocating"]),
        ({}, {"relocating_shards": 2, "initializing_shards": 1}, []),
        ({"no_initializing_shards": True}, {"initializing_shards": 1}, ["1 shards are initializing"]),
    ],
)
def test_each_condition_that_does_not_hold_is_named(wanted, health, missing):
    assert _health.unmet({**GREEN, **health}, {**ANY, **wanted}) == missing


class Clock:
    now = 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def wait(answers, seconds=10, wanted=None):
    clock = Clock()
    left = list(answers)

    def probe():
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return [answer]

    result = _health.wait(probe, wanted or {**ANY, "status": "green"}, seconds, 2, clock=clock, sleep=clock.sleep)
    return (*result, clock.now)


STARTING = ApiError("GET /_cluster/health", 503, "", "OpenSearch Security not initialized.")
NOBODY = ApiError("GET /_cluster/health", None, "unreachable", "refused", True)
YELLOW = {**GREEN, "status": "yellow"}


def test_it_ends_as_soon_as_all_holds():
    assert wait([NOBODY, STARTING, YELLOW, GREEN]) == (GREEN, [], 6)


def test_every_server_must_say_so():
    looks = iter([[GREEN, YELLOW], [GREEN, GREEN]])
    clock = Clock()
    assert _health.wait(lambda: next(looks), {**ANY, "status": "green"}, 10, 2, clock=clock, sleep=clock.sleep) == (GREEN, [])
    assert clock.now == 2


def test_it_gives_up_in_time_and_says_what_is_missing():
    health, missing, seconds = wait([YELLOW])
    assert health == YELLOW
    assert missing == ["status is yellow, not green (0 shards unassigned)"]
    assert seconds <= 10


def test_without_waiting_it_looks_once():
    assert wait([NOBODY], seconds=0) == (None, [str(NOBODY)], 0)


@pytest.mark.parametrize(
    "error", [ApiError("GET /", 401, "", ""), ApiError("GET /", 403, "", ""), ApiError("GET /", None, "TLS", "bad certificate", False)]
)
def test_what_does_not_heal_is_not_waited_for(error):
    with pytest.raises(ApiError):
        wait([error])


def test_a_health_that_came_too_late_is_a_health():
    class Client:
        def request(self, method, path, query):
            error = ApiError(f"{method} {path}", 408, "", "")
            error.body = YELLOW
            raise error

    health = _health.read(Client(), ["papers"])
    assert health == {**YELLOW, "index_missing": True}
    assert _health.unmet(health, ANY) == ["an index is not there"]


def test_many_indices_are_asked_for_in_parts():
    asked = []

    class Client:
        def request(self, method, path, query):
            asked.append(path)
            shards = dict.fromkeys(_health.SHARDS, 1)
            return {**GREEN, **shards, "status": "red" if len(asked) == 2 else "green"}

    health = _health.read(Client(), [f"logs-2026.01.{at:03}" for at in range(300)])
    assert (health["status"], health["active_shards"]) == ("red", len(asked))
    assert len(asked) > 1
    assert max(map(len, asked)) < 4000


@pytest.mark.parametrize(
    ("shards", "missing"),
    [
        ([("papers", "os1", "STARTED"), ("papers", "os2", "STARTED")], []),
        ([("papers", "os2", "STARTED")], []),
        ([("papers", "os1", "STARTED"), ("papers", "os2", "INITIALIZING")], ["shard 0 of papers is on os1 alone"]),
        ([("papers", "os1", "STARTED"), ("papers", None, "UNASSIGNED")], ["shard 0 of papers is on os1 alone"]),
        ([("closed", "os1", "STARTED")], []),
    ],
)
def test_what_stands_on_a_node_alone_is_named(shards, missing):
    class Server:
        def request(self, _method, path, query):
            if path == "/_cat/indices":
                return [{"index": "papers", "status": "open"}, {"index": "closed", "status": "close"}]
            return [{"index": index, "shard": "0", "state": state, "node": node} for index, node, state in shards]

    assert _health.alone(Server(), "os1") == missing
