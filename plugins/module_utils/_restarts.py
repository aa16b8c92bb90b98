# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which nodes of a cluster are restarted, in which order, and whether the cluster can spare each of them."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._nodes import DATA, MANAGER, present

SETTINGS = "/_cluster/settings"
# The processes that somebody wants restarted, in the cluster itself: whoever goes on after an interruption finds it there.
REQUESTED = "cluster.metadata.searchstack_restarts"


def plan(client, pending: list, everything: bool, accept_downtime: bool, check_mode: bool) -> dict:
    """{changed, order}: what is left to restart.

    With `everything`, every process that runs now, unless there is an earlier request: that one is finished then.
    """
    nodes = present(client)
    running = processes(client)
    requested = _requested(client)
    left = [process for process in requested if process in running]
    wanted = list(running) if everything and not requested else left
    names = [*pending, *(running[process] for process in wanted if running[process] not in pending)]
    # Those that are down come first; while they start one after the other, the rest of them is not waited for.
    down = len(set(names) - set(nodes))
    order = [{"name": name, "down_after": max(0, down - place)} for place, name in enumerate(in_order(names, nodes), 1)]
    if order and not accept_downtime:
        _refuse_downtime(client, names, nodes)
    if wanted != requested and not check_mode:
        client.put(SETTINGS, {"persistent": {REQUESTED: ",".join(wanted) or None}})
    return {"changed": wanted != requested, "order": order}


def processes(client) -> dict:
    """{identity of the process: name of the node}: the identity is another one after each start."""
    answer = client.request("GET", "/_cluster/state/nodes", query={"filter_path": "nodes.*.name,nodes.*.ephemeral_id"})
    found = {node["ephemeral_id"]: node["name"] for node in answer["nodes"].values()}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def in_order(names: list, nodes: dict) -> list:
    """First what is down, then what is no cluster manager, then managers; the elected one last, since an election costs time."""

    def rank(name):
        node = nodes.get(name)
        if node is None:
            return 0
        return 3 if node["elected"] else 2 if MANAGER in node["roles"] else 1

    # Sorting keeps the given order among equals.
    return sorted(names, key=rank)


def _requested(client):
    settings = client.request("GET", SETTINGS, query={"flat_settings": True})
    return [process for process in settings["persistent"].get(REQUESTED, "").split(",") if process]


def _refuse_downtime(client, names, nodes):
    lost = sorted(_lost(client, set(names), nodes))
    if lost:
        raise InvalidInput(
            f"accept_downtime: while a node restarts, {', '.join(lost)} would not answer. Give each index a replica and the cluster a "
            "second node of that kind, or accept the downtime."
        )


def _lost(client, names, nodes):
    """What has no second node to go on with."""
    for role, what in ((DATA, "every index (there is one data node)"), (MANAGER, "the whole cluster (there is one cluster manager)")):
        able = {name for name, node in nodes.items() if role in node["roles"]}
        if len(able) == 1 and able <= names:
            yield what
            return
    if any(DATA in nodes[name]["roles"] for name in names if name in nodes):
        columns = {"format": "json", "h": "index,status,rep", "expand_wildcards": "all"}
        rows = client.request("GET", "/_cat/indices", query=columns)
        yield from (f"index {row['index']}" for row in rows if row["status"] == "open" and int(row["rep"]) == 0)
