# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests at their moments, whether or not earlier ones have been answered (an open loop)."""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError

# Seconds after its moment at which a request that waits for a free worker has failed.
LATEST_START = 10
MOST_WORKERS = 256


class Request(NamedTuple):
    """What came of one request. Times are seconds: `at` since the start, `seconds` since the moment for which it was scheduled.

    `waited` is the part of `seconds` before it was sent: for a free worker, or for a processor of the controller.
    """

    stream: str
    at: float
    seconds: float
    error: str | None = None
    waited: float = 0


class Stream:
    """Requests of one kind, `rate` a second, the first one `offset` seconds after the start."""

    def __init__(
        self, name: str, ask: Callable[[int], str | None], rate: float, *, patience: float, offset: float = 0, clock=time.monotonic
    ):
        """:param ask: makes the request with this number and returns what is wrong with the answer, or None.
        :param patience: how many seconds that takes at most; so many requests may wait for their answers at the same time.
        """
        self.name = name
        self._ask = ask
        self._rate = rate
        self._offset = offset
        self._clock = clock
        self._workers = min(math.ceil(rate * patience), MOST_WORKERS)

    def run(self, start: float, stop: threading.Event, record: Callable[[Request], None]) -> None:
        """Ask until told to stop, then wait for the answers that are still missing."""
        with ThreadPoolExecutor(self._workers, thread_name_prefix=self.name) as pool:
            for number in itertools.count():
                due = start + self._offset + number / self._rate
                if stop.wait(max(0.0, due - self._clock())):
                    break
                pool.submit(self._one, number, start, due, record)

    def _one(self, number, start, due, record):
        waited = self._clock() - due
        if waited > LATEST_START:
            error = f"not sent within {LATEST_START} s: earlier ones had no answer yet, or the controller had no processor for it"
        else:
            error = self._outcome(number)
        # Measured from the scheduled moment: a request that had to wait for a free worker was slow for its user.
        record(Request(self.name, due - start, self._clock() - due, error, waited))

    def _outcome(self, number):
        try:
            return self._ask(number)
        except Exception as failure:  # Whatever it is, the user has no answer: it counts, and the proof goes on.
            return explain(failure)


def explain(failure: BaseException) -> str:
    """The innermost cause: what libraries wrap around it names objects, not what happened."""
    if isinstance(failure, EngineError):
        return str(failure)
    while failure.__cause__:
        failure = failure.__cause__
    nested = [part for part in failure.args if isinstance(part, BaseException)]
    return explain(nested[0]) if nested else f"{type(failure).__name__}: {failure}".rstrip(": ")
