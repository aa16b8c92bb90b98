# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the objects of the security plugin have in common."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._document import unordered
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource


class SecurityObject(Resource):
    """Whole documents whose lists are sets. `reserved`, `hidden` and `static` are the server's own and are not compared."""

    endpoint = ""
    sets: tuple = ()

    @property
    def path(self):
        return f"/_plugins/_security/api/{self.endpoint}/{segment(self.name)}"

    def __init__(self, params: dict):
        self.built_in = False
        super().__init__(params)

    def read(self, client):
        current = (client.get(self.path) or {}).get(self.name)
        self.built_in = bool(current and current.get("static"))
        return current

    def desired(self):
        return {name: self.params[name] for name in self.options if name != "name"}

    def normalise(self, document):
        described = {"description": document["description"]} if document.get("description") else {}
        return {**{name: unordered(document.get(name)) for name in self.sets}, **described}

    def check(self, change):
        # The admin certificate could do it, and would break the loading of the whole security configuration.
        if self.built_in and change.changed:
            raise InvalidInput(f"{self.label} is built in and cannot be changed: choose another name.")
        return []

    def write(self, client, change):
        client.put(self.path, change.after)

    def delete(self, client):
        client.delete(self.path)


def string_set():
    return {"type": "list", "elements": "str", "default": []}
