# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in the controller, whatever the host. The documentation is in plugins/modules/availability_proof.py."""

from __future__ import annotations

import os
from pathlib import Path

from ansible import constants, context
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.searchstack.platform.plugins.module_utils import _connection
from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.control import Control
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.figures import problems, summary

CONNECTION = _connection.connection_argument_spec()
OPTIONS = {
    "state": {"type": "str", "choices": ["started", "phase", "stopped"], "default": "started"},
    "name": {"type": "str"},
    "url_ca_path": {"type": "str"},
    "url": {"type": "list", "elements": "str", "default": []},
    "rate": {"type": "int", "default": 5},
    "duration": {"type": "int", "default": 3600},
    "directory": {"type": "path"},
    "max_failures": {"type": "int", "default": 0},
    **CONNECTION,
    "hosts": {**CONNECTION["hosts"], "required": False, "default": []},
    "timeout": {"type": "int", "default": 10},
}
MOST = {"rate": 50, "duration": 14400, "timeout": 60}


class ActionModule(ActionBase):
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        checked, options = self.validate_argument_spec(
            OPTIONS,
            required_if=[("state", "phase", ["name"])],
            required_together=_connection.CONNECTION_REQUIRED_TOGETHER,
            required_by=_connection.CONNECTION_REQUIRED_BY,
        )
        # An operation in check mode is none that somebody could notice.
        if self._task.check_mode:
            return {"changed": False, "skipped": True, "msg": "Check mode: there is no operation to prove."}
        # This process is a worker's, which ends with its task; its parent is ansible-playbook.
        control = Control(Path(constants.DEFAULT_LOCAL_TMP), os.getppid())
        try:
            return {"changed": False, **getattr(self, f"_{options['state']}")(control, options)}
        except EngineError as error:
            raise AnsibleActionFail(str(error)) from error

    def _started(self, control, options):
        for option, most in MOST.items():
            if not 1 <= options[option] <= most:
                raise AnsibleActionFail(f"{option}: {options[option]} is not between 1 and {most}.")
        if not options["url"] and not options["hosts"]:
            raise AnsibleActionFail("url, hosts: name at least one URL to read, or the nodes of a cluster.")
        for url in options["url"]:
            if not url.startswith(("https://", "http://")):
                raise AnsibleActionFail(f"url: {url!r} is not a URL such as https://search.example.com/health.")
        if _connection.IMPORT_ERROR:
            raise AnsibleActionFail("The proof needs opensearch-py in the Python of Ansible.")
        own = ("url", "url_ca_path", "rate", "duration", "directory")
        # Fail-over and patience are the prober's own.
        connection = {**{key: options[key] for key in CONNECTION}, "retries": 0}
        name = options["name"] or Path((context.CLIARGS.get("args") or ["proof"])[0]).stem
        directory = control.start({**{key: options[key] for key in own}, "name": name, "connection": connection})
        # Where the operation fails, nothing else would tell.
        self._display.display(f"The report of the availability proof will be {directory}/report.html")
        return {"directory": str(directory)}

    def _phase(self, control, options):
        return {"noted": control.mark(options["name"])}

    def _stopped(self, control, options):
        directory, report = control.stop()
        if report is None:
            return {"directory": str(directory), "msg": "The proof goes on: an outer playbook has started it."}
        result = {"directory": str(directory), "report": report, "summary": [*summary(report), f"Report: {directory}/report.html"]}
        wrong = problems(report, options["max_failures"])
        if report["ended_by"] != "stopped":
            wrong.append(f"the proof ended before the operation, after {report['seconds']} s, because {report['ended_by']}")
        return {**result, "failed": True, "msg": f"{'; '.join(wrong)}. See {directory}/report.html."} if wrong else result
