# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._objects import resource_of
from ansible_collections.searchstack.platform.plugins.module_utils._resource import converge
from ansible_collections.searchstack.platform.plugins.module_utils._resources.node_drain import EXCLUDED, NodeDrain

ROLES = {"m1": "cluster_manager", **dict.fromkeys(("os1", "os2", "os3"), "data,ingest")}
NODES = [{"name": name, "node.roles": roles, "cluster_manager": "-"} for name, roles in ROLES.items()]


class Server:
    def __init__(self, excluded="", nodes=(), fails=False):
        self.excluded = excluded
        self.shards = [{"index": "a", "shard": "0", "prirep": "p", "state": "x", "node": node} for node in nodes]
        self.fails = fails
        self.transient = {}

    def request(self, method, path, body=None, query=None):
        if path == "/_cluster/settings":
            return {"persistent": {EXCLUDED: self.excluded} if self.excluded else {}, "transient": self.transient}
        if path == "/_cat/nodes":
            return NODES
        if path == "/_cluster/allocation/explain":
            return {"move_explanation": "cannot move shard to another node"}
        if self.fails:
            raise EngineError("GET /_cat/shards: 503")
        return self.shards

    def put(self, path, body):
        self.excluded = body["persistent"][EXCLUDED] or ""


def drain(*nodes, **options):
    return resource_of(NodeDrain, "test", {"nodes": list(nodes), "wait_timeout": 1, **options})


def test_an_empty_node_is_drained():
    server = Server(nodes=["os1"])
    assert converge(drain("os3"), server).change.changed
    assert server.excluded == "os3"
    assert not converge(drain("os3"), server).change.changed


@pytest.mark.parametrize("cell", ["os3", "os3 -> 198.51.100.11 aBcD os1", "os1 -> 198.51.100.13 aBcD os3"])
def test_what_is_on_a_node_or_on_its_way_there_is_waited_for(clock, cell):
    with pytest.raises(EngineError, match="1 shards are still on os3 after 1 s.*cannot move shard"):
        converge(drain("os3"), Server(nodes=[cell]))


def test_an_error_is_no_empty_node():
    with pytest.raises(EngineError, match="503"):
        converge(drain("os3"), Server(fails=True))


def test_managers_do_not_count_as_nodes_that_could_take_the_shards():
    with pytest.raises(InvalidInput, match="no node would be left"):
        converge(drain("os1", "os2", "os3"), Server())


def test_blanks_in_the_list_are_no_part_of_a_name():
    server = Server(excluded="os1, os2")
    assert converge(drain("os2", state="undrained"), server).change.changed
    assert server.excluded == "os1"


def test_what_would_make_it_useless_is_refused():
    server = Server()
    server.transient = {EXCLUDED: "os9"}
    with pytest.raises(InvalidInput, match="transient setting"):
        converge(drain("os3"), server)
    with pytest.raises(InvalidInput, match="holds os\\*"):
        converge(drain("os3", state="undrained"), Server(excluded="os*"))
