# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._objects import resource_of
from ansible_collections.searchstack.platform.plugins.module_utils._resource import converge
from ansible_collections.searchstack.platform.plugins.module_utils._resources.voting_exclusions import VotingExclusions

NODES = [
    {"name": "os4", "node.roles": "cluster_manager,data", "cluster_manager": "-"},
    {"name": "data1", "node.roles": "data,ml", "cluster_manager": "-"},
]


class Server:
    def __init__(self, excluded=(), votes=("id-os4",), leaves=True):
        self.excluded, self.votes, self.leaves = list(excluded), list(votes), leaves
        self.posts = 0
        self.ids = {}

    def request(self, method, path, body=None, query=None):
        if path == "/_cat/nodes":
            return NODES
        if method == "POST":
            self.posts += 1
            self.excluded.append("os4")
            self.votes = [] if self.leaves else self.votes
            return {}
        entries = [{"node_name": name, "node_id": self.ids.get(name, f"id-{name}")} for name in self.excluded]
        return {"metadata": {"cluster_coordination": {"voting_config_exclusions": entries, "last_committed_config": self.votes}}}


def declared(*nodes):
    return resource_of(VotingExclusions, "test", {"nodes": list(nodes)})


def test_a_node_is_excluded_once():
    server = Server()
    assert converge(declared("os4"), server).change.changed
    assert not converge(declared("os4"), server).change.changed
    assert server.posts == 1


def test_one_that_still_votes_is_not_excluded_yet(clock):
    with pytest.raises(EngineError, match="os4 still votes"):
        converge(declared("os4"), Server(excluded=["os4"], leaves=False))


def test_a_node_without_a_vote_is_refused():
    with pytest.raises(InvalidInput, match="data1 cannot be a cluster manager"):
        converge(declared("data1"), Server())


@pytest.mark.parametrize("excluded", [[], ["os33"]])
def test_a_node_that_is_not_there_is_refused(excluded):
    server = Server(excluded=excluded)
    server.ids = {"os33": "_absent_"}
    with pytest.raises(InvalidInput, match="os33 is not in the cluster"):
        converge(declared("os33"), server)


def test_one_that_was_excluded_and_has_left_stays_excluded():
    assert not converge(declared("gone"), Server(excluded=["gone"])).change.changed
