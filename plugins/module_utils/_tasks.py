# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long work of the server: begun once, found again after an interruption, and awaited."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError
from ansible_collections.searchstack.platform.plugins.module_utils._wait import until

COUNTED = ("created", "updated", "deleted")


@dataclass(frozen=True)
class Work:
    """A request whose work takes long. The same declaration finds the task that an interrupted run has left."""

    path: str
    body: dict
    query: dict
    # How the server names such tasks.
    action: str

    @property
    def mark(self) -> str:
        declared = json.dumps([self.path, self.body, self.query], sort_keys=True)
        return "searchstack-" + hashlib.sha256(declared.encode()).hexdigest()[:24]

    def running(self, client) -> str | None:
        """The task that works on it."""
        tasks = client.request("GET", "/_tasks", query={"actions": self.action, "group_by": "none", "detailed": True})
        if tasks.get("node_failures") or tasks.get("task_failures"):
            raise EngineError(f"POST {self.path}: not all nodes said what they work on, so that it might be begun twice. Run again.")
        found = [
            task for task in tasks["tasks"] if task.get("headers", {}).get("X-Opaque-Id") == self.mark and "parent_task_id" not in task
        ]
        return f"{found[0]['node']}:{found[0]['id']}" if found else None

    def begin(self, client) -> str:
        query = {**self.query, "wait_for_completion": False}
        return client.request("POST", self.path, self.body, query, {"X-Opaque-Id": self.mark})["task"]

    def wait(self, client, task: str, seconds: float) -> dict:
        """The server's report."""
        done, state = until(lambda: _look(client, task), seconds)
        if not done:
            status = state["task"]["status"]
            at = f"{sum(status.get(count, 0) for count in COUNTED)} of {status['total']} documents"
            raise EngineError(f"POST {self.path}: {at} after {seconds} s. It goes on: run again to wait for it (task {task}).")
        return _report(self.path, state)


def _look(client, task):
    state = client.request("GET", f"/_tasks/{task}")
    return state["completed"], state


def _report(path, state):
    error = state.get("error")
    if error:
        raise EngineError(f"POST {path}: {error.get('type')}, {error.get('reason')}")
    response = state["response"]
    failures = response.get("failures") or []
    if failures:
        cause = failures[0].get("cause") or failures[0].get("reason") or failures[0]
        reason = cause.get("reason") if isinstance(cause, dict) else cause
        raise EngineError(f"POST {path}: {len(failures)} documents failed, the first because: {reason}")
    if response.get("canceled"):
        raise EngineError(f"POST {path}: the task was cancelled ({response['canceled']}).")
    return response
