# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether something has the right size, by how it was used."""

from __future__ import annotations

import math

KEEP, GROW, SHRINK, SCALE_OUT = "keep", "grow", "shrink", "scale_out"
# What can be bought or set, in the units of the figures.
STEPS = {"cpu": 1, "memory": 1, "heap": 0.25, "disk": 10}
# On a single core, users would notice every backup and update.
FEWEST = {"cpu": 2, "memory": 1, "heap": 1, "disk": 10}
UNITS = {"cpu": "cores", "memory": "GiB", "heap": "GiB", "disk": "GiB"}
# Beyond that, the JVM's pointers take twice the room (compressed oops).
LARGEST_HEAP = 31
# A growth of less than so much of the whole in a year is none.
NO_GROWTH = 0.01


def shown(value) -> str:
    """A number as people read it: two decimals of small ones, none of large ones."""
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _up(value, subject):
    """The next size that there is."""
    step = STEPS[subject]
    return math.ceil(round(value / step, 6)) * step


def keep(reason):
    return {"action": KEEP, "size": None, "reason": reason}


def unknown(hours, needed) -> dict:
    """No judgement: what is known of it spans too few hours."""
    return keep(f"not enough data: {hours:.0f} of {needed:.0f} hours")


def judge(subject, used, limits, *, least=0.0, cached=0.0) -> dict:
    """C({action, size, reason}) of cpu, memory or heap. C(used) has size, p50, p95 and max; C(least) is the smallest size that others need;
    C(cached) is what shall stay in the memory although it could go."""
    size, p95, unit = used["size"], used["p95"], UNITS[subject]
    percent = 100 * p95 / size
    says = f"95 % of the time at most {shown(p95)} of {shown(size)} {unit} are in use ({percent:.0f} %), at peak {shown(used['max'])}"
    if percent > limits["high"]:
        wanted = max(_up(100 * p95 / limits["target"], subject), _up(least, subject))
        return _grown(subject, size, wanted, f"{says}; more than {shown(limits['high'])} %")
    if _up(least, subject) > 1.1 * size:
        return _grown(subject, size, _up(least, subject), f"{says}; the heap needs twice its size")
    if percent < limits["low"]:
        # The peak must still fit.
        wanted = max(_up(max(100 * (p95 + cached) / limits["target"], used["max"] + cached), subject), _up(least, subject), FEWEST[subject])
        if wanted < size:
            cache = f", and {shown(cached)} {unit} of indices in the cache" if cached else ""
            return {"action": SHRINK, "size": wanted, "reason": f"{says}{cache}; less than {shown(limits['low'])} %"}
        return keep(f"{says}; {shown(size)} {unit} are not too many" + (" for what is in its cache" if cached else ""))
    return keep(says)


def _grown(subject, size, wanted, reason):
    if subject == "heap" and wanted > LARGEST_HEAP:
        if size >= LARGEST_HEAP:
            return {"action": SCALE_OUT, "size": None, "reason": f"{reason}; a heap beyond {LARGEST_HEAP} GiB gains little: add a node"}
        wanted = LARGEST_HEAP
    return {"action": GROW, "size": max(wanted, _up(size + STEPS[subject] / 10, subject)), "reason": reason}


def days_to_full(free, per_day, size):
    """Days until nothing is free if it goes on like that. None: it does not grow."""
    return free / per_day if per_day is not None and per_day * 365 > NO_GROWTH * size else None


def judge_disk(disk, limits, days) -> dict:
    """C({action, size, reason}) of a file system with size, used, free, per_day and days_to_full. C(days) are those that it shall last."""
    size, percent, full = disk["size"], 100 * disk["used"] / disk["size"], disk["days_to_full"]
    says = f"{shown(disk['used'])} of {shown(size)} GiB are in use ({percent:.0f} %)"
    says += f", {shown(disk['per_day'])} GiB more a day: full in {full:.0f} days" if full is not None else ", and it does not grow"
    growth = disk["per_day"] * days if full is not None else 0
    wanted = max(_up(100 * (disk["used"] + growth) / limits["target"], "disk"), FEWEST["disk"])
    if (full is not None and full < days) or percent > limits["high"]:
        return _grown("disk", size, wanted, says)
    # Disks do not shrink in place: half of it must be worth the move.
    if percent < limits["low"] and wanted <= size / 2:
        return {"action": SHRINK, "size": wanted, "reason": f"{says}; less than {shown(limits['low'])} %"}
    return keep(says)
