# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has a role."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._resources._security import SECURITY_API, STRING_SET, SecurityObject


class RoleMapping(SecurityObject):
    kind = "role mapping"
    collection = f"{SECURITY_API}/rolesmapping"
    sets = ("users", "backend_roles", "and_backend_roles", "hosts")
    options = {
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "users": STRING_SET,
        "backend_roles": STRING_SET,
        "and_backend_roles": STRING_SET,
        # "hosts" is the connection's.
        "mapped_hosts": STRING_SET,
    }
    keys = {"mapped_hosts": "hosts"}
