# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.filter.restore_rounds import restore_rounds


def look(snapshot, age, *, repository="s3", todo=(), replaced=(), problems=(), **states):
    rows = [{"name": name, "source": name, "state": state} for name, state in states.items()]
    shown = {"name": snapshot, "age_seconds": age}
    lists = {"todo": list(todo), "replaced": list(replaced), "problems": list(problems)}
    return {"item": {"repository": repository}, "snapshot": shown, "indices": rows, **lists}


def calls(entry):
    return [(call["indices"], call["overwrite"]) for call in entry["calls"]]


def test_each_index_comes_from_the_newest_snapshot():
    daily = look("daily-1", 9000, todo=["papers", "notes"], papers="absent", notes="absent")
    ship = look("ship-1", 60, repository="fast", todo=["papers"], papers="absent")
    rounds = restore_rounds([daily, ship])
    assert [(entry["repository"], entry["snapshot"]["name"], calls(entry)) for entry in rounds] == [
        ("fast", "ship-1", [(["papers"], False)]),
        ("s3", "daily-1", [(["notes"], False)]),
    ]


def test_what_is_there_from_the_newest_is_no_problem_to_an_older_one():
    daily = look("daily-1", 9000, todo=["notes"], problems=["papers is there: 3 documents"], papers="other", notes="absent")
    ship = look("ship-1", 60, papers="restored")
    rounds = restore_rounds([daily, ship])
    assert [entry["problems"] for entry in rounds] == [[], []]
    assert [calls(entry) for entry in rounds] == [[], [(["notes"], False)]]


def test_problems_and_what_is_replaced_stay():
    states = {"w": "other", "x": "empty", "y": "other", "z": "absent"}
    rounds = restore_rounds([look("a", 1, todo=["w", "x", "z"], replaced=["w", "x"], problems=["y is there: 3 documents"], **states)])
    assert calls(rounds[0]) == [(["x", "z"], False), (["w"], True)]
    assert rounds[0]["empty"] == ["x"]
    assert rounds[0]["problems"] == ["y is there: 3 documents"]


def test_a_snapshot_from_which_nothing_comes_is_no_round():
    assert len(restore_rounds([look("a", 1, x="absent"), look("b", 2, x="absent")])) == 1
