# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.plugin_utils._usage import sizing

LIMITS = {
    "cpu": {"low": 20, "target": 50, "high": 80},
    "memory": {"low": 40, "target": 70, "high": 85},
    "heap": {"low": 25, "target": 50, "high": 75},
    "disk": {"low": 20, "target": 70, "high": 85},
}


@pytest.mark.parametrize(
    ("subject", "used", "needs", "expected"),
    [
        ("cpu", (4, 1.6, 2), {}, ("keep", None)),
        ("cpu", (2, 1.9, 2), {}, ("grow", 4)),
        # On a limit, nothing is wrong.
        ("cpu", (4, 3.2, 4), {}, ("keep", None)),
        ("cpu", (4, 0.8, 1), {}, ("keep", None)),
        ("cpu", (8, 0.8, 1), {}, ("shrink", 2)),
        # The peak must still fit, and two cores are the fewest.
        ("cpu", (8, 0.8, 5.5), {}, ("shrink", 6)),
        ("cpu", (4, 0.1, 3.9), {}, ("keep", None)),
        ("cpu", (2, 0.01, 0.1), {}, ("keep", None)),
        ("memory", (15.6, 2, 3), {}, ("shrink", 3)),
        ("memory", (15.6, 14, 15), {}, ("grow", 20)),
        # What search nodes have of their indices in the cache.
        ("memory", (16, 5, 5), {"cached": 10}, ("keep", None)),
        ("memory", (64, 5, 5), {"cached": 10}, ("shrink", 22)),
        ("memory", (64, 5, 5), {"least": 32}, ("shrink", 32)),
        ("memory", (16, 8, 9), {"least": 20}, ("grow", 20)),
        # A machine of 16 GiB shows a little less.
        ("memory", (15.6, 8, 9), {"least": 16}, ("keep", None)),
        ("heap", (4, 3.4, 3.5), {}, ("grow", 7)),
        ("heap", (16, 2, 3), {}, ("shrink", 4)),
        ("heap", (16, 2, 6), {}, ("shrink", 6)),
        ("heap", (24, 20, 22), {}, ("grow", 31)),
        ("heap", (31, 25, 28), {}, ("scale_out", None)),
    ],
)
def test_sizes(subject, used, needs, expected):
    size, p95, most = used
    verdict = sizing.judge(subject, {"size": size, "p50": p95, "p95": p95, "max": most}, LIMITS[subject], **needs)
    assert (verdict["action"], verdict["size"]) == expected
    assert f"{sizing.shown(p95)} of {sizing.shown(size)} {sizing.UNITS[subject]}" in verdict["reason"]


@pytest.mark.parametrize(
    ("disk", "full", "expected"),
    [
        ((100, 50, 0), None, ("keep", None)),
        # It becomes emptier.
        ((100, 50, -1), None, ("keep", None)),
        # A little in a year is no growth.
        ((100, 50, 0.002), None, ("keep", None)),
        ((100, 50, 1), 50, ("keep", None)),
        ((100, 50, 3), 16.7, ("grow", 200)),
        ((100, 90, 0), None, ("grow", 130)),
        ((100, 15, 0), None, ("shrink", 30)),
        # It grows into its size.
        ((100, 15, 1.5), 56.7, ("keep", None)),
        ((10, 1, 0), None, ("keep", None)),
    ],
)
def test_disks(disk, full, expected):
    size, used, per_day = disk
    found = sizing.days_to_full(size - used, per_day, size)
    assert found == (None if full is None else pytest.approx(full, abs=0.1))
    row = {"size": size, "used": used, "per_day": per_day, "days_to_full": found}
    verdict = sizing.judge_disk(row, LIMITS["disk"], 30)
    assert (verdict["action"], verdict["size"]) == expected
    assert (f"full in {full:.0f} days" if full else "it does not grow") in verdict["reason"]
