# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Prometheus asks: rows that name groups of hosts, turned into targets."""

from __future__ import annotations

from ansible.errors import AnsibleFilterError
from ansible_collections.searchstack.platform.plugins.filter.port_matrix import Places, served_at
from ansible_collections.searchstack.platform.plugins.filter.urls import url_host

OWN_KEYS = ("port", "to", "exporter", "url", "network")


def _labels(host, tier, clusters, groups):
    """Whom a sample is about: the host by its name in the inventory, what it is, and the cluster that it belongs to."""
    labels = {"instance": host, "tier": tier}
    for group, cluster in clusters.items():
        if host in groups.get(group, []):
            labels["cluster"] = cluster
    return labels


def _targets(row, groups, hostvars, clusters):
    """The targets of a row, each host once: of several groups, the first one that it is in says what it is."""
    if isinstance(row["to"], str):
        raise AnsibleFilterError(f"scrape jobs: 'to' of {row.get('name')!r} must be a list")
    targets, places = {}, Places(hostvars)
    for tier in row["to"]:
        for host in groups.get(tier, []):
            address = url_host(served_at(host, row, places)[0], row["port"])
            labels = _labels(host, tier, clusters, groups)
            if row.get("exporter") in hostvars[host].get("exporters_without_tls", []):
                labels["__scheme__"] = "http"
            targets.setdefault(host, {"address": row.get("url", "%s") % address, "labels": labels})
    return list(targets.values())


def scrape_jobs(rows, groups, hostvars, clusters=None):
    """The rows as the role monitoring takes them (C(monitoring_jobs)). A row without a host is left out."""
    jobs = []
    for row in rows:
        targets = _targets(row, groups, hostvars, clusters or {})
        if targets:
            jobs.append({**{key: value for key, value in row.items() if key not in OWN_KEYS}, "targets": targets})
    return jobs


class FilterModule:
    """The collection's filter about what is watched."""

    def filters(self):
        return {"scrape_jobs": scrape_jobs}
