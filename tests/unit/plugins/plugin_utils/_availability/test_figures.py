# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.figures import (
    longest_gap,
    moment,
    percentile,
    problems,
    summarise,
    summary,
)
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.schedule import Request


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, None),
        ([7], 0.5, 7),
        ([7], 0.99, 7),
        ([1, 2, 3, 4], 0.5, 2),
        ([1, 2, 3, 4, 5], 0.5, 3),
        (list(range(1, 101)), 0.95, 95),
        (list(range(1, 101)), 0.99, 99),
        (list(range(1, 101)), 1, 100),
        ([0, 0, 0, 9], 0.99, 9),
    ],
)
def test_percentiles_are_values_that_were_measured(values, share, expected):
    assert percentile(values, share) == expected


@pytest.mark.parametrize(
    ("answers", "seconds", "gap"),
    [
        ([], 10, 10),
        ([(0, 0.1), (1, 0.1), (2, 0.1)], 2, 1),
        ([(3, 0.5)], 4, 3.5),
        ([(0, 0.1)], 10, 9.9),
        # Sent in time, and answered together after a standstill.
        ([(0, 0), (1, 3), (2, 2), (3, 1)], 4, 4),
        # The last answer comes after the last request.
        ([(0, 0), (1, 6)], 2, 7),
    ],
)
def test_a_gap_is_the_time_without_a_good_answer(answers, seconds, gap):
    requests = [Request("site", at, took) for at, took in answers]
    assert longest_gap([*requests, Request("site", 1.5, 0.1, "503")], seconds) == pytest.approx(gap)


def test_a_recorded_list_of_requests_gives_the_figures():
    requests = [Request("site", number / 2, 0.010 + number / 1000) for number in range(20)]
    requests[6] = Request("site", 3.0, 0.002, "503 Service Unavailable")
    requests += [Request("write", number / 2, 0.1, waited=0.0904 if number == 7 else 0.001) for number in range(20)]
    report = summarise(requests, 10, 1_700_000_000.25, ["site", "write"])
    assert report == {
        "started": "2023-11-14T22:13:20.250Z",
        "seconds": 10,
        "requests": 40,
        "failures": 1,
        "streams": [
            {
                "name": "site",
                "title": "site",
                "requests": 20,
                "failures": 1,
                "longest_gap_s": 1.002,
                "longest_wait_s": 0,
                "p50_ms": 20.0,
                "p95_ms": 29.0,
                "p99_ms": 29.0,
                "max_ms": 29.0,
            },
            {
                "name": "write",
                "title": "write",
                "requests": 20,
                "failures": 0,
                "longest_gap_s": 0.5,
                "longest_wait_s": 0.09,
                "p50_ms": 100.0,
                "p95_ms": 100.0,
                "p99_ms": 100.0,
                "max_ms": 100.0,
            },
        ],
        "first_failures": [
            {"at_s": 3.0, "time": "2023-11-14T22:13:23.250Z", "stream": "site", "after_ms": 2.0, "message": "503 Service Unavailable"}
        ],
    }


def test_the_first_failures_are_listed_in_order():
    requests = [Request("site", number, 0.1, f"error {number}") for number in reversed(range(30))]
    report = summarise(requests, 30, 0, ["site"])
    assert report["failures"] == 30
    assert [failure["message"] for failure in report["first_failures"]] == [f"error {number}" for number in range(20)]
    assert report["streams"][0]["p50_ms"] is None
    assert "p50 None" not in " ".join(summary({**report, "documents": {}}))


def test_the_summary_tells_how_late_requests_were_sent():
    requests = [Request("site", 1, 2.5, waited=2.25), Request("site", 2, 0.1, waited=0.05)]
    assert "longest wait to be sent 2.25 s" in summary({**summarise(requests, 10, 0, ["site"]), "documents": {}})[1]


def test_the_moment_of_a_rounded_second():
    assert moment(59.9996, 0) == "1970-01-01T00:01:00.000Z"


SOUND = {"requests": 1000, "failures": 0, "documents": {"acknowledged": 50, "lost": 0, "duplicated": 0}}


@pytest.mark.parametrize(
    ("report", "max_failures", "expected"),
    [
        ({}, 0, []),
        ({"documents": {}}, 0, []),
        ({"requests": 0}, 0, ["no request was made"]),
        ({"failures": 2}, 0, ["2 of 1,000 requests failed"]),
        ({"failures": 2}, 2, []),
        ({"failures": 3}, 2, ["3 of 1,000 requests failed"]),
        ({"documents": {"acknowledged": 50, "lost": 1, "duplicated": 0}}, 99, ["acknowledged documents that are lost: 1"]),
        ({"documents": {"acknowledged": 50, "lost": 0, "duplicated": 4}}, 99, ["documents that are there more than once: 4"]),
        ({"documents": {"error": "no answer"}}, 99, ["the documents could not be read back: no answer"]),
    ],
)
def test_what_somebody_would_have_noticed_is_named(report, max_failures, expected):
    assert problems({**SOUND, **report}, max_failures) == expected
