# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decisions about two regions: who is active, what is missing on the other side, what is refused."""

from __future__ import annotations

import calendar
import re
import time

CCR = "opensearch-cross-cluster-replication"
REGIONS = 2
STAMP = "%Y%m%d%H%M%S"


def region_looks(asked):
    """{cluster: what it says} of the results of opensearch_region_info in a loop over clusters."""
    return {
        result["region_asking"]: {
            "up": "active" in result,
            **{key: result.get(key, {}) for key in ("active", "follow")},
            **{key: result.get(key, []) for key in ("indices", "plugins")},
            "reason": "" if "active" in result else " ".join(str(result.get("msg", "")).split()),
        }
        for result in asked
    }


def region_active(looks):
    """The record with the highest epoch of those that can be read."""
    return max((look["active"] for look in looks.values() if look["active"]), key=lambda record: record["epoch"], default={})


def region_guard(looks, declared):
    """Why the application may not be pointed at the declared cluster."""
    active = region_active(looks)
    if not active:
        return []
    others = {look["active"]["cluster"] for look in looks.values() if look["active"].get("epoch") == active["epoch"]}
    if len(others) > 1:
        return [
            f"{' and '.join(sorted(others))} are both recorded as active in epoch {active['epoch']}. Do not go on; keep writes off one of "
            f"them (docs/regions.md)."
        ]
    if active["cluster"] != declared:
        return [
            f"platform_search_group is that of {declared}, but {active['cluster']} is active since {active['since']} (epoch "
            f"{active['epoch']}): two sides would be written to. Set platform_search_group to the group of {active['cluster']}, "
            f"or run playbooks/dr_failback.yml to make {declared} the active one."
        ]
    return []


def region_way(looks, declared):
    """How documents come to the other side."""
    if declared != "auto":
        return declared
    reached = [look for look in looks.values() if look["up"]]
    return "ccr" if reached and all(CCR in look["plugins"] for look in reached) else "snapshots"


def region_follows(looks, cluster):
    """Whether a cluster is a copy that may be written over: its own record names the active one, which it is not."""
    active = region_active(looks)
    own = looks.get(cluster, {}).get("active", {})
    return bool(active) and active["cluster"] != cluster and own.get("cluster") == active["cluster"] and own["epoch"] == active["epoch"]


def region_plan(looks, regions, to):
    """What a fail-over to a cluster means: {kind, to, from, epoch, problems}. `kind` is settled, planned or emergency."""
    active = region_active(looks)
    leaving = next((name for name in regions if name != to), "")
    plan = {"to": to, "from": leaving, "from_up": looks.get(leaving, {}).get("up", False), "epoch": active.get("epoch", 0)}
    problems = _impossible(looks, regions, to) or ([] if active else ["Nobody is recorded as active: run playbooks/region.yml first."])
    if problems:
        return {**plan, "kind": "refused", "problems": problems}
    if active["cluster"] == to:
        return {**plan, "kind": "settled", "problems": []}
    plan["epoch"] += 1
    own = looks[to]["active"]
    if (own.get("cluster"), own.get("epoch")) != (active["cluster"], active["epoch"]):
        told = f"says that {own['cluster']} is active (epoch {own['epoch']})" if own else "has no record of it"
        problems.append(
            f"{to} {told}, and {active['cluster']} is active since epoch {active['epoch']}: {to} may lack or hold what the other side does "
            f"not know. Run playbooks/dr_failback.yml, which brings them together."
        )
    return {**plan, "kind": "planned" if plan["from_up"] else "emergency", "problems": problems}


def _impossible(looks, regions, to):
    if len(regions) != REGIONS:
        named = ", ".join(regions) or "empty"
        return [f"platform_regions ({named}): name the two clusters of the group opensearch_clusters, such as [main, dr]."]
    if to not in regions:
        return [f"platform_search_group is that of {to}, which is none of platform_regions ({', '.join(regions)})."]
    look = looks[to]
    if not look["up"]:
        return [f"{to} cannot be reached: {look['reason']}"]
    if not look["indices"]:
        return [f"{to} holds none of the application's indices (platform_region_indices): nothing was replicated yet."]
    red = [index["name"] for index in look["indices"] if index["health"] == "red"]
    return [f"{to}: shards of {', '.join(red)} are lost. Restore them first (playbooks/restore.yml)."] if red else []


