# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How indices grow, and which ones nobody writes to any more: from what earlier reports have seen.

OpenSearch has no such history, and metrics for each index would be a series for each index, metric and node. An index that has exactly as
many documents and bytes as before was not written to.
"""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.plugin_utils._usage.answers import GIB

SECONDS_A_DAY = 86400
# Looks that are closer together tell nothing more.
SECONDS_BETWEEN = 12 * 3600
KEPT_DAYS = 90
# The codec of an index that says nothing, and how it is called.
PLAIN = ("default", "lz4", "LZ4")


def remember(history: list, clusters: dict, now: float) -> list:
    """The history with this look at the indices, without what is too old or too close to the one before it."""
    kept = [look for look in history if now - KEPT_DAYS * SECONDS_A_DAY < look["at"] <= now]
    if kept and now - kept[-1]["at"] < SECONDS_BETWEEN:
        return kept
    seen = {
        name: {index["name"]: {key: index[key] for key in ("uuid", "documents", "bytes")} for index in cluster["indices"]}
        for name, cluster in clusters.items()
        if not cluster.get("error")
    }
    return [*kept, {"at": int(now), "clusters": seen}]


def _is_open(index):
    """A closed index has neither documents nor bytes."""
    return None not in (index["documents"], index["bytes"])


def _before(history, cluster, index):
    """[(time, what was seen)] of this very index, the newest first."""
    found = ((look["at"], look["clusters"].get(cluster, {}).get(index["name"])) for look in reversed(history))
    return [(at, seen) for at, seen in found if seen and seen["uuid"] == index["uuid"] and _is_open(seen)]


def _growth(index, looks, now, days):
    """(bytes a day, documents a day, since when it is known: a report or its making)."""
    within = [(at, seen) for at, seen in looks if SECONDS_BETWEEN <= now - at <= days * SECONDS_A_DAY]
    created = int(index["settings"].get("index.creation_date", 0)) / 1000
    if within:
        at, seen = within[-1]
        passed = (now - at) / SECONDS_A_DAY
        return (index["bytes"] - seen["bytes"]) / passed, (index["documents"] - seen["documents"]) / passed, "report"
    if created and now - created >= SECONDS_BETWEEN:
        passed = (now - created) / SECONDS_A_DAY
        return index["bytes"] / passed, index["documents"] / passed, "creation"
    return None, None, None


def _unwritten_days(index, looks, now):
    """For how long it has been as it is. None: no earlier look at it."""
    same = None
    for at, seen in looks:
        if (seen["documents"], seen["bytes"]) != (index["documents"], index["bytes"]):
            return same or 0.0
        same = (now - at) / SECONDS_A_DAY
    return same


def judge(index, unwritten, warm, options) -> dict | None:
    """What could be done with an index that nobody writes to."""
    if unwritten is None or unwritten < options["index_days"] or index["bytes"] < options["index_gb"] * GIB:
        return None
    reason = f"nothing was written to it for {unwritten:.0f} days, and it takes {index['bytes'] / GIB:.1f} GiB"
    if warm and index["settings"].get("index.routing.allocation.require.temp") != "warm":
        return {"action": "warm", "reason": f"{reason}; the cluster has warm nodes"}
    if index["settings"].get("index.codec", "default") in PLAIN:
        return {"action": "compress", "reason": f"{reason}; its codec is the default"}
    return None


def rows(clusters: dict, history: list, options: dict, now: float) -> list:
    """One entry for each open index that is not the system's, the largest first. Those of data streams count, and begin with a dot, too."""
    found = []
    for cluster, seen in clusters.items():
        for index in seen.get("indices", []):
            if (index["name"].startswith(".") and not index["name"].startswith(".ds-")) or not _is_open(index):
                continue
            looks = _before(history, cluster, index)
            per_day, documents_per_day, since = _growth(index, looks, now, options["days"])
            unwritten = _unwritten_days(index, looks, now)
            found.append(
                {
                    "cluster": cluster,
                    "name": index["name"],
                    "bytes": index["bytes"],
                    "documents": index["documents"],
                    "bytes_per_day": per_day,
                    "documents_per_day": documents_per_day,
                    "growth_since": since,
                    "unwritten_days": unwritten,
                    "suggestion": judge(index, unwritten, seen.get("warm", False), options),
                }
            )
    return sorted(found, key=lambda row: (-row["bytes"], row["cluster"], row["name"]))
