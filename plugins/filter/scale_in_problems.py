# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why hosts cannot leave the platform, as far as the inventory tells."""

from __future__ import annotations

ACCEPTABLE = ("attributes", "managers")
TIERS = {"app": "application host", "loadbalancers": "balancer"}


def scale_in_problems(leaving, groups, accepted=()):
    """One sentence for each reason. `groups` are the inventory's; its group absent holds those that have left already."""
    if not leaving:
        return ["scale_in_hosts: name the hosts that leave, for example -e scale_in_hosts=os4,app4"]
    unknown = [host for host in leaving if host not in groups.get("platform", [])]
    problems = [f"scale_in_hosts: {host} is not in the inventory's group platform." for host in unknown]
    problems += [f"scale_in_accept: {name} is none of {', '.join(ACCEPTABLE)}." for name in accepted if name not in ACCEPTABLE]
    gone = {*leaving, *groups.get("absent", [])}
    for tier, noun in TIERS.items():
        hosts = set(groups.get(tier, []))
        if hosts & set(leaving) and hosts <= gone:
            problems.append(f"scale_in_hosts: no {noun} would be left (group {tier}).")
    problems += [
        f"scale_in_hosts: {host} runs Redis, which holds the queue of the application: move that to another host first."
        for host in leaving
        if host in groups.get("redis", [])
    ]
    return problems


class FilterModule:
    def filters(self):
        return {"scale_in_problems": scale_in_problems}