def region_gap(look, way, now, counts=None):
    """What the copy lacks: seconds since it was made, operations of a replication; documents where they were compared."""
    taken = re.search(r"-(\d{14})(-[a-z0-9]+)?$", look["follow"].get("snapshot", ""))
    seconds = round(now - calendar.timegm(time.strptime(taken[1], STAMP))) if taken and way == "snapshots" else None
    documents = (
        sum(found.get("only_left", 0) + found.get("differs", 0) + found.get("only_right", 0) for found in counts)
        if counts is not None
        else None
    )
    return {"seconds": 0 if documents == 0 else seconds, "documents": documents, "snapshot": look["follow"].get("snapshot") or None}


def region_after(copies, index, in_flight):
    """Up to where a merge need not look. Writes that were under way when the copy was made are looked at again."""
    return [max(-1, number - in_flight) for number in copies.get(index, [])]


def region_report(looks, regions, way, now, **known):
    """The state of all regions. `known` are the replications of the copy, and the report of the last rehearsal."""
    active = region_active(looks)
    rows = []
    for name in regions:
        look = looks[name]
        own = look["active"]
        serves = name == active.get("cluster")
        gap = region_gap(look, way, now)
        rows.append(
            {
                "cluster": name,
                "up": look["up"],
                "reason": look["reason"],
                "active": serves,
                "recorded": own.get("cluster"),
                "epoch": own.get("epoch"),
                "since": own.get("since"),
                "documents": sum(index["documents"] or 0 for index in look["indices"]) if look["up"] else None,
                "writable": [index["name"] for index in look["indices"] if not index["write_block"]],
                "closed": [index["name"] for index in look["indices"] if index["write_block"]],
                "snapshot": None if serves else gap["snapshot"],
                "lag_seconds": None if serves else gap["seconds"],
                "lag_operations": None if serves or way != "ccr" else sum(row.get("lag", 0) for row in known.get("replications") or []),
            }
        )
    leading = next((row["documents"] for row in rows if row["active"] and row["up"]), None)
    for row in rows:
        countable = leading is not None and row["documents"] is not None and not row["active"]
        row["lag_documents"] = leading - row["documents"] if countable else None
    return {
        "active": active,
        "way": way,
        "regions": rows,
        "rehearsal": known.get("rehearsal") or None,
        "problems": _problems(rows, looks, active),
    }


def _problems(rows, looks, active):
    problems = [f"{row['cluster']} cannot be reached: {row['reason']}" for row in rows if not row["up"]]
    if not active:
        return [*problems, "nobody is recorded as active: run playbooks/region.yml"]
    for row in rows:
        if row["up"] and row["active"] and row["closed"]:
            problems.append(
                f"{row['cluster']} is active, but {', '.join(row['closed'])} cannot be written to: a fail-over was interrupted, or "
                f"somebody set index.blocks.write. Run playbooks/dr_failover.yml, which ends the one and undoes the other"
            )
        if row["up"] and not row["active"]:
            if not region_follows(looks, row["cluster"]):
                problems.append(f"{row['cluster']} is no copy of {active['cluster']}: run playbooks/dr_failback.yml")
            elif row["writable"]:
                problems.append(f"{row['cluster']} is a copy, but {', '.join(row['writable'])} can be written to")
    return problems


def region_table(report):
    """The report as lines of text."""
    titles = ("REGION", "STATE", "EPOCH", "SINCE", "DOCUMENTS", "COPY OF", "LAG S", "LAG DOCUMENTS")
    lines = [titles]
    for row in report["regions"]:
        state = "down" if not row["up"] else "active" if row["active"] else "copy"
        cells = (
            row["cluster"],
            state,
            row["epoch"],
            row["since"],
            row["documents"],
            row["snapshot"],
            row["lag_seconds"],
            row["lag_documents"],
        )
        lines.append(tuple("-" if cell is None else str(cell) for cell in cells))
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    rehearsal = report["rehearsal"]
    last = f"Last rehearsal: {rehearsal['at']}, RTO {rehearsal['rto_seconds']} s" if rehearsal else "Last rehearsal: never"
    return "\n".join([*text, "", f"Replication: {report['way']}", last, *(f"! {problem}" for problem in report["problems"])])


class FilterModule:
    def filters(self):
        return {
            "region_active": region_active,
            "region_after": region_after,
            "region_follows": region_follows,
            "region_gap": region_gap,
            "region_guard": region_guard,
            "region_looks": region_looks,
            "region_plan": region_plan,
            "region_report": region_report,
            "region_table": region_table,
            "region_way": region_way,
        }
