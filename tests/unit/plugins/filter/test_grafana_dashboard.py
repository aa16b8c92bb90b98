# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.searchstack.platform.plugins.filter.grafana_dashboard import grafana_dashboard

PANEL = {"title": "Memory", "about": "In use.", "unit": "percent", "queries": {"{{instance}}": "memory"}}


def made(*panels, limits=None, runbook_url=""):
    return grafana_dashboard({"title": "T", "uid": "t", "about": "A.", "panels": panels}, limits, runbook_url)["panels"]


def test_panels_stand_beside_each_other_while_there_is_room():
    tile, wide = {**PANEL, "kind": "stat"}, {**PANEL, "width": 12}
    places = [tuple(panel["gridPos"].values()) for panel in made(tile, wide, PANEL, wide, wide, tile)]
    assert places == [(0, 0, 4, 4), (4, 0, 12, 7), (16, 0, 8, 7), (0, 7, 12, 7), (12, 7, 12, 7), (0, 14, 4, 4)]


def test_limits_are_numbers_or_names():
    (panel,) = made({**PANEL, "limits": ["green", 1, "orange", "memory", "red"]}, limits={"memory": 90})
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [(step["color"], step["value"]) for step in steps] == [("green", None), ("orange", 1), ("red", 90)]


def test_the_runbook_is_where_the_site_has_it():
    linked = {**PANEL, "runbook": "alerts.md#highmemoryusage"}
    assert made(linked)[0]["links"] == []
    (link,) = made(linked, runbook_url="https://mon1/user/")[0]["links"]
    assert link["url"] == "https://mon1/user/alerts.md#highmemoryusage"


def test_a_table_names_its_columns_by_the_queries():
    (panel,) = made({**PANEL, "kind": "table", "queries": {"memory": "a", "disk": "b"}})
    assert panel["transformations"][1]["options"]["renameByName"] == {"Value #A": "memory", "Value #B": "disk"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"titel": "x"}, "'Memory' has unknown keys: titel"),
        ({"limits": ["green", "memroy", "red"]}, "memroy"),
        ({"limits": ["green", 1]}, "must be colours with numbers"),
    ],
)
def test_mistakes_are_named(wrong, said):
    with pytest.raises(AnsibleFilterError, match=said):
        made({**PANEL, **wrong})
