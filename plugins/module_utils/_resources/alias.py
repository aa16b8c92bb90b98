# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An alias and all the indices that it stands for, changed in one step."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._listed import Listed
from ansible_collections.searchstack.platform.plugins.module_utils._resource import is_plain, require_plain_name
from ansible_collections.searchstack.platform.plugins.module_utils._resources import _aliases

PROPERTIES = ("filter", "routing", "index_routing", "search_routing", "is_hidden")


class Alias(Listed):
    kind = "alias"
    collection = "/_alias"
    options = {
        "name": {"type": "str", "required": True},
        "indices": {"type": "list", "elements": "str"},
        "write_index": {"type": "str"},
        "filter": {"type": "dict"},
        "routing": {"type": "str"},
        "index_routing": {"type": "str"},
        "search_routing": {"type": "str"},
        "is_hidden": {"type": "bool"},
    }
    constraints = {
        "required_if": [("state", "present", ("indices",))],
        "mutually_exclusive": [("routing", "index_routing"), ("routing", "search_routing")],
    }

    @classmethod
    def entries(cls, answer):
        """From {index: {"aliases": {name: properties}}} to {name: {"indices": {index: properties}}}."""
        found: dict = {}
        for index, held in answer.items():
            for name, properties in held["aliases"].items():
                found.setdefault(name, {"indices": {}})["indices"][index] = properties
        return found

    @classmethod
    def declare(cls, name, document):
        """None where the indices' aliases differ in a way that no declaration of the whole alias expresses."""
        indices = document["indices"]
        writers = [index for index, properties in indices.items() if properties.get("is_write_index")]
        plain = [{key: value for key, value in properties.items() if key != "is_write_index"} for properties in indices.values()]
        if any(other != plain[0] for other in plain):
            return None
        return {"name": name, "indices": sorted(indices), **({"write_index": writers[0]} if writers else {}), **plain[0]}

    def validate(self):
        require_plain_name(self)
        if self.absent:
            return
        writer = self.params["write_index"]
        if not self.params["indices"]:
            raise InvalidInput(f"{self.label}: indices is empty; use state=absent to remove the alias.")
        for index in self.params["indices"]:
            # A pattern would never be what the server shows: each run would change the alias.
            if not is_plain(index):
                raise InvalidInput(f"{self.label}: {index!r} in indices is not the name of one index.")
        if writer is not None and writer not in self.params["indices"]:
            raise InvalidInput(f"{self.label}: write_index {writer} is not among its indices.")

    def desired(self):
        writer = self.params["write_index"]
        properties = {name: self.params[name] for name in PROPERTIES if self.params[name] is not None}
        writes = {index: {"is_write_index": index == writer} if writer else {} for index in self.params["indices"]}
        return {"indices": {index: {**properties, **write} for index, write in writes.items()}}

    def normalise(self, document):
        return {"indices": {index: _aliases.normalise(properties) for index, properties in document["indices"].items()}}

    def write(self, client, change):
        before, after = (change.before or {"indices": {}})["indices"], change.after["indices"]
        added = [
            _aliases.add(index, self.name, properties)
            for index, properties in after.items()
            if not _document.equal(before.get(index), properties)
        ]
        removed = [_aliases.remove(index, self.name) for index in before if index not in after]
        client.post("/_aliases", {"actions": added + removed})

    def delete(self, client):
        indices = (self.read(client) or {"indices": {}})["indices"]
        client.post("/_aliases", {"actions": [_aliases.remove(index, self.name) for index in indices]})
