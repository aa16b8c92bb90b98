# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cluster settings: the named keys only, and only the persistent ones."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _settings
from ansible_collections.searchstack.platform.plugins.module_utils._document import align
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource

PATH = "/_cluster/settings"


class ClusterSettings(Resource):
    kind = "cluster settings"
    options = {"settings": {"type": "dict", "required": True}}
    # Settings are always there: `state=absent` resets the named ones.
    absent = False

    def __init__(self, params: dict):
        self.transient: dict = {}
        super().__init__(params)

    @classmethod
    def declare_current(cls, client):
        """Remote clusters are a kind of their own."""
        settings = client.get(PATH, flat_settings=True)["persistent"]
        return {key: value for key, value in settings.items() if not key.startswith("cluster.remote.")}

    def validate(self):
        wild = [key for key in _settings.flatten(self.params["settings"]) if "*" in key]
        if wild:
            raise InvalidInput(f"Setting {wild[0]}: a wildcard could reset settings that nobody declared; name each one.")

    def read(self, client):
        answer = client.get(PATH, flat_settings=True)
        self.transient = answer["transient"]
        return answer["persistent"]

    def desired(self):
        settings = _settings.flatten(self.params["settings"])
        return dict.fromkeys(settings) if self.params["state"] == "absent" else settings

    def scope(self, current, desired):
        return _settings.named(current, desired)

    def align(self, desired, current):
        return _settings.without_nulls(align(desired, current, _settings.same_at))

    def check(self, change):
        return [
            f"The transient value of {key}, {value!r}, takes precedence over the persistent one: reset it."
            for key, value in self.transient.items()
            if key in self.desired() and not (key in change.after and _settings.same(key, change.after[key], value))
        ]

    def write(self, client, change):
        client.put(PATH, {"persistent": _settings.difference(change.before, change.after)})
