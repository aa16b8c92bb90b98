# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is still missing until a cluster is as healthy as it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ansible_collections.searchstack.platform.plugins.module_utils._connection import lists
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError
from ansible_collections.searchstack.platform.plugins.module_utils._wait import until

ORDER = ("red", "yellow", "green")
# Asking again does not help against these.
PERMANENT = (400, 401, 403)
REQUEST_TIMEOUT = 408
SHARDS = ("active_primary_shards", "active_shards", "initializing_shards", "relocating_shards", "unassigned_shards")


def unmet(health: dict, wanted: dict) -> list:
    """One sentence for each condition that does not hold."""
    missing = ["an index is not there"] if health.get("index_missing") else []
    missing += health.get("alone", [])
    if ORDER.index(health["status"]) < ORDER.index(wanted["status"]):
        missing.append(f"status is {health['status']}, not {wanted['status']} ({health['unassigned_shards']} shards unassigned)")
    if wanted["nodes"] and health["number_of_nodes"] < wanted["nodes"]:
        missing.append(f"{health['number_of_nodes']} of {wanted['nodes']} nodes are there")
    if wanted["no_relocating_shards"] and health["relocating_shards"]:
        missing.append(f"{health['relocating_shards']} shards are relocating")
    if wanted["no_initializing_shards"] and health["initializing_shards"]:
        missing.append(f"{health['initializing_shards']} shards are initializing")
    return missing


def read(client, indices: list) -> dict:
    """The cluster's health, or that of the named indices: the worst status and the sums of their shards."""
    looks = [_read(client, f"/_cluster/health/{part}") for part in lists(indices)] or [_read(client, "/_cluster/health")]
    if len(looks) == 1:
        return looks[0]
    worst = min((look["status"] for look in looks), key=ORDER.index)
    return {**looks[0], "status": worst, **{name: sum(look[name] for look in looks) for name in SHARDS}}


def _read(client, path):
    try:
        # The server's own waiting is off: we look again anyhow.
        return client.request("GET", path, query={"timeout": "0s"})
    except ApiError as error:
        # An index that does not exist yet is "not in time", and the body tells the health all the same.
        if error.status == REQUEST_TIMEOUT and isinstance(error.body, dict) and "number_of_nodes" in error.body:
            return {**error.body, "index_missing": True}
        raise


def looks(clients: list, indices: list, without_node: str | None) -> Iterator[dict]:
    """The health as each client's server sees it, with C(alone) for what stands on `without_node` only."""
    for client in clients:
        yield {**read(client, indices), "alone": alone(client, without_node) if without_node else []}


def alone(client, node: str) -> list:
    """One sentence for each shard that nobody else could answer for, were this node away. A closed index answers nobody."""
    rows = client.request("GET", "/_cat/shards", query={"format": "json", "h": "index,shard,state,node"})
    serving: dict = {}
    for row in rows:
        if row["state"] == "STARTED":
            serving.setdefault((row["index"], row["shard"]), set()).add(row["node"])
    lost = sorted(shard for shard, nodes in serving.items() if nodes == {node})
    closed = _closed(client) if lost else set()
    return [f"shard {shard} of {index} is on {node} alone" for index, shard in lost if index not in closed]


def _closed(client):
    rows = client.request("GET", "/_cat/indices", query={"format": "json", "h": "index,status", "expand_wildcards": "all"})
    return {row["index"] for row in rows if row["status"] == "close"}


def wait(probe: Callable, wanted: dict, seconds: float, interval: float, **clocks) -> tuple:
    """(last health or None, what is still missing). `probe` gives all looks at the health.

    A server that does not answer is waited for as well.
    """
    health = None

    def look():
        nonlocal health
        try:
            for health in probe():
                missing = unmet(health, wanted)
                if missing:
                    break
        except ApiError as error:
            # A wrong certificate or password does not become right.
            if error.status in PERMANENT or error.type == "TLS":
                raise
            missing = [str(error)]
        return not missing, missing

    missing = until(look, seconds, interval, **clocks)[1]
    return health, missing
