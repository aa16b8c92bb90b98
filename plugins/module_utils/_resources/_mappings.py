# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mappings only grow, and the server leaves out what equals a default."""

from __future__ import annotations

import copy

from ansible_collections.searchstack.platform.plugins.module_utils import _document
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput

# Objects have no entry among the fields that the server can show with their defaults.
OBJECT_DEFAULTS = {"type": "object", "enabled": True, "include_in_parent": False, "include_in_root": False}
ROOT_DEFAULTS = {"_source": {"enabled": True}, "_routing": {"required": False}}


def nested(mappings: dict) -> dict:
    """The mappings with fields in their objects: a field "a.b" is the field b of the object a."""
    if "properties" not in mappings:
        return mappings
    properties: dict = {}
    for name, field in mappings["properties"].items():
        first, dot, rest = name.partition(".")
        _merge(properties, first, nested({"properties": {rest: field}} if dot else field))
    rest = {key: value for key, value in mappings.items() if key != "properties"}
    # The server does not show that there are none.
    return {**rest, "properties": properties} if properties else rest


def _merge(target: dict, key: str, value: object) -> None:
    if isinstance(target.get(key), dict) and isinstance(value, dict):
        for name, item in value.items():
            _merge(target[key], name, item)
    elif key in target and target[key] != value:
        raise InvalidInput(f"mappings: {key} is given twice with different values: {target[key]!r} and {value!r}.")
    else:
        # A copy: what is merged here belongs to the declaration.
        target[key] = copy.deepcopy(value)


def covers(current: dict, desired: dict) -> bool:
    """Whether everything that is declared is there already."""
    part = _document.project(current, desired)
    return _document.align(desired, part) == part


def with_defaults(mappings: dict, fields: dict) -> dict:
    """The mappings with each default stated; `fields` is what GET _mapping/field/*?include_defaults=true says."""
    root = {key: {**default, **mappings.get(key, {})} for key, default in ROOT_DEFAULTS.items()}
    return {**mappings, **root, **_object(mappings, fields, "")}


def _object(node: dict, fields: dict, prefix: str) -> dict:
    if "properties" not in node:
        return {}
    return {"properties": {name: _field(child, fields, f"{prefix}{name}") for name, child in node["properties"].items()}}


def _field(node: dict, fields: dict, path: str) -> dict:
    if path in fields:
        # The answer holds one entry, under the last part of the field's name.
        (stated,) = fields[path]["mapping"].values()
        subfields = {name: _field(child, fields, f"{path}.{name}") for name, child in node.get("fields", {}).items()}
        return {**stated, **node, **({"fields": subfields} if subfields else {})}
    return {**OBJECT_DEFAULTS, **node, **_object(node, fields, f"{path}.")}


def refuse_type_changes(before: dict, after: dict, path: str = "") -> None:
    """The server would refuse, but not in check mode."""
    for key, new in after.items():
        old = before.get(key)
        if key == "type" and isinstance(new, str) and isinstance(old, str) and old != new:
            raise InvalidInput(
                f"mappings: the field {path.rstrip('.') or 'at the top'} is of type {old} and cannot become {new}. "
                "Mappings of an existing index only grow: reindex into a new index to change a field."
            )
        if key != "_meta" and isinstance(new, dict) and isinstance(old, dict):
            refuse_type_changes(old, new, path if key in ("properties", "fields") else f"{path}{key}.")
