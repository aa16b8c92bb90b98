# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A role of the security plugin."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document
from ansible_collections.searchstack.platform.plugins.module_utils._resources._security import SECURITY_API, STRING_SET, SecurityObject


class Role(SecurityObject):
    kind = "role"
    collection = f"{SECURITY_API}/roles"
    sets = ("cluster_permissions",)
    options = {
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "cluster_permissions": STRING_SET,
        "index_permissions": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "index_patterns": {"type": "list", "elements": "str", "required": True},
                "allowed_actions": {"type": "list", "elements": "str", "required": True},
                "dls": {"type": "json"},
                "fls": STRING_SET,
                "masked_fields": STRING_SET,
            },
        },
        "tenant_permissions": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "tenant_patterns": {"type": "list", "elements": "str", "required": True},
                "allowed_actions": {"type": "list", "elements": "str", "required": True},
            },
        },
    }

    @classmethod
    def declare(cls, name, document):
        permissions = [
            _document.without_empty({key: item.get(key) for key in ("index_patterns", "allowed_actions", "dls", "fls", "masked_fields")})
            for item in document.get("index_permissions") or []
        ]
        return super().declare(name, {**document, "index_permissions": permissions})

    def normalise(self, document):
        return {
            **super().normalise(document),
            "index_permissions": _document.unordered([_index_permission(item) for item in document.get("index_permissions") or []]),
            "tenant_permissions": _document.unordered(
                [_sets(item, "tenant_patterns", "allowed_actions") for item in document.get("tenant_permissions") or []]
            ),
        }


def _index_permission(item):
    query = _document.canonical_json(item.get("dls"))
    return {**_sets(item, "index_patterns", "allowed_actions", "fls", "masked_fields"), **({"dls": query} if query else {})}


def _sets(item, *names):
    return {name: _document.unordered(item.get(name)) for name in names}
