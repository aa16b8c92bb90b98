# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._objects import resource_of
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Change
from ansible_collections.searchstack.platform.plugins.module_utils._resources.nodes_dn import NodesDn


class Server:
    def __init__(self):
        self.written = []

    def request(self, _method, _path, query=None):
        assert query == {"show_all": True}
        return {"STATIC_OPENSEARCH_YML_NODES_DN": {"nodes_dn": ["CN=a", "CN=b"]}, "second": {"nodes_dn": ["CN=c"]}}

    def put(self, _path, body):
        self.written.append(body["nodes_dn"])


def write(names):
    server = Server()
    resource_of(NodesDn, "test", {"name": "platform", "nodes_dn": names}).write(server, Change(None, {"nodes_dn": names}))
    return server.written


@pytest.mark.parametrize("names", [["CN=a"], ["CN=a", "CN=b", "CN=c"], ["CN=c"], []])
def test_other_names_are_written(names):
    assert write(names) == [names]


@pytest.mark.parametrize("names", [["CN=a", "CN=b"], ["CN=b", "CN=a"]])
def test_a_list_that_would_break_the_cluster_is_refused(names):
    with pytest.raises(InvalidInput, match="same names"):
        write(names)
