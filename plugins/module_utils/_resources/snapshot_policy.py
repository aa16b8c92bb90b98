# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A policy of snapshot management (SM): when snapshots are taken, and when they are deleted again."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document, _settings
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resources import _durations
from ansible_collections.searchstack.platform.plugins.module_utils._resources._policies import Policy

CRON_FIELDS = 5
DURATIONS = ("time_limit", "max_age")
SCHEDULE = {
    "type": "dict",
    "options": {
        "cron": {
            "type": "dict",
            "required": True,
            "options": {"expression": {"type": "str", "required": True}, "timezone": {"type": "str", "default": "UTC"}},
        },
    },
}
CONDITION = {"max_age": {"type": "str"}, "max_count": {"type": "int"}, "min_count": {"type": "int", "default": 1}}
CONDITIONS = {
    "creation": {"type": "bool", "default": True},
    "deletion": {"type": "bool", "default": False},
    "failure": {"type": "bool", "default": False},
    "time_limit_exceeded": {"type": "bool", "default": False},
}


class SnapshotPolicy(Policy):
    """The server ignores what it does not know: all that it knows is an option here, so that nothing misspelt gets lost."""

    kind = "snapshot policy"
    collection = "/_plugins/_sm/policies"
    word = "sm_policy"
    name_key = "name"
    options = {
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "enabled": {"type": "bool"},
        "creation": {"type": "dict", "options": {"schedule": {**SCHEDULE, "required": True}, "time_limit": {"type": "str"}}},
        "deletion": {
            "type": "dict",
            "options": {
                "schedule": SCHEDULE,
                "condition": {"type": "dict", "required": True, "options": CONDITION},
                "time_limit": {"type": "str"},
                "snapshot_pattern": {"type": "str"},
            },
        },
        "snapshot_config": {
            "type": "dict",
            "options": {
                "repository": {"type": "str", "required": True},
                "indices": {"type": "list", "elements": "str"},
                "ignore_unavailable": {"type": "bool"},
                "include_global_state": {"type": "bool"},
                "partial": {"type": "bool"},
                "date_format": {"type": "str"},
                "date_format_timezone": {"type": "str"},
                "metadata": {"type": "dict"},
            },
        },
        "notification": {
            "type": "dict",
            "options": {
                "channel": {"type": "dict", "required": True, "options": {"id": {"type": "str", "required": True}}},
                "conditions": {"type": "dict", "options": CONDITIONS},
            },
        },
    }
    constraints = {"required_if": [("state", "present", ("snapshot_config",)), ("state", "present", ("creation", "deletion"), True)]}

    @classmethod
    def declare(cls, name, document):
        """None where a duration is none that can be declared."""
        if not all(_durations.is_exact(text) for _where, text in _durations_of(document)):
            return None
        return super().declare(name, _known(document, cls.options))

    def validate(self):
        super().validate()
        if self.absent:
            return
        for part in ("creation", "deletion"):
            self._check_cron(part)
        for where, text in _durations_of(self.params):
            _durations.require_exact(f"{self.label}: {where}", text)
        deletion = self.params["deletion"]
        if deletion:
            self._check_condition(deletion["condition"])
            if not self.params["creation"] and not deletion.get("schedule"):
                raise InvalidInput(f"{self.label}: deletion.schedule is missing, and there is no creation.schedule to take its place.")

    def _check_cron(self, part):
        schedule = (self.params[part] or {}).get("schedule")
        if schedule and len(schedule["cron"]["expression"].split()) != CRON_FIELDS:
            raise InvalidInput(
                f"{self.label}: {part}.schedule.cron.expression {schedule['cron']['expression']!r} must have {CRON_FIELDS} fields: "
                "minute, hour, day of the month, month, day of the week."
            )

    def _check_condition(self, condition):
        most, least = condition.get("max_count"), condition.get("min_count") or 1
        if most is None and condition.get("max_age") is None:
            raise InvalidInput(f"{self.label}: deletion.condition needs max_age or max_count.")
        if most is not None and most <= least:
            raise InvalidInput(f"{self.label}: deletion.condition.max_count ({most}) must be greater than min_count ({least}).")

    def normalise(self, document):
        normal = _document.without_empty(_without_nulls({key: document.get(key) for key in self.described().values()}))
        normal["enabled"] = document.get("enabled") is not False
        if "deletion" in normal:
            schedule = {"schedule": normal["creation"]["schedule"]} if "creation" in normal else {}
            condition = {"min_count": 1, **normal["deletion"]["condition"]}
            normal["deletion"] = {**schedule, **normal["deletion"], "condition": condition}
        if "notification" in normal:
            defaults = {name: spec["default"] for name, spec in CONDITIONS.items()}
            normal["notification"] = {**normal["notification"], "conditions": {**defaults, **normal["notification"].get("conditions", {})}}
        indices = normal.get("snapshot_config", {}).get("indices")
        if isinstance(indices, str):
            normal["snapshot_config"] = {**normal["snapshot_config"], "indices": [name.strip() for name in indices.split(",")]}
        return normal

    def align(self, desired, current):
        # A policy that somebody has stopped stays so, unless it is declared otherwise.
        kept = {"enabled": current["enabled"]} if self.params.get("enabled") is None and current else {}
        return _document.align({**desired, **kept}, current, _same)

    def write(self, client, change):
        if change.before is None:
            client.post(self.path, change.after)
        else:
            client.put(self.path, change.after, **self.version)


def _same(path, desired, current):
    if path[-1] in DURATIONS:
        return _settings.same(path[-1], desired, current)
    return (_document.exact if "metadata" in path else _document.same)(path, desired, current)


def _durations_of(policy):
    creation, deletion = policy.get("creation") or {}, policy.get("deletion") or {}
    found = {
        "creation.time_limit": creation.get("time_limit"),
        "deletion.time_limit": deletion.get("time_limit"),
        "deletion.condition.max_age": (deletion.get("condition") or {}).get("max_age"),
    }
    return [(where, text) for where, text in found.items() if text is not None]


def _without_nulls(value):
    if not isinstance(value, dict):
        return value
    return {key: _without_nulls(item) for key, item in value.items() if item is not None}


def _known(document, options):
    """The part that an option stands for: only a policy that holds nothing else can be declared."""
    return {
        key: _known(document[key], spec["options"]) if "options" in spec else document[key]
        for key, spec in options.items()
        if document.get(key) is not None
    }
