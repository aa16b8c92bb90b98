# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A named set of actions, which roles allow."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._resources._security import SECURITY_API, STRING_SET, SecurityObject


class ActionGroup(SecurityObject):
    kind = "action group"
    collection = f"{SECURITY_API}/actiongroups"
    sets = ("allowed_actions",)
    options = {
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "allowed_actions": STRING_SET,
        "type": {"type": "str", "choices": ["cluster", "index", "kibana"]},
    }

    def normalise(self, document):
        purpose = {"type": document["type"]} if document.get("type") else {}
        return {**super().normalise(document), **purpose}
