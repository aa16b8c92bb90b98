# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How old the newest good snapshot is. Apart from what talks to servers, because filters need it too."""

from __future__ import annotations

SECONDS_AN_HOUR = 3600


def last_success(listed: list) -> dict | None:
    """The snapshot that succeeded last, of those that the server lists."""
    return max((snapshot for snapshot in listed if snapshot["state"] == "SUCCESS"), key=lambda it: it["end_time_in_millis"], default=None)


def hours_old(snapshot: dict, now: float) -> float:
    """How long ago that snapshot ended; `now` in seconds."""
    return (now - snapshot["end_time_in_millis"] / 1000) / SECONDS_AN_HOUR
