# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the objects of the security plugin have in common."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._listed import Listed

SECURITY_API = "/_plugins/_security/api"
STRING_SET = {"type": "list", "elements": "str", "default": []}


class SecurityObject(Listed):
    """Whole documents whose lists are sets. `reserved`, `hidden` and `static` are the server's own and are not compared."""

    sets: tuple = ()
    # With each request that writes, all nodes forget who has logged in and check every password anew, which takes the processors of a
    # busy cluster (opensearch-project/security#4008).
    together = 1000

    def __init__(self, params: dict):
        self.built_in = False
        # What a write would otherwise take away.
        self.marks: dict = {}
        super().__init__(params)

    @classmethod
    def is_built_in(cls, name, document):
        return any(document.get(mark) for mark in ("reserved", "hidden", "static"))

    def validate(self):
        if not self.name:
            raise InvalidInput(f"{self.kind}: name is empty.")

    def look(self, client, current):
        self.built_in = bool(current and current.get("static"))
        self.marks = {"reserved": True} if current and current.get("reserved") else {}
        return current

    def normalise(self, document):
        described = {"description": document["description"]} if document.get("description") else {}
        return {**{name: _document.unordered(document.get(name)) for name in self.sets}, **described}

    def check(self, change):
        # The admin certificate could do it, and would break the loading of the whole security configuration.
        if self.built_in and change.changed:
            raise InvalidInput(f"{self.label} is built in and cannot be changed: choose another name.")
        return []

    def body(self, change) -> dict:
        """What is sent."""
        return change.after

    @classmethod
    def write_together(cls, client, changes):
        before = {resource.name: resource.shown(change) for resource, change in changes if change.before is not None}
        after = {resource.name: resource.body(change) for resource, change in changes if change.after is not None}
        client.request("PATCH", cls.collection, _document.patch(before, after, ""))

    def shown(self, change) -> dict:
        """What is there, in the words of what is sent."""
        return change.before

    def write(self, client, change):
        client.put(self.path, {**self.body(change), **self.marks})
