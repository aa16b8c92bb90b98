# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at cross-cluster replication, from the follower's side."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._patterns import covered

API = "/_plugins/_replication"
# A setting of the follower index: leader's alias and index. It stays as null when the replication has been stopped.
LEADER_INDEX = "index.plugins.replication.follower.leader_index"
SYNCING = "SYNCING"
PAUSED = "PAUSED"
FAILED = "FAILED"
# Also the answer for an index that never existed.
NOT_IN_PROGRESS = "REPLICATION NOT IN PROGRESS"
# Where a replication stays until somebody acts; anything else is on its way there.
SETTLED = (SYNCING, PAUSED, FAILED, NOT_IN_PROGRESS)


def path(index: str) -> str:
    return f"{API}/{segment(index)}"


def status(client, index: str) -> dict:
    return client.get(f"{path(index)}/_status") or {"status": NOT_IN_PROGRESS}


def followers(client) -> list:
    """All indices that follow another one now. The API has no list of them."""
    found = client.get(f"/*/_settings/{LEADER_INDEX}", flat_settings=True, expand_wildcards="all") or {}
    return sorted(index for index, document in found.items() if document["settings"].get(LEADER_INDEX))


def rules(client) -> dict:
    """{name: rule} of the autofollow rules. Their statistics are the only place that shows them."""
    answer = client.get(f"{API}/autofollow_stats") or {}
    return {rule["name"]: rule for rule in answer.get("autofollow_stats", [])}


def report(client, names: list) -> dict:
    """What is replicated: the named indices, and all followers that a pattern covers; and by which rules more of them come."""
    named = {name for name in names if "*" not in name}
    patterns = [name for name in names if "*" in name]
    found = {index for index in followers(client) if covered(index, patterns)} if patterns else set()
    return {
        "replications": [{"name": index, **_with_lag(status(client, index))} for index in sorted(named | found)],
        "autofollow_rules": list(rules(client).values()),
    }


def _with_lag(shown):
    """Checkpoints count the operations of all shards; the last one of an empty shard is -1."""
    details = shown.get("syncing_details")
    if not details:
        return shown
    leader, follower = details["leader_checkpoint"], details["follower_checkpoint"]
    plain = {key: value for key, value in shown.items() if key != "syncing_details"}
    return {**plain, "leader_checkpoint": leader, "follower_checkpoint": follower, "lag": leader - follower}
