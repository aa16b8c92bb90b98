# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has a role."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._resources._security import SecurityObject, string_set


class RoleMapping(SecurityObject):
    kind = "role mapping"
    endpoint = "rolesmapping"
    sets = ("users", "backend_roles", "and_backend_roles", "hosts")
    options = {
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "users": string_set(),
        "backend_roles": string_set(),
        "and_backend_roles": string_set(),
        # "hosts" is the connection's.
        "mapped_hosts": string_set(),
    }

    def desired(self):
        document = super().desired()
        return {**document, "hosts": document["mapped_hosts"]}
