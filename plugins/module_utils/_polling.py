# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking again until what takes its time is there."""

from __future__ import annotations

import time
from collections.abc import Callable


def poll(look: Callable, settled: Callable, seconds: float, interval: float = 1) -> object:
    """The first answer that is settled, or the last one in time."""
    deadline = time.monotonic() + seconds
    while True:
        answer = look()
        if settled(answer) or time.monotonic() + interval > deadline:
            return answer
        time.sleep(interval)
