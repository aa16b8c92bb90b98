# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.filter.restart_order import restart_order

NODES = [
    {"name": "os1", "roles": "cluster_manager,data", "elected": True},
    {"name": "os2", "roles": "cluster_manager,data", "elected": False},
    {"name": "data-node", "roles": "data", "elected": False},
]
HOSTS = {"os1": {}, "os2": {}, "os3": {"opensearch_node_name": "data-node"}, "os4": {}}


def test_the_elected_manager_comes_last_and_what_is_down_first():
    assert restart_order(list(HOSTS), NODES, HOSTS) == [
        {"host": "os4", "up": False},
        {"host": "os3", "up": True},
        {"host": "os2", "up": True},
        {"host": "os1", "up": True},
    ]
