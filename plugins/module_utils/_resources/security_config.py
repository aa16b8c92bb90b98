# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How users are authenticated and authorized: the declared part of the security plugin's `config.dynamic`."""

from __future__ import annotations

import re

from ansible_collections.searchstack.platform.plugins.module_utils import _document
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Change, Resource
from ansible_collections.searchstack.platform.plugins.module_utils._resources._security import SECURITY_API

PATH = f"{SECURITY_API}/securityconfig"
# Named parts: what is no longer declared goes.
NAMED = ("authc", "authz", "auth_failure_listeners")
SECRET = re.compile(r"password|secret|_key$|^key$", re.IGNORECASE)


class SecurityConfig(Resource):
    kind = "security configuration"
    options = {"dynamic": {"type": "dict", "required": True}, "secrets": {"type": "dict", "no_log": True}}
    states = ()

    def __init__(self, params: dict):
        self.whole: dict = {}
        super().__init__(params)

    def validate(self):
        if self.params["dynamic"].get("authc") == {}:
            raise InvalidInput("dynamic.authc is empty: nobody could log in with a password any more. Leave authc away to keep it as it is.")

    def read(self, client):
        self.whole = client.request("GET", PATH)["config"]["dynamic"]
        return self.whole

    def desired(self):
        document = self.params["dynamic"]
        for path, value in (self.params["secrets"] or {}).items():
            part = value
            for key in reversed(path.split(".")):
                part = {key: part}
            document = _document.merge(document, part)
        return document

    def scope(self, current, desired):
        part = _document.project(current, desired)
        gone = {
            key: {name: value for name, value in current[key].items() if name not in desired[key]}
            for key in NAMED
            if key in desired and key in current
        }
        return _document.merge(part, gone)

    def show(self, change):
        return Change(*_document.hide(change.before, change.after, SECRET.search))

    def write(self, client, change):
        kept = {
            key: {name: part for name, part in value.items() if name in change.after[key]} if key in NAMED and key in change.after else value
            for key, value in self.whole.items()
        }
        client.put(f"{PATH}/config", {"dynamic": _document.merge(kept, change.after)})
