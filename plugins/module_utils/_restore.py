# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restore would bring back, and what it would replace. Looks only."""

from __future__ import annotations

import time

from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._patterns import covered
from ansible_collections.searchstack.platform.plugins.module_utils._resources.snapshot import read_snapshots
from ansible_collections.searchstack.platform.plugins.module_utils._resources.snapshot_restore import FAILED, INCOMPLETE, SnapshotRestore

# What of the restore's options decides which indices are meant, and under which names.
CHOICE = ("repository", "indices", "rename_pattern", "rename_replacement")
# States of an index with a wanted name. One that is empty, or that waits, has nothing that could be lost.
ABSENT, RESTORED, WAITS, BROKEN, EMPTY, OTHER = "absent", "restored", "restoring", "failed", "empty", "other"


def check(client, params: dict, now=time.time) -> dict:
    """{snapshot, indices, todo, replaced, left_out, problems}."""
    restore = SnapshotRestore({**{name: params[name] for name in CHOICE}, "snapshot": params["snapshot"] or ""})
    snapshot = choose(_listed(client, params), params, restore.chooses)
    restore.params["snapshot"] = snapshot["snapshot"]
    states = restore.read(client) or {}
    sizes = _sizes(client, restore.path, restore.sources.values()) if params["max_bytes"] is not None else {}
    taken = fitting(sizes, params["max_bytes"])
    rows = []
    for name, source in sorted(restore.sources.items()):
        if sizes and source not in taken:
            continue
        row = {"name": name, "source": source, "state": ABSENT, "documents": None, "bytes": None, "aliases": []}
        if name in states:
            row |= _there(client, restore, name, states[name])
        rows.append(row)
    return {"snapshot": _shown(snapshot, now()), **decide(rows, params["overwrite"]), "left_out": sorted(set(sizes) - taken)}


def choose(listed: list, params: dict, wanted) -> dict:
    """The snapshot that was named, or the newest good one that holds something of what is wanted."""
    good = ("SUCCESS", "PARTIAL") if params["partial"] else ("SUCCESS",)
    if params["snapshot"]:
        named = next((it for it in listed if it["snapshot"] == params["snapshot"]), None)
        if named is None:
            raise InvalidInput(f"snapshot: {params['snapshot']} is not in the repository {params['repository']}.")
        if named["state"] not in good:
            raise InvalidInput(f"snapshot: {params['snapshot']} is {named['state']}. {_meant(named['state'])}")
        return named
    chosen = [it for it in listed if covered(it["snapshot"], params["names"])]
    usable = [it for it in chosen if it["state"] in good and any(wanted(name) for name in it["indices"])]
    if not usable:
        states = ", ".join(sorted({it["state"] for it in chosen})) or "none at all"
        raise InvalidInput(
            f"repository: {params['repository']} has no good snapshot named {' or '.join(params['names'])} that holds "
            f"{', '.join(params['indices'])} (of {len(chosen)} snapshots, their states are {states})."
        )
    return max(usable, key=lambda it: it["end_time_in_millis"])


def _meant(state):
    if state == "PARTIAL":
        return "It lacks shards; partial=true restores what it has."
    return "Wait until it is made." if state == "IN_PROGRESS" else "It cannot be restored: choose another one."


def fitting(sizes: dict, most: int | None) -> set:
    """As many indices as fit together, the small ones first."""
    taken, left = set(), most or 0
    for name, size in sorted(sizes.items(), key=lambda item: (item[1], item[0])):
        if size > left:
            break
        taken.add(name)
        left -= size
    return taken


def decide(rows: list, overwrite: str) -> dict:
    """What has to be restored, what of that takes the place of something, and what speaks against it."""
    replaceable = {"never": (), "empty": (EMPTY,), "always": (EMPTY, OTHER, RESTORED)}[overwrite]
    todo = [row for row in rows if row["state"] in (ABSENT, WAITS, BROKEN, *replaceable)]
    return {
        "indices": rows,
        "todo": [row["source"] for row in todo],
        "replaced": [row["name"] for row in todo if row["state"] in replaceable],
        "problems": [_lost(row) for row in rows if row["state"] in (EMPTY, OTHER) and row not in todo],
    }


def _lost(row):
    documents = "it is closed, so that nobody knows how many documents" if row["documents"] is None else f"{row['documents']} documents"
    aliases = f" and the aliases {', '.join(row['aliases'])}" if row["aliases"] else ""
    return f"{row['name']} is there: {documents} ({row['bytes'] or 0} bytes){aliases} would be replaced."


def _listed(client, params):
    return read_snapshots(client, f"/_snapshot/{segment(params['repository'])}/_all", params["repository"])


def _sizes(client, path, names):
    status = client.request("GET", f"{path}/_status")["snapshots"][0]["indices"]
    return {name: status[name]["stats"]["total"]["size_in_bytes"] for name in names}


def _there(client, restore, name, state):
    row = client.request("GET", f"/_cat/indices/{segment(name)}", query={"format": "json", "h": "status,health,store.size", "bytes": "b"})[
        0
    ]
    aliases = client.request("GET", f"/{segment(name)}/_alias")[name]["aliases"]
    found = {"bytes": int(row["store.size"] or 0), "aliases": sorted(aliases)}
    if state in (INCOMPLETE, FAILED):
        return {**found, "state": WAITS if state == INCOMPLETE else BROKEN}
    documents = _count(client, name) if row["status"] == "open" and row["health"] != "red" else None
    state = RESTORED if _is_of(client, restore, name) else EMPTY if documents == 0 else OTHER
    return {**found, "documents": documents, "state": state}


def _count(client, name):
    """What was acknowledged counts, whether or not it is found yet."""
    try:
        client.post(f"/{segment(name)}/_refresh")
    except ApiError as error:
        if error.status != 403:  # noqa: PLR2004
            raise
        return None
    return client.request("GET", f"/{segment(name)}/_count")["count"]


def _is_of(client, restore, name):
    """Whether every primary shard came from this snapshot. A node forgets that when it restarts."""
    columns = {"format": "json", "h": "shard,type,stage,repository,snapshot"}
    rows = client.request("GET", f"/_cat/recovery/{segment(name)}", query=columns)
    this = ("snapshot", "done", restore.params["repository"], restore.params["snapshot"])
    came = {row["shard"] for row in rows if (row["type"], row["stage"], row["repository"], row["snapshot"]) == this}
    return came >= {shard["shard"] for shard in restore.primaries(client) if shard["index"] == name}


def _shown(snapshot, now):
    """What it holds is of its beginning: that is what its age counts from."""
    start = snapshot["start_time_in_millis"] / 1000
    return {
        "name": snapshot["snapshot"],
        "state": snapshot["state"],
        "start": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start)),
        "age_seconds": round(now - start),
        "metadata": snapshot.get("metadata") or {},
    }
