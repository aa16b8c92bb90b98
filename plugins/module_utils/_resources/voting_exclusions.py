# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cluster managers that do not vote, so that they can leave."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource

PATH = "/_cluster/voting_config_exclusions"
SHOWN = "/_cluster/state/metadata"


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
        answer = client.request("GET", SHOWN, query={"filter_path": "metadata.cluster_coordination.voting_config_exclusions"})
        shown = answer.get("metadata", {}).get("cluster_coordination", {}).get("voting_config_exclusions", [])
        names = sorted(entry["node_name"] for entry in shown)
        # None of them is as good as nothing.
        return {"nodes": names} if names or not self.absent else None

    def desired(self):
        return {"nodes": sorted(set(self.params["nodes"]))}

    def align(self, desired, current):
        return {"nodes": sorted({*desired["nodes"], *current.get("nodes", [])})}

    def write(self, client, change):
        added = sorted(set(change.after["nodes"]) - set(change.before["nodes"]))
        client.request("POST", PATH, query={"node_names": ",".join(added)})

    def delete(self, client):
        client.request("DELETE", PATH, query={"wait_for_removal": self.params["wait_for_removal"]})
