# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Aliases as the server renders them."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput


def normalise(alias: dict | None) -> dict | None:
    """`routing` is a short form of two keys."""
    if alias is None:
        return None
    if not isinstance(alias, dict):
        raise InvalidInput(f"aliases: {alias!r} must be a mapping of the alias' properties, such as {{}}.")
    routing = dict.fromkeys(("index_routing", "search_routing"), alias["routing"]) if alias.get("routing") is not None else {}
    return {**routing, **{key: value for key, value in alias.items() if value not in (None, {}) and key != "routing"}}


def actions(index: str, before: dict, after: dict) -> list:
    """The difference as actions of POST _aliases, which makes all of them at once."""
    added = [add(index, name, alias) for name, alias in after.items() if not _document.equal(before.get(name), alias)]
    return added + [remove(index, name) for name in before if name not in after]


def add(index: str, name: str, alias: dict) -> dict:
    return {"add": {"index": index, "alias": name, **alias}}


def remove(index: str, name: str) -> dict:
    return {"remove": {"index": index, "alias": name}}
