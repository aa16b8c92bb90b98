# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How users are authenticated and authorized: the declared part of the security plugin's `config.dynamic`."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource
from ansible_collections.searchstack.platform.plugins.module_utils._resources._security import SECURITY_API

PATH = f"{SECURITY_API}/securityconfig"
# Named parts: what is no longer declared goes.
NAMED = ("authc", "authz", "auth_failure_listeners")
# What the server shows of a password.
MASK = "******"
# It shows these as they are; we do not.
SECRET_KEYS = (
    "password",
    "signing_key",
    "encryption_key",
    "exchange_key",
    "client_secret",
    "pemkey_password",
    "pemkey_content",
    "signature_private_key",
    "signature_private_key_password",
)
# What stands for them in diffs.
AS_DECLARED = "as declared"
OTHER = "other than declared"


class SecurityConfig(Resource):
    """Changed by patches only: a whole document would put the masks that the server shows in the place of the passwords."""

    kind = "security configuration"
    options = {
        "dynamic": {"type": "dict", "required": True},
        "secrets": {"type": "dict", "no_log": True},
        "update_secrets": {"type": "bool", "default": False, "no_log": False},
    }
    states = ()

    def __init__(self, params: dict):
        self.whole: dict = {}
        self.sends_secrets = params.get("update_secrets", False)
        super().__init__(params)

    @classmethod
    def declare_current(cls, client):
        """Passwords and keys are left out: they stay what they are."""
        return {"dynamic": _unmasked(client.request("GET", PATH)["config"]["dynamic"])}

    def validate(self):
        declared = self.params["dynamic"]
        for key in NAMED:
            if key in declared and not isinstance(declared[key], dict):
                raise InvalidInput(f"dynamic.{key} must be a mapping of names, not {declared[key]!r}. Leave it away to keep it as it is.")
        if declared.get("authc") == {}:
            raise InvalidInput(
                "dynamic.authc is empty: nobody could log in with a password any more. Leave authc away to keep it as it is."
            )
        for path in self.params["secrets"] or {}:
            # A secret alone would make a new domain, or be the only one that is left.
            key, _dot, rest = path.partition(".")
            name = rest.partition(".")[0]
            if key in NAMED and name not in declared.get(key, {}):
                raise InvalidInput(f"secrets: {path} belongs to {key}.{name}, which dynamic does not declare.")

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

    def align(self, desired, current):
        def same(path, one, other):
            return (other == MASK and not self.sends_secrets) or _document.same(path, one, other)

        return _document.align(desired, current, same)

    def visible(self, document):
        return _without_secrets(document, self.desired(), set(self.params["secrets"] or {}))

    def write(self, client, change):
        operations = []
        for key, value in change.after.items():
            path, whole = f"/config/dynamic/{key}", self.whole.get(key)
            if key in NAMED and change.before.get(key):
                # What nobody declared of an entry stays in it.
                target = {name: _document.merge(whole.get(name), entry) for name, entry in value.items()}
                gone = {name: entry for name, entry in whole.items() if name in value or name in change.before[key]}
                operations += _document.patch(gone, target, path)
            elif change.before.get(key) != value:
                # Parts of it may be defaults that are shown and not stored.
                operations.append({"op": "add", "path": path, "value": _document.merge(whole, value)})
        client.request("PATCH", PATH, operations)
        # They cannot be seen: nothing more can be said about them.
        self.sends_secrets = False


def _is_secret(key):
    """Some keys hold a dot themselves: sp.signature_private_key."""
    return key.rsplit(".", 1)[-1] in SECRET_KEYS


def _unmasked(document):
    if not isinstance(document, dict):
        return document
    return {key: _unmasked(value) for key, value in document.items() if value != MASK and not _is_secret(key)}


def _without_secrets(document, desired, secrets, path=""):
    if isinstance(document, dict):
        known = desired if isinstance(desired, dict) else {}
        return {
            name: _without_secrets(value, known.get(name), secrets, f"{path}.{name}" if path else name) for name, value in document.items()
        }
    if (path in secrets or _is_secret(path)) and document != MASK:
        return AS_DECLARED if document == desired else OTHER
    return document
