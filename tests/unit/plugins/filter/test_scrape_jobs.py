# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.searchstack.platform.plugins.filter.scrape_jobs import scrape_jobs

HOSTVARS = {
    "app1": {"ansible_host": "192.0.2.21"},
    "os1": {"ansible_host": "bastion.example.com", "platform_address": "192.0.2.41", "exporters_without_tls": ["opensearch"]},
    "os2": {"ansible_host": "2001:db8::42"},
}
GROUPS = {"app": ["app1"], "opensearch": ["os1", "os2"], "dr": ["os2"], "redis": [], "platform": list(HOSTVARS)}
CLUSTERS = {"opensearch": "main", "dr": "far"}


def test_a_host_is_asked_once_and_its_first_group_is_its_tier():
    (job,) = scrape_jobs([{"name": "node", "port": 9100, "to": ["opensearch", "platform"]}], GROUPS, HOSTVARS, {"opensearch": "main"})
    assert job["targets"] == [
        {"address": "192.0.2.41:9100", "labels": {"instance": "os1", "tier": "opensearch", "cluster": "main"}},
        {"address": "[2001:db8::42]:9100", "labels": {"instance": "os2", "tier": "opensearch", "cluster": "main"}},
        {"address": "192.0.2.21:9100", "labels": {"instance": "app1", "tier": "platform"}},
    ]


def test_a_host_without_tls_is_asked_without():
    (job,) = scrape_jobs([{"name": "search", "port": 9114, "to": ["opensearch"], "exporter": "opensearch"}], GROUPS, HOSTVARS, CLUSTERS)
    assert [target["labels"].get("__scheme__") for target in job["targets"]] == ["http", None]
    assert set(job) == {"name", "targets"}


def test_a_probe_asks_a_url():
    (job,) = scrape_jobs([{"name": "ready", "port": 80, "to": ["app"], "url": "http://%s/ready", "probe": "http_ok"}], GROUPS, HOSTVARS)
    assert job["targets"] == [{"address": "http://192.0.2.21:80/ready", "labels": {"instance": "app1", "tier": "app"}}]
    assert set(job) == {"name", "probe", "targets"}


def test_what_a_row_says_of_its_job_is_kept_and_a_row_without_hosts_is_not():
    rows = [{"name": "app", "port": 7860, "to": ["app"], "scheme": "http"}, {"name": "redis", "port": 9121, "to": ["redis", "sentinels"]}]
    (job,) = scrape_jobs(rows, GROUPS, HOSTVARS)
    assert job == {
        "name": "app",
        "scheme": "http",
        "targets": [{"address": "192.0.2.21:7860", "labels": {"instance": "app1", "tier": "app"}}],
    }


def test_groups_given_as_text_are_refused_by_name():
    with pytest.raises(AnsibleFilterError, match="'app' must be a list"):
        scrape_jobs([{"name": "app", "port": 7860, "to": "app"}], GROUPS, HOSTVARS)


def test_a_row_of_the_management_network_is_asked_there():
    hostvars = {**HOSTVARS, "app1": {"ansible_host": "192.0.2.21", "platform_management_address": "10.0.0.21"}}
    row = {"name": "node", "port": 9100, "to": ["app"], "network": "management"}
    (job,) = scrape_jobs([row], GROUPS, hostvars)
    assert [target["address"] for target in job["targets"]] == ["10.0.0.21:9100"]
    assert set(job) == {"name", "targets"}
