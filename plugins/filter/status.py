# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look at clusters and hosts found: as one document with its problems, and as a table of text."""

from __future__ import annotations

import calendar
import textwrap
import time

from ansible_collections.searchstack.platform.plugins.filter.node_names import node_names
from ansible_collections.searchstack.platform.plugins.module_utils._snapshot_age import SECONDS_AN_HOUR, hours_old, last_success

HOURS_A_DAY = 24
# A terminal of 120 columns, less what Ansible indents by.
WIDTH = 112
LONGEST_CELL = 40
CLUSTER_TITLES = ("CLUSTER", "NAME", "VERSION", "HEALTH", "NODES", "SHARDS", "UNASSIGNED", "ALLOCATION", "LAST SNAPSHOT", "REPLICATION")
NODE_TITLES = ("NODE", "CLUSTER", "VERSION", "ROLES", "MANAGER", "HEAP %", "DISK %", "SHARDS", "RESTART")
HOST_TITLES = ("HOST", "SERVICES", "VERSIONS", "CERTIFICATE", "/ %", "DATA %", "ADDRESS")


def status_report(names, hostvars, groups, limits, now):
    """C({clusters, nodes, hosts, problems}) of the hosts and clusters among C(names), from what status.yml registered on each."""
    clusters, nodes, hosts = [], [], []
    for name in names:
        found = hostvars[name]
        if name in groups.get("opensearch_clusters", []):
            members = groups[found.get("opensearch_cluster_group", "opensearch")]
            cluster = _cluster(name, found, limits, now) | {"declared_nodes": len(members)}
            clusters.append(cluster)
            # The inventory knows the name of a node that could not be asked.
            looks = [hostvars[host].get("opensearch_node", {}) for host in members]
            declared = dict(zip(node_names(members, hostvars), looks, strict=True))
            nodes += _nodes(cluster, found, declared)
        else:
            hosts.append(_host(name, found, limits))
    rows = clusters + nodes + hosts
    problems = [f"{row['name']}: {problem}" for row in rows for problem in row["problems"]]
    return {"clusters": clusters, "nodes": nodes, "hosts": hosts, "problems": problems + _across(hosts, limits["addresses"])}


def _cluster(name, found, limits, now):
    seen = found.get("status_cluster", {})
    if "cluster" not in seen:
        return {"name": name, "up": False, "problems": [f"does not answer: {_reason(seen)}"]}
    cluster = seen["cluster"]
    health, allocation = cluster["health"], cluster["allocation"]
    versions = sorted({node["version"] for node in cluster["nodes"]})
    problems = []
    if health["status"] != "green":
        problems.append(f"health is {health['status']}, unassigned shards: {health['unassigned_shards']}")
    if len(versions) > 1:
        problems.append(f"the nodes have different versions: {', '.join(versions)}")
    if allocation["enable"] != "all":
        by = "an operation that was interrupted or goes on" if allocation["interrupted"] else "somebody else than this collection"
        problems.append(f"allocation of shards is restricted to {allocation['enable']}, by {by}")
    if cluster["restart_requested"]:
        problems.append("a rolling restart was interrupted or goes on")
    problems += [f"shards are kept away from nodes with {key} {value}" for key, value in allocation["excluded"].items()]
    if cluster["voting_exclusions"]:
        problems.append(f"excluded from voting: {', '.join(cluster['voting_exclusions'])}")
    snapshots = [_snapshot(result, now) for result in found.get("status_snapshots", {}).get("results", [])]
    problems += [problem for snapshot in snapshots for problem in _late(snapshot, limits)]
    proven = _proven(found.get("status_proven"), now)
    problems += _unproven(proven, limits.get("proven_days"))
    replications, troubles = _replications(found.get("status_replication", {}), limits)
    return {
        "name": name,
        "up": True,
        "cluster": cluster["name"],
        "version": ", ".join(versions),
        "health": health["status"],
        "nodes": len(cluster["nodes"]),
        "manager": next((node["name"] for node in cluster["nodes"] if node["elected"]), None),
        "shards": health["active_shards"],
        "unassigned_shards": health["unassigned_shards"],
        "allocation": allocation,
        "voting_exclusions": cluster["voting_exclusions"],
        "snapshots": snapshots,
        "proven": proven,
        "replications": replications,
        "problems": problems + troubles,
    }


def _snapshot(result, now):
    """The last snapshot of a repository that succeeded."""
    row = {"repository": result["item"]}
    if "snapshots" not in result:
        return {**row, "error": _reason(result)}
    last = last_success(result["snapshots"])
    if not last:
        return {**row, "last": None, "hours": None}
    return {**row, "last": last["snapshot"], "hours": round(hours_old(last, now), 1)}


