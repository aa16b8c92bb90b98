# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What index templates and component templates have in common."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document, _settings
from ansible_collections.searchstack.platform.plugins.module_utils._listed import Listed
from ansible_collections.searchstack.platform.plugins.module_utils._resource import require_plain_name
from ansible_collections.searchstack.platform.plugins.module_utils._resources import _aliases, _index_parts

TEMPLATE_OPTIONS = {
    "name": {"type": "str", "required": True},
    "template": {"type": "dict", "options": {"settings": {"type": "dict"}, "mappings": {"type": "dict"}, "aliases": {"type": "dict"}}},
    "version": {"type": "int"},
    "meta": {"type": "dict"},
}

# Names of templates that the server and its plugins make.
OTHERS = (".", "ss4o_", "@abc_template@")


class Template(Listed):
    """A whole document, so that what is no longer declared goes."""

    query = {"flat_settings": True}
    keys = {"meta": "_meta"}
    # The word in the answers.
    word = ""

    @classmethod
    def is_built_in(cls, name, document):
        return name.startswith(OTHERS)

    @classmethod
    def entries(cls, answer):
        return {entry["name"]: entry[cls.word] for entry in answer.get(f"{cls.word}s", [])}

    def validate(self):
        require_plain_name(self)

    def normalise(self, document):
        template = document.get("template") or {}
        body = {
            "settings": _settings.without_nulls(_settings.index_settings(template.get("settings"))),
            "mappings": template.get("mappings"),
            "aliases": {name: _aliases.normalise(alias or {}) for name, alias in (template.get("aliases") or {}).items()},
        }
        return {**_document.without_empty(document), "template": _document.without_empty(body)}

    def align(self, desired, current):
        return _document.align(desired, current, _index_parts.same)
