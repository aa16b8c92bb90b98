"""Lives the life of one object: each step calls the module, asks the server itself, so that no module judges itself, and judges both.

All steps are one task: with a task for each call, question and judgement, Ansible's own processes were most of the time.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError

from ansible.errors import AnsibleActionFail
from ansible.module_utils.urls import open_url
from ansible.plugins.action import ActionBase

# Name, state to declare, and how: `check` is check mode, `drift` changes the object behind the module's back first. What is expected:
# whether the module says that it changed something, whether the server shows another object than before, which diff is shown.
STEPS = (
    ("begin away", "delete", {}),
    ("check-create", "create", {"check": True, "changed": True, "other": False, "diff": "create"}),
    ("create", "create", {"changed": True, "other": True, "diff": "create"}),
    ("create again", "create", {"changed": False, "other": False}),
    ("create again in check mode", "create", {"check": True, "changed": False, "other": False}),
    ("the same in other words", "reworded", {"changed": False, "other": False}),
    ("check-update", "update", {"check": True, "changed": True, "other": False, "diff": "update"}),
    ("update", "update", {"changed": True, "other": True, "diff": "update"}),
    ("update again", "update", {"changed": False, "other": False}),
    ("notice drift", "update", {"check": True, "changed": True, "other": True, "drift": True}),
    ("repair drift", "update", {"changed": True, "other": True}),
    ("repaired", "update", {"changed": False, "other": False}),
    ("check-delete", "delete", {"check": True, "changed": True, "other": False}),
    ("delete", "delete", {"changed": True, "other": True}),
    ("delete again", "delete", {"changed": False, "other": False}),
)


class ActionModule(ActionBase):
    """Arguments: `object`, as setup_lifecycle/tasks/main.yml tells, and `connection`, the options of every module that reach the server."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Fail at the first step that is not as it must be."""
        super().run(tmp, task_vars)
        declared, connection = self._task.args["object"], self._task.args["connection"]
        before = updated = None
        for name, state, expected in STEPS:
            if "drift" in expected:
                ask(connection, **declared["drift"])
            self._task.check_mode, self._task.diff = expected.get("check", False), True
            result = self._execute_module(declared["module"], {**connection, **declared[state]}, task_vars=task_vars)
            shown = ask(connection, "GET", declared["read"])
            wrong = judge(result, shown, before, expected, declared.get("diff", {}))
            # What is repaired is what was declared.
            if name == "repair drift" and not declared.get("stamped") and shown != updated:
                wrong.append(f"it is not what it was after the update: {updated}")
            if wrong:
                raise AnsibleActionFail(f"{declared['module']}, {name}: {'; '.join(wrong)}. The module: {result}. The server: {shown}")
            before = shown
            updated = shown if name == "update" else updated
        return {"changed": False, "steps": len(STEPS)}


def judge(result: dict[str, Any], shown: Any, before: Any, expected: dict[str, Any], diffs: dict[str, Any]) -> list[str]:
    """What is wrong with a step."""
    if result.get("failed"):
        return ["it failed"]
    wrong = []
    if result["changed"] != expected.get("changed", result["changed"]):
        wrong.append(f"changed is {result['changed']}")
    if result.get("warnings"):
        wrong.append("it warns")
    # The diff is one of a change or empty, and check mode shows the one of the real run.
    diff = result["diff"]
    if (diff["before"] != diff["after"]) != result["changed"]:
        wrong.append("the diff is none of what happened")
    wanted = diffs.get(expected.get("diff"))
    if wanted and wanted != {side: diff[side] for side in wanted}:
        wrong.append(f"the diff is not {wanted}")
    if "other" in expected and (shown != before) != expected["other"]:
        wrong.append(f"the server showed {before} before")
    return wrong


def ask(connection: dict[str, Any], method: str, path: str, body: Any = None) -> Any:
    """The server's answer; where it is asked, what is not there has one, too."""
    options = {name: connection[name] for name in ("ca_path", "client_cert", "client_key")}
    if body is not None:
        options |= {"data": json.dumps(body), "headers": {"Content-Type": "application/json"}}
    try:
        with open_url(connection["hosts"][0] + path, method=method, **options) as answer:
            return json.load(answer)
    except HTTPError as error:
        if (method, error.code) != ("GET", 404):
            raise AnsibleActionFail(f"{method} {path}: {error} {error.read().decode()}") from error
        return json.load(error)
