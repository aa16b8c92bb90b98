# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An index: named settings, mappings that only grow, named aliases."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document, _settings
from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource, require_plain_name
from ansible_collections.searchstack.platform.plugins.module_utils._resources import _aliases, _mappings


class Index(Resource):
    kind = "index"
    options = {
        "name": {"type": "str", "required": True},
        "settings": {"type": "dict"},
        "mappings": {"type": "dict"},
        "aliases": {"type": "dict"},
    }

    @property
    def path(self):
        return f"/{segment(self.name)}"

    def validate(self):
        require_plain_name(self)

    def read(self, client):
        answer = client.get(self.path, flat_settings=True)
        if answer is None:
            return None
        if self.name not in answer:
            raise InvalidInput(f"{self.name} is an alias of {', '.join(sorted(answer))}, not an index.")
        current = answer[self.name]
        declared = self.params["mappings"] or {}
        if not self.absent and not _mappings.covers(current["mappings"], _mappings.nested(declared)):
            # Something that is declared is not shown. It may equal a default: ask for those only now.
            fields = client.get(f"{self.path}/_mapping/field/*", include_defaults=True)[self.name]["mappings"]
            current["mappings"] = _mappings.with_defaults(current["mappings"], fields)
        return current

    def desired(self):
        return self.given("settings", "mappings", "aliases")

    def normalise(self, document):
        parts = {
            "settings": _settings.index_settings,
            "mappings": _mappings.nested,
            "aliases": lambda aliases: {name: _aliases.normalise(alias) for name, alias in aliases.items()},
        }
        return {key: parts[key](value) for key, value in document.items() if key in parts}

    def scope(self, current, desired):
        part = {"settings": _settings.named, "mappings": _document.project, "aliases": _settings.named}
        return {key: part[key](current[key], value) for key, value in desired.items()}

    def align(self, desired, current):
        aligned = _document.align(desired, current, _same)
        return {key: value if key == "mappings" else _settings.without_nulls(value) for key, value in aligned.items()}

    def check(self, change):
        if change.before and change.after:
            _mappings.refuse_type_changes(change.before.get("mappings", {}), change.after.get("mappings", {}))
        return []

    def write(self, client, change):
        if change.before is None:
            client.put(self.path, change.after)
            return
        for key, after in change.after.items():
            before = change.before[key]
            if before == after:
                continue
            if key == "settings":
                client.put(f"{self.path}/_settings", _settings.difference(before, after))
            elif key == "mappings":
                client.put(f"{self.path}/_mapping", after)
            else:
                client.post("/_aliases", {"actions": _aliases.actions(self.name, before, after)})

    def delete(self, client):
        client.delete(self.path)


def _same(path, desired, current):
    if path[0] == "settings":
        return _settings.same(path[-1], desired, current)
    return (_document.exact if "_meta" in path else _document.same)(path, desired, current)