def _late(snapshot, limits):
    if "error" in snapshot:
        return [f"repository {snapshot['repository']} cannot be read: {snapshot['error']}"]
    if snapshot["last"] is None:
        return [f"repository {snapshot['repository']} has no successful snapshot"]
    if snapshot["hours"] > limits["snapshot_hours"]:
        return [f"the last successful snapshot in {snapshot['repository']} is {_age(snapshot['hours'])} old"]
    return []


def _proven(report, now):
    """When a drill last restored what the cluster's jobs keep, by the report of backup_verify.yml."""
    if not report:
        return None
    drills = report["drills"]
    at = calendar.timegm(time.strptime(report["at"], "%Y-%m-%dT%H:%M:%SZ"))
    return {
        "at": report["at"],
        "days": round((now - at) / SECONDS_AN_HOUR / HOURS_A_DAY, 1),
        **{key: max(drill[key] for drill in drills) for key in ("rpo_seconds", "rto_seconds")},
    }


def _unproven(proven, most):
    """A backup that was never restored is none. Whether that is a problem, a site says."""
    if not most:
        return []
    if proven is None:
        return ["backups are unproven: backup_verify.yml restores and compares them"]
    if proven["days"] > most:
        return [f"backups were last proven {proven['days']:.0f} d ago"]
    return []


def _replications(seen, limits):
    """Followers, and what is wrong with them. Where the plugin is missing nobody asked."""
    if "replications" not in seen:
        return [], [f"replication cannot be read: {_reason(seen)}"] if "msg" in seen else []
    problems = []
    for follower in seen["replications"]:
        lag = follower.get("lag", 0)
        if follower["status"] in ("FAILED", "PAUSED"):
            problems.append(f"replication of {follower['name']} is {follower['status']}: {follower.get('reason', '')}".rstrip(": "))
        elif lag > limits["replication_lag"]:
            problems.append(f"{follower['name']} lacks {lag} operations of its leader")
    return [{key: follower.get(key) for key in ("name", "status", "lag")} for follower in seen["replications"]], problems


def _nodes(cluster, found, declared):
    """Every node that the inventory or the cluster knows. Of a cluster that does not answer, nothing is known."""
    there = {node["name"]: node for node in found["status_cluster"]["cluster"]["nodes"]} if cluster["up"] else {}
    rows = []
    for name in [*declared, *sorted(set(there) - set(declared))]:
        row = {"name": name, "cluster": cluster["name"], "up": name in there if cluster["up"] else None, "problems": []}
        if row["up"]:
            node = there[name]
            row |= {key: node[key] for key in ("version", "roles", "elected", "heap_percent", "shards")}
            row["disk_percent"] = round(float(node["disk_used_percent"])) if node["disk_used_percent"] else None
        elif cluster["up"]:
            row["problems"].append(f"is not in the cluster {cluster['name']}")
        if name in declared:
            row["restart_pending"] = declared[name].get("pending")
            if row["up"] and row["restart_pending"]:
                row["problems"].append("a restart is pending")
        else:
            row["problems"].append(f"is in the cluster {cluster['name']}, but not in the inventory")
        rows.append(row)
    return rows


def _host(name, found, limits):
    seen = found.get("status_host", {})
    if "host" not in seen:
        what = "cannot be reached" if seen.get("unreachable") else "cannot be looked at"
        return {"name": name, "up": False, "problems": [f"{what}: {_reason(seen)}"]}
    host = seen["host"]
    days = host["certificate_days"]
    problems = [f"{service} is {state}" for service, state in host["services"].items() if state != "active"]
    if days is None:
        problems.append("has no certificate")
    elif days < limits["certificate_days"]:
        problems.append(f"its certificate expires in {days} days" if days >= 0 else "its certificate has expired")
    problems += [f"{path} is {used} % full" for path, used in host["filesystems"].items() if used >= limits["disk_percent"]]
    return {"name": name, "up": True, **host, "problems": problems}


def _across(hosts, addresses):
    """What no single host can tell: different releases, and an address that nobody or more than one has."""
    releases = {}
    for host in hosts:
        for link, target in host.get("links", {}).items():
            releases.setdefault(link, {}).setdefault(target, []).append(host["name"])
    problems = [
        f"{link}: hosts differ: " + "; ".join(f"{target} on {', '.join(names)}" for target, names in sorted(targets.items()))
        for link, targets in releases.items()
        if len(targets) > 1
    ]
    for address in addresses:
        holders = [host["name"] for host in hosts if address in host.get("addresses", [])]
        if len(holders) != 1:
            problems.append(f"{address} is on {', '.join(holders) or 'no host that answers'}")
    return problems


