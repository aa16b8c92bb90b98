# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing JSON documents that the server renders in its own way."""

from __future__ import annotations

import json
from collections.abc import Callable

from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput


def same(path: tuple, desired: object, current: object) -> bool:
    """Whether a declared value means what the server shows.

    The server's type decides: where it shows a number, "100" and 100.0 are that number; where it shows text, only the same text is.
    """
    if isinstance(current, bool) or isinstance(desired, bool):
        return _text(desired) == _text(current)
    if isinstance(current, (int, float)):
        try:
            return not isinstance(desired, (dict, list)) and desired is not None and float(desired) == current
        except ValueError:
            return False
    if isinstance(current, list) and len(current) == 1 and not isinstance(desired, (dict, list)):
        return same(path, desired, current[0])
    if isinstance(current, str) and isinstance(desired, (int, float)):
        return _text(desired) == current
    return equal(desired, current)


def exact(path: tuple, desired: object, current: object) -> bool:
    """For free text, where the server never rewrites anything."""
    return equal(desired, current)


def equal(one: object, other: object) -> bool:
    """Whether two documents are the same. To Python, True is 1 and 1 is 1.0; to JSON, they are not."""
    return one is other or json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def align(desired: object, current: object, equal: Callable = same, path: tuple = ()) -> object:
    """The desired document in the current one's spelling wherever both mean the same, so that != finds true differences only."""
    if isinstance(desired, dict) and isinstance(current, dict):
        return {key: align(value, current[key], equal, (*path, key)) if key in current else value for key, value in desired.items()}
    if equal(path, desired, current):
        return current
    if isinstance(desired, list) and isinstance(current, list) and len(desired) == len(current):
        return [align(one, other, equal, path) for one, other in zip(desired, current, strict=True)]
    return desired


def project(current: object, desired: object) -> object:
    """The part of the current document that the desired one names, for documents that only grow."""
    if not isinstance(current, dict) or not isinstance(desired, dict):
        return current
    return {key: project(current[key], value) for key, value in desired.items() if key in current}


def merge(current: object, desired: object) -> object:
    """The current document with the desired one put over it."""
    if not isinstance(current, dict) or not isinstance(desired, dict):
        return desired
    return {**current, **{key: merge(current.get(key), value) for key, value in desired.items()}}


def patch(before: dict, after: dict, path: str) -> list:
    """What turns one document into the other, as operations of a JSON patch (RFC 6902).

    Adding replaces as well, and an empty mapping is replaced as a whole: it may be a default that is shown and not stored.
    """
    operations = []
    for key in {**before, **after}:
        place = f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}"
        if key not in after:
            operations.append({"op": "remove", "path": place})
        elif before.get(key) and isinstance(before[key], dict) and isinstance(after[key], dict):
            operations += patch(before[key], after[key], place)
        elif key not in before or not equal(before[key], after[key]):
            operations.append({"op": "add", "path": place, "value": after[key]})
    return operations


def unordered(items: list | None) -> list:
    """A set, in an order of its own."""
    if isinstance(items, (str, dict)):
        # Each letter of it would be one.
        raise InvalidInput(f"{items!r} must be a list.")
    unique = {json.dumps(item, sort_keys=True): item for item in items or []}
    return [unique[key] for key in sorted(unique)]


def canonical_json(value: str | None) -> str:
    """JSON inside a string, independent of blanks and key order; anything else (a query with variables, say) as it is."""
    try:
        return json.dumps(json.loads(value), sort_keys=True) if value else ""
    except ValueError:
        return value


def without_empty(document: dict) -> dict:
    """Without the keys whose absence means the same."""
    return {key: value for key, value in document.items() if value not in (None, [], {}, "")}


def changed_paths(before: object, after: object, path: str = "") -> list:
    """Where two documents differ, as dotted paths."""
    if isinstance(before, dict) and isinstance(after, dict):
        found = []
        for key in sorted(set(before) | set(after)):
            if key not in before or key not in after:
                found.append(f"{path}{key}")
            else:
                found += changed_paths(before[key], after[key], f"{path}{key}.")
        return found
    return [] if equal(before, after) else [path.rstrip(".") or "all of it"]
