# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether snapshot repositories can be used, and what their snapshots are like."""

from __future__ import annotations

import time
from collections import Counter

from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, EngineError
from ansible_collections.searchstack.platform.plugins.module_utils._patterns import covered
from ansible_collections.searchstack.platform.plugins.module_utils._resources.snapshot import read_snapshots
from ansible_collections.searchstack.platform.plugins.module_utils._snapshot_age import last_success

NODES = {"cluster_manager", "data"}


def report(client, params: dict, now=time.time) -> list:
    """One entry for each repository that matches."""
    registered = client.request("GET", "/_snapshot")
    nodes = client.request("GET", "/_nodes", query={"filter_path": "nodes.*.name,nodes.*.roles"})["nodes"]
    # Those that only coordinate read no repository.
    needed = sorted(node["name"] for node in nodes.values() if NODES & set(node["roles"]))
    names = sorted(name for name in registered if covered(name, params["names"]))
    return [{"name": name, "type": registered[name]["type"], **_look(client, name, needed, now())} for name in names]


def _look(client, name, needed, now):
    reach, error = _reach(client, name)
    unread = ""
    try:
        listed = read_snapshots(client, f"/_snapshot/{segment(name)}/_all", name)
    except EngineError as failure:
        listed, unread = [], str(failure)
    missing = [] if error else [node for node in needed if node not in reach]
    last = last_success(listed)
    states = Counter(snapshot["state"] for snapshot in listed)
    return {
        "nodes": reach,
        "missing": missing,
        "snapshots": dict(sorted(states.items())),
        "last": last["snapshot"] if last else None,
        "age_seconds": round(now - last["start_time_in_millis"] / 1000) if last else None,
        "hints": hints(listed),
        "problems": problems(error, unread, missing, listed),
    }


def _reach(client, name):
    try:
        found = client.post(f"/_snapshot/{segment(name)}/_verify")["nodes"]
    except ApiError as error:
        if not error.answered:
            raise
        return [], str(error)
    return sorted(node["name"] for node in found.values()), ""


def problems(error: str, unread: str, missing: list, listed: list) -> list:
    """Why nothing can be stored, or brought back."""
    found = [f"it cannot be used: {error}"] if error else []
    found += [f"its snapshots cannot be read: {unread}"] if unread else []
    found += [f"these nodes do not reach it: {', '.join(missing)}"] if missing else []
    if not unread and not last_success(listed):
        found.append("it has no successful snapshot")
    newest = max(listed, key=lambda it: it["start_time_in_millis"], default=None)
    if newest and newest["state"] in ("FAILED", "PARTIAL"):
        found.append(f"its newest snapshot {newest['snapshot']} is {newest['state']}")
    return found


def hints(listed: list) -> list:
    """What somebody may tidy up."""
    return [
        f"{snapshot['snapshot']} is {snapshot['state']}: delete it"
        for snapshot in listed
        if snapshot["state"] in ("FAILED", "PARTIAL", "INCOMPATIBLE")
    ]
