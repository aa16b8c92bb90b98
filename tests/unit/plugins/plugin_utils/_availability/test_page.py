# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability import figures, page, plot
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.schedule import Request

VOID = {"meta", "line", "path", "br"}


class Balance(HTMLParser):
    """Whether each element ends, and what is loaded from elsewhere."""

    def __init__(self):
        super().__init__()
        self.open, self.elsewhere = [], []

    def handle_starttag(self, tag, attrs):
        self.elsewhere += [value for name, value in attrs if name in ("src", "href", "xlink:href", "action")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


def report(requests, seconds=60.0, **more):
    return {
        "name": "rolling_restart",
        "ended_by": "stopped",
        "probed": {"url": ["https://192.0.2.10/"], "hosts": ["https://192.0.2.41:9200"], "rate": 5},
        **figures.summarise(requests, seconds, 1_700_000_000, ["site_new", "cluster_write"]),
        "documents": {"acknowledged": 3, "lost": 0, "duplicated": 0},
        "phases": [],
        **more,
    }


GOOD = [Request(stream, number / 5, 0.02) for stream in ("site_new", "cluster_write") for number in range(300)]
ONE_FAILED = [*GOOD, Request("site_new", 30, 0.1, "503 <Unavailable>")]


@pytest.mark.parametrize(
    ("requests", "more", "shown"),
    [
        (GOOD, {}, ["Not noticed", "All 600 requests"]),
        (ONE_FAILED, {}, ["Noticed", "1 of 601 requests failed", "503 &lt;Unavailable&gt;"]),
        (GOOD, {"documents": {"acknowledged": 9, "lost": 2, "duplicated": 0}}, ["acknowledged documents that are lost: 2"]),
        (GOOD, {"documents": {"error": "no <answer>"}}, ["could not be read back: no &lt;answer&gt;"]),
        (GOOD, {"documents": {}, "ended_by": "ansible-playbook had ended"}, ["ended because ansible-playbook had ended"]),
        (GOOD, {"phases": [{"at_s": 12.0, "name": "restart <os1>"}]}, ["restart &lt;os1&gt;"]),
        ([*GOOD, Request("site_new", 30, 2.5, waited=2.25)], {}, ["<td>2.25</td>"]),
        ([], {}, ["no request was made"]),
    ],
)
def test_the_page_is_whole_and_needs_nothing_else(requests, more, shown):
    text = page.render(report(requests, **more), requests)
    balance = Balance()
    balance.feed(text)
    assert balance.open == []
    assert balance.elsewhere == []
    assert "<script" not in text and "url(" not in text and "@import" not in text
    assert [part for part in shown if part not in text] == []
    assert "nan" not in re.sub(r"<style>.*</style>", "", text, flags=re.DOTALL).lower()


def test_four_hours_are_no_more_to_draw_than_a_minute():
    many = [Request("site_new", number / 5, 0.02) for number in range(72_000)]
    assert len(page.render(report(many, seconds=14_400.0), many)) < 60_000


def test_each_column_shows_its_slowest_and_its_fastest():
    requests = [Request("site", 0.1, 0.001), Request("site", 0.2, 1.0), Request("site", 299.9, 0.0316)]
    bars = plot.bars(requests, 300, top=0, longest=1.0)
    assert [(column.top, column.bottom) for column in bars] == [(0, plot.PANEL), (50, 50)]


def test_labels_do_not_cover_each_other():
    phases = [{"at_s": at, "name": f"restart os{at}"} for at in (0, 1, 2, 30, 57, 59, 60)]
    labels, rows = plot.place_labels(phases, 60)
    spans = sorted((label.y, label.text_x, label.text_x + plot.LETTER * len(label.text)) for label in labels)
    assert all(later[1] >= earlier[2] for earlier, later in zip(spans, spans[1:], strict=False) if earlier[0] == later[0])
    assert all(span[2] <= plot.WIDTH for span in spans)
    assert rows < len(phases)


@pytest.mark.parametrize(("seconds", "expected"), [(4, [0, 1, 2, 3, 4]), (20, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]), (14400, [0, 1800])])
def test_ticks_are_round_moments(seconds, expected):
    assert plot.ticks(seconds)[: len(expected)] == expected
    assert len(plot.ticks(seconds)) <= 11
