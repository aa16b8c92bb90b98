# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the server renders an ISM policy: with defaults that nobody wrote, and with one spelling where several are understood."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document, _settings

# Of an entry in `actions`, what is no action itself.
AROUND_AN_ACTION = ("retry", "timeout")
# By the key that holds the document, wherever it is.
DEFAULTS = {
    "retry": {"count": 3, "backoff": "exponential", "delay": "1m"},
    "rollover": {"copy_alias": False},
    "allocation": {"require": {}, "include": {}, "exclude": {}, "wait_for": False},
    "shrink": {"switch_aliases": False},
    "message_template": {"lang": "mustache"},
    "target_index_name_template": {"lang": "mustache"},
    "custom_webhook": {"header_params": {}, "query_params": {}, "port": -1},
    "match_all": {"boost": 1.0},
}
# The server keeps the text, and "60m" is "1h" all the same: a new version of a policy is more than a matter of taste.
QUANTITIES = (
    "timeout",
    "delay",
    "min_index_age",
    "min_rollover_age",
    "min_state_age",
    "min_size",
    "min_primary_shard_size",
    "max_shard_size",
)


def normalise(policy: dict) -> dict:
    notification = policy.get("error_notification")
    return {
        "description": policy.get("description") or "",
        "default_state": policy.get("default_state"),
        "states": [_state(state) for state in policy.get("states") or []],
        "ism_template": [_template(template) for template in policy.get("ism_template") or []],
        **({"error_notification": _fill(notification)} if notification else {}),
    }


def same(path: tuple, desired: object, current: object) -> bool:
    if path[-1] in QUANTITIES and isinstance(desired, str) and isinstance(current, str):
        return _settings.same(path[-1], desired, current)
    return _document.same(path, desired, current)


def _state(state):
    # Each action has a retry, whether one is written or not.
    actions = [_fill({**action, "retry": action.get("retry") or {}}) for action in state.get("actions") or []]
    return {**state, "actions": actions, "transitions": [_fill(transition) for transition in state.get("transitions") or []]}


def _template(template):
    shown = {key: value for key, value in template.items() if key != "last_updated_time"}
    return {"priority": 0, **shown, "index_patterns": _document.unordered(template.get("index_patterns"))}


def _fill(value, key=""):
    """Defaults filled in and nulls left out, at any depth."""
    if isinstance(value, list):
        return [_fill(item) for item in value]
    if not isinstance(value, dict):
        return value
    filled = {**DEFAULTS.get(key, {}), **{name: _fill(item, name) for name, item in value.items() if item is not None}}
    return SPELLINGS.get(key, lambda same: same)(filled)


def _rollover(rollover):
    return {key: value for key, value in rollover.items() if key != "prevent_empty_rollover" or _document.same((), value, True)}


def _alias(action):
    """One alias is a list of one."""
    return {"aliases" if key == "alias" else key: [value] if key == "alias" else value for key, value in action.items()}


def _dimension(dimension):
    """A dimension of a rollup or a group of a transform keeps its field's name; a query's or an aggregation's clause is something else."""
    if "source_field" not in dimension:
        return dimension
    zone = {"timezone": "UTC"} if {"fixed_interval", "calendar_interval"} & set(dimension) else {}
    return {"target_field": dimension["source_field"], **zone, **dimension}


SPELLINGS = {
    "rollover": _rollover,
    "add": _alias,
    "remove": _alias,
    "date_histogram": _dimension,
    "histogram": _dimension,
    "terms": _dimension,
}
