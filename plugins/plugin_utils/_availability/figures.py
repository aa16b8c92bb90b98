# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list of requests amounts to."""

from __future__ import annotations

import math
import time

from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.schedule import Request

TITLES = {
    "site_new": "Site, a new connection each time",
    "site_kept": "Site, kept connections",
    "cluster_write": "Cluster, writes",
    "cluster_read": "Cluster, reads",
}
SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1}
SHOWN_FAILURES = 20


def percentile(ordered: list, share: float) -> float | None:
    """The nearest-rank percentile of sorted values."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def longest_gap(requests: list[Request], seconds: float) -> float:
    """The longest time without a good answer."""
    answered = sorted(request.at + request.seconds for request in requests if request.error is None)
    moments = [0.0, *answered, max([seconds, *answered[-1:]])]
    return max(later - earlier for earlier, later in zip(moments, moments[1:], strict=False))


def stream_figures(name: str, requests: list[Request], seconds: float) -> dict:
    """Latencies are those of good answers: a fast refusal is no fast answer."""
    good = sorted(request.seconds * 1000 for request in requests if request.error is None)
    return {
        "name": name,
        "title": TITLES.get(name, name),
        "requests": len(requests),
        "failures": len(requests) - len(good),
        "longest_gap_s": round(longest_gap(requests, seconds), 3),
        "longest_wait_s": round(max((request.waited for request in requests), default=0), 3),
        **{f"{name}_ms": None if not good else round(percentile(good, share), 1) for name, share in SHARES.items()},
    }


def summarise(requests: list[Request], seconds: float, started: float, names: list[str]) -> dict:
    """The part of the report that follows from the requests.

    :param seconds: how long requests were sent.
    :param started: the time of day of the first one, in seconds since 1970.
    """
    requests = sorted(requests, key=lambda request: request.at)
    failed = [request for request in requests if request.error is not None]
    return {
        "started": moment(started, 0),
        "seconds": round(seconds, 1),
        "requests": len(requests),
        "failures": len(failed),
        "streams": [stream_figures(name, [request for request in requests if request.stream == name], seconds) for name in names],
        "first_failures": [
            {
                "at_s": round(request.at, 2),
                "time": moment(started, request.at),
                "stream": TITLES.get(request.stream, request.stream),
                "after_ms": round(request.seconds * 1000, 1),
                "message": request.error,
            }
            for request in failed[:SHOWN_FAILURES]
        ],
    }


def moment(started: float, at: float) -> str:
    """A time of day."""
    milliseconds = round((started + at) * 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000)) + f".{milliseconds % 1000:03}Z"


def problems(report: dict, max_failures: int = 0) -> list[str]:
    """What somebody would have noticed, in words; empty when nobody did."""
    documents = report["documents"]
    return [
        text
        for is_so, text in (
            (report["requests"] == 0, "no request was made"),
            (report["failures"] > max_failures, f"{report['failures']:,} of {report['requests']:,} requests failed"),
            (documents.get("lost"), f"acknowledged documents that are lost: {documents.get('lost', 0):,}"),
            (documents.get("duplicated"), f"documents that are there more than once: {documents.get('duplicated', 0):,}"),
            (documents.get("error"), f"the documents could not be read back: {documents.get('error')}"),
        )
        if is_so
    ]


def summary(report: dict) -> list[str]:
    """The report in a few lines."""
    documents = report["documents"]
    lines = [f"{report['seconds']} s, {report['requests']:,} requests, {report['failures']:,} failed"]
    for stream in report["streams"]:
        counts = f"{stream['requests']:,} requests, {stream['failures']:,} failed, longest gap {stream['longest_gap_s']} s"
        counts += f", longest wait to be sent {stream['longest_wait_s']} s"
        latencies = [f"{share} {stream[f'{share}_ms']} ms" for share in SHARES if stream[f"{share}_ms"] is not None]
        lines.append(", ".join([f"{stream['title']}: {counts}", *latencies]))
    if "acknowledged" in documents:
        lines.append(
            f"Documents: {documents['acknowledged']:,} acknowledged, {documents['lost']:,} lost, {documents['duplicated']:,} duplicated"
        )
    return lines
