# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things stand in the timeline: pure geometry, which the template draws."""

from __future__ import annotations

import math
from typing import NamedTuple

from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.schedule import Request

WIDTH = 1000
LEFT, RIGHT = 64, 12
PANEL, TITLE, AXIS = 100, 40, 26
LABEL_ROW = 18
# Of a letter in a phase's label, on average.
LETTER = 6.4
COLUMNS = 300
SHORTEST, LONGEST_AT_LEAST = 0.001, 1.0
TICK_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


class Bar(NamedTuple):
    """The requests of one column: from the fastest to the slowest good answer."""

    x: float
    top: float
    bottom: float


class Mark(NamedTuple):
    """The failures of one column."""

    x: float
    y: float
    text: str


class Panel(NamedTuple):
    title: str
    top: float
    bars: list[Bar]
    failures: list[Mark]


class Label(NamedTuple):
    text: str
    x: float
    y: float
    text_x: float


def timeline(report: dict, requests: list[Request]) -> dict:
    """All there is to draw."""
    seconds = max([report["seconds"], *(request.at for request in requests), 1])
    slowest = max([LONGEST_AT_LEAST, *(request.seconds for request in requests if request.error is None)])
    # Whole decades, so that each grid line has a round number.
    longest = 10 ** math.ceil(math.log10(slowest) - 1e-9)
    labels, rows = place_labels(report["phases"], seconds)
    top = rows * LABEL_ROW + 4
    panels = []
    for stream in report["streams"]:
        own = [request for request in requests if request.stream == stream["name"]]
        panel_top = top + len(panels) * (PANEL + TITLE) + TITLE
        panels.append(Panel(stream["title"], panel_top, bars(own, seconds, panel_top, longest), failures(own, seconds, panel_top)))
    bottom = top + len(panels) * (PANEL + TITLE)
    return {
        "width": WIDTH,
        "height": bottom + AXIS,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "panel": PANEL,
        "bottom": bottom,
        "panels": panels,
        "labels": labels,
        "decades": [(latency, height(latency, longest)) for latency in decades(longest)],
        "ticks": [(second, place(second, seconds)) for second in ticks(seconds)],
    }


def place(at: float, seconds: float) -> float:
    """The x of a moment."""
    return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(at / seconds, 0), 1), 1)


def height(latency: float, longest: float) -> float:
    """How far below the top of its panel a latency stands."""
    share = math.log(max(latency, SHORTEST) / SHORTEST) / math.log(longest / SHORTEST)
    return round(PANEL * (1 - share), 1)


def bars(requests: list[Request], seconds: float, top: float, longest: float) -> list[Bar]:
    found = []
    for x, good in columns([request for request in requests if request.error is None], seconds):
        took = [request.seconds for request in good]
        found.append(Bar(x, round(top + height(max(took), longest), 1), round(top + height(min(took), longest), 1)))
    return found


def failures(requests: list[Request], seconds: float, top: float) -> list[Mark]:
    return [
        Mark(x, top + 7, f"{clock(failed[0].at)}: {len(failed)} failed, {failed[0].error}")
        for x, failed in columns([request for request in requests if request.error is not None], seconds)
    ]


def columns(requests: list[Request], seconds: float) -> list[tuple[float, list[Request]]]:
    """The requests of each column, and its x."""
    found: dict[int, list[Request]] = {}
    for request in requests:
        found.setdefault(min(int(COLUMNS * request.at / seconds), COLUMNS - 1), []).append(request)
    return [(place((column + 0.5) * seconds / COLUMNS, seconds), inside) for column, inside in sorted(found.items())]


def place_labels(phases: list, seconds: float) -> tuple[list[Label], int]:
    """Each label in the first row where there is room for it."""
    labels, ends = [], []
    for phase in sorted(phases, key=lambda phase: phase["at_s"]):
        x = place(phase["at_s"], seconds)
        width = LETTER * len(phase["name"]) + 12
        # On the other side of the line where there is no room on the right.
        text_x = x + 4 if x + width <= WIDTH - RIGHT else max(LEFT, x + 8 - width)
        row = next((row for row, end in enumerate(ends) if end <= text_x), len(ends))
        ends[row : row + 1] = [text_x + width]
        labels.append(Label(phase["name"], x, row * LABEL_ROW + 14, round(text_x, 1)))
    return labels, len(ends)


def decades(longest: float) -> list[float]:
    return [10.0**power for power in range(-3, round(math.log10(longest)) + 1)]


def ticks(seconds: float) -> list[int]:
    step = next((step for step in TICK_STEPS if seconds / step <= 10), TICK_STEPS[-1])
    return list(range(0, int(seconds) + 1, step))


def clock(seconds: float) -> str:
    """Minutes and seconds since the start."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def latency(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 1 else f"{seconds * 1000:g} ms"
