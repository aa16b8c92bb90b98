# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.plugin_utils._usage import report, sizing

GIB = 1024**3
OPTIONS = {
    "days": 14,
    "hours": 72,
    "limits": {subject: {"low": 20, "target": 50, "high": 80} for subject in sizing.UNITS},
    "disk_days": 30,
    "idle_tiers": ["app"],
    "idle_percent": 10,
    "idle_hours": 6,
    "idle_keep": 1,
    "index_gb": 1,
    "index_days": 7,
    "prices": {},
}
CPU = {"size": 4, "p50": 1, "p95": 2, "max": 3, "hours": 336}
MEMORY = {"size": 64 * GIB, "p50": 2 * GIB, "p95": 3 * GIB, "max": 4 * GIB, "hours": 336}
HEAP = {"size": 4 * GIB, "p50": 2 * GIB, "p95": 2 * GIB, "max": 3 * GIB, "hours": 336}
DATA = {"size": 100 * GIB, "free": 50 * GIB, "growth": GIB / 86400, "bytes": 2 * GIB, "bytes_growth": GIB / 86400, "hours": 336}


def result(**figures):
    """{name: figures} as Prometheus answers it."""
    return [
        {"metric": {"instance": name, "figure": figure}, "value": [0, str(value)]}
        for name, found in figures.items()
        for figure, value in found.items()
    ]


def made(hosts, clusters=None, idle=(), **found):
    answers = {subject: found.get(subject, []) for subject in ("cpu", "memory", "heap", "disk", "data")}
    return report.make(hosts, {**answers, "idle": idle}, clusters or {}, history=[], options=OPTIONS, now=1e9)


OS1 = {"instance": "os1", "tier": "opensearch", "cluster": "main"}


@pytest.mark.parametrize(
    ("heap", "data", "action"),
    [
        (HEAP, DATA, "shrink"),
        (HEAP, {**DATA, "bytes": 40 * GIB}, "keep"),
        # Nothing is known of what it lives on.
        (None, DATA, "keep"),
        (HEAP, None, "keep"),
        # The heap is as large as the memory.
        ({**HEAP, "size": 60 * GIB, "p95": 30 * GIB}, DATA, "grow"),
    ],
)
def test_the_memory_of_a_search_node_is_for_its_heap_and_its_indices(heap, data, action):
    known = {subject: result(os1=figures) for subject, figures in (("heap", heap), ("data", data)) if figures}
    (host,) = made([OS1], cpu=result(os1=CPU), memory=result(os1=MEMORY), **known)["hosts"]
    assert host["memory"]["suggestion"]["action"] == action


def test_nodes_are_one_cluster():
    hosts = [OS1, {**OS1, "instance": "os2"}, {**OS1, "instance": "dr1", "cluster": "dr"}]
    data = result(os1=DATA, os2={**DATA, "free": 10 * GIB}, dr1=DATA)
    found = made(hosts, {"main": {"indices": []}, "dr": {"error": "does not answer"}, "new": {"indices": []}}, data=data)
    main, dr, new = found["clusters"]
    assert (main["nodes"], main["free_bytes"], main["bytes_per_day"]) == (2, 60 * GIB, 2 * GIB)
    assert main["days_to_full"] == pytest.approx(30)
    assert (dr["nodes"], dr["error"]) == (1, "does not answer")
    assert (new["nodes"], new["bytes"], new["days_to_full"]) == (0, None, None)
    assert "dr: its indices are not known: does not answer" in found["notes"]


def test_without_prices_a_tier_has_its_share():
    hosts = [{"instance": "a", "tier": "app"}, {"instance": "b", "tier": "redis"}, {"instance": "c", "tier": "redis"}]
    found = made(hosts, cpu=result(a=CPU, b={**CPU, "size": 12}))
    assert found["cost"] is None
    assert {tier["name"]: tier["shares"]["cpu"] for tier in found["tiers"]} == {"app": 25, "redis": 75}
    assert found["tiers"][0]["shares"]["memory"] is None


def test_figures_that_are_none_are_not_judged():
    (host,) = made([{"instance": "a", "tier": "app"}], cpu=result(a={**CPU, "p95": "NaN"}))["hosts"]
    assert host["cpu"]["p95"] is None
    assert host["cpu"]["suggestion"]["action"] == "keep"


def test_a_host_without_a_full_hour_is_told_from_one_that_nobody_watches():
    root = {"metric": {"instance": "os1", "device": "sda1", "mountpoint": "/", "figure": "size"}, "value": [0, str(GIB)]}
    assert made([OS1], disk=[root])["notes"] == ["os1: less than an hour of data; suggestions need 72 hours."]
    assert made([OS1])["notes"] == ["os1: Prometheus knows nothing of it; suggestions need 72 hours."]


def test_a_period_that_prometheus_does_not_know_is_told():
    short = {**CPU, "hours": 100}
    assert "Prometheus knows 4.2 of the 14 days that were asked for." in made([OS1], cpu=result(os1=short))["notes"]
    assert made([OS1], cpu=result(os1=CPU))["notes"] == []


@pytest.mark.parametrize(("known", "planned"), [(["a", "b"], True), (["a"], False)])
def test_a_tier_is_idle_where_all_its_hosts_are_known_to_be(known, planned):
    points = [[(day * 24 + hour + 1) * 3600, "60" if hour < 12 else "2"] for day in range(7) for hour in range(24)]
    idle = [{"metric": {"instance": name}, "values": points} for name in known]
    hosts = [{"instance": name, "tier": "app"} for name in ("a", "b")]
    found = made(hosts, idle=idle, cpu=result(a=CPU, b=CPU))
    assert [row["action"] for row in found["suggestions"] if row["subject"] == "schedule"] == (["schedule"] if planned else [])
