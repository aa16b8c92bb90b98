# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._info import allocation, cluster
from ansible_collections.searchstack.platform.plugins.module_utils._resources.allocation import BEFORE, ENABLE

NAME = "cluster.routing.allocation.exclude._name"


@pytest.mark.parametrize(
    ("persistent", "transient", "expected"),
    [
        ({}, {}, {"enable": "all", "interrupted": False, "excluded": {}}),
        ({ENABLE: "primaries", BEFORE: "unset"}, {}, {"enable": "primaries", "interrupted": True, "excluded": {}}),
        ({ENABLE: "all"}, {ENABLE: "none"}, {"enable": "none", "interrupted": False, "excluded": {}}),
        ({NAME: "os1,os2"}, {}, {"enable": "all", "interrupted": False, "excluded": {"_name": "os1,os2"}}),
        ({NAME: ""}, {}, {"enable": "all", "interrupted": False, "excluded": {}}),
    ],
)
def test_where_shards_may_go(persistent, transient, expected):
    assert allocation({"persistent": persistent, "transient": transient}) == expected


class Server:
    """Answers as 3.4.0 did, shortened."""

    answers = {
        "/": {"cluster_name": "papers", "cluster_uuid": "u", "version": {"number": "3.4.0"}},
        "/_cat/nodes": [
            {"name": "os2", "ip": "192.0.2.42", "version": "3.4.0", "node.roles": "data", "cluster_manager": "-"}
            | {"heap.percent": "49", "disk.used_percent": "74.34"},
            {"name": "os1", "ip": "192.0.2.41", "version": "3.4.0", "node.roles": "cluster_manager", "cluster_manager": "*"}
            | {"heap.percent": "25", "disk.used_percent": "74.34"},
        ],
        "/_cat/allocation": [{"node": "os2", "shards": "3"}, {"node": "UNASSIGNED", "shards": "1"}],
        "/_cat/plugins": [{"component": "opensearch-security"}, {"component": "opensearch-security"}],
        "/_cluster/health": {"status": "yellow"},
        "/_cluster/settings": {"persistent": {}, "transient": {}},
        "/_cluster/state/metadata": {"metadata": {"cluster_coordination": {"voting_config_exclusions": [{"node_name": "os3"}]}}},
        "/_snapshot": {
            "nightly": {"type": "fs", "settings": {"readonly": "false"}},
            "backups": {"type": "fs"},
            "others": {"type": "s3", "settings": {"readonly": "true"}},
        },
    }

    def request(self, _method, path, _body=None, query=None):
        return self.answers[path]


def test_a_cluster():
    shown = cluster(Server())
    assert [(node["name"], node["elected"], node["shards"], node["heap_percent"]) for node in shown["nodes"]] == [
        ("os1", True, 0, 25),
        ("os2", False, 3, 49),
    ]
    assert shown["voting_exclusions"] == ["os3"]
    assert shown["repositories"] == ["backups", "nightly"]
    assert not shown["restart_requested"]
    assert shown["plugins"] == ["opensearch-security"]
