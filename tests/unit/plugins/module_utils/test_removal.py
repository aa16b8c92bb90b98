# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils import _removal

GIB = 2**30
MANAGER, DATA, BOTH = ("cluster_manager",), ("data", "ingest"), ("cluster_manager", "data")
DISK = {f"{_removal.DISK}.threshold_enabled": "true", f"{_removal.DISK}.watermark.low": "85%"}


def node(name, roles=DATA, indices=10, avail=50, **attributes):
    return {"name": name, "roles": roles, "attributes": attributes, "indices": indices * GIB, "avail": avail * GIB, "total": 100 * GIB}


def cluster(*nodes, health="green", indices=None, **settings):
    return {
        "health": {"status": health, "unassigned_shards": 2},
        "nodes": list(nodes),
        "indices": {name: {f"index.{key}": value for key, value in index.items()} for name, index in (indices or {}).items()},
        "settings": {**DISK, **{f"{_removal.DISK}.{key.replace('__', '.')}": value for key, value in settings.items()}},
    }


THREE = [node(name, BOTH) for name in ("os1", "os2", "os3")]
FOUR = [*THREE, node("os4")]
HOT = [*(node(f"m{number}", MANAGER) for number in (1, 2, 3)), node("h1", temp="hot"), node("h2", temp="hot"), node("w1", temp="warm")]
REPLICAS = {"number_of_replicas": "1"}


@pytest.mark.parametrize(
    ("view", "leaving", "remaining", "says"),
    [
        # What can be spared
        (cluster(*FOUR), ["os4"], ["os1", "os2", "os3"], []),
        (cluster(*THREE), ["os4"], ["os1", "os2", "os3"], []),
        (cluster(*THREE, node("os4", BOTH), node("os5", BOTH)), ["os4", "os5"], [], []),
        (cluster(node("only", BOTH), node("more")), ["more"], ["only"], []),
        # Its state
        (cluster(*FOUR, health="yellow"), ["os4"], [], ["is yellow (2 shards unassigned)"]),
        (cluster(*THREE, health="red"), ["os4"], [], ["is red"]),
        (cluster(*FOUR), ["os4"], ["os1", "os5", "os6"], ["os5, os6 is not in the cluster"]),
        # Managers
        (cluster(*FOUR), ["os3"], [], ["2 cluster managers would be left"]),
        (cluster(*FOUR), ["os2", "os3"], [], ["1 cluster manager would be left of 3"]),
        (cluster(*FOUR), ["os1", "os2", "os3"], [], ["0 cluster managers would be left"]),
        (cluster(*THREE, node("os4", BOTH), node("os5", BOTH)), ["os5"], [], ["4 cluster managers would be left"]),
        # One that is down already is missing, too
        (cluster(node("os1", BOTH), node("os2", BOTH)), ["os3"], [], ["2 cluster managers would be left"]),
        # Data
        (cluster(node("m1", MANAGER), node("os1")), ["os1"], [], ["No node would be left to hold data"]),
        (cluster(*FOUR, indices={"a": {"number_of_replicas": "2"}}), ["os4"], [], []),
        (cluster(*FOUR, indices={"a": {"number_of_replicas": "3"}}), ["os4"], [], ["Index a has 4 copies, but only 3"]),
        (cluster(*FOUR, indices={"a": {"number_of_replicas": "3", "auto_expand_replicas": "0-all"}}), ["os4"], [], []),
        (cluster(*FOUR, indices={"a": {"number_of_replicas": "3", "auto_expand_replicas": "3-5"}}), ["os4"], [], ["Index a has 4 copies"]),
        (cluster(*FOUR, indices={"a": {"number_of_replicas": "0"}}), ["os4"], [], []),
        # Filters of indices
        (cluster(*FOUR, indices={"a": {"number_of_replicas": "0", "routing.allocation.require._name": "os4"}}), ["os4"], [], ["only 0 of"]),
        (cluster(*FOUR, indices={"a": {**REPLICAS, "routing.allocation.include._name": "os4,os1"}}), ["os4"], [], ["only 1 of"]),
        (cluster(*FOUR, indices={"a": {**REPLICAS, "routing.allocation.exclude._name": "os1, os2"}}), ["os4"], [], ["only 1 of"]),
        (cluster(*FOUR, indices={"a": {**REPLICAS, "routing.allocation.include._name": "os*"}}), ["os4"], [], []),
        (cluster(*FOUR, indices={"a": {**REPLICAS, "routing.allocation.require._ip": "192.0.2.1"}}), ["os4"], [], []),
        (cluster(*FOUR, indices={"a": {**REPLICAS, "routing.allocation.total_shards_per_node": "2"}}), ["os4"], [], []),
        (cluster(*HOT, indices={"a": {**REPLICAS, "routing.allocation.require.temp": "hot"}}), ["h1"], [], ["only 1 of"]),
        (cluster(*HOT, indices={"a": {**REPLICAS, "routing.allocation.require.temp": ""}}), ["h1"], [], []),
        # Zones and temperatures
        (cluster(*HOT), ["h1"], [], []),
        (cluster(*HOT), ["w1"], [], ["No data node with temp: warm would be left"]),
        (cluster(*HOT), ["h1", "h2"], [], ["No data node with temp: hot would be left"]),
        (cluster(*HOT, node("m4", MANAGER, zone="c"), node("m5", MANAGER, zone="c")), ["m4", "m5"], [], []),
        # Room: 35 GiB below the watermark on each of the others
        (cluster(*THREE, node("os4", indices=104)), ["os4"], [], []),
        (cluster(*THREE, node("os4", indices=106)), ["os4"], [], ["106.0 GiB would have to move", "room for 105.0 GiB"]),
        (cluster(*THREE, node("os4", indices=106), threshold_enabled="false"), ["os4"], [], []),
        (cluster(*THREE, node("os4", indices=106), watermark__low="0.9"), ["os4"], [], []),
        (cluster(*THREE, node("os4", indices=106), watermark__low="40gb"), ["os4"], [], ["room for 30.0 GiB"]),
        # A disk that is fuller than it should be takes no room away from the others
        (cluster(*THREE, node("full", avail=1), node("os4", indices=104)), ["os4"], [], []),
    ],
)
def test_what_the_cluster_cannot_spare_is_named(view, leaving, remaining, says):
    found = _removal.problems(view, leaving, remaining, [])
    assert bool(found) == bool(says), found
    assert all(any(text in sentence for sentence in found) for text in says), found


