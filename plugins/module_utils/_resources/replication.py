# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An index that follows an index of another cluster."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _replication
from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, EngineError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._listed import Listed
from ansible_collections.searchstack.platform.plugins.module_utils._resource import require_plain_name
from ansible_collections.searchstack.platform.plugins.module_utils._wait import until

# Where the leader or the remote cluster has gone, the server denies the replication for about so many seconds before it pauses it.
SECONDS_OF_DENIAL = 20
LEADER = ("leader_alias", "leader_index")
ROLES = {
    "type": "dict",
    "options": {"leader_cluster_role": {"type": "str", "required": True}, "follower_cluster_role": {"type": "str", "required": True}},
}
# What the server says instead of doing nothing.
ALREADY = {"_pause": "is already paused", "_resume": "is already running", "_stop": "No replication in progress"}
INTERNAL_ERROR = 500
_NOT_OURS = (
    "an index of that name exists and follows no other one (any more). Its documents are its own: "
    "delete it with opensearch_index if nobody needs them."
)


class Replication(Listed):
    """Compared are the state and the leader. The server shows neither roles nor settings: they matter when a replication starts."""

    kind = "replication"
    options = {
        "name": {"type": "str", "required": True},
        "leader_alias": {"type": "str"},
        "leader_index": {"type": "str"},
        "use_roles": ROLES,
        "settings": {"type": "dict"},
        "wait_timeout": {"type": "int", "default": 120},
    }
    constraints = {"required_if": [("state", "running", LEADER)]}
    states = ("running", "paused", "promoted", "absent")

    @classmethod
    def read_all(cls, client, names=None):
        found = {name: _look(client, name) for name in (_replication.followers(client) if names is None else names)}
        return {name: document for name, document in found.items() if document is not None}

    @classmethod
    def declare(cls, name, document):
        state = _state(document)
        return {"name": name, "state": state, **_leader(document)} if state in ("running", "paused") else None

    @property
    def wanted(self):
        return self.params["state"]

    @property
    def follows(self):
        return self.wanted in ("running", "paused")

    @property
    def path(self):
        return _replication.path(self.name)

    def validate(self):
        require_plain_name(self)

    def read(self, client):
        return self.look(client, _look(client, self.name))

    def look(self, client, current):
        seconds = min(SECONDS_OF_DENIAL, self.params["wait_timeout"])
        if current and self.follows and seconds and not _settled(current)[0]:
            _done, current = until(lambda: _settled(_look(client, self.name)), seconds)
        self.facts = {"replication": (current or {}).get("status") or {}}
        return current

    def desired(self):
        return {"state": self.wanted, **(self.given(*LEADER) if self.follows else {})}

    def normalise(self, document):
        return document if "state" in document else {"state": _state(document), **_leader(document)}

    def scope(self, current, desired):
        return {key: value for key, value in current.items() if key in desired}

    def check(self, change):
        reason = self._why_not((change.before or {}).get("state"), change) if change.changed else None
        if reason:
            raise InvalidInput(f"{self.label}: {reason}")
        return []

    def _why_not(self, now, change):
        shown = self.facts["replication"]
        other = change.before and self.follows and any(change.before[key] != self.params[key] for key in LEADER if key in change.before)
        obstacles = (
            (self.absent and now == "promoted", _NOT_OURS),
            (self.absent, None),
            (now == "failed", _how_to_clear(shown)),
            (self.wanted == "promoted" and now is None, "there is no index that could be promoted."),
            (self.wanted == "promoted", None),
            (
                now == "promoted",
                "an index of that name exists and follows no other one. A replication makes its index: delete that one first.",
            ),
            (
                now == "denied",
                "the server denies it, though the index still has a leader. Is the remote cluster there, and the leader index?",
            ),
            (now is None and len(self.given(*LEADER)) < len(LEADER), "it does not exist yet: it needs leader_alias and leader_index."),
            (other, f"it follows {shown.get('leader_alias')}:{shown.get('leader_index')} and cannot change over: state=absent first."),
        )
        return next((text for applies, text in obstacles if applies), None)

    def write(self, client, change):
        now = (change.before or {}).get("state")
        if self.wanted == "promoted":
            # While it is still being copied, stopping would delete the index.
            self._wait(client, _replication.SETTLED)
            self._act(client, "_stop")
            return
        if now is None:
            self._start(client)
        elif self.wanted == "running":
            self._act(client, "_resume")
        if self.wanted == "paused":
            self._wait(client, _replication.SETTLED)
            self._act(client, "_pause")
        elif self.params["wait_timeout"]:
            self._wait(client, (_replication.SYNCING, _replication.FAILED))

    def delete(self, client):
        """Only what follows is deleted: after the stop it looks like an index that was promoted long ago."""
        document = _look(client, self.name)
        if document is None:
            return
        # The setting that names the leader outlives a snapshot and its restore: only what the server really stopped was following.
        stopped = self._act(client, "_stop")
        if document["follows"] and not stopped:
            raise EngineError(f"{self.label}: {_NOT_OURS}")
        if document["follows"]:
            client.delete(f"/{segment(self.name)}")

    def _start(self, client):
        try:
            client.put(f"{self.path}/_start", self.given(*LEADER, "use_roles", "settings"))
        except ApiError as error:
            # After half a minute without progress: the status tells why.
            if error.status == INTERNAL_ERROR or error.type == "timeout":
                self._refuse_failed(_replication.status(client, self.name))
            raise

    def _act(self, client, action):
        """Whether the server had something to do."""
        try:
            client.post(f"{self.path}/{action}", {})
        except ApiError as error:
            if ALREADY[action] not in error.reason:
                raise
            return False
        return True

    def _wait(self, client, statuses):
        seconds = self.params["wait_timeout"]
        done, shown = until(lambda: self._reached(client, statuses), seconds)
        self._refuse_failed(shown)
        if not done:
            raise EngineError(
                f"{self.label}: {shown['status']} ({shown.get('reason')}) after {seconds} s. "
                "What is under way goes on by itself: run again later, or raise wait_timeout."
            )

    def _reached(self, client, statuses):
        shown = _replication.status(client, self.name)
        return shown["status"] in statuses, shown

    def _refuse_failed(self, shown):
        if shown["status"] == _replication.FAILED:
            raise EngineError(f"{self.label}: {_how_to_clear(shown)}")


def _look(client, name):
    """What is known about the replication and its index; None where there is neither."""
    index = (client.get(f"/{segment(name)}/_settings", flat_settings=True) or {}).get(name)
    status = _replication.status(client, name)
    if index is None and status["status"] == _replication.NOT_IN_PROGRESS:
        return None
    return {"status": status, "follows": ((index or {}).get("settings") or {}).get(_replication.LEADER_INDEX)}


def _state(document):
    status = document["status"]["status"]
    if status == _replication.NOT_IN_PROGRESS:
        return "denied" if document["follows"] else "promoted"
    return {_replication.PAUSED: "paused", _replication.FAILED: "failed"}.get(status, "running")


def _settled(document):
    """(whether it stays as it is until somebody acts, the document)"""
    return document is None or (document["status"]["status"] in _replication.SETTLED and _state(document) != "denied"), document


def _leader(document):
    alias, _colon, index = (document["follows"] or "").partition(":")
    shown = {"leader_alias": alias, "leader_index": index, **document["status"]}
    return {key: shown[key] for key in LEADER if shown[key]}


def _how_to_clear(shown):
    return f"it failed ({shown.get('reason')}). Remove the cause, clear it with state=absent, and start it anew."
