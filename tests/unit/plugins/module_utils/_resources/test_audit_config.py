# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._objects import resource_of
from ansible_collections.searchstack.platform.plugins.module_utils._resource import converge
from ansible_collections.searchstack.platform.plugins.module_utils._resources.audit_config import AuditConfig


class Nodes:
    """Two nodes that are asked in turn, of which the named ones do not offer the API."""

    hosts = 2

    def __init__(self, *without):
        self.without = without
        self.requests = 0
        self.config = {"enabled": True}

    def request(self, method, path, body=None):
        self.requests += 1
        if self.requests % 2 in self.without:
            raise ApiError(f"{method} {path}", 404, "", "Method GET not supported for this action.")
        self.config = body or self.config
        return {"config": self.config}


def declared():
    return resource_of(AuditConfig, "test", {"enabled": False})


@pytest.mark.parametrize("without", [0, 1])
def test_another_node_is_asked(without):
    nodes = Nodes(without)
    assert converge(declared(), nodes).change.changed
    assert nodes.config == {"enabled": False}


def test_a_cluster_that_has_none_is_named():
    with pytest.raises(InvalidInput, match="securityadmin"):
        converge(declared(), Nodes(0, 1))
