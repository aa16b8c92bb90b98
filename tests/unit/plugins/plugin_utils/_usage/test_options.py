# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.plugin_utils._usage import options, prices

GOOD = {
    "days": 14,
    "hours": "72",
    "limits": {subject: {"low": 20, "target": "50", "high": 80.5} for subject in options.SUBJECTS},
    "disk_days": 30,
    "idle_tiers": ["app"],
    "idle_percent": "7.5",
    "idle_hours": 6,
    "idle_keep": 2,
    "index_gb": 0.5,
    "index_days": 7,
    "prices": {},
}
UNITS = {"currency": "EUR", "vcpu": "10", "memory_gib": 2, "disk_gib": 0.5}
CLASSES = [{"name": "small", "vcpu": 2, "memory_gib": 4, "price": 20}, {"name": "large", "vcpu": 8, "memory_gib": 32, "price": 150}]


def test_texts_of_a_command_line_are_numbers():
    assert options.problems(GOOD) == []
    read = options.read(GOOD)
    assert (read["hours"], read["idle_percent"], read["limits"]["cpu"]["target"]) == (72, 7.5, 50)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"days": "many"}, "report_days (many)"),
        ({"days": 0}, "report_days (0) must be a whole number from 1 to 90."),
        ({"days": 1.5}, "report_days (1.5)"),
        ({"days": True}, "report_days (True)"),
        ({"days": 91}, "report_days (91)"),
        ({"hours": float("nan")}, "report_hours (nan)"),
        ({"hours": 500}, "report_hours (500) are more than the 14 days of report_days"),
        ({"idle_percent": -1}, "report_idle_percent (-1)"),
        ({"idle_tiers": "app"}, "report_idle_tiers (app) must be a list"),
        ({"limits": "80"}, "report_limits (80) must be a dictionary"),
        ({"limits": {"cpus": {}}}, "report_limits: cpus is none of"),
        ({"limits": {"cpu": {"low": 1, "high": 2}}}, "report_limits: cpu takes low, target, high."),
        ({"limits": {"cpu": {"low": 60, "target": 50, "high": 80}}}, "report_limits: cpu must have"),
        ({"limits": {"disk": {"low": 20, "target": 50, "high": 101}}}, "report_limits: disk must have"),
        ({"prices": [1]}, "report_prices must be a dictionary"),
        ({"prices": {**UNITS, "cpu": 3}}, "report_prices: cpu is none of"),
        ({"prices": {"vcpu": 3}}, "report_prices: currency is missing"),
        ({"prices": {**UNITS, "vcpu": "cheap"}}, "report_prices: vcpu (cheap) is no price."),
        ({"prices": {**UNITS, "vcpu": -1}}, "report_prices: vcpu (-1) is no price."),
        ({"prices": {**UNITS, "classes": [{"name": "small"}]}}, "report_prices: a class takes"),
    ],
)
def test_wrong_options_are_named(wrong, says):
    (problem,) = options.problems({**GOOD, **wrong})
    assert says in problem


def priced(**more):
    return options.read({**GOOD, "prices": {**UNITS, **more}})["prices"]


@pytest.mark.parametrize(
    ("known", "size", "price"),
    [
        (priced(), (2, 4, 10), 33),
        (priced(classes=CLASSES), (2, 3.8, 10), 25),
        (priced(classes=CLASSES), (2, 8, 0), 150),
        # No class is as large, and nothing is known.
        (priced(classes=CLASSES), (16, 8, 0), None),
        (priced(), (None, None, 0), None),
        ({}, (2, 4, 10), None),
    ],
)
def test_prices(known, size, price):
    assert prices.monthly(known, *size) == price
