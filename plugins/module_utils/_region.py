# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of several clusters is the active one, as each of them remembers it."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _info
from ansible_collections.searchstack.platform.plugins.module_utils._contents import Contents
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, EngineError, InvalidInput

INDEX = "searchstack-region"
DOCUMENT = "active"
# What the role snapshots has restored here of another cluster, by the name of the job.
FOLLOW_INDEX = "searchstack-follow"
PATH = f"/{INDEX}/_doc/{DOCUMENT}"
SETTINGS = {"number_of_shards": 1, "auto_expand_replicas": "0-1", "hidden": True}


def look(client, job: str, patterns: list) -> dict:
    """The record, and how far the copy is, in one request; with patterns, the indices too."""
    wanted = [{"_index": INDEX, "_id": DOCUMENT}, {"_index": FOLLOW_INDEX, "_id": job}]
    active, follow = (_source(answer) for answer in client.post("/_mget", {"docs": wanted})["docs"])
    found = {"active": active, "follow": follow}
    if not patterns:
        return found
    nodes = client.request("GET", "/_cat/plugins", query={"format": "json", "h": "component"})
    indices = [_shown(client, index) for index in _info.indices(client, patterns)]
    return {**found, "indices": indices, "plugins": sorted({row["component"] for row in nodes})}


def _source(answer):
    error = answer.get("error")
    if error and error.get("type") != "index_not_found_exception":
        raise EngineError(f"{answer['_index']} cannot be read: {error.get('reason')}")
    return answer.get("_source", {})


def _shown(client, index):
    opened = index["status"] == "open"
    return {
        **{key: index[key] for key in ("name", "health", "status", "documents", "aliases", "settings", "mappings")},
        "write_block": str(index["settings"].get("index.blocks.write", "")).lower() == "true",
        "complete": _complete(client, index["name"]) if opened and index["health"] != "red" else [],
    }


def _complete(client, name):
    """Up to which sequence number each shard has everything. One whose shards are lost or just come back cannot tell."""
    try:
        return [complete for complete, _largest in Contents(client, name).numbers()]
    except EngineError as error:
        if not error.answered:
            raise
        return []


def record(client, wanted: dict, check_mode: bool) -> dict:
    """Writes down who is active. An epoch never goes back, and no epoch has two."""
    answer = client.get(PATH) or {}
    before = answer.get("_source", {})
    if before.get("epoch", 0) > wanted["epoch"]:
        raise InvalidInput(f"epoch: {wanted['epoch']} is over; {before['cluster']} is recorded as active in epoch {before['epoch']}.")
    if before.get("epoch") == wanted["epoch"]:
        if before["cluster"] != wanted["cluster"]:
            raise InvalidInput(f"cluster: in epoch {wanted['epoch']} {before['cluster']} is active; take a new epoch.")
        return {"changed": False, "active": before}
    if not check_mode:
        _write(client, wanted, answer)
    return {"changed": True, "active": wanted, "diff": {"before": before, "after": wanted}}


def _write(client, wanted, answer):
    if not answer:
        try:
            # Its document is read by its name alone.
            client.put(f"/{INDEX}", {"settings": SETTINGS, "mappings": {"enabled": False}})
        except ApiError as error:
            if "resource_already_exists" not in str(error):
                raise
    # Nobody else may have written in between.
    there = {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]} if answer.get("found") else None
    client.put(PATH, wanted, **(there or {"op_type": "create"}))
