# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: hosts, tiers, clusters and indices, each with how it was used, and what could be changed."""

from __future__ import annotations

import time

from ansible_collections.searchstack.platform.plugins.plugin_utils._usage import answers, idle, indices, prices, sizing, summary
from ansible_collections.searchstack.platform.plugins.plugin_utils._usage.answers import GIB

# Of the keys of the report. A program that reads it is told when one of them changes its meaning.
SCHEMA = 1
SECONDS_A_DAY = 86400
USED = {"size", "p50", "p95", "max"}
DISK = {"size", "free", "growth"}
DATA = ("size", "free", "growth", "bytes", "bytes_growth")
# What is counted in bytes by Prometheus, and in GiB here.
IN_BYTES = ("memory", "heap")


def make(asked: list, found: dict, clusters: dict, *, history: list, options: dict, now: float) -> dict:
    """C(asked) are the labels of all hosts, C(found) what Prometheus answered, C(clusters) what each cluster said of its indices."""
    seen = _seen(found)
    hosts = [_host(labels, seen, options) for labels in asked]
    curves = answers.curves(found["idle"])
    tiers = [_tier(tier, hosts, curves, options) for tier in dict.fromkeys(host["tier"] for host in hosts)]
    rows = indices.rows(clusters, history, options, now)
    report = {
        "schema": SCHEMA,
        "made_at": _moment(now),
        "period": {"days": options["days"], "from": _moment(now - options["days"] * SECONDS_A_DAY), "to": _moment(now)},
        "hosts": hosts,
        "tiers": _with_shares(tiers),
        "clusters": [_cluster(name, cluster.get("error"), _nodes(name, asked, seen), rows, options) for name, cluster in clusters.items()],
        "indices": rows,
        "cost": _total(tiers, options["prices"]),
    }
    return _rounded({**report, "suggestions": summary.suggestions(report), "notes": summary.notes(report, clusters, options)})


def _moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _rounded(value):
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_rounded(entry) for entry in value]
    return round(value, 3) if isinstance(value, float) else value


def _seen(found):
    """The figures of each subject, by host; of disks, by host and device."""
    seen = {subject: answers.figures(found[subject], "instance") for subject in ("cpu", "memory", "heap", "data")}
    disks: dict = {}
    for (host, device, mountpoint), figures in sorted(answers.figures(found["disk"], "instance", "device", "mountpoint").items()):
        # What is mounted in several places is one disk: the place that is nearest to the root names it.
        mounts = disks.setdefault(host, {})
        if figures.get("size", 0) > 0 and (device not in mounts or len(mountpoint) < len(mounts[device][0])):
            mounts[device] = (mountpoint, figures)
    return {**seen, "disk": disks}


def _host(labels, seen, options):
    name = labels["instance"]
    hours = seen["cpu"].get(name, {}).get("hours", 0)
    heap = _resource("heap", seen["heap"].get(name), options) if name in seen["heap"] else None
    mounts = sorted(seen["disk"].get(name, {}).values(), key=lambda mount: mount[0])
    row = {
        "name": name,
        "tier": labels["tier"],
        "cluster": labels.get("cluster"),
        # Both ends of the period are counted.
        "hours": min(hours, 24 * options["days"]),
        "enough": hours >= options["hours"],
        "cpu": _resource("cpu", seen["cpu"].get(name), options),
        "memory": _memory(labels, seen, heap, options),
        "heap": heap,
        "disks": [_disk(mountpoint, figures, options) for mountpoint, figures in mounts],
    }
    return {**row, "cost": {"now": _price(row, options, "from"), "suggested": _price(row, options, "to")} if options["prices"] else None}


def _resource(subject, figures, options, **needs):
    """How something was used, and its suggestion. What Prometheus does not know is None."""
    figures = figures or {}
    unit = GIB if subject in IN_BYTES else 1
    used = {key: figures[key] / unit if key in figures else None for key in sorted(USED)}
    hours = figures.get("hours", 0)
    if None in used.values() or used["size"] <= 0 or hours < options["hours"]:
        verdict = sizing.unknown(hours, options["hours"])
    else:
        verdict = sizing.judge(subject, used, options["limits"][subject], **needs)
    percent = 100 * used["p95"] / used["size"] if used["size"] and used["p95"] is not None else None
    return {"unit": sizing.UNITS[subject], **used, "percent": percent, "suggestion": verdict}


def _memory(labels, seen, heap, options):
    """A search node lives on the memory that seems to be free: its indices are in the cache there."""
    name = labels["instance"]
    if not labels.get("cluster"):
        return _resource("memory", seen["memory"].get(name), options)
    data = seen["data"].get(name, {})
    if heap is None or heap["size"] is None or "bytes" not in data:
        row = _resource("memory", seen["memory"].get(name), options)
        return {**row, "suggestion": sizing.keep("not enough data: its heap and its indices are not known")}
    wanted = heap["suggestion"]["size"] or heap["size"]
    return _resource("memory", seen["memory"].get(name), options, least=2 * wanted, cached=data["bytes"] / GIB)


