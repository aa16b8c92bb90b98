# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hours of the day at which a tier has nothing to do."""

from __future__ import annotations

import math

SECONDS_AN_HOUR = 3600
HOURS_A_DAY = 24


def profile(curves: list, days: int):
    """For each hour of the day (UTC), what the busiest host is used to on 95 of 100 days. None where fewer days than that are known.

    A point of a curve is about the hour before it.
    """
    hours: dict = {}
    for curve in curves:
        for time, value in curve:
            day, hour = divmod(time // SECONDS_AN_HOUR - 1, HOURS_A_DAY)
            seen = hours.setdefault(hour, {})
            seen[day] = max(seen.get(day, 0), value)
    if len(hours) < HOURS_A_DAY or min(map(len, hours.values())) < days:
        return None
    return [sorted(seen.values())[math.ceil(0.95 * len(seen)) - 1] for _hour, seen in sorted(hours.items())]


def window(shares: list, below: float):
    """(first hour, number of hours) of the longest time below a share, also across midnight."""
    best = (0, 0)
    for first in range(HOURS_A_DAY):
        length = 0
        while length < HOURS_A_DAY and shares[(first + length) % HOURS_A_DAY] < below:
            length += 1
        best = max(best, (first, length), key=lambda found: found[1])
    return best


def schedule(hosts: int, shares: list, *, below, hours, keep, target):
    """When how many hosts of a tier could be off: C({from, to, hours, off, percent}). None: never."""
    first, length = window(shares, below)
    # What is idle all day is too large, or not needed at all.
    if not hours <= length < HOURS_A_DAY:
        return None
    peak = max(shares[(first + hour) % HOURS_A_DAY] for hour in range(length))
    # Those that stay do the work of all.
    stay = max(keep, math.ceil(round(hosts * peak / target, 6)))
    if stay >= hosts:
        return None
    return {
        "from": f"{first:02d}:00",
        "to": f"{(first + length) % HOURS_A_DAY:02d}:00",
        "hours": length,
        "off": hosts - stay,
        "percent": peak,
    }
