# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks dpkg first, and apt only where something is missing. The documentation is in plugins/modules/packages.py."""

from __future__ import annotations

import re
import shlex

from ansible.errors import AnsibleActionFail
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

# No version, no architecture, no pattern.
PLAIN = re.compile(r"[a-z0-9][a-z0-9.+-]*")
QUERY = r"dpkg-query --show --showformat='${Package} ${db:Status-Status}\n'"
DEFAULTS = {"install_recommends": False, "update_cache": True, "cache_valid_time": 86400}


class ActionModule(ActionBase):
    _VALID_ARGS = frozenset({"name", "state", "start", *DEFAULTS})

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        arguments = {**DEFAULTS, **self._task.args}
        names = arguments.get("name")
        names = [names] if isinstance(names, str) else names
        if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
            raise AnsibleActionFail("packages: name must be the name of a package, or a list of names.")
        state = arguments.setdefault("state", "present")
        if state not in ("present", "absent"):
            raise AnsibleActionFail(f"packages: state must be present or absent, not {state}.")
        if self._is_so(names, state):
            return {**result, "changed": False}
        arguments.update(name=names, purge=state == "absent")
        if not boolean(arguments.pop("start", True)):
            arguments["policy_rc_d"] = 101
        return {**result, **self._execute_module(module_name="ansible.builtin.apt", module_args=arguments, task_vars=task_vars)}

    def _is_so(self, names, state):
        """Whether dpkg knows all of them as installed, or none of them at all. What is more than a name is apt's to judge."""
        if not all(PLAIN.fullmatch(name) for name in names):
            return False
        lines = self._low_level_execute_command(f"{QUERY} -- {shlex.join(names)}")["stdout_lines"] if names else []
        if state == "absent":
            return all(line.endswith(" not-installed") for line in lines)
        return {f"{name} installed" for name in names} <= set(lines)
