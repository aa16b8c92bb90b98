# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.plugin_utils._usage import idle

LIMITS = {"below": 10, "hours": 6, "keep": 2, "target": 50}


def shares(**busy):
    """5 % in every hour but those of h<first>_<last>, which are as busy as said."""
    found = [5.0] * 24
    for span, value in busy.items():
        first, last = map(int, span[1:].split("_"))
        found[first : last + 1] = [value] * (last + 1 - first)
    return found


@pytest.mark.parametrize(
    ("hosts", "profile", "ends"),
    [
        # Across midnight.
        (3, shares(h6_21=60.0), ("22:00", "06:00", 8, 1)),
        (3, shares(h0_5=60.0, h16_23=60.0), ("06:00", "16:00", 10, 1)),
        # The longest of two.
        (4, shares(h0_0=60.0, h8_11=60.0), ("12:00", "00:00", 12, 2)),
        # Too short; never busy; never idle.
        (3, shares(h0_18=60.0), None),
        (3, shares(), None),
        (3, [60.0] * 24, None),
        # Nobody is left to be off.
        (2, shares(h6_21=60.0), None),
        # At 9 %, those that stay of twenty do the work of all: 180 % of a host, each to half of it.
        (20, [9.0] * 8 + [60.0] * 16, ("00:00", "08:00", 8, 16)),
    ],
)
def test_when_hosts_could_be_off(hosts, profile, ends):
    found = idle.schedule(hosts, profile, **LIMITS)
    assert (found and (found["from"], found["to"], found["hours"], found["off"])) == ends


def curve(value, days):
    return [((day * 24 + hour + 1) * 3600, value(day, hour)) for day in range(days) for hour in range(24)]


def test_an_hour_is_as_busy_as_the_busiest_host_in_it():
    found = idle.profile([curve(lambda _day, hour: hour, 7), curve(lambda _day, _hour: 5, 7)], 3)
    assert found == [max(5, hour) for hour in range(24)]


def test_one_busy_day_of_many_is_no_rule():
    found = idle.profile([curve(lambda day, _hour: 90 if day == 3 else 1, 20)], 3)
    assert found == [1] * 24
    assert idle.profile([curve(lambda day, _hour: 90 if day == 3 else 1, 14)], 3) == [90] * 24


@pytest.mark.parametrize("curves", [[], [curve(lambda *_: 1, 2)], [curve(lambda *_: 1, 7)[:23]]])
def test_too_few_days_tell_nothing(curves):
    assert idle.profile(curves, 3) is None
