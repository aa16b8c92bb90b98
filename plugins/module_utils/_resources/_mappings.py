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
    if not isinstance(mappings["properties"], dict):
        raise InvalidInput(f"mappings: properties must be a mapping of fields, not {mappings['properties']!r}.")
    for name, field in mappings["properties"].items():
        if not isinstance(field, dict):
            raise InvalidInput(f"mappings: the field {name} must be a mapping such as {{type: keyword}}, not {field!r}.")
        subfields = field.get("fields", {})
        if not isinstance(subfields, dict) or not all(isinstance(subfield, dict) for subfield in subfields.values()):
            raise InvalidInput(f"mappings: fields of {name} must be a mapping such as {{raw: {{type: keyword}}}}, not {subfields!r}.")
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


def completed(current: dict, declared: dict) -> dict:
    """The declared part with what the server has of its fields besides: what is not sent of a field would go back to its default."""
    children = declared.get("properties")
    if children is None and "properties" not in current:
        return _document.merge(current, declared)
    # Objects, and the whole, keep what is not sent.
    kind = {"type": current["type"]} if "type" in current else {}
    own = {key: _document.merge(current.get(key), value) for key, value in declared.items() if key != "properties"}
    known = current.get("properties", {})
    fields = {name: completed(known.get(name, {}), child) for name, child in (children or {}).items()}
    return {**kind, **own, **({"properties": fields} if children is not None else {})}


def refuse_type_changes(current: dict, declared: dict, path: str = "") -> None:
    """The server would refuse, but not in check mode."""
    for part in ("properties", "fields"):
        for name, new in (declared.get(part) or {}).items():
            old = (current.get(part) or {}).get(name)
            if old is None:
                continue
            before = old.get("type", "object")
            # One that only names its fields may be nested as well.
            after = new.get("type") or ("object" if "properties" in new and before != "nested" else before)
            if before != after:
                raise InvalidInput(
                    f"mappings: the field {path}{name} is of type {before} and cannot become {after}. "
                    "Mappings of an existing index only grow: reindex into a new index to change a field."
                )
            refuse_type_changes(old, new, f"{path}{name}.")
