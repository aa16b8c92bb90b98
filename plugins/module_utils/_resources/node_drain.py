# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes that hold no shard, and get none."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, EngineError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._nodes import DATA, present
from ansible_collections.searchstack.platform.plugins.module_utils._patterns import covered
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource
from ansible_collections.searchstack.platform.plugins.module_utils._wait import until

SETTINGS = "/_cluster/settings"
EXCLUDED = "cluster.routing.allocation.exclude._name"


class NodeDrain(Resource):
    kind = "drain"
    options = {
        "nodes": {"type": "list", "elements": "str", "required": True},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 3600},
    }
    states = ("drained", "undrained")

    def __init__(self, params: dict):
        self.excluded: list = []
        super().__init__(params)

    @property
    def label(self):
        return f"drain of {', '.join(self.params['nodes'])}"

    @property
    def drains(self):
        return self.params["state"] == "drained"

    def validate(self):
        if not self.params["nodes"] or any(not name or "*" in name or "," in name for name in self.params["nodes"]):
            raise InvalidInput("nodes: give the name of each node; patterns could drain the whole cluster.")

    def read(self, client):
        settings = client.request("GET", SETTINGS, query={"flat_settings": True})
        self.excluded = [name.strip() for name in settings["persistent"].get(EXCLUDED, "").split(",") if name.strip()]
        if EXCLUDED in settings["transient"]:
            raise InvalidInput(f"The transient setting {EXCLUDED} ({settings['transient'][EXCLUDED]}) takes precedence: reset it first.")
        patterns = [name for name in self.excluded if "*" in name and any(covered(node, [name]) for node in self.params["nodes"])]
        if patterns:
            raise InvalidInput(
                f"The setting {EXCLUDED} holds {', '.join(patterns)}, which somebody else has put there: write names instead."
            )
        if self.drains:
            self._refuse_unknown(client)
        excluded = sorted(name for name in self.excluded if name in self.params["nodes"])
        return {"excluded": excluded, "shards": len(self._shards(client)) if self._waits else 0}

    def desired(self):
        return {"excluded": sorted(set(self.params["nodes"])) if self.drains else [], "shards": 0}

    def write(self, client, change):
        others = [name for name in self.excluded if name not in self.params["nodes"]]
        if change.before["excluded"] != change.after["excluded"]:
            client.put(SETTINGS, {"persistent": {EXCLUDED: ",".join(others + change.after["excluded"]) or None}})
        if not self._waits:
            return
        done, shards = until(lambda: self._look(client), self.params["wait_timeout"], 2)
        if not done:
            raise EngineError(
                f"{len(shards)} shards are still on {', '.join(self.params['nodes'])} after {self.params['wait_timeout']} s, such as shard "
                f"{shards[0]['shard']} of {shards[0]['index']}: {self._why(client, shards[0])} Nothing is lost: the nodes still serve them."
            )

    @property
    def _waits(self):
        return self.drains and self.params["wait"]

    def _look(self, client):
        shards = self._shards(client)
        return not shards, shards

    def _shards(self, client):
        """What is on the nodes or on its way to them. A relocating shard's node reads `from -> address id to`."""
        columns = {"format": "json", "h": "index,shard,prirep,state,node"}
        listed = client.request("GET", "/_cat/shards", query=columns)
        return [shard for shard in listed if _ends(shard["node"] or "") & set(self.params["nodes"])]

    def _refuse_unknown(self, client):
        known = present(client)
        unknown = sorted(set(self.params["nodes"]) - set(known))
        if unknown:
            raise InvalidInput(f"nodes: {', '.join(unknown)} is not in the cluster, which has {', '.join(sorted(known))}.")
        if {name for name, node in known.items() if DATA in node["roles"]} <= {*self.excluded, *self.params["nodes"]}:
            raise InvalidInput("nodes: no node would be left to take the shards.")

    def _why(self, client, shard):
        try:
            asked = {"index": shard["index"], "shard": int(shard["shard"]), "primary": shard["prirep"] == "p"}
            explained = client.request("POST", "/_cluster/allocation/explain", asked)
        except ApiError as error:
            return f"{error}."
        told = (
            explained.get("move_explanation")
            or explained.get("can_remain_on_current_node")
            or explained.get("allocate_explanation")
            or "it moves"
        )
        return f"{str(told).rstrip('.')}."


def _ends(cell):
    source, _arrow, target = cell.partition(" -> ")
    return {source, target.split(" ", 2)[-1]} - {""}
