# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which order the nodes of a cluster are restarted."""

from __future__ import annotations


def restart_order(hosts, nodes, hostvars):
    """C({host, up}) for each inventory host, in the order of their restarts.

    First those that are down, then those that are no cluster managers, then managers; the elected one last, since an election costs time.
    """
    present = {node["name"]: node for node in nodes}

    def node_of(host):
        return present.get(hostvars[host].get("opensearch_node_name", host))

    def rank(host):
        node = node_of(host)
        if node is None:
            return 0
        return 3 if node["elected"] else 2 if "cluster_manager" in node["roles"] or "master" in node["roles"] else 1

    # Sorting keeps the inventory's order among equals.
    return [{"host": host, "up": node_of(host) is not None} for host in sorted(hosts, key=rank)]


class FilterModule:
    def filters(self):
        return {"restart_order": restart_order}
