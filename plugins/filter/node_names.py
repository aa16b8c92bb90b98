# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that inventory hosts have as nodes of a cluster."""

from __future__ import annotations


def node_names(hosts, hostvars):
    """The host's opensearch_node_name, else its own."""
    return [hostvars[host].get("opensearch_node_name", host) for host in hosts]


class FilterModule:
    def filters(self):
        return {"node_names": node_names}
