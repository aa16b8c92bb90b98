# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Durations that the server renders in the largest unit, cut to one decimal (90m is 1.5h), and does not read with a decimal."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _settings
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput

UNITS = ("d", "h", "m", "s", "ms", "micros", "nanos")


def is_exact(text: object) -> bool:
    """Whether the server shows the duration as what it is."""
    number, unit, rest = _in_largest_unit(text)
    return unit is not None and number > 0 and rest == 0


def require_exact(where: str, text: str) -> None:
    number, unit, rest = _in_largest_unit(text)
    if unit is None or number == 0:
        raise InvalidInput(f"{where}: {text!r} is not a duration such as 30m, 12h or 7d.")
    if rest:
        raise InvalidInput(
            f"{where}: {text} is not whole in its largest unit, and the server would keep it as a fraction that it cannot read back. "
            f"To write it as a sum, such as 1h30m, is not possible; use {number}{unit} or {number + 1}{unit}."
        )


def _in_largest_unit(text):
    """(how many of it, the unit, what remains)"""
    quantity = _settings.quantity(text) if isinstance(text, str) else None
    if quantity is None or quantity[0] != "time":
        return 0, None, 0
    for unit in UNITS:
        size = _settings.quantity(f"1{unit}")[1]
        if quantity[1] >= size:
            return quantity[1] // size, unit, quantity[1] % size
    return 0, "nanos", 0
