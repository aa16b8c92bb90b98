# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which indices of a data stream go. What the cluster makes of it is asked in tests/logging."""

from __future__ import annotations

import pytest

DAY = 86400
MIB = 1024 * 1024


@pytest.fixture(scope="session")
def expired(load):
    return load("roles/logging/files/searchstack_log_retention.py").expired


def indices(*rows):
    return [{"name": str(number), "created": created * DAY, "bytes": mib * MIB} for number, (created, mib) in enumerate(rows)]


@pytest.mark.parametrize(
    ("rows", "gone"),
    [
        ([(0, 5)], []),
        # It ends when the next one begins: 0 ended on day 70, 30 days before the 100th.
        ([(0, 1), (70, 1), (100, 1)], []),
        ([(0, 1), (69, 1), (100, 1)], ["0"]),
        ([(0, 1), (10, 1), (20, 1), (90, 1)], ["0", "1"]),
        # Together larger than they may be: the oldest go until they are not, and never the newest.
        ([(97, 40), (98, 40), (99, 40)], ["0"]),
        ([(97, 10), (98, 10), (99, 500)], ["0", "1"]),
        ([(99, 500)], []),
    ],
)
def test_the_oldest_go(expired, rows, gone):
    assert expired(indices(*rows), 100 * DAY, 30, 100) == gone
