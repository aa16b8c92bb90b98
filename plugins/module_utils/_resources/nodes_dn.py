# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Distinguished names of nodes that may connect, beside those of opensearch.yml."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resources._security import SECURITY_API, STRING_SET, SecurityObject


class NodesDn(SecurityObject):
    kind = "nodes DN"
    collection = f"{SECURITY_API}/nodesdn"
    sets = ("nodes_dn",)
    options = {"name": {"type": "str", "required": True}, "nodes_dn": STRING_SET}
    # Each is looked at before it is written.
    together = 1

    def write(self, client, change):
        """Not a copy of a list in opensearch.yml: with it, all nodes would refuse each other (found in 3.4.0), and the cluster be gone."""
        shown = client.request("GET", self.collection, query={"show_all": True})
        if any(set(change.after["nodes_dn"]) == set(entry["nodes_dn"]) for name, entry in shown.items() if name.startswith("STATIC_")):
            raise InvalidInput(
                f"{self.label}: plugins.security.nodes_dn of opensearch.yml has the same names, and OpenSearch breaks on two equal lists."
            )
        super().write(client, change)
