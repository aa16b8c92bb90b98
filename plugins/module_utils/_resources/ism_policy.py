# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A policy of index state management (ISM), and the existing indices that it should manage."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resources import _ism_attachment, _ism_document
from ansible_collections.searchstack.platform.plugins.module_utils._resources._policies import Policy
from ansible_collections.searchstack.platform.plugins.module_utils._wait import until

# What shows the attachments in comparisons and diffs.
ATTACHED = "attached_to"
# The server finds attachments by searching, which is about a second late.
SECONDS_UNTIL_SHOWN = 10


class IsmPolicy(Policy):
    kind = "ISM policy"
    collection = f"{_ism_attachment.ISM}/policies"
    word = "policy"
    name_key = "policy_id"
    rivalry = "matching existing policy templates"
    options = {
        "name": {"type": "str", "required": True},
        "description": {"type": "str", "default": ""},
        "default_state": {"type": "str"},
        "states": {"type": "list", "elements": "dict"},
        "ism_template": {"type": "list", "elements": "dict"},
        "error_notification": {"type": "dict"},
        "attach": {"type": "bool", "default": False},
    }
    apart = ("attach",)
    constraints = {"required_if": [("state", "present", ("default_state", "states"))]}

    def __init__(self, params):
        # {index: how it stands to this policy} and {index: the other policy that manages it}
        self.standings: dict = {}
        self.foreign: dict = {}
        self.sent: set = set()
        super().__init__(params)

    @classmethod
    def declare(cls, name, document):
        return super().declare(name, {**document, **_ism_document.normalise(document)})

    @property
    def attaches(self):
        return bool(self.params.get("attach")) and not self.absent

    def validate(self):
        super().validate()
        if self.absent:
            return
        for at, template in enumerate(self.params["ism_template"] or []):
            patterns = template.get("index_patterns")
            if not isinstance(patterns, list) or not patterns or not all(isinstance(item, str) and item.strip("-") for item in patterns):
                raise InvalidInput(f"{self.label}: ism_template[{at}].index_patterns must be a list of patterns, not {patterns!r}.")
        if self.attaches and not self._patterns():
            raise InvalidInput(f"{self.label}: attach needs an ism_template with index_patterns, which tell the indices.")
        for at, state in enumerate(self.params["states"] or []):
            for part in ("actions", "transitions"):
                items = state.get(part) or []
                if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                    raise InvalidInput(f"{self.label}: states[{at}].{part} must be a list of mappings, not {items!r}.")
            for number, entry in enumerate(state.get("actions") or []):
                self._refuse_unless_one(f"states[{at}].actions[{number}]", entry)

    def _refuse_unless_one(self, where, entry):
        actions = [key for key in entry if key not in _ism_document.AROUND_AN_ACTION]
        if len(actions) != 1:
            raise InvalidInput(
                f"{self.label}: {where} must hold one action beside retry and timeout, not {len(actions)} "
                f"({', '.join(actions) or 'none'}). The server would keep the last one only: write one entry for each action."
            )
        if not isinstance(entry[actions[0]], dict):
            raise InvalidInput(
                f"{self.label}: {where}: write {actions[0]}: {{}} to mean the action without options, not {entry[actions[0]]!r}."
            )

    def _patterns(self):
        return [pattern for template in self.params["ism_template"] or [] for pattern in template.get("index_patterns") or []]

    def look(self, client, current):
        super().look(client, current)
        if not self.attaches:
            return current
        entries = _ism_attachment.explain(client, self._patterns())
        owners = {index: _ism_attachment.holder(entry) for index, entry in entries.items()}
        self.foreign = {index: owner for index, owner in owners.items() if owner not in (None, self.name)}
        self.standings = {
            index: _ism_attachment.CURRENT if index in self.sent else _ism_attachment.standing(entry, self.version)
            for index, entry in entries.items()
            if index not in self.foreign
        }
        return None if current is None else {**current, ATTACHED: self.standings}

    def desired(self):
        attached = {ATTACHED: dict.fromkeys(self.standings, _ism_attachment.CURRENT)} if self.attaches else {}
        return {**super().desired(), **attached}

    def normalise(self, document):
        attached = {ATTACHED: document[ATTACHED]} if ATTACHED in document else {}
        return {**_ism_document.normalise(document), **attached}

    def align(self, desired, current):
        return _document.align(desired, current, _ism_document.same)

    def check(self, change):
        if not self.foreign or change.after is None:
            return []
        others = ", ".join(f"{index} ({owner})" for index, owner in sorted(self.foreign.items()))
        return [f"{self.label} is not attached to indices that another policy manages: {others}."]

    def write(self, client, change):
        policy = _body(change.after)
        renewed = policy != _body(change.before or {})
        if renewed:
            client.put(self.path, {"policy": policy}, **self.version)
        added = [index for index, standing in self.standings.items() if standing == _ism_attachment.UNMANAGED]
        for index, standing in self.standings.items():
            if index in added:
                _ism_attachment.attach(client, self.name, index)
            elif renewed or standing == _ism_attachment.OLDER:
                _ism_attachment.renew(client, self.name, index)
        self.sent.update(self.standings)
        if added:
            # Or the next run, if it comes at once, would attach them again.
            until(lambda: (self._shows(client, added), None), SECONDS_UNTIL_SHOWN)

    def _shows(self, client, added):
        entries = _ism_attachment.explain(client, self._patterns())
        return all(_ism_attachment.holder(entry) for index, entry in entries.items() if index in added)


def _body(document):
    """Without what is no part of the policy; an empty list of templates is an error to some versions."""
    return {key: value for key, value in document.items() if key != ATTACHED and (key != "ism_template" or value)}
