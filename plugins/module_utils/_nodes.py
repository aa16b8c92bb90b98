# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes that are in a cluster now, and what each of them can be."""

from __future__ import annotations

MANAGER, DATA = "cluster_manager", "data"
# Roles by their names. The letters of `node.role` do not tell a manager from a node for machine learning, whose role is written `ml` there.
COLUMNS = {"format": "json", "h": "name,node.roles,cluster_manager"}


def present(client) -> dict:
    """{name: {roles, elected}} of the nodes that are in the cluster."""
    return {
        row["name"]: {"roles": set(row["node.roles"].split(",")), "elected": row["cluster_manager"] == "*"}
        for row in client.request("GET", "/_cat/nodes", query=COLUMNS)
    }
