# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts cost in a month: the cheapest class that is large enough, or so much for each core and GiB."""

from __future__ import annotations

# A VM of 4 GiB shows a little less.
SHOWN_MEMORY = 0.9


def monthly(prices: dict, cores, memory, disk):
    """The price of a host. None where it is not known: a size is unknown, or no class is as large."""
    if not prices or None in (cores, memory, disk):
        return None
    price = prices["vcpu"] * cores + prices["memory_gib"] * memory
    if prices["classes"]:
        fitting = [entry["price"] for entry in prices["classes"] if entry["vcpu"] >= cores and entry["memory_gib"] >= SHOWN_MEMORY * memory]
        if not fitting:
            return None
        price = min(fitting)
    return round(price + prices["disk_gib"] * disk, 2)