def test_only_what_is_accepted_is_left_out():
    assert _removal.problems(cluster(*HOT), ["w1"], [], ["attributes"]) == []
    assert _removal.problems(cluster(*FOUR), ["os2", "os3"], [], ["managers"]) == []
    # Half of the managers is no cluster, whoever accepts it.
    assert _removal.problems(cluster(*FOUR), ["os3"], [], ["attributes", "managers"])


class Server:
    """What a cluster answers, shortened."""

    answers = {
        "/_nodes": {
            "nodes": {
                "u1": {"name": "m1", "roles": MANAGER},
                "u2": {"name": "os1", "roles": DATA, "attributes": {"zone": "a"}},
            }
        },
        "/_cat/allocation": [
            {"node": "os1", "disk.indices": "5", "disk.avail": "60", "disk.total": "100"},
            {"node": "UNASSIGNED", "disk.indices": None, "disk.avail": None, "disk.total": None},
        ],
        "/_all/_settings": {
            "a": {"settings": {"index": {"number_of_replicas": "1", "routing": {"allocation": {"require": {"temp": "hot"}}}}}}
        },
        "/_cluster/settings": {"defaults": {"a": "1", "b": "1", "c": "1"}, "persistent": {"b": "2", "c": "2"}, "transient": {"c": "3"}},
        "/_cluster/health": {"status": "green", "unassigned_shards": 0},
    }

    def request(self, _method, path, query=None):
        return self.answers[path]


def test_everything_is_looked_at():
    view = _removal.look(Server())
    assert view["nodes"] == [
        {"name": "m1", "roles": MANAGER, "attributes": {}, "indices": 0, "avail": 0, "total": 0},
        {"name": "os1", "roles": DATA, "attributes": {"zone": "a"}, "indices": 5, "avail": 60, "total": 100},
    ]
    assert view["indices"] == {"a": {"index.number_of_replicas": "1", "index.routing.allocation.require.temp": "hot"}}
    assert view["settings"] == {"a": "1", "b": "2", "c": "3"}
    assert [entry["name"] for entry in _removal.leaving_nodes(view, ["os1", "os9"])] == ["os1"]
