# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An internal user. The server never shows a password, so that only a login can tell whether it is the declared one."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resources._security import SECURITY_API, STRING_SET, SecurityObject

# What stands for the password in comparisons and diffs.
AS_DECLARED = "as declared"
OTHER = "other than declared"


class User(SecurityObject):
    kind = "user"
    collection = f"{SECURITY_API}/internalusers"
    sets = ("backend_roles", "opendistro_security_roles")
    options = {
        "name": {"type": "str", "required": True},
        "user_password": {"type": "str", "no_log": True},
        "update_password": {"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
        "description": {"type": "str"},
        "roles": STRING_SET,
        "backend_roles": STRING_SET,
        "attributes": {"type": "dict", "default": {}},
    }
    keys = {"roles": "opendistro_security_roles"}
    apart = ("user_password", "update_password")
    # The server takes its time to hash each password, and all of them must fit into the time for one request.
    together = 10

    @property
    def password(self):
        return self.params["user_password"]

    @property
    def probes(self):
        return self.params["update_password"] == "always" and self.password is not None and not self.absent  # noqa: S105

    def look(self, client, current):
        super().look(client, current)
        if current is not None and self.probes:
            return {**current, "password": AS_DECLARED if client.accepts(self.name, self.password) else OTHER}
        return current

    def desired(self):
        document = super().desired()
        return {**document, "password": AS_DECLARED} if self.probes else document

    def normalise(self, document):
        attributes = {key: value if isinstance(value, str) else str(value) for key, value in (document.get("attributes") or {}).items()}
        password = {"password": document["password"]} if "password" in document else {}
        return {**super().normalise(document), "attributes": attributes, **password}

    def check(self, change):
        if change.after is not None and change.before is None and self.password is None:
            raise InvalidInput(f"{self.label} does not exist yet: creating it needs user_password.")
        return super().check(change)

    def shown(self, change):
        return _without_password(change.before)

    def body(self, change):
        body = _without_password(change.after)
        if change.before is None or change.before.get("password") == OTHER:
            body["password"] = self.password
        return body


def _without_password(document):
    return {key: value for key, value in document.items() if key != "password"}
