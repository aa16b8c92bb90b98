# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stored script or search template."""

from __future__ import annotations

import json

from ansible_collections.searchstack.platform.plugins.module_utils import _document
from ansible_collections.searchstack.platform.plugins.module_utils._listed import Listed
from ansible_collections.searchstack.platform.plugins.module_utils._resource import require_plain_name

# Nothing else shows all scripts.
ALL = "/_cluster/state/metadata"


class StoredScript(Listed):
    kind = "stored script"
    collection = "/_scripts"
    options = {
        "name": {"type": "str", "required": True},
        "lang": {"type": "str", "default": "painless"},
        "source": {"type": "raw"},
        "script_options": {"type": "dict"},
    }
    keys = {"script_options": "options"}
    constraints = {"required_if": [("state", "present", ("source",))]}

    @classmethod
    def entries(cls, answer):
        return {answer["_id"]: answer["script"]} if answer.get("found") else {}

    @classmethod
    def read_all(cls, client, names=None):
        return client.get(ALL, filter_path="metadata.stored_scripts").get("metadata", {}).get("stored_scripts", {})

    def validate(self):
        require_plain_name(self)

    def normalise(self, document):
        source = document["source"]
        # A search template may be written as a tree; the server keeps its text.
        source = source if isinstance(source, str) else json.dumps(source)
        options = {key: value for key, value in (document.get("options") or {}).items() if key != "content_type"}
        return {"lang": document["lang"], "source": source, **_document.without_empty({"options": options})}

    def align(self, desired, current):
        same = "source" in current and _document.canonical_json(desired["source"]) == _document.canonical_json(current["source"])
        return _document.align({**desired, **({"source": current["source"]} if same else {})}, current)

    def write(self, client, change):
        client.put(self.path, {"script": change.after})
