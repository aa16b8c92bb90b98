# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a cluster can spare some of its nodes."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _settings
from ansible_collections.searchstack.platform.plugins.module_utils._nodes import DATA, MANAGER
from ansible_collections.searchstack.platform.plugins.module_utils._patterns import covered

# What somebody may accept. Everything else would lose data or the cluster.
ACCEPTABLE = ("attributes", "managers")
# Fewer survive no failure.
SAFE_MANAGERS = 3
DISK = "cluster.routing.allocation.disk"
FILTER = "index.routing.allocation."


def look(client) -> dict:
    """Everything of a cluster that the answer depends on."""
    nodes = client.request("GET", "/_nodes", query={"filter_path": "nodes.*.name,nodes.*.roles,nodes.*.attributes"})["nodes"].values()
    columns = {"format": "json", "bytes": "b", "h": "node,disk.indices,disk.avail,disk.total"}
    disks = {row["node"]: row for row in client.request("GET", "/_cat/allocation", query=columns)}
    asked = f"*.settings.index.number_of_replicas,*.settings.index.auto_expand_replicas,*.settings.{FILTER}*"
    indices = client.request("GET", "/_all/_settings", query={"expand_wildcards": "all", "filter_path": asked})
    settings = client.request("GET", "/_cluster/settings", query={"flat_settings": True, "include_defaults": True})
    return {
        "health": client.request("GET", "/_cluster/health"),
        "nodes": [_node(node, disks.get(node["name"])) for node in nodes],
        "indices": {name: _settings.flatten(index["settings"]) for name, index in indices.items()},
        "settings": {**settings["defaults"], **settings["persistent"], **settings["transient"]},
    }


def _node(node, disk):
    """Only nodes with data have a row about their disk."""
    numbers = {column: int((disk or {}).get(f"disk.{column}") or 0) for column in ("indices", "avail", "total")}
    return {"name": node["name"], "roles": node["roles"], "attributes": node.get("attributes", {}), **numbers}


def leaving_nodes(view: dict, leaving: list) -> list:
    """The nodes that leave and are still there."""
    return [node for node in view["nodes"] if node["name"] in leaving]


def problems(view: dict, leaving: list, remaining: list, accepted: list) -> list:
    """One sentence for each reason why the nodes cannot leave. `remaining` names the nodes that must be there."""
    gone = leaving_nodes(view, leaving)
    rest = [node for node in view["nodes"] if node["name"] not in leaving]
    data = [node for node in rest if DATA in node["roles"]]
    found = [*_health(view), *_absent(rest, remaining), *_managers(gone, rest, accepted)]
    if not data:
        return [*found, "No node would be left to hold data."]
    return [*found, *_copies(view, data), *([] if "attributes" in accepted else _attributes(gone, data)), *_room(view, gone, data)]


def _health(view):
    health = view["health"]
    # A node that is down may hold the only copy of what is missing.
    if health["status"] != "green":
        yield f"The cluster is {health['status']} ({health['unassigned_shards']} shards unassigned): mend that first."


def _absent(rest, remaining):
    absent = sorted(set(remaining) - {node["name"] for node in rest})
    if absent:
        yield f"Of the nodes that stay, {', '.join(absent)} is not in the cluster: start it first."


def _managers(gone, rest, accepted):
    staying = sum(MANAGER in node["roles"] for node in rest)
    before = staying + sum(MANAGER in node["roles"] for node in gone)
    if staying % 2 == 0:
        yield f"{staying} cluster managers would be left. Make it an odd number: with an even one, one more failure is not survived."
    elif staying < SAFE_MANAGERS <= before and "managers" not in accepted:
        yield f"{staying} cluster manager would be left of {before}, whose failure would stop all. Add others, or accept that (managers)."


def _copies(view, data):
    for name, settings in sorted(view["indices"].items()):
        able, copies = sum(_may_hold(settings, node) for node in data), _least_copies(settings)
        if able < copies:
            yield f"Index {name} has {copies} copies, but only {able} of the remaining nodes may hold it: lower its replicas first."


def _least_copies(settings):
    expand = settings.get("index.auto_expand_replicas", "false")
    least = settings.get("index.number_of_replicas", "1") if expand == "false" else expand.split("-")[0]
    return int(least) + 1


def _may_hold(settings, node):
    """Whether the index's own filters admit the node. By address they do not say who is meant: those are left to the drain."""
    values = {"_name": node["name"], **node["attributes"]}
    for key, text in settings.items():
        if not key.startswith(FILTER) or not text:
            continue
        rule, _dot, attribute = key.removeprefix(FILTER).partition(".")
        if attribute in ("_ip", "_host", "_host_ip", "_publish_ip", "_id") or rule not in ("require", "include", "exclude"):
            continue
        wanted = [value.strip() for value in text.split(",")]
        has = [covered(str(values.get(attribute, "")), [value]) for value in wanted]
        if any(has) if rule == "exclude" else not (all(has) if rule == "require" else any(has)):
            return False
    return True


def _attributes(gone, data):
    lost = {item for node in gone if DATA in node["roles"] for item in node["attributes"].items()}
    for name, value in sorted(lost - {item for node in data for item in node["attributes"].items()}):
        yield f"No data node with {name}: {value} would be left. Add another first, or accept that (attributes)."


def _room(view, gone, data):
    if _settings.text(view["settings"].get(f"{DISK}.threshold_enabled", "true")) != "true":
        return
    moving = sum(node["indices"] for node in gone)
    watermark = view["settings"][f"{DISK}.watermark.low"]
    room = sum(max(0, node["avail"] - _kept_free(watermark, node["total"])) for node in data)
    if moving > room:
        yield f"{_gigabytes(moving)} would have to move, but the others have room for {_gigabytes(room)} below the low disk watermark."


def _kept_free(watermark, total):
    """Bytes that stay free: a share of the disk that may be used, or an amount that must not be."""
    size = _settings.quantity(watermark)
    if size:
        return size[1]
    share = float(watermark.rstrip("%")) / 100 if watermark.endswith("%") else float(watermark)
    return total * (1 - share)


def _gigabytes(number):
    return f"{number / 2**30:.1f} GiB"
