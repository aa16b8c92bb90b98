# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An index: named settings, mappings that only grow, named aliases."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document, _replication, _settings
from ansible_collections.searchstack.platform.plugins.module_utils._connection import lists
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._listed import Listed
from ansible_collections.searchstack.platform.plugins.module_utils._resource import require_plain_name
from ansible_collections.searchstack.platform.plugins.module_utils._resources import _aliases, _index_parts, _mappings

# What the server sets itself, or what holds for the first shard's life only: a declaration of an existing index leaves it out.
OWN_SETTINGS = (
    "index.uuid",
    "index.history.uuid",
    "index.creation_date",
    "index.provided_name",
    "index.version.",
    "index.verified_before_close",
    "index.replication.type",
)


class Index(Listed):
    kind = "index"
    options = {
        "name": {"type": "str", "required": True},
        "settings": {"type": "dict"},
        "mappings": {"type": "dict"},
        "aliases": {"type": "dict"},
        "open": {"type": "bool"},
    }

    def __init__(self, params: dict):
        # As the server shows them, without any default.
        self.mappings: dict = {}
        super().__init__(params)

    @classmethod
    def read_all(cls, client, names=None):
        found: dict = {}
        for part in lists(names) if names is not None else ["*"]:
            found.update(client.get(f"/{part}", flat_settings=True, ignore_unavailable=True, expand_wildcards="all"))
        _refuse_aliases(names or [], found)
        return {name: {**document, "open": _is_open(document)} for name, document in found.items()}

    @classmethod
    def is_built_in(cls, name, document):
        return name.startswith(".") or document["settings"].get(_replication.LEADER_INDEX) is not None

    @classmethod
    def declare(cls, name, document):
        settings = {key: value for key, value in document["settings"].items() if not key.startswith(OWN_SETTINGS)}
        return super().declare(name, {**document, "settings": settings, "open": None if document["open"] else False})

    def validate(self):
        require_plain_name(self)

    def read(self, client):
        return self.look(client, self.read_all(client, [self.name]).get(self.name))

    def look(self, client, current):
        self.mappings = {} if current is None else current["mappings"]
        declared = self.params["mappings"] or {}
        if current is None or self.absent or _mappings.covers(current["mappings"], _mappings.nested(declared)):
            return current
        # Something that is declared is not shown. It may equal a default: ask for those only now.
        # An index without any field is answered with 404.
        answer = client.get(f"{self.path}/_mapping/field/*", include_defaults=True) or {self.name: {"mappings": {}}}
        return {**current, "mappings": _mappings.with_defaults(current["mappings"], answer[self.name]["mappings"])}

    def normalise(self, document):
        parts = {
            "settings": _settings.index_settings,
            "mappings": _mappings.nested,
            "aliases": lambda aliases: {name: _aliases.normalise(alias) for name, alias in aliases.items()},
            "open": bool,
        }
        return {key: parts[key](value) for key, value in document.items() if key in parts}

    def scope(self, current, desired):
        part = {"settings": _settings.named, "mappings": _document.project, "aliases": _settings.named, "open": lambda now, wanted: now}
        return {key: part[key](current[key], value) for key, value in desired.items()}

    def align(self, desired, current):
        aligned = _document.align(desired, current, _index_parts.same)
        return {key: _settings.without_nulls(value) if key in ("settings", "aliases") else value for key, value in aligned.items()}

    def check(self, change):
        if change.before and change.after:
            _mappings.refuse_type_changes(self.mappings, change.after.get("mappings", {}))
        return []

    def write(self, client, change):
        before, after = change.before, change.after
        if before is None:
            client.put(self.path, {key: value for key, value in after.items() if key != "open"})
            before = {**after, "open": True}
        # What is static in an open index can be set in a closed one: opening comes last.
        if before.get("open") and after.get("open") is False:
            client.post(f"{self.path}/_close")
        self._put_parts(client, before, after)
        if before.get("open") is False and after.get("open"):
            client.post(f"{self.path}/_open")

    def _put_parts(self, client, before, after):
        for key in ("settings", "mappings", "aliases"):
            if key not in after or _document.equal(before[key], after[key]):
                continue
            if key == "settings":
                client.put(f"{self.path}/_settings", _settings.difference(before[key], after[key]))
            elif key == "mappings":
                client.put(f"{self.path}/_mapping", _mappings.completed(self.mappings, after[key]))
            else:
                client.post("/_aliases", {"actions": _aliases.actions(self.name, before[key], after[key])})


def _is_open(document):
    return document["settings"].get("index.verified_before_close") != "true"


def _refuse_aliases(names, found):
    for name in names:
        holders = sorted(index for index, document in found.items() if name in document["aliases"])
        if name not in found and holders:
            raise InvalidInput(f"{name} is an alias of {', '.join(holders)}, not an index.")
