# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the report: numbers out of what a command line or group_vars say, and what is wrong with them."""

from __future__ import annotations

import math

# What a number may be: (least, most).
NUMBERS = {
    # Prometheus answers no more than 11,000 steps, and keeps few weeks.
    "days": (1, 90),
    "hours": (1, 90 * 24),
    "disk_days": (1, 3650),
    "idle_percent": (0, 100),
    "idle_hours": (1, 23),
    "idle_keep": (1, 10_000),
    "index_gb": (0, 1_000_000),
    "index_days": (1, 90),
}
WHOLE = ("days", "hours", "disk_days", "idle_hours", "idle_keep", "index_days")
SUBJECTS = ("cpu", "memory", "heap", "disk")
LEVELS = ("low", "target", "high")
PRICES = ("vcpu", "memory_gib", "disk_gib")
CLASS = ("vcpu", "memory_gib", "price")


def number(value):
    """A number, or None where it is none."""
    if isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def read(options: dict) -> dict:
    """The options with numbers in the place of texts. Only for options without problems."""
    limits = {subject: {level: number(value) for level, value in levels.items()} for subject, levels in options["limits"].items()}
    return {**options, **{name: number(options[name]) for name in NUMBERS}, "limits": limits, "prices": _prices(options["prices"])}


def _prices(prices):
    if not prices:
        return {}
    classes = [{"name": entry["name"], **{key: number(entry[key]) for key in CLASS}} for entry in prices.get("classes", [])]
    return {"currency": prices["currency"], **{key: number(prices.get(key, 0)) for key in PRICES}, "classes": classes}


def problems(options: dict) -> list:
    """What is wrong, a sentence for each variable."""
    found = []
    for name, (least, most) in NUMBERS.items():
        value = number(options[name])
        if value is None or not least <= value <= most or (name in WHOLE and value != int(value)):
            found.append(f"report_{name} ({options[name]}) must be a {'whole ' if name in WHOLE else ''}number from {least} to {most}.")
    if not found and number(options["hours"]) > 24 * number(options["days"]):
        found.append(
            f"report_hours ({options['hours']}) are more than the {options['days']} days of report_days: nothing would be suggested."
        )
    if not isinstance(options["idle_tiers"], list):
        found.append(f"report_idle_tiers ({options['idle_tiers']}) must be a list of groups, such as [app].")
    return found + _limit_problems(options["limits"]) + _price_problems(options["prices"])


def _limit_problems(limits):
    found = []
    if not isinstance(limits, dict):
        return [f"report_limits ({limits}) must be a dictionary, such as {{cpu: {{high: 70}}}}."]
    for subject, levels in limits.items():
        if subject not in SUBJECTS:
            found.append(f"report_limits: {subject} is none of {', '.join(SUBJECTS)}.")
        elif not isinstance(levels, dict) or set(levels) != set(LEVELS):
            found.append(f"report_limits: {subject} takes {', '.join(LEVELS)}.")
        else:
            low, target, high = (number(levels[level]) for level in LEVELS)
            if None in (low, target, high) or not 0 <= low < target < high <= 100:
                found.append(f"report_limits: {subject} must have 0 <= low < target < high <= 100 percent, not {levels}.")
    return found


def _price_problems(prices):
    if not prices:
        return []
    if not isinstance(prices, dict) or not isinstance(prices.get("classes", []), list):
        return ["report_prices must be a dictionary, and classes in it a list (docs/report.md)."]
    found = []
    unknown = sorted(set(prices) - {*PRICES, "currency", "classes"})
    if unknown:
        found.append(f"report_prices: {', '.join(unknown)} is none of currency, {', '.join(PRICES)}, classes.")
    if not prices.get("currency"):
        found.append("report_prices: currency is missing, such as EUR.")
    found += [f"report_prices: {key} ({prices[key]}) is no price." for key in PRICES if key in prices and not _is_price(prices[key])]
    for entry in prices.get("classes", []):
        if not isinstance(entry, dict) or set(entry) != {"name", *CLASS} or not all(_is_price(entry[key]) for key in CLASS):
            found.append(f"report_prices: a class takes name, {', '.join(CLASS)}, not {entry}.")
    return found


def _is_price(value):
    return number(value) is not None and number(value) >= 0
