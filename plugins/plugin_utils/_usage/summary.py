# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says in the end: what could be changed, and what is not known."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.plugin_utils._usage import sizing


def suggestions(report: dict) -> list:
    """All that could be changed, in one list."""
    return [
        *(row for host in report["hosts"] for row in _of_host(host)),
        *(_of_tier(tier) for tier in report["tiers"] if tier["schedule"]),
        *(_of_index(index) for index in report["indices"] if index["suggestion"]),
    ]


def _row(subject, what, action, reason, **more):
    """A suggestion: every one has all keys."""
    empty = dict.fromkeys(("host", "tier", "cluster", "from", "to", "unit"))
    return {**empty, "subject": subject, "what": what, "action": action, "reason": reason, **more}


def _of_host(host):
    parts = [(subject, None, host[subject]) for subject in ("cpu", "memory", "heap") if host[subject]]
    about = {"host": host["name"], "tier": host["tier"], "cluster": host["cluster"]}
    for subject, what, part in [*parts, *(("disk", disk["mountpoint"], disk) for disk in host["disks"])]:
        verdict = part["suggestion"]
        if verdict["action"] != sizing.KEEP:
            sizes = {"from": part["size"], "to": verdict["size"], "unit": part["unit"]}
            yield _row(subject, what, verdict["action"], verdict["reason"], **about, **sizes)


def _of_tier(tier):
    plan = tier["schedule"]
    reason = (
        f"{plan['off']} of {tier['hosts']} hosts could be off from {plan['from']} to {plan['to']} UTC: "
        f"no host uses more than {plan['percent']:.0f} % of its cores then"
    )
    sizes = {"from": tier["hosts"], "to": tier["hosts"] - plan["off"], "unit": "hosts"}
    return _row("schedule", f"{plan['from']}-{plan['to']}", "schedule", reason, tier=tier["name"], **sizes)


def _of_index(index):
    verdict = index["suggestion"]
    return _row("index", index["name"], verdict["action"], verdict["reason"], cluster=index["cluster"])


def _known(host):
    """How much is known of a host. Figures are taken at full hours: one that is watched for less has its disks, and no hour."""
    if host["hours"]:
        return f"{host['hours']:.0f} hours of data"
    return "less than an hour of data" if host["disks"] else "Prometheus knows nothing of it"


def notes(report: dict, clusters: dict, options: dict) -> list:
    """What is not known, and why."""
    days, hosts = options["days"], report["hosts"]
    found = [f"{host['name']}: {_known(host)}; suggestions need {options['hours']:.0f} hours." for host in hosts if not host["enough"]]
    longest = max((host["hours"] for host in hosts), default=0)
    if 0 < longest < 24 * days - 1:
        found.append(f"Prometheus knows {longest / 24:.1f} of the {days:.0f} days that were asked for.")
    found += [f"{name}: its indices are not known: {cluster['error']}" for name, cluster in clusters.items() if cluster.get("error")]
    if any(row["unwritten_days"] is None for row in report["indices"]):
        found.append("Whether an index is still written to shows by comparison with an earlier report, and there is none yet of some.")
    unpriced = [host["name"] for host in hosts if host["cost"] and None in host["cost"].values()]
    if unpriced:
        found.append(f"Without a price, and in no sum: {', '.join(unpriced)}.")
    return found
