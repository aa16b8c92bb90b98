# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability import schedule
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.schedule import Stream, explain


def ask_for(seconds, ask, rate=20, patience=10):
    """The requests of a stream that is stopped after so many seconds, in the order of their moments."""
    requests, stop = [], threading.Event()
    threading.Timer(seconds, stop.set).start()
    Stream("site", ask, rate, patience=patience).run(time.monotonic(), stop, requests.append)
    return sorted(requests)


def test_each_request_has_its_moment():
    requests = ask_for(0.5, lambda number: None)
    assert 8 <= len(requests) <= 11
    assert [request.at for request in requests] == pytest.approx([number / 20 for number in range(len(requests))])


def test_a_slow_answer_delays_no_other_request():
    sent = []

    def ask(number):
        sent.append(number)
        time.sleep(0.6 if number == 0 else 0)

    requests = ask_for(0.5, ask)
    assert len(sent) >= 8
    assert requests[0].seconds > 0.55
    assert max(request.seconds for request in requests[1:]) < 0.5


def test_waiting_for_a_worker_is_part_of_the_latency():
    # One worker: the others wait until the first request is answered.
    requests = ask_for(0.3, lambda number: time.sleep(0.8 if number == 0 else 0), patience=0.05)
    assert [request.error for request in requests] == [None] * len(requests)
    assert all(0.8 - request.at <= request.seconds < 1.5 for request in requests)
    assert all(0.8 - request.at <= request.waited <= request.seconds for request in requests[1:])
    assert requests[0].waited < requests[0].seconds - 0.7


def test_what_could_not_be_sent_in_time_has_failed(monkeypatch):
    monkeypatch.setattr(schedule, "LATEST_START", 0.2)
    requests = ask_for(0.3, lambda number: time.sleep(0.8 if number == 0 else 0), patience=0.05)
    assert requests[0].error is None
    late = "not sent within 0.2 s: earlier ones had no answer yet, or the controller had no processor for it"
    assert {request.error for request in requests[1:]} == {late}


def test_after_a_standstill_no_request_is_left_out():
    """The machine slept: what was due meanwhile is made up for, and is late."""
    now = iter([0.0, *[5.0] * 10_000])
    requests, stop = [], threading.Event()

    def ask(number):
        if number == 9:
            stop.set()

    Stream("site", ask, 2, patience=1, clock=lambda: next(now)).run(0.0, stop, requests.append)
    assert [request.at for request in sorted(requests)][:10] == [number / 2 for number in range(10)]
    assert sorted(requests)[1].seconds == 4.5


def test_what_breaks_is_a_failure_and_no_end():
    def ask(number):
        raise RuntimeError("broken")

    assert {request.error for request in ask_for(0.2, ask)} == {"RuntimeError: broken"}


def chained(outer, inner):
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (OSError(111, "Connection refused"), "ConnectionRefusedError: [Errno 111] Connection refused"),
        (chained(RuntimeError("<object at 0x7f>"), TimeoutError("timed out")), "TimeoutError: timed out"),
        (RuntimeError("aborted", ConnectionResetError(104, "reset")), "ConnectionResetError: [Errno 104] reset"),
        (TimeoutError(), "TimeoutError"),
        (chained(ApiError("GET /", 503, "", "not ready"), OSError("hidden")), str(ApiError("GET /", 503, "", "not ready"))),
    ],
)
def test_a_failure_is_told_by_its_cause(failure, text):
    assert explain(failure) == text
