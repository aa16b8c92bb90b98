# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cluster managers that do not vote, so that they can leave."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._nodes import MANAGER, present
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource
from ansible_collections.searchstack.platform.plugins.module_utils._wait import until

PATH = "/_cluster/voting_config_exclusions"
SHOWN = "/_cluster/state/metadata"
SECONDS_UNTIL_OUT = 30
# The id of an excluded node that was not there.
ABSENT = "_absent_"


class VotingExclusions(Resource):
    kind = "voting exclusions"
    options = {
        "nodes": {"type": "list", "elements": "str"},
        "wait_for_removal": {"type": "bool", "default": True},
    }
    constraints = {"required_if": [("state", "present", ("nodes",))]}

    def validate(self):
        if not self.absent and any(not name or "*" in name or "," in name for name in self.params["nodes"]):
            raise InvalidInput("nodes: give the name of each node.")

    def read(self, client):
        answer = client.request("GET", SHOWN, query={"filter_path": "metadata.cluster_coordination"})
        shown = answer.get("metadata", {}).get("cluster_coordination", {})
        excluded = {entry["node_name"]: entry["node_id"] for entry in shown.get("voting_config_exclusions", [])}
        if not self.absent:
            # One that is excluded and still votes is on its way out; of one that the server did not know, nobody knows.
            votes = {ABSENT, *shown.get("last_committed_config", [])}
            excluded = {name: node for name, node in excluded.items() if node not in votes}
            self._refuse_others(client, excluded)
        # None of them is as good as nothing.
        return {"nodes": sorted(excluded)} if excluded or not self.absent else None

    def _refuse_others(self, client, excluded):
        known = present(client)
        unknown = sorted(set(self.params["nodes"]) - set(known) - set(excluded))
        if unknown:
            raise InvalidInput(f"nodes: {', '.join(unknown)} is not in the cluster, so that its vote cannot be taken away.")
        others = sorted(name for name in self.params["nodes"] if name in known and MANAGER not in known[name]["roles"])
        if others:
            raise InvalidInput(f"nodes: {', '.join(others)} cannot be a cluster manager and has no vote.")

    def desired(self):
        return {"nodes": sorted(set(self.params["nodes"]))}

    def align(self, desired, current):
        return {"nodes": sorted({*desired["nodes"], *current.get("nodes", [])})}

    def write(self, client, change):
        added = sorted(set(change.after["nodes"]) - set(change.before["nodes"]))
        client.request("POST", PATH, query={"node_names": ",".join(added)})
        done = until(lambda: (set(added) <= set(self.read(client)["nodes"]), None), SECONDS_UNTIL_OUT)[0]
        if not done:
            raise EngineError(f"{', '.join(added)} still votes after {SECONDS_UNTIL_OUT} s: stop none of them, and run again.")

    def delete(self, client):
        client.request("DELETE", PATH, query={"wait_for_removal": self.params["wait_for_removal"]})
