# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole playbook against a Prometheus that remembers a week."""

from __future__ import annotations

import json
import re
import time

import pytest

PASSWORD = "correct-horse-battery"
GIB = 1024**3
SECONDS_A_DAY = 86400


@pytest.fixture(scope="module")
def made(play, tmp_path_factory):
    """The folder with a report, and what the playbook said. Earlier ones have seen the same index of logs, and fewer papers."""
    folder = tmp_path_factory.mktemp("report")
    uuid = "wYRk2ZkLQ8m"
    seen = {
        "papers": {"uuid": uuid, "documents": 900, "bytes": 20 * GIB},
        "logs-<2025>": {"uuid": uuid, "documents": 500, "bytes": 10 * GIB},
    }
    looks = [{"at": int(time.time()) - days * SECONDS_A_DAY, "clusters": {"main": seen}} for days in (10, 5)]
    (folder / "history.json").write_text(json.dumps(looks))
    prices = {"currency": "EUR", "vcpu": 10, "memory_gib": 2, "disk_gib": 0.1}
    options = {"report_directory": str(folder), "report_days": 7, "report_prices": prices, "report_disk_days": 20}
    status, said = play("report.yml", options, "-vvv")
    assert status == 0, said
    return folder, said


@pytest.fixture(scope="module")
def report(made):
    return json.loads((made[0] / "report.json").read_text())


def host(report, name):
    (found,) = [row for row in report["hosts"] if row["name"] == name]
    return found


def suggested(report, host):
    return {(row["subject"], row["action"]): row for row in report["suggestions"] if row["host"] == host}


def test_a_busy_host_is_to_grow(report):
    found = suggested(report, "lb1")
    assert set(found) == {("cpu", "grow")}
    row = found["cpu", "grow"]
    assert (row["from"], row["to"], row["unit"]) == (2, 4, "cores")
    assert "95 %" in row["reason"]
    assert host(report, "lb1")["cpu"]["p50"] == pytest.approx(1.9, abs=0.02)


def test_an_idle_host_is_to_shrink(report):
    found = suggested(report, "redis1")
    assert {key: row["to"] for key, row in found.items()} == {("cpu", "shrink"): 2, ("memory", "shrink"): 2, ("disk", "shrink"): 20}
    # Mounted in two places, it is one disk.
    assert [disk["mountpoint"] for disk in host(report, "redis1")["disks"]] == ["/"]


def test_a_disk_that_fills_up_tells_when_it_is_full(report):
    (disk,) = host(report, "os1")["disks"]
    assert disk["per_day"] == pytest.approx(3, abs=0.05)
    # 50 GiB of 100 at first, 3 more a day, for 7 days.
    assert disk["days_to_full"] == pytest.approx(29 / 3, abs=0.3)
    row = suggested(report, "os1")["disk", "grow"]
    assert row["what"] == "/"
    assert row["to"] == 190
    (cluster,) = report["clusters"]
    assert cluster["days_to_full"] == pytest.approx(29 / 3, abs=0.3)
    assert cluster["bytes_per_day"] == pytest.approx(3 * GIB, rel=0.02)


def test_a_heap_is_judged_by_what_collections_leave(report):
    heap = host(report, "os1")["heap"]
    assert heap["p95"] == pytest.approx(3.4, abs=0.1)
    assert suggested(report, "os1")["heap", "grow"]["to"] >= 6.75
    # The memory of a search node is full of its indices, although they could go.
    assert ("memory", "shrink") not in suggested(report, "os1")


def test_a_tier_that_is_idle_at_night_could_be_off(report, night):
    (row,) = [row for row in report["suggestions"] if row["subject"] == "schedule"]
    assert (row["tier"], row["what"], row["from"], row["to"]) == ("app", night, 3, 2)