def _reason(seen):
    return " ".join(str(seen.get("msg", "nothing is known")).split())


def _age(hours):
    return f"{hours / HOURS_A_DAY:.0f} d" if hours >= 2 * HOURS_A_DAY else f"{hours:.0f} h" if hours >= 1 else "< 1 h"


def status_table(report):
    """The report as lines of text. What has a problem is marked; the last line counts."""
    tables = [
        _table(CLUSTER_TITLES, report["clusters"], _cluster_cells),
        _table(NODE_TITLES, report["nodes"], _node_cells),
        _table(HOST_TITLES, report["hosts"], _host_cells),
    ]
    backups = [f"{row['name']} {_since(row['proven'])}" for row in report["clusters"] if row["up"]]
    if backups:
        tables.append(textwrap.fill(f"  Backups: {', '.join(backups)}", WIDTH, subsequent_indent="  "))
    problems = [textwrap.fill(problem, WIDTH, initial_indent="! ", subsequent_indent="  ") for problem in report["problems"]]
    count = len(problems)
    return "\n\n".join([*filter(None, tables), "\n".join([*problems, f"{count or 'No'} problem{'' if count == 1 else 's'}"])])


def _since(proven):
    return f"proven {proven['at'][:10]}" if proven else "unproven"


def _table(titles, rows, cells):
    if not rows:
        return ""
    lines = [("  ", titles)] + [("! " if row["problems"] else "  ", [row["name"], *cells(row)]) for row in rows]
    texts = [(mark, [textwrap.shorten(str(cell), LONGEST_CELL, placeholder=" ...") for cell in line]) for mark, line in lines]
    widths = [max(len(line[column]) for _mark, line in texts if column < len(line)) for column in range(len(titles))]
    return "\n".join(_line(mark, line, widths) for mark, line in texts)


def _line(mark, cells, widths):
    """What does not fit is told in full by the problems and in the file."""
    text = (mark + "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=False))).rstrip()
    return text if len(text) <= WIDTH else text[: WIDTH - 3] + "..."


def _cluster_cells(row):
    if not row["up"]:
        return ["down"]
    snapshots = [f"{shot['repository']}: {_shot(shot)}" for shot in row["snapshots"]]
    followers = [f"{follower['name']}: {follower['status'].lower()}{_lag(follower)}" for follower in row["replications"]]
    allocation = row["allocation"]["enable"] + (", exclusions" if row["allocation"]["excluded"] or row["voting_exclusions"] else "")
    return [
        row["cluster"],
        row["version"],
        row["health"],
        f"{row['nodes']}/{row['declared_nodes']}",
        row["shards"],
        row["unassigned_shards"],
        allocation,
        ", ".join(snapshots) or "-",
        ", ".join(followers) or "-",
    ]


def _shot(shot):
    return "unreadable" if "error" in shot else "never" if shot["last"] is None else _age(shot["hours"])


def _lag(follower):
    return "" if follower["lag"] is None else f", lag {follower['lag']}"


def _node_cells(row):
    if not row["up"]:
        return [row["cluster"], "unknown" if row["up"] is None else "down"]
    roles = row["roles"].replace("cluster_manager", "manager").replace("remote_cluster_client", "remote")
    pending = {True: "pending", False: "-", None: "unknown"}[row.get("restart_pending")]
    elected = "elected" if row["elected"] else "-"
    return [row["cluster"], row["version"], roles, elected, row["heap_percent"], _or_dash(row["disk_percent"]), row["shards"], pending]


def _host_cells(row):
    if not row["up"]:
        return ["down"]
    states = row["services"]
    wrong = [f"{name} {state}" for name, state in states.items() if state != "active"]
    links = [f"{link.split('/')[-2]} {target}" for link, target in row["links"].items()]
    # Epoch and packaging are for packagers.
    packages = [f"{name} {version.split(':')[-1].split('-')[0]}" for name, version in row["packages"].items()]
    data = [used for path, used in row["filesystems"].items() if path != "/"]
    days = "none" if row["certificate_days"] is None else f"{row['certificate_days']} days"
    return [
        ", ".join(wrong) or f"{len(states)} active",
        ", ".join(links + packages) or "-",
        days,
        row["filesystems"].get("/", "-"),
        ", ".join(map(str, data)) or "-",
        ", ".join(row["addresses"]) or "-",
    ]


def _or_dash(value):
    return "-" if value is None else value


class FilterModule:
    def filters(self):
        return {"status_report": status_report, "status_table": status_table}
