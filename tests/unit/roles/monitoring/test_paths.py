# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses and files, however a site writes them."""

from __future__ import annotations

import pytest

ROLE = ("roles/monitoring/defaults/main.yml", "roles/monitoring/vars/main.yml")


@pytest.mark.parametrize("url", ["https://example.com/prometheus", "https://example.com/prometheus/"])
def test_links_of_alerts_lead_below_prometheus(value, url):
    wired = "playbooks/vars/monitoring.yml"
    assert value("monitoring_runbook_url", *ROLE, monitoring_url=url) == "https://example.com/prometheus/user"
    assert value("grafana_runbook_url", wired, monitoring_url=url) == "https://example.com/prometheus/user"


def test_files_of_the_site_are_found_from_where_ansible_was_called(value, tmp_path, monkeypatch):
    """As the preflight looks for them."""
    (tmp_path / "own.yml").write_text("groups: []")
    monkeypatch.chdir(tmp_path)
    rules = value(
        "__monitoring_files | selectattr('path', 'search', '/site-') | map(attribute='each') | first",
        *ROLE,
        monitoring_extra_rules=["own.yml"],
    )
    assert [list(pair) for pair in rules] == [["own.yml", str(tmp_path / "own.yml")]]
