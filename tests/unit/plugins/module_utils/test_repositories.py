# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError
from ansible_collections.searchstack.platform.plugins.module_utils._repositories import report

NOW = 1_800_000_000


def snapshot(name, hours, state="SUCCESS"):
    start = (NOW - hours * 3600) * 1000
    return {"snapshot": name, "state": state, "start_time_in_millis": start, "end_time_in_millis": start + 9}


class Server:
    """A cluster with two nodes that hold data, one that coordinates, and the repository s3."""

    def __init__(self, snapshots, reach=("os1", "os2")):
        self.snapshots = snapshots
        self.reach = reach

    def post(self, path):
        if isinstance(self.reach, Exception):
            raise self.reach
        assert path == "/_snapshot/s3/_verify"
        return {"nodes": {name: {"name": name} for name in self.reach}}

    def request(self, _method, path, query=None):
        if path == "/_nodes":
            roles = {"os1": ["data"], "os2": ["cluster_manager"], "os3": []}
            return {"nodes": {name: {"name": name, "roles": those} for name, those in roles.items()}}
        if path == "/_snapshot":
            return {"s3": {"type": "s3"}, "other": {"type": "fs"}}
        if isinstance(self.snapshots, Exception):
            raise self.snapshots
        return {"snapshots": self.snapshots}


GONE = ApiError("POST /_snapshot/s3/_verify", 500, "repository_verification_exception", "[s3] path is not accessible")


@pytest.mark.parametrize(
    ("server", "says"),
    [
        (Server([snapshot("a", 1)]), []),
        (Server([snapshot("a", 1)], ["os1"]), ["these nodes do not reach it: os2"]),
        (Server([snapshot("a", 1)], GONE), ["it cannot be used: POST .* not accessible"]),
        (Server(ApiError("GET /", 500, "repository_exception", "corrupt")), ["its snapshots cannot be read: .*corrupt"]),
        (Server([]), ["it has no successful snapshot"]),
        (Server([snapshot("a", 2, "FAILED"), snapshot("b", 1)]), []),
        (Server([snapshot("a", 2), snapshot("b", 1, "PARTIAL")]), ["its newest snapshot b is PARTIAL"]),
        (Server([snapshot("a", 2), snapshot("b", 1, "IN_PROGRESS")]), []),
    ],
)
def test_each_problem_is_named(server, says):
    found = report(server, {"names": ["s3"]}, now=lambda: NOW)
    assert [entry["name"] for entry in found] == ["s3"]
    problems = found[0]["problems"]
    assert len(problems) == len(says), problems
    for problem, pattern in zip(problems, says, strict=True):
        assert re.search(pattern, problem), problem


def test_what_is_told():
    found = report(Server([snapshot("a", 3), snapshot("b", 2), snapshot("c", 1, "FAILED")]), {"names": ["*3"]}, now=lambda: NOW)[0]
    assert found["snapshots"] == {"FAILED": 1, "SUCCESS": 2}
    assert (found["last"], found["age_seconds"]) == ("b", 7200)
    assert found["hints"] == ["c is FAILED: delete it"]
    assert found["nodes"] == ["os1", "os2"]


def test_a_cluster_that_does_not_answer_is_no_bad_repository():
    with pytest.raises(ApiError):
        report(Server([], ApiError("POST /", None, "unreachable", "nobody")), {"names": ["s3"]})
