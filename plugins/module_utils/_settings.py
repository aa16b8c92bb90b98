# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing settings: the server keeps flat keys and text, people write trees, numbers, lists and units."""

from __future__ import annotations

import json
import re

from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput

# Keys whose values are names and words: "10g" and "10gb" are two racks, not one size.
FREE_TEXT = re.compile(r"\.allocation\.(require|include|exclude|awareness)\.|(^|\.)_meta(\.|$)|^node\.attr\.|^index\.analysis\.")

_TIMES = {"nanos": 1, "micros": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9, "d": 86400 * 10**9}
_SIZES = {"b": 1, "kb": 2**10, "mb": 2**20, "gb": 2**30, "tb": 2**40, "pb": 2**50}
_QUANTITY = re.compile(r"(\d+)\s*([a-zA-Z]+)")


def flatten(tree: dict, prefix: str = "") -> dict:
    """Flat keys of a tree written nested, dotted or mixed. One key with two values cannot be meant."""
    flat: dict = {}
    for key, value in (tree or {}).items():
        path = f"{prefix}{key}"
        if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
            raise InvalidInput(f"Setting {path}: a list may hold plain values only.")
        for name, leaf in (flatten(value, f"{path}.") if isinstance(value, dict) else {path: value}).items():
            _put(flat, name, leaf)
    return flat


def index_settings(tree: dict) -> dict:
    """Flat keys with the prefix "index." that the server adds."""
    flat: dict = {}
    for key, value in flatten(tree).items():
        _put(flat, key if key.startswith("index.") else f"index.{key}", value)
    return flat


def _put(flat: dict, key: str, value: object) -> None:
    if key in flat and not _equal_or_both_null(key, flat[key], value):
        raise InvalidInput(f"Setting {key} is given twice with different values: {flat[key]!r} and {value!r}.")
    flat[key] = value


def _equal_or_both_null(key: str, one: object, other: object) -> bool:
    if one is None or other is None:
        return one is other
    return same(key, one, other)


def text(value: object) -> str:
    """The text that the server stores for a JSON value."""
    if isinstance(value, str):
        return value
    return json.dumps(value)


def same(key: str, one: object, other: object) -> bool:
    """Whether two values of a setting mean the same to the server."""
    if isinstance(one, list) or isinstance(other, list):
        return _items(one) == _items(other)
    one, other = text(one), text(other)
    if one == other:
        return True
    return not FREE_TEXT.search(key) and quantity(one) is not None and quantity(one) == quantity(other)


def same_at(path: tuple, one: object, other: object) -> bool:
    """The same, for documents whose leaves are settings."""
    return same(path[-1], one, other)


def _items(value: object) -> list:
    if isinstance(value, list):
        return [text(item) for item in value]
    return [item.strip() for item in text(value).split(",")] if value != "" else []


def quantity(value: str) -> tuple | None:
    """("time", nanoseconds) or ("size", bytes) of a whole number with a unit. "5m" is five minutes: a size in MB ends in "mb"."""
    match = _QUANTITY.fullmatch(value)
    if not match:
        return None
    number, unit = int(match[1]), match[2]
    unit = unit if unit == "M" else unit.lower()
    if unit in _TIMES:
        return ("time", number * _TIMES[unit])
    if unit in _SIZES:
        return ("size", number * _SIZES[unit])
    return None


def named(current: dict, desired: dict) -> dict:
    """The part of the current settings that the declaration names: the other keys are nobody's business."""
    return {key: value for key, value in current.items() if key in desired}


def without_nulls(settings: dict) -> dict:
    """A null asks for a reset: what then remains is no setting at all."""
    return {key: value for key, value in settings.items() if value is not None}


def difference(before: dict, after: dict) -> dict:
    """What to send so that before becomes after: changed values, and null where a key goes."""
    changed = {key: value for key, value in after.items() if key not in before or before[key] != value}
    return {**changed, **{key: None for key in before if key not in after}}
