# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A composable index template: a whole document, so that what is no longer declared goes."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document, _settings
from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource, require_plain_name
from ansible_collections.searchstack.platform.plugins.module_utils._resources import _aliases


class IndexTemplate(Resource):
    kind = "index template"
    options = {
        "name": {"type": "str", "required": True},
        "index_patterns": {"type": "list", "elements": "str"},
        "template": {"type": "dict", "options": {"settings": {"type": "dict"}, "mappings": {"type": "dict"}, "aliases": {"type": "dict"}}},
        "composed_of": {"type": "list", "elements": "str"},
        "priority": {"type": "int"},
        "version": {"type": "int"},
        "data_stream": {"type": "dict"},
        "meta": {"type": "dict"},
    }

    @property
    def path(self):
        return f"/_index_template/{segment(self.name)}"

    def validate(self):
        require_plain_name(self)

    def read(self, client):
        answer = client.get(self.path, flat_settings=True) or {"index_templates": []}
        found = [entry["index_template"] for entry in answer["index_templates"] if entry["name"] == self.name]
        return found[0] if found else None

    def desired(self):
        document = self.given("index_patterns", "template", "composed_of", "priority", "version", "data_stream")
        if self.params["meta"] is not None:
            document["_meta"] = self.params["meta"]
        return document

    def normalise(self, document):
        template = document.get("template") or {}
        body = {
            "settings": _settings.without_nulls(_settings.index_settings(template.get("settings"))),
            "mappings": template.get("mappings"),
            "aliases": {name: _aliases.normalise(alias or {}) for name, alias in (template.get("aliases") or {}).items()},
        }
        normal = {
            **document,
            "index_patterns": _document.unordered(document["index_patterns"]),
            "template": _document.without_empty(body),
            "composed_of": document.get("composed_of"),
        }
        # An empty data_stream says something: indices that match are made as data streams.
        stream = {"data_stream": document["data_stream"]} if document.get("data_stream") is not None else {}
        return {**_document.without_empty(normal), **stream}

    def scope(self, current, desired):
        if "data_stream" not in current or "data_stream" not in desired:
            return current
        return {**current, "data_stream": _document.project(current["data_stream"], desired["data_stream"])}

    def align(self, desired, current):
        return _document.align(desired, current, _same)

    def write(self, client, change):
        client.put(self.path, change.after)

    def delete(self, client):
        client.delete(self.path)


def _same(path, desired, current):
    if path[:2] == ("template", "settings"):
        return _settings.same(path[-1], desired, current)
    return (_document.exact if "_meta" in path else _document.same)(path, desired, current)
