# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines as both balancers wrote them in the lab."""

from __future__ import annotations

import json

import pytest
from ansible_collections.searchstack.platform.plugins.modules.balancer_requests import ATTEMPTS, count, entries_since, newest_lines

HOSTS = {"app1": "192.0.2.21:7860", "app2": "192.0.2.22:7860"}


def nginx(upstream="192.0.2.21:7860", status="200", seconds="0.020", uri="/api/search", when="2026-11-26T10:00:05+00:00"):
    return json.dumps({"time": when, "uri": uri, "upstream": upstream, "upstream_status": status, "upstream_seconds": seconds})


def haproxy(upstream="app1", status="200", milliseconds="20", uri="/api/search", when="2026-11-26T10:00:05+00:00"):
    return json.dumps({"time": when, "uri": uri, "upstream": upstream, "status": status, "upstream_milliseconds": milliseconds})


BEGIN = 1795687200  # 2026-11-26T10:00:00+00:00


def counted(implementation, *lines, since=BEGIN, ignored=()):
    return count(entries_since(lines, since, ignored), HOSTS, ATTEMPTS[implementation])


@pytest.mark.parametrize(("implementation", "line"), [("nginx", nginx), ("haproxy", haproxy)])
def test_each_host_has_its_requests(implementation, line):
    second = {"nginx": "192.0.2.22:7860", "haproxy": "app2"}[implementation]
    found = counted(implementation, line(), line(status="500"), line(upstream=second))
    assert found["app1"] == {"requests": 2, "errors": 1, "milliseconds": [20.0, 20.0]}
    assert found["app2"]["requests"] == 1


def test_a_request_that_went_on_counts_for_each_host():
    found = counted("nginx", nginx("192.0.2.21:7860, 192.0.2.22:7860", "502, 200", "0.001, 0.030"))
    assert (found["app1"]["errors"], found["app2"]["errors"], found["app2"]["milliseconds"]) == (1, 0, [30.0])


@pytest.mark.parametrize(
    ("implementation", "line"),
    [
        ("nginx", nginx("-", "-", "-")),
        ("nginx", nginx("", "", "")),
        ("nginx", nginx(status="-")),
        ("haproxy", haproxy("<NOSRV>", "429", "-1")),
        ("haproxy", haproxy(upstream="app9")),
        ("nginx", "2026/11/26 10:00:05 [notice] signal process started"),
        ("haproxy", "[NOTICE] (1) : New worker (2) forked"),
        ("haproxy", "17"),
    ],
)
def test_what_was_asked_of_no_host_counts_for_none(implementation, line):
    assert [host["requests"] for host in counted(implementation, line).values()] == [0, 0]


def test_an_answer_that_never_came_is_an_error_without_a_time():
    assert counted("haproxy", haproxy(status="504", milliseconds="-1"))["app1"] == {"requests": 1, "errors": 1, "milliseconds": []}


def test_what_came_before_is_left_out():
    old = nginx(when="2026-11-26T09:59:59+00:00")
    older = nginx(when="2026-11-26T09:59:50+00:00")
    # The newest first. Nothing behind a line that is long past is read.
    assert counted("nginx", nginx(), old, nginx(), older, nginx())["app1"]["requests"] == 2


def test_streams_are_left_out():
    assert counted("nginx", nginx(uri="/queue/data?a=b"), nginx(), ignored=["/queue/"])["app1"]["requests"] == 1


@pytest.mark.parametrize("block", [3, 7, 1000])
def test_a_file_is_read_from_its_end(tmp_path, block):
    log = tmp_path / "access.log"
    log.write_bytes(b"one\ntwo\nthree\n")
    assert [line for line in newest_lines(log, block) if line] == [b"three", b"two", b"one"]
