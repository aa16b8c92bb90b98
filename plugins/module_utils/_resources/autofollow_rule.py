# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rule by which new indices of another cluster get followers."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _replication
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._listed import Listed
from ansible_collections.searchstack.platform.plugins.module_utils._resource import require_plain_name
from ansible_collections.searchstack.platform.plugins.module_utils._resources.replication import ROLES
from ansible_collections.searchstack.platform.plugins.module_utils._wait import until

PATH = f"{_replication.API}/_autofollow"
# A new rule is shown as soon as the task that carries it out runs.
SECONDS_UNTIL_SHOWN = 30


class AutofollowRule(Listed):
    """Statistics are all that shows a rule: its name and pattern, and in newer versions the leader."""

    kind = "autofollow rule"
    options = {
        "name": {"type": "str", "required": True},
        "leader_alias": {"type": "str"},
        "pattern": {"type": "str"},
        "use_roles": ROLES,
        "settings": {"type": "dict"},
    }
    constraints = {"required_if": [("state", "present", ("leader_alias", "pattern"))]}

    @classmethod
    def read_all(cls, client, names=None):
        return _replication.rules(client)

    @classmethod
    def declare(cls, name, document):
        """None where the server does not say which leader."""
        if not document.get("leader_alias"):
            return None
        return {"name": name, "leader_alias": document["leader_alias"], "pattern": document["pattern"]}

    def validate(self):
        require_plain_name(self)

    def read(self, client):
        return self.look(client, self.read_all(client).get(self.name))

    def look(self, client, current):
        self.leader = (current or {}).get("leader_alias") or self.params.get("leader_alias")
        return current

    def desired(self):
        return self.given("leader_alias", "pattern")

    def normalise(self, document):
        return {key: document[key] for key in ("leader_alias", "pattern") if document.get(key)}

    def scope(self, current, desired):
        return {"leader_alias": desired["leader_alias"], **current}

    def check(self, change):
        if change.changed and change.before and not self.leader:
            raise InvalidInput(f"{self.label}: removing it needs leader_alias, which this version of the server does not show.")
        return []

    def write(self, client, change):
        # A rule cannot be changed: the attempt is refused, stores the new pattern, and goes on with the old one.
        if change.before is not None:
            self.delete(client)
        try:
            self._create(client)
        except ApiError as error:
            if "cannot be recreated" not in error.reason:
                if change.before is not None:
                    # Better the old rule than none.
                    old = {"leader_alias": self.leader, "pattern": change.before["pattern"]}
                    client.post(PATH, {"name": self.name, **self.given("use_roles", "settings"), **old})
                raise
            # It was there, and not shown yet.
            self._remove(client, self.params["leader_alias"])
            self._create(client)
        until(lambda: self._shown(client, change.after["pattern"]), SECONDS_UNTIL_SHOWN)

    def _shown(self, client, pattern):
        rule = _replication.rules(client).get(self.name, {})
        return rule.get("pattern") == pattern, rule

    def delete(self, client):
        self._remove(client, self.leader)

    def _create(self, client):
        client.post(PATH, {"name": self.name, **self.given("leader_alias", "pattern", "use_roles", "settings")})

    def _remove(self, client, leader):
        try:
            client.request("DELETE", PATH, {"leader_alias": leader, "name": self.name})
        except ApiError as error:
            if "does not exist" not in error.reason:
                raise
            if self.name in _replication.rules(client):
                raise InvalidInput(f"{self.label}: it does not follow {leader}; give the leader_alias that it was made with.") from error
