# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Indices of a snapshot, brought back. What is there stays, unless it is to be overwritten."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, EngineError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource
from ansible_collections.searchstack.platform.plugins.module_utils._resources.snapshot import read_snapshot
from ansible_collections.searchstack.platform.plugins.module_utils._wait import until

THERE, RESTORED, INCOMPLETE, FAILED = "as it was", "restored", "not complete", "failed"
# Users, their hashes and rights: restored over, they would roll back; under another name, anybody could read them.
SECURITY_INDICES = (".opendistro_security", ".opensearch-security")
LONGEST_CAUSE = 300
# Why a primary waits to be restored. One whose restore has failed has another reason.
AWAITED = ("NEW_INDEX_RESTORED", "EXISTING_INDEX_RESTORED")
# Who of the server's deciders says that a restore is over although it brought nothing.
GIVEN_UP = "restore_in_progress"


class SnapshotRestore(Resource):
    kind = "restore"
    options = {
        "repository": {"type": "str", "required": True},
        "snapshot": {"type": "str", "required": True},
        "indices": {"type": "list", "elements": "str", "required": True},
        "rename_pattern": {"type": "str"},
        "rename_replacement": {"type": "str"},
        "include_aliases": {"type": "bool", "default": True},
        "index_settings": {"type": "dict"},
        "ignore_index_settings": {"type": "list", "elements": "str"},
        "partial": {"type": "bool", "default": False},
        "overwrite": {"type": "bool", "default": False},
        "redo_failed": {"type": "bool", "default": False},
        "wait_timeout": {"type": "int", "default": 600},
    }
    constraints = {"required_together": [("rename_pattern", "rename_replacement")]}
    states = ()

    def __init__(self, params: dict):
        # Name in the snapshot by name in the cluster.
        self.sources: dict = {}
        self.done = False
        super().__init__(params)

    @property
    def label(self):
        return f"restore of {self.params['repository']}:{self.params['snapshot']}"

    @property
    def path(self):
        return f"/_snapshot/{segment(self.params['repository'])}/{segment(self.params['snapshot'])}"

    def validate(self):
        if not self.params["indices"]:
            raise InvalidInput("indices is empty: name the indices to restore, or write ['*'].")
        if set(self.params["indices"]) & set(SECURITY_INDICES):
            raise InvalidInput("indices: the security index is not restored by this module; securityadmin does that.")
        try:
            self._target("x")
        except (re.error, IndexError) as error:
            raise InvalidInput(f"rename_pattern, rename_replacement: {error}.") from error

    def read(self, client):
        snapshot = read_snapshot(client, self.path, self.params["repository"])
        if snapshot is None:
            raise InvalidInput(f"snapshot: {self.params['snapshot']} is not in the repository {self.params['repository']}.")
        chosen = [name for name in snapshot["indices"] if self.chooses(name)]
        if not chosen:
            raise InvalidInput(
                f"indices: nothing in the snapshot matches {self.params['indices']}; it holds {', '.join(snapshot['indices'])}."
            )
        self.sources = {self._target(name): name for name in chosen}
        if len(self.sources) < len(chosen):
            raise InvalidInput("rename_pattern, rename_replacement: two indices would get the same name.")
        there = {entry["name"] for entry in client.request("GET", "/_resolve/index/*", query={"expand_wildcards": "all"})["indices"]}
        existing = sorted(there & set(self.sources))
        if not existing:
            return None
        # An index whose restore an interrupted run has begun is there already.
        states = [(shard["index"], _state(shard)) for shard in self.primaries(client)]
        done = RESTORED if self.done else THERE
        return {name: next((state for state in (FAILED, INCOMPLETE) if (name, state) in states), done) for name in existing}

    def desired(self):
        return dict.fromkeys(self.sources, RESTORED)

    def align(self, desired, current):
        return desired if self.params["overwrite"] else {name: THERE if current.get(name) == THERE else RESTORED for name in desired}

    def check(self, change):
        failed = sorted(name for name, state in (change.before or {}).items() if state == FAILED)
        if failed and not self.params["overwrite"] and not self.params["redo_failed"]:
            raise InvalidInput(
                f"{self.label}: an earlier restore of {', '.join(failed)} has failed. Delete it, or use redo_failed=true or overwrite=true."
            )
        return []

    def write(self, client, change):
        before = change.before or {}
        missing = [name for name in change.after if name not in before]
        replaced = [name for name, state in before.items() if state in (THERE, FAILED) and change.after[name] == RESTORED]
        if missing or replaced:
            self._restore(client, missing + replaced, replaced)
        awaited = {name for name, state in change.after.items() if state == RESTORED}
        done, shards = until(lambda: self._look(client, awaited), self.params["wait_timeout"])
        if not done:
            left = [f"{shard['shard']} of {shard['index']} ({shard['state']})" for shard in shards if shard["state"] != "STARTED"]
            raise EngineError(
                f"{self.label} is not complete after {self.params['wait_timeout']} s; of {len(shards)} primary shards are missing: "
                f"{', '.join(left[:3]) or 'all'}. What is under way goes on: run again to wait."
            )
        failed = [shard for shard in shards if _state(shard) == FAILED]
        if failed:
            shard = failed[0]
            raise EngineError(
                f"{self.label}: shard {shard['shard']} of {shard['index']} has failed ({shard['unassigned.reason']}). {_why(shard)}"
            )
        self.done = True
        self.facts["restored"] = sorted(missing + replaced)

    def _restore(self, client, names, closed):
        body = {
            "indices": ",".join(self.sources[name] for name in names),
            "include_global_state": False,
            "include_aliases": self.params["include_aliases"],
            "partial": self.params["partial"],
            **self.given("rename_pattern", "rename_replacement", "index_settings"),
        }
        if self.params["ignore_index_settings"]:
            body["ignore_index_settings"] = ",".join(self.params["ignore_index_settings"])
        begun = []
        try:
            for name in closed:
                client.post(f"/{segment(name)}/_close")
                begun.append(name)
            client.post(f"{self.path}/_restore", body)
        except EngineError:
            # Refused: what was closed for it serves again.
            for name in begun:
                client.post(f"/{segment(name)}/_open")
            raise

    def _look(self, client, names):
        shards = [shard for shard in self.primaries(client) if shard["index"] in names]
        ended = {shard["index"] for shard in shards if shard["state"] == "STARTED" or _state(shard) == FAILED}
        waiting = any(shard["state"] != "STARTED" and _state(shard) != FAILED for shard in shards)
        return ended == names and not waiting, shards

    def primaries(self, client):
        """The primary shards of the indices that have the names."""
        columns = {"format": "json", "h": "index,shard,prirep,state,recoverysource.type,unassigned.reason,unassigned.details"}
        listed = client.request("GET", "/_cat/shards", query=columns)
        chosen = [shard for shard in listed if shard["prirep"] == "p" and shard["index"] in self.sources]
        for shard in chosen:
            if shard["state"] == "UNASSIGNED" and _state(shard) == INCOMPLETE:
                _explain(client, shard)
        return chosen

    def chooses(self, name):
        """Whether this index of a snapshot is restored."""
        chosen = False
        for pattern in self.params["indices"]:
            # "*" means what users keep, data streams included, not the indices of the server and its plugins.
            meant = name[0] != "." or name.startswith(".ds-") or pattern[0] in ".-"
            if meant and fnmatchcase(name, pattern.removeprefix("-")):
                chosen = not pattern.startswith("-")
        return chosen and name not in SECURITY_INDICES

    def _target(self, name):
        """As Java's String.replaceAll names it."""
        if self.params["rename_pattern"] is None:
            return name
        return re.sub(self.params["rename_pattern"], re.sub(r"\$(\d)", r"\\g<\1>", self.params["rename_replacement"]), name)


