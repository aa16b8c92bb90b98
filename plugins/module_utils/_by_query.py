# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reindexing and deleting by a query."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _tasks
from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError, InvalidInput

# Options that both have: how the work is done.
WORK = {
    "conflicts": {"type": "str", "choices": ["proceed", "abort"], "default": "proceed"},
    "slices": {"type": "str"},
    "requests_per_second": {"type": "int"},
    "wait_timeout": {"type": "int", "default": 3600},
}
REINDEX = {
    "source": {"type": "list", "elements": "str", "required": True},
    "dest": {"type": "str", "required": True},
    "query": {"type": "dict"},
    "op_type": {"type": "str", "choices": ["create", "index"], "default": "create"},
    "pipeline": {"type": "str"},
    "script": {"type": "dict"},
    **WORK,
}
DELETE = {
    "indices": {"type": "list", "elements": "str", "required": True},
    "query": {"type": "dict", "required": True},
    **WORK,
}
COUNTS = ("total", "created", "updated", "deleted", "version_conflicts")


def reindex(client, params: dict, check_mode: bool) -> dict:
    """{changed, counts}. In check mode from the numbers of documents on both sides."""
    _refuse_unclear(params, "source")
    if not params["dest"] or "*" in params["dest"] or "," in params["dest"]:
        raise InvalidInput(f"dest: {params['dest']!r} is not the name of one index.")
    if params["dest"] in params["source"]:
        raise InvalidInput(f"dest: {params['dest']} is among source.")
    if check_mode:
        return _predicted_reindex(client, params)
    source = {"index": params["source"], **({"query": params["query"]} if params["query"] else {})}
    dest = {"index": params["dest"], "op_type": params["op_type"], **({"pipeline": params["pipeline"]} if params["pipeline"] else {})}
    body = {"source": source, "dest": dest, "conflicts": params["conflicts"], **({"script": params["script"]} if params["script"] else {})}
    work = _tasks.Work("/_reindex", body, _how(params), "*reindex")
    return _done(client, work, work.running(client) or work.begin(client), params)


def delete_by_query(client, params: dict, check_mode: bool) -> dict:
    """{changed, counts}."""
    _refuse_unclear(params, "indices")
    indices = _list(params["indices"])
    query = {**_how(params), "conflicts": params["conflicts"]}
    work = _tasks.Work(f"/{indices}/_delete_by_query", {"query": params["query"]}, query, "*delete/byquery")
    task = work.running(client)
    matching = _count(client, indices, params["query"])
    if check_mode or (matching == 0 and not task):
        return {"changed": matching > 0, "counts": {"total": matching, "deleted": matching}}
    return _done(client, work, task or work.begin(client), params)


def _refuse_unclear(params, option):
    """An empty name would mean all indices."""
    if not params[option] or not all(params[option]):
        raise InvalidInput(f"{option}: name each index (or write '*' for all of them).")
    if params["query"] == {}:
        raise InvalidInput("query is empty: write {match_all: {}} to mean all documents.")
    slices = params["slices"]
    if slices is not None and slices != "auto" and not (slices.isdigit() and int(slices) > 0):
        raise InvalidInput(f"slices: {slices!r} is neither auto nor a number from 1 on.")


def _predicted_reindex(client, params):
    documents = _count(client, _list(params["source"]), params["query"])
    there = _count(client, segment(params["dest"]), None) if client.get(f"/{segment(params['dest'])}") else 0
    missing = documents if params["op_type"] == "index" else max(documents - there, 0)
    return {"changed": missing > 0, "counts": {"total": documents, "created": missing}}


def _done(client, work, task, params):
    response = work.wait(client, task, params["wait_timeout"])
    counts = {name: response.get(name, 0) for name in COUNTS}
    return {"changed": any(counts[name] for name in _tasks.COUNTED), "counts": counts}


def _count(client, indices, query):
    answer = client.request("POST", f"/{indices}/_count", {"query": query} if query else None)
    shards = answer["_shards"]
    if shards["successful"] < shards["total"]:
        raise EngineError(
            f"{indices}: {shards['total'] - shards['successful']} of {shards['total']} shards did not say how many documents match."
        )
    return answer["count"]


def _list(names):
    return ",".join(segment(name) if "*" not in name else name for name in names)


def _how(params):
    chosen = {name: params[name] for name in ("slices", "requests_per_second") if params[name] is not None}
    # Searchable at once, so that a second look counts right.
    return {**chosen, "refresh": True}