def _disk(mountpoint, figures, options):
    hours, known = figures.get("hours", 0), set(figures) >= DISK
    size, free = figures["size"] / GIB, figures.get("free", 0) / GIB
    per_day = figures["growth"] * SECONDS_A_DAY / GIB if known and hours >= options["hours"] else None
    disk = {
        "mountpoint": mountpoint,
        "unit": sizing.UNITS["disk"],
        "size": size,
        "used": size - free,
        "free": free,
        "percent": 100 * (size - free) / size,
        "per_day": per_day,
        "days_to_full": sizing.days_to_full(free, per_day, size),
    }
    if per_day is None:
        return {**disk, "suggestion": sizing.unknown(hours, options["hours"])}
    return {**disk, "suggestion": sizing.judge_disk(disk, options["limits"]["disk"], options["disk_days"])}


def _size(resource, which):
    """The size as it is, or as it is suggested."""
    return (resource["suggestion"]["size"] if which == "to" else None) or resource["size"]


def _disk_total(host, which):
    return sum(_size(disk, which) for disk in host["disks"])


def _price(host, options, which):
    return prices.monthly(options["prices"], _size(host["cpu"], which), _size(host["memory"], which), _disk_total(host, which))


def _sum(values):
    return sum(value for value in values if value is not None)


def _tier(name, all_hosts, curves, options):
    hosts = [host for host in all_hosts if host["tier"] == name]
    found = {"name": name, "hosts": len(hosts), "shares": {}}
    for subject in ("cpu", "memory"):
        found[subject] = {"size": _sum(host[subject]["size"] for host in hosts), "p95": _sum(host[subject]["p95"] for host in hosts)}
    used = sum(disk["used"] for host in hosts for disk in host["disks"])
    found["disk"] = {"size": sum(_disk_total(host, "from") for host in hosts), "used": used}
    found["schedule"] = _schedule(name, hosts, curves, options)
    found["cost"] = _tier_cost(hosts, found["schedule"]) if options["prices"] else None
    return found


def _schedule(tier, hosts, curves, options):
    known = [curves[host["name"]] for host in hosts if host["name"] in curves]
    # A host of which nothing is known may be the busy one.
    if tier not in options["idle_tiers"] or len(known) < len(hosts) or not all(host["enough"] for host in hosts):
        return None
    shares = idle.profile(known, int(options["hours"] // idle.HOURS_A_DAY) or 1)
    limits = {key: int(options[f"idle_{key}"]) for key in ("hours", "keep")}
    target = options["limits"]["cpu"]["target"]
    return shares and idle.schedule(len(hosts), shares, below=options["idle_percent"], target=target, **limits)


def _tier_cost(hosts, schedule):
    """Of the hosts whose prices are known. What is off at night is not paid at night."""
    known = [host["cost"] for host in hosts if None not in host["cost"].values()]
    suggested = sum(cost["suggested"] for cost in known)
    if schedule and known:
        suggested -= suggested / len(known) * schedule["off"] * schedule["hours"] / idle.HOURS_A_DAY
    return {"now": sum(cost["now"] for cost in known), "suggested": suggested, "unknown_hosts": len(hosts) - len(known)}


def _with_shares(tiers):
    """Which part of all that there is a tier has, in percent."""
    for subject in ("cpu", "memory", "disk"):
        whole = sum(tier[subject]["size"] for tier in tiers)
        for tier in tiers:
            tier["shares"][subject] = 100 * tier[subject]["size"] / whole if whole else None
    return tiers


def _total(tiers, known):
    if not known:
        return None
    return {
        "currency": known["currency"],
        **{key: sum(tier["cost"][key] for tier in tiers) for key in ("now", "suggested", "unknown_hosts")},
    }


def _nodes(cluster, asked, seen):
    """What the nodes of a cluster hold, of those that Prometheus knows."""
    names = [labels["instance"] for labels in asked if labels.get("cluster") == cluster]
    return [seen["data"][name] for name in names if name in seen["data"]]


def _cluster(name, error, nodes, rows, options):
    """The data of all nodes of a cluster together."""
    known = [key for key in DATA if all(key in node for node in nodes)]
    whole = {key: sum(node[key] for node in nodes) for key in known} if nodes else {}
    enough = bool(nodes) and min(node.get("hours", 0) for node in nodes) >= options["hours"]
    per_day = {key: whole[key] * SECONDS_A_DAY if enough and key in whole else None for key in ("growth", "bytes_growth")}
    own = [row for row in rows if row["cluster"] == name]
    return {
        "name": name,
        "nodes": len(nodes),
        "indices": len(own),
        "documents": sum(row["documents"] for row in own),
        "bytes": whole.get("bytes"),
        "bytes_per_day": per_day["bytes_growth"],
        "disk_bytes": whole.get("size"),
        "free_bytes": whole.get("free"),
        "days_to_full": sizing.days_to_full(whole["free"], per_day["growth"], whole["size"]) if {"free", "size"} <= set(whole) else None,
        "error": error or None,
    }
