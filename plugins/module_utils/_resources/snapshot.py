# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A snapshot: made once, never changed."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, EngineError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource, require_plain_name
from ansible_collections.searchstack.platform.plugins.module_utils._wait import until

RUNNING = "IN_PROGRESS"
# Users and their hashes do not belong into a backup of documents: securityadmin saves them.
ALL = ["*", "-.opendistro_security"]


class Snapshot(Resource):
    kind = "snapshot"
    options = {
        "repository": {"type": "str", "required": True},
        "name": {"type": "str", "required": True},
        "indices": {"type": "list", "elements": "str"},
        "ignore_unavailable": {"type": "bool", "default": False},
        "include_global_state": {"type": "bool", "default": False},
        "partial": {"type": "bool", "default": False},
        "metadata": {"type": "dict"},
        "wait_timeout": {"type": "int", "default": 600},
    }

    @property
    def path(self):
        return f"/_snapshot/{segment(self.params['repository'])}/{segment(self.name)}"

    def validate(self):
        require_plain_name(self)
        if self.params["indices"] == []:
            raise InvalidInput(f"{self.label}: indices is empty, which the server would take for all of them; leave it away to mean that.")

    def read(self, client):
        current = read_snapshot(client, self.path, self.params["repository"])
        self.facts["snapshot"] = current or {}
        return current

    def desired(self):
        return {"state": "SUCCESS"}

    def normalise(self, document):
        accepted = document["state"] == "PARTIAL" and self.params["partial"]
        return {"state": "SUCCESS" if accepted else document["state"]}

    def check(self, change):
        if change.after and change.before and change.before["state"] not in ("SUCCESS", RUNNING):
            raise InvalidInput(
                f"{self.label} is {change.before['state']}{_failures(self.facts['snapshot'])}. Delete it, or choose another name."
            )
        return []

    def write(self, client, change):
        # One that an interrupted run has begun is only waited for.
        if change.before is None:
            client.put(self.path, {"indices": ",".join(self.params["indices"] or ALL), **self._settings()})
        done, current = until(lambda: self._look(client), self.params["wait_timeout"])
        if not done:
            seconds = self.params["wait_timeout"]
            raise EngineError(f"{self.label} is not complete after {seconds} s ({self._progress(client)}). It goes on: run again to wait.")
        self.facts["snapshot"] = current
        if self.normalise(current)["state"] != "SUCCESS":
            raise EngineError(f"{self.label} ended as {current['state']}{_failures(current)}.")

    def delete(self, client):
        try:
            client.delete(self.path)
        except ApiError as error:
            if error.type != "timeout":
                raise
            done = until(lambda: (self.read(client) is None, None), self.params["wait_timeout"])[0]
            if not done:
                raise

    def _settings(self):
        return self.given("ignore_unavailable", "include_global_state", "partial", "metadata")

    def _look(self, client):
        current = self.read(client)
        if current is None:
            raise EngineError(f"{self.label} was deleted while it was being made.")
        return current["state"] != RUNNING, current

    def _progress(self, client):
        shards = client.request("GET", f"{self.path}/_status")["snapshots"][0]["shards_stats"]
        return f"{shards['done']} of {shards['total']} shards"


def read_snapshot(client, path: str, repository: str) -> dict | None:
    """The snapshot as the server shows it."""
    found = read_snapshots(client, path, repository)
    return found[0] if found else None


def read_snapshots(client, path: str, repository: str) -> list:
    """Snapshots as the server shows them; a repository that is not there is a mistake."""
    try:
        return client.request("GET", path)["snapshots"]
    except ApiError as error:
        if error.type == "repository_missing_exception":
            raise InvalidInput(f"repository: {repository} is not registered (opensearch_snapshot_repository does that).") from error
        if error.status == 404:  # noqa: PLR2004
            return []
        raise


def _failures(snapshot):
    reasons = sorted({failure.get("reason", "") for failure in snapshot.get("failures", [])})
    return f" ({'; '.join(reasons)})" if reasons else ""