def _state(shard):
    """How a primary shard stands to a restore; None if it has nothing to do with one."""
    if shard["state"] == "STARTED" or (shard["recoverysource.type"] or "").lower() != "snapshot":
        return None
    waits = shard["state"] == "INITIALIZING" or shard["unassigned.reason"] in AWAITED
    return INCOMPLETE if waits else FAILED


def _explain(client, shard):
    """What keeps a shard from a node, such as full disks, in the server's words. It gives up where none may take it."""
    asked = {"index": shard["index"], "shard": int(shard["shard"]), "primary": True}
    try:
        decisions = client.request("POST", "/_cluster/allocation/explain", asked).get("node_allocation_decisions", [])
    except ApiError:
        # It has found a node meanwhile.
        return
    refused = [decider for node in decisions for decider in node.get("deciders", []) if decider["decision"] == "NO"]
    if any(decider["decider"] == GIVEN_UP for decider in refused):
        shard["unassigned.reason"] = "no node takes it"
        told = [decider["explanation"] for decider in refused if decider["decider"] != GIVEN_UP]
        shard["unassigned.details"] = "; nested: ".join(told)


def _why(shard):
    """The last of the causes that the server names is the one that matters."""
    causes = re.split(r"; nested: |\n", shard.get("unassigned.details") or "")
    return next((cause.strip()[:LONGEST_CAUSE] for cause in reversed(causes) if cause.strip()), "")
