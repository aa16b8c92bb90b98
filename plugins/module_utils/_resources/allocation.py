# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""While a node restarts, its replicas are not built anew elsewhere: only primaries are allocated."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource

PATH = "/_cluster/settings"
ENABLE = "cluster.routing.allocation.enable"
# What stood there before. Set and removed in one request with the restriction, so that a run that was interrupted is known by it.
BEFORE = "cluster.metadata.searchstack_allocation_before"
UNSET = "unset"


class Allocation(Resource):
    kind = "allocation of shards"
    options: dict = {}
    states = ("restored", "restricted")

    def __init__(self, params: dict):
        self.before: str | None = None
        super().__init__(params)

    def read(self, client):
        answer = client.request("GET", PATH, query={"flat_settings": True})
        if ENABLE in answer["transient"]:
            raise InvalidInput(f"The transient setting {ENABLE} takes precedence: reset it, since nobody knows who set it.")
        self.before = answer["persistent"].get(BEFORE)
        self.facts = {"allocation": answer["persistent"].get(ENABLE)}
        return {"restricted": self.before is not None}

    def desired(self):
        return {"restricted": self.params["state"] == "restricted"}

    def write(self, client, change):
        if not change.after["restricted"]:
            client.put(PATH, {"persistent": {ENABLE: None if self.before == UNSET else self.before, BEFORE: None}})
            return
        there = self.facts["allocation"]
        client.put(PATH, {"persistent": {ENABLE: "primaries", BEFORE: UNSET if there is None else there}})
        # What is on disk need not be replayed when the node is back.
        client.post("/_flush", wait_if_ongoing=True)
