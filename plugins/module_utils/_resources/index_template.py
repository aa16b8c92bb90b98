# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A composable index template."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document
from ansible_collections.searchstack.platform.plugins.module_utils._resources._templates import TEMPLATE_OPTIONS, Template

# The field of a data stream that none is named for.
TIMESTAMP = {"timestamp_field": {"name": "@timestamp"}}


class IndexTemplate(Template):
    kind = "index template"
    collection = "/_index_template"
    word = "index_template"
    rivalry = "have the same priority"
    options = {
        **TEMPLATE_OPTIONS,
        "index_patterns": {"type": "list", "elements": "str"},
        "composed_of": {"type": "list", "elements": "str"},
        "priority": {"type": "int"},
        "data_stream": {"type": "dict"},
    }
    constraints = {"required_if": [("state", "present", ("index_patterns",))]}

    @classmethod
    def declare(cls, name, document):
        # One that is empty says something, too.
        stream = {"data_stream": document["data_stream"]} if "data_stream" in document else {}
        return {**super().declare(name, document), **stream}

    def normalise(self, document):
        normal = {**super().normalise(document), "index_patterns": _document.unordered(document["index_patterns"])}
        # An empty data_stream says something: indices that match are made as data streams.
        stream = {} if document.get("data_stream") is None else {"data_stream": {**TIMESTAMP, **document["data_stream"]}}
        return {**_document.without_empty(normal), **stream}
