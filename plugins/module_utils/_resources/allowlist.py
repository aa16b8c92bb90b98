# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which REST requests are allowed to anybody but the administrator."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._document import unordered
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource
from ansible_collections.searchstack.platform.plugins.module_utils._resources._security import SECURITY_API

PATH = f"{SECURITY_API}/allowlist"


class Allowlist(Resource):
    kind = "allow list"
    options = {"enabled": {"type": "bool", "required": True}, "requests": {"type": "dict", "default": {}}}
    states = ()

    def validate(self):
        for path, methods in self.params["requests"].items():
            if not isinstance(methods, list) or not all(isinstance(method, str) for method in methods):
                raise InvalidInput(f"requests: {path} needs a list of methods, such as [GET], not {methods!r}.")

    @classmethod
    def declare_current(cls, client):
        return client.request("GET", PATH).get("config")

    def read(self, client):
        return client.request("GET", PATH).get("config")

    def desired(self):
        return self.given("enabled", "requests")

    def normalise(self, document):
        requests = {path: unordered([method.upper() for method in methods]) for path, methods in document["requests"].items()}
        return {"enabled": document["enabled"], "requests": requests}

    def write(self, client, change):
        client.put(PATH, change.after)
