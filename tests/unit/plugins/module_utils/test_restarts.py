# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._restarts import REQUESTED, plan

NAMES = {"d": "data", "i": "ingest", "m": "cluster_manager", "l": "ml"}


class Server:
    """A cluster of nodes given as {name: roles}; the elected manager has a star."""

    def __init__(self, nodes, replicas=1):
        self.nodes, self.replicas, self.settings = nodes, replicas, {}
        self.starts = dict.fromkeys(nodes, 1)

    def request(self, method, path, body=None, query=None):
        if path == "/_cat/nodes":
            return [
                {"name": name, "node.roles": ",".join(NAMES[letter] for letter in roles.rstrip("*")), "cluster_manager": roles[-1:]}
                for name, roles in self.nodes.items()
            ]
        if path == "/_cat/indices":
            return [{"index": "papers", "status": "open", "rep": str(self.replicas)}, {"index": "old", "status": "close", "rep": "0"}]
        if path == "/_cluster/state/nodes":
            return {"nodes": {f"id-{name}": {"name": name, "ephemeral_id": f"{name}-{self.starts[name]}"} for name in self.nodes}}
        assert (method, path) == ("GET", "/_cluster/settings")
        return {"persistent": {name: value for name, value in self.settings.items() if value is not None}}

    def put(self, _path, body):
        self.settings.update(body["persistent"])

    def restart(self, name):
        self.starts[name] += 1


THREE = {"os1": "dim*", "os2": "dim", "os3": "dim"}


def planned(server, *pending, everything=False, accept=False, check_mode=False):
    return plan(server, list(pending), everything, accept, check_mode)


@pytest.mark.parametrize(
    ("nodes", "pending", "order"),
    [
        (THREE, [], []),
        (THREE, ["os1", "os3", "os2"], ["os3", "os2", "os1"]),
        ({**THREE, "data1": "d", "coordinator": ""}, ["os1", "os2", "data1", "coordinator"], ["data1", "coordinator", "os2", "os1"]),
        (THREE, ["os1", "os2", "gone", "lost"], ["gone", "lost", "os2", "os1"]),
    ],
)
def test_the_elected_manager_comes_last_and_what_is_down_first(nodes, pending, order):
    made = planned(Server(nodes), *pending)
    assert [node["name"] for node in made["order"]] == order
    assert [node["down_after"] for node in made["order"]] == ([1, 0, 0, 0] if "gone" in order else [0] * len(order))
    assert not made["changed"]


def test_a_request_for_all_nodes_is_finished_before_another_one_begins():
    server = Server(THREE)
    assert planned(server, everything=True)["changed"]
    server.restart("os2")
    for everything in (True, False):
        made = planned(server, everything=everything)
        assert [node["name"] for node in made["order"]] == ["os3", "os1"]
    server.restart("os3")
    server.restart("os1")
    # A run that was killed after the last restart was not seen to its end: nothing restarts again.
    assert planned(server, everything=True) == {"changed": True, "order": []}
    assert server.settings[REQUESTED] is None
    assert planned(server) == {"changed": False, "order": []}


def test_a_node_that_waits_for_two_reasons_is_restarted_once():
    made = planned(Server(THREE), "os2", everything=True)
    assert sorted(node["name"] for node in made["order"]) == ["os1", "os2", "os3"]


def test_check_mode_requests_nothing():
    server = Server(THREE)
    assert planned(server, everything=True, check_mode=True)["changed"]
    assert server.settings == {}


@pytest.mark.parametrize(
    ("nodes", "replicas", "pending", "lost"),
    [
        ({"os1": "dim*"}, 1, "os1", "one data node"),
        ({"os1": "im*", "d1": "d", "d2": "d"}, 1, "os1", "one cluster manager"),
        (THREE, 0, "os2", "index papers would"),
        ({**THREE, "m1": "m"}, 0, "m1", None),
        ({"os1": "m*", "d1": "d", "d2": "d"}, 1, "d1", None),
        ({"os1": "m*", "learning": "l", "d1": "d", "d2": "d"}, 1, "os1", "one cluster manager"),
    ],
)
def test_what_would_not_answer_is_named(nodes, replicas, pending, lost):
    server = Server(nodes, replicas)
    if lost:
        with pytest.raises(InvalidInput, match=lost):
            planned(server, pending)
        assert server.settings == {}
    assert planned(server, pending, accept=True)["order"]
