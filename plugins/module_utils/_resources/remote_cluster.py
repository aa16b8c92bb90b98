# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A remote cluster: the settings below cluster.remote.<name>. as a whole."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document, _settings
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._listed import Listed

PATH = "/_cluster/settings"
PREFIX = "cluster.remote."
# Written with dots in the setting's name.
KEYS = {"transport_compress": "transport.compress", "transport_ping_schedule": "transport.ping_schedule"}


class RemoteCluster(Listed):
    kind = "remote cluster"
    options = {
        "name": {"type": "str", "required": True},
        "mode": {"type": "str", "choices": ["sniff", "proxy"]},
        "seeds": {"type": "list", "elements": "str"},
        "node_connections": {"type": "int"},
        "proxy_address": {"type": "str"},
        "proxy_socket_connections": {"type": "int"},
        "server_name": {"type": "str"},
        "skip_unavailable": {"type": "bool"},
        "transport_compress": {"type": "bool"},
        "transport_ping_schedule": {"type": "str"},
    }
    keys = KEYS
    constraints = {"mutually_exclusive": [("seeds", "proxy_address")]}

    @classmethod
    def read_all(cls, client, names=None):
        found: dict = {}
        for key, value in client.get(PATH, flat_settings=True)["persistent"].items():
            name, dot, setting = key.removeprefix(PREFIX).partition(".")
            if key.startswith(PREFIX) and dot:
                found.setdefault(name, {})[setting] = value
        return found

    def validate(self):
        if not self.name or "." in self.name or "*" in self.name:
            raise InvalidInput(f"remote cluster name {self.name!r}: a name holds neither dots nor asterisks and is not empty.")
        if not self.absent and self.params["seeds"] is None and self.params["proxy_address"] is None:
            raise InvalidInput(f"{self.label} needs seeds (mode sniff) or proxy_address (mode proxy).")
        if self.params["seeds"] == []:
            raise InvalidInput(f"{self.label}: seeds is empty; use state=absent to remove the remote cluster.")

    def read(self, client):
        return self.read_all(client).get(self.name)

    def align(self, desired, current):
        return _document.align(desired, current, _settings.same_at)

    def write(self, client, change):
        self._put(client, _settings.difference(change.before or {}, change.after))

    def delete(self, client):
        self._put(client, dict.fromkeys(self.read(client) or {}))

    def _put(self, client, settings):
        client.put(PATH, {"persistent": {f"{PREFIX}{self.name}.{key}": value for key, value in settings.items()}})
