# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A snapshot repository."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document, _settings
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError
from ansible_collections.searchstack.platform.plugins.module_utils._listed import Listed
from ansible_collections.searchstack.platform.plugins.module_utils._resource import require_plain_name

UNVERIFIED = "repository_verification_exception"


class SnapshotRepository(Listed):
    """Settings as a whole, so that one that is no longer declared goes. The snapshots in it are never touched."""

    kind = "snapshot repository"
    collection = "/_snapshot"
    options = {
        "name": {"type": "str", "required": True},
        "type": {"type": "str"},
        "settings": {"type": "dict"},
        "verify": {"type": "bool", "default": True},
    }
    apart = ("verify",)
    constraints = {"required_if": [("state", "present", ("type",))]}

    @classmethod
    def is_built_in(cls, name, document):
        return document.get("settings", {}).get("system_repository") == "true"

    def validate(self):
        require_plain_name(self)

    def normalise(self, document):
        settings = _settings.without_nulls(_settings.flatten(document.get("settings") or {}))
        return {"type": document["type"], "settings": settings}

    def align(self, desired, current):
        return _document.align(desired, current, _settings.same_at)

    def write(self, client, change):
        try:
            client.put(self.path, change.after, verify=self.params["verify"])
        except ApiError as error:
            if error.type == UNVERIFIED:
                self._take_back(client, change.before)
            raise

    def _take_back(self, client, before):
        """The server keeps what it could not verify, and the next run would find it as declared."""
        if before is None:
            client.delete(self.path)
        else:
            client.put(self.path, before, verify=False)
