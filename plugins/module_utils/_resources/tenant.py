# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant of OpenSearch Dashboards."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._resources._security import SECURITY_API, SecurityObject


class Tenant(SecurityObject):
    kind = "tenant"
    collection = f"{SECURITY_API}/tenants"
    options = {"name": {"type": "str", "required": True}, "description": {"type": "str"}}

    def body(self, change):
        # An empty body is refused, so that a tenant without a description needs an empty one.
        return {"description": "", **change.after}
