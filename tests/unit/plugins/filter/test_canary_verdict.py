# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.filter.canary_verdict import canary_verdict


def host(requests, errors=0, milliseconds=20.0):
    return {"requests": requests, "errors": errors, "milliseconds": [milliseconds] * requests}


def seen(canary, *others):
    return [{"hosts": {"app1": canary, **{f"app{number}": other for number, other in enumerate(others, 2)}}}]


@pytest.mark.parametrize(
    ("canary", "others", "says"),
    [
        (host(50), [host(50), host(50)], []),
        (host(50, errors=1), [host(50)], []),
        (host(50, errors=5), [host(50)], ["5 of 50 requests ended in a server error (10.0 %; on the others 0.0 %)."]),
        # What fails on all hosts alike is no fault of the release.
        (host(50, errors=5), [host(50, errors=5)], []),
        (host(50, milliseconds=200), [host(50)], []),
        (host(50, milliseconds=900), [host(50)], ["95 of 100 requests took up to 900 ms, on the others 20 ms: more than 290 ms."]),
        (host(50, milliseconds=900), [host(50, milliseconds=850)], []),
        (host(5), [host(50)], ["Only 5 requests reached it; 20 are needed to judge it."]),
        (host(5, errors=3), [host(50)], ["3 of 5", "Only 5"]),
        # Nobody to be compared with.
        (host(50, milliseconds=900), [], []),
        (host(50, errors=50), [], ["50 of 50"]),
    ],
)
def test_a_canary_is_judged_by_the_others(canary, others, says):
    problems = canary_verdict(seen(canary, *others), ["app1"])["problems"]
    assert len(problems) == len(says)
    assert all(problem.startswith(text) for text, problem in zip(says, problems, strict=True))


def test_what_several_balancers_saw_counts_together():
    verdict = canary_verdict(seen(host(15), host(10)) + seen(host(15, errors=1), host(10)), ["app1"])
    assert (verdict["requests"], verdict["errors"], verdict["others"]["requests"]) == (30, 1, 20)
    assert verdict["problems"] == []


def test_too_few_requests_are_no_problem_while_more_may_come():
    assert canary_verdict(seen(host(0), host(9)), ["app1"], complete=False)["problems"] == []


def test_of_a_hundred_times_the_five_longest_do_not_count():
    times = {"requests": 100, "errors": 0, "milliseconds": [10.0] * 95 + [5000.0] * 5}
    assert canary_verdict(seen(times, host(100)), ["app1"])["p95_ms"] == 10.0


def test_where_the_others_get_no_requests_what_came_before_counts():
    before = seen(host(9), host(40, milliseconds=700.0))
    verdict = canary_verdict(seen(host(40, milliseconds=900.0), host(0)), ["app1"], before=before)
    assert verdict["problems"] == []
    assert verdict["others"] == {"requests": 40, "errors": 0, "p95_ms": 700.0}