def test_what_is_new_is_not_judged(report):
    assert suggested(report, "lb2") == {}
    assert not host(report, "lb2")["enough"]
    assert "not enough data" in host(report, "lb2")["cpu"]["suggestion"]["reason"]
    assert host(report, "lb2")["disks"][0]["days_to_full"] is None
    assert suggested(report, "mon1") == {}
    notes = "\n".join(report["notes"])
    assert re.search(r"lb2: \d+ hours of data; suggestions need 72 hours\.", notes)
    assert "mon1: Prometheus knows" in notes


def test_indices_are_compared_with_earlier_reports(made, report):
    rows = {row["name"]: row for row in report["indices"]}
    assert set(rows) == {"papers", "logs-<2025>"}
    assert rows["papers"]["bytes_per_day"] == pytest.approx(2 * GIB, rel=0.01)
    assert rows["papers"]["growth_since"] == "report"
    assert rows["papers"]["suggestion"] is None
    assert rows["logs-<2025>"]["unwritten_days"] == pytest.approx(10, abs=0.1)
    assert rows["logs-<2025>"]["suggestion"]["action"] == "warm"
    history = json.loads((made[0] / "history.json").read_text())
    assert len(history) == 3
    assert history[-1]["clusters"]["main"]["papers"]["documents"] == 1000


def test_it_costs_less_as_suggested_where_things_shrink(report):
    tiers = {tier["name"]: tier["cost"] for tier in report["tiers"]}
    assert tiers["redis"] == {"now": 4 * 10 + 16 * 2 + 200 * 0.1, "suggested": 2 * 10 + 2 * 2 + 20 * 0.1, "unknown_hosts": 0}
    # One of three is off for 8 of 24 hours.
    assert tiers["app"]["suggested"] == pytest.approx(tiers["app"]["now"] * (1 - 8 / 24 / 3), abs=0.01)
    assert report["cost"]["unknown_hosts"] == 1


def test_the_login_is_nowhere(made):
    folder, said = made
    for text in (said, *(path.read_text() for path in folder.iterdir())):
        assert PASSWORD not in text


def test_the_page_shows_names_as_they_are(made):
    page = (made[0] / "report.html").read_text()
    assert "logs-&lt;2025&gt;" in page
    assert "&lt;b&gt;tests&lt;/b&gt;" in page
    assert "<b>tests" not in page
    assert "<2025>" not in page
    assert "<script" not in page
    assert "http" not in page


def test_check_mode_writes_nothing_and_a_cluster_that_is_down_stops_nothing(play, tmp_path):
    nobody = {"opensearch_http_port": 1}
    status, said = play("report.yml", {"report_directory": str(tmp_path / "new"), "report_days": 7, **nobody}, "--check", "--diff")
    assert status == 0, said
    assert "Would write" in said
    assert "main: its indices are not known: " in said
    assert "changed=0" in said
    assert list(tmp_path.iterdir()) == []


def test_wrong_options_are_refused_before_anybody_is_asked(play, tmp_path):
    wrong = {"report_days": "many", "report_limits": "80", "report_prices": {"vcpu": 3}, "monitoring_password": ""}
    status, said = play("report.yml", {"report_directory": str(tmp_path / "new"), **wrong})
    assert status != 0
    for text in (
        "report_days (many) must be",
        "report_limits (80) must be a dictionary",
        "report_prices: currency is missing",
        "monitoring_password is not set",
    ):
        assert text in said
    assert "PLAY [Indices" not in said
    assert list(tmp_path.iterdir()) == []


def test_without_monitoring_nobody_is_asked(play, tmp_path):
    status, said = play("report.yml", {"report_directory": str(tmp_path / "new"), "platform_monitoring": False})
    assert status != 0
    assert "There is no Prometheus to ask: set platform_monitoring" in said
    assert "PLAY [Indices" not in said


def test_a_wrong_login_is_told(play, tmp_path):
    status, said = play("report.yml", {"report_directory": str(tmp_path / "new"), "monitoring_password": "another-password-than-that"})
    assert status != 0
    assert "401" in said
    assert "another-password-than-that" not in said
    assert list(tmp_path.iterdir()) == []
