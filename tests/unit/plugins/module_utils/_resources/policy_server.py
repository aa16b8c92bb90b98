# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for ISM and snapshot management, whose plugins are not published: policies are rendered as in the recordings (exchanges/)."""

from __future__ import annotations

import copy
import re

from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError

ISM = "/_plugins/_ism/policies"
SM = "/_plugins/_sm/policies"
RETRY = {"count": 3, "backoff": "exponential", "delay": "1m"}
ACTIONS = {
    "rollover": {"copy_alias": False},
    "allocation": {"require": {}, "include": {}, "exclude": {}, "wait_for": False},
    "shrink": {"switch_aliases": False},
}
NUMBERS = ("count", "number_of_replicas", "max_num_segments", "min_doc_count", "priority", "num_new_shards")
NANOSECONDS = {"s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9, "d": 86400 * 10**9}


class PolicyServer:
    """Takes the place of the engine's client."""

    def __init__(self):
        self.stored = {ISM: {}, SM: {}}
        self.writes = 0

    def get(self, path, **_query):
        for collection, word in ((ISM, "policy"), (SM, "sm_policy")):
            if path == collection:
                entries = [{**self._entry(collection, name), word: document} for name, (document, _at) in self.stored[collection].items()]
                return copy.deepcopy({"policies": entries, "total_policies": len(entries)})
            name = path.removeprefix(f"{collection}/")
            if name in self.stored[collection]:
                return copy.deepcopy({**self._entry(collection, name), word: self.stored[collection][name][0]})
        return None

    def put(self, path, body, **query):
        collection = ISM if path.startswith(ISM) else SM
        name = path.removeprefix(f"{collection}/")
        there = self.stored[collection].get(name)
        expected = query.get("if_seq_no")
        if (there is None) != (expected is None) or (there and there[1] != expected):
            raise ApiError(f"PUT {path}", 409, "version_conflict_engine_exception", "version conflict")
        self.writes += 1
        document = copy.deepcopy(body)
        rendered = _ism(name, document["policy"]) if collection == ISM else _sm(name, document, there)
        self.stored[collection][name] = (rendered, self.writes)
        return {}

    def post(self, path, body, **_query):
        return self.put(path, body)

    def delete(self, path, **_query):
        for collection, stored in self.stored.items():
            stored.pop(path.removeprefix(f"{collection}/"), None)

    def _entry(self, collection, name):
        return {"_id": name, "_seq_no": self.stored[collection][name][1], "_primary_term": 1}


def _ism(name, policy):
    templates = policy.get("ism_template")
    templates = [templates] if isinstance(templates, dict) else templates
    return {
        "policy_id": name,
        "description": policy.get("description", ""),
        "last_updated_time": 1795426331341,
        "schema_version": 25,
        "error_notification": None,
        "default_state": policy["default_state"],
        "states": [_state(state) for state in policy["states"]],
        "ism_template": templates and [{"priority": 0, **_numbers(item), "last_updated_time": 1795426331341} for item in templates],
    }


def _state(state):
    return {
        "name": state["name"],
        "actions": [_entry(entry) for entry in state.get("actions", [])],
        "transitions": state.get("transitions", []),
    }


def _entry(entry):
    retry = {**RETRY, **_numbers(entry.get("retry", {}))}
    return {"retry": retry, **{key: _action(key, value) for key, value in entry.items() if key != "retry"}}


def _action(name, action):
    return {**ACTIONS.get(name, {}), **_numbers(action)} if isinstance(action, dict) else action


def _numbers(document):
    return {key: _value(key, value) for key, value in document.items()}


def _value(key, value):
    if key in NUMBERS:
        return int(value)
    # Sizes in lower case, durations as they are written.
    return value.lower() if isinstance(value, str) and re.fullmatch(r"\d+[KMGT]B", value) else value


def _sm(name, policy, there):
    """Durations as TimeValue writes them; what was given as a number in text becomes one."""
    shown = {**policy, "name": name, "schema_version": 25, "schedule": {"interval": {"start_time": 1, "period": 1, "unit": "Minutes"}}}
    shown["enabled"] = policy.get("enabled", True)
    shown["last_updated_time"] = shown["enabled_time"] = 1795426398010
    for part in ("creation", "deletion"):
        if part in shown and "time_limit" in shown[part]:
            shown[part]["time_limit"] = _duration(shown[part]["time_limit"])
    if "deletion" in shown:
        shown["deletion"].setdefault("schedule", policy.get("creation", {}).get("schedule"))
        condition = {"min_count": 1, **shown["deletion"]["condition"]}
        shown["deletion"]["condition"] = {key: _duration(value) if key == "max_age" else int(value) for key, value in condition.items()}
    if "notification" in shown:
        conditions = {"creation": True, "deletion": False, "failure": False, "time_limit_exceeded": False}
        shown["notification"]["conditions"] = {**conditions, **shown["notification"].get("conditions", {})}
    return shown


def _duration(text):
    """The largest unit, cut to one decimal."""
    number, unit = re.fullmatch(r"(\d+)([smhd])", text).groups()
    value = int(number) * NANOSECONDS[unit]
    largest = next(name for name in "dhms" if value >= NANOSECONDS[name])
    tenths = value * 10 // NANOSECONDS[largest]
    return f"{tenths // 10}{largest}" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}{largest}"
