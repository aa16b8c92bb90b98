# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module, and input that each takes."""

from __future__ import annotations

from pathlib import Path

MODULES = Path(__file__).resolve().parents[4] / "plugins" / "modules"
EVERY = sorted(path.stem.removeprefix("opensearch_") for path in MODULES.glob("opensearch_*.py"))
# What makes the input of a module complete.
COMPLETE = {
    "action_group": {"name": "a"},
    "alias": {"name": "a", "indices": ["b"]},
    "allowlist": {"enabled": True},
    "autofollow_rule": {"name": "a", "leader_alias": "b", "pattern": "c*"},
    "cluster_settings": {"settings": {"a": 1}},
    "component_template": {"name": "a", "template": {}},
    "data_stream": {"name": "a"},
    "delete_by_query": {"indices": ["a"], "query": {"match_all": {}}},
    "health": {"wait_timeout": 0},
    "index": {"name": "a"},
    "index_comparison": {"index": "a", "other_index": "b"},
    "index_merge": {"index": "a", "other_index": "b"},
    "index_template": {"name": "a", "index_patterns": ["a*"]},
    "ingest_pipeline": {"name": "a", "processors": []},
    "ism_policy": {"name": "a", "default_state": "b", "states": [{"name": "b"}]},
    "node_drain": {"nodes": ["a"]},
    "node_removal_info": {"nodes": ["a"]},
    "nodes_dn": {"name": "a"},
    "objects": {"roles": [{"name": "a"}]},
    "region": {"cluster": "a", "epoch": 1, "since": "now"},
    "reindex": {"source": ["a"], "dest": "b"},
    "remote_cluster": {"name": "a", "seeds": ["b:9300"]},
    "replication": {"name": "a", "leader_alias": "b", "leader_index": "c"},
    "restore_check": {"repository": "a"},
    "role": {"name": "a"},
    "role_mapping": {"name": "a"},
    "search_pipeline": {"name": "a"},
    "security_config": {"dynamic": {}},
    "snapshot": {"repository": "a", "name": "b"},
    "snapshot_info": {"repository": "a"},
    "snapshot_policy": {
        "name": "a",
        "creation": {"schedule": {"cron": {"expression": "0 2 * * *"}}},
        "snapshot_config": {"repository": "b"},
    },
    "snapshot_repository": {"name": "a", "type": "fs"},
    "snapshot_restore": {"repository": "a", "snapshot": "b", "indices": ["*"]},
    "stored_script": {"name": "a", "source": "1"},
    "tenant": {"name": "a"},
    "upgrade_check": {"version": "3.4.0"},
    "user": {"name": "a"},
    "voting_exclusions": {"nodes": ["a"]},
}
