"""Prometheus metrics, right with any number of worker processes when PROMETHEUS_MULTIPROC_DIR is set."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

SEARCHES = Counter("search_requests_total", "Searches asked for, by the page or the API")
SEARCH_SECONDS = Histogram(
    "search_duration_seconds",
    "Time to answer a search, cache included",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
CACHE = Counter("search_cache_total", "Look-ups in the query cache", ["result"])
ERRORS = Counter("api_errors_total", "Requests answered with a server error", ["endpoint"])
REFUSED = Counter("api_refused_total", "Requests to the API refused for their token, or beyond the limit of their key", ["reason"])

for _result in ("hit", "miss", "unavailable"):
    CACHE.labels(_result)
for _endpoint in ("search", "papers", "ui"):
    ERRORS.labels(_endpoint)
for _reason in ("token", "limit"):
    REFUSED.labels(_reason)


class ActiveUsers:
    """Counted when asked for: all processes of this instance share the count in Redis. Absent while Redis is away."""

    def __init__(self, count: Callable[[], int | None]) -> None:
        self._count = count

    def collect(self) -> Iterable[Metric]:
        value = self._count()
        if value is not None:
            yield GaugeMetricFamily("active_users", "Distinct clients seen by this instance lately", value=value)


def render(active_users: Callable[[], int | None]) -> bytes:
    text = b""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        shared = CollectorRegistry()
        MultiProcessCollector(shared)
        text = generate_latest(shared)
    else:
        text = generate_latest(REGISTRY)
    gauge = CollectorRegistry()
    gauge.register(ActiveUsers(active_users))
    return text + generate_latest(gauge)
