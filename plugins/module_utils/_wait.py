# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for what takes longer than a request."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(look: Callable, seconds: float, interval: float = 1, *, clock=time.monotonic, sleep=time.sleep) -> tuple:
    """(done, last) of the first look that is done, or of the last one in time. `look` returns such a pair."""
    deadline = clock() + seconds
    while True:
        done, last = look()
        if done or clock() + interval > deadline:
            return done, last
        sleep(interval)
