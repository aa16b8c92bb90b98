# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of the audit log: the declared part of it."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource
from ansible_collections.searchstack.platform.plugins.module_utils._resources._security import SECURITY_API

PATH = f"{SECURITY_API}/audit"
NOT_OFFERED = "not supported for this action"


class AuditConfig(Resource):
    kind = "audit configuration"
    options = {"enabled": {"type": "bool"}, "audit": {"type": "dict"}, "compliance": {"type": "dict"}}
    states = ()

    def __init__(self, params: dict):
        self.whole: dict = {}
        super().__init__(params)

    @classmethod
    def declare_current(cls, client):
        config = cls(dict.fromkeys(cls.options))
        return config.normalise(config.read(client))

    def read(self, client):
        try:
            self.whole = _ask(client, "GET", PATH)["config"]
        except ApiError as error:
            if NOT_OFFERED in error.reason:
                raise InvalidInput(
                    "The cluster has no audit configuration that the REST API could change: "
                    "upload audit.yml with securityadmin once (a cluster that role opensearch has made has it)."
                ) from error
            raise
        return self.whole

    def desired(self):
        return self.given("enabled", "audit", "compliance")

    def normalise(self, document):
        return {key: _sets(value) for key, value in document.items()}

    def scope(self, current, desired):
        return _document.project(current, desired)

    def write(self, client, change):
        _ask(client, "PUT", f"{PATH}/config", _document.merge(self.whole, change.after))


def _ask(client, method, path, body=None):
    """A node that joined while the security index was being made may not offer the API until it is restarted, and the next one does."""
    for left in reversed(range(client.hosts)):
        try:
            return client.request(method, path, body)
        except ApiError as error:
            if NOT_OFFERED not in error.reason or not left:
                raise
    raise AssertionError("unreachable")


def _sets(value):
    """Every list in it is a set."""
    if isinstance(value, dict):
        return {key: _sets(item) for key, item in value.items()}
    return _document.unordered(value) if isinstance(value, list) else value
