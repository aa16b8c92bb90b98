# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Distinguished names of another cluster's nodes that may connect, beside those of opensearch.yml."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._resources._security import SECURITY_API, STRING_SET, SecurityObject


class NodesDn(SecurityObject):
    kind = "nodes DN"
    collection = f"{SECURITY_API}/nodesdn"
    sets = ("nodes_dn",)
    options = {"name": {"type": "str", "required": True}, "nodes_dn": STRING_SET}
