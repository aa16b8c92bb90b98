# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the objects of the security plugin have in common."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._document import unordered
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource


class SecurityObject(Resource):
    """Whole documents whose lists are sets. `reserved`, `hidden` and `static` are the server's own and are not compared."""

    endpoint = ""
    sets: tuple = ()

    @property
    def path(self):
        return f"/_plugins/_security/api/{self.endpoint}/{segment(self.name)}"

    def read(self, client):
        return (client.get(self.path) or {}).get(self.name)

    def desired(self):
        return {name: self.params[name] for name in self.options if name != "name"}

    def normalise(self, document):
        described = {"description": document["description"]} if document.get("description") else {}
        return {**{name: unordered(document.get(name)) for name in self.sets}, **described}

    def write(self, client, change):
        client.put(self.path, change.after)

    def delete(self, client):
        client.delete(self.path)


def string_set():
    return {"type": "list", "elements": "str", "default": []}
