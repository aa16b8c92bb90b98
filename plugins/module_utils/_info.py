# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster, its indices and its snapshots are like."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._patterns import covered
from ansible_collections.searchstack.platform.plugins.module_utils._resources.allocation import BEFORE, ENABLE
from ansible_collections.searchstack.platform.plugins.module_utils._resources.index import Index
from ansible_collections.searchstack.platform.plugins.module_utils._resources.snapshot import read_snapshots
from ansible_collections.searchstack.platform.plugins.module_utils._restarts import REQUESTED

NODE_COLUMNS = {
    "name": "name",
    "ip": "address",
    "version": "version",
    "node.roles": "roles",
    "cluster_manager": "elected",
    "heap.percent": "heap_percent",
    "disk.used_percent": "disk_used_percent",
}
INDEX_COLUMNS = {
    "index": "name",
    "health": "health",
    "status": "status",
    "rep": "replicas",
    "docs.count": "documents",
    "store.size": "bytes",
    "uuid": "uuid",
}
NUMBERS = ("documents", "bytes", "heap_percent", "replicas")
EXCLUDE = "cluster.routing.allocation.exclude."
COORDINATION = "metadata.cluster_coordination.voting_config_exclusions"


def cluster(client) -> dict:
    """Name, version, health, nodes, and what keeps shards or votes away from them."""
    root = client.request("GET", "/")
    rows = client.request("GET", "/_cat/nodes", query={"format": "json", "h": ",".join(NODE_COLUMNS), "full_id": True})
    allocated = client.request("GET", "/_cat/allocation", query={"format": "json", "h": "node,shards"})
    held = {row["node"]: int(row["shards"]) for row in allocated}
    nodes = [{**_row(row, NODE_COLUMNS), "shards": held.get(row["name"], 0)} for row in rows]
    settings = client.request("GET", "/_cluster/settings", query={"flat_settings": True})
    state = client.request("GET", "/_cluster/state/metadata", query={"filter_path": COORDINATION})
    excluded = state.get("metadata", {}).get("cluster_coordination", {}).get("voting_config_exclusions", [])
    return {
        "name": root["cluster_name"],
        "uuid": root["cluster_uuid"],
        "version": root["version"]["number"],
        "health": client.request("GET", "/_cluster/health"),
        "nodes": sorted(({**node, "elected": node["elected"] == "*"} for node in nodes), key=lambda node: node["name"]),
        "plugins": sorted({row["component"] for row in client.request("GET", "/_cat/plugins", query={"format": "json", "h": "component"})}),
        "allocation": allocation(settings),
        "restart_requested": bool(settings["persistent"].get(REQUESTED)),
        "voting_exclusions": sorted(entry["node_name"] for entry in excluded),
        "repositories": repositories(client),
    }


def repositories(client) -> list:
    """Where the cluster's own snapshots are: not what it may only read, which another cluster writes."""
    registered = client.request("GET", "/_snapshot")
    return sorted(name for name, repository in registered.items() if repository.get("settings", {}).get("readonly") != "true")


def allocation(settings: dict) -> dict:
    """What the settings say of where shards may go. Transient ones win."""
    effective = {**settings["persistent"], **settings["transient"]}
    return {
        "enable": effective.get(ENABLE, "all"),
        "interrupted": BEFORE in effective,
        "excluded": {name.removeprefix(EXCLUDE): value for name, value in sorted(effective.items()) if name.startswith(EXCLUDE) and value},
    }


def indices(client, patterns: list) -> list:
    """One entry for each index that matches: its numbers, settings, mappings and aliases."""
    shown = Index.read_all(client)
    columns = {"format": "json", "h": ",".join(INDEX_COLUMNS), "bytes": "b", "expand_wildcards": "all"}
    rows = [_row(row, INDEX_COLUMNS) for row in client.request("GET", "/_cat/indices", query=columns)]
    return [
        {**row, **{part: shown[row["name"]][part] for part in ("settings", "mappings", "aliases")}}
        for row in sorted(rows, key=lambda row: row["name"])
        if row["name"] in shown and covered(row["name"], patterns)
    ]


def snapshots(client, repository: str, patterns: list) -> list:
    """One entry for each snapshot that matches, the oldest first."""
    found = read_snapshots(client, f"/_snapshot/{segment(repository)}/_all", repository)
    chosen = (snapshot for snapshot in found if covered(snapshot["snapshot"], patterns))
    return sorted(chosen, key=lambda snapshot: snapshot["start_time_in_millis"])


def _row(row, columns):
    return {name: _number(row[column]) if name in NUMBERS else row[column] for column, name in columns.items()}


def _number(text):
    """A closed index has none."""
    return None if text is None else int(text)
