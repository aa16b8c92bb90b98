# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._comparison import compare
from ansible_collections.searchstack.platform.plugins.module_utils._contents import Contents, Document
from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError
from index_server import IndexServer


def compared(left, right, copy=False, **more):
    return compare(Contents(left, "a"), Contents(right, "b"), copy, more.pop("most", 10), **more)


def papers(*numbers, **changes):
    """Entries of a shard: p1 with sequence number 1, and so on."""
    return [(f"p{number}", number, {"title": changes.get(f"p{number}", f"paper {number}")}) for number in numbers]


def test_the_order_of_documents_and_fields_does_not_matter():
    left = IndexServer([("1", 0, {"a": 1, "b": 2}), ("2", 1, {"c": 3})])
    right = IndexServer([("2", 7, {"c": 3})], [("1", 9, {"b": 2, "a": 1})])
    found = compared(left, right)
    assert found["same"]
    assert found["left"] == found["right"]
    assert found["counts"] == {"identical": 2, "differs": 0, "only_left": 0, "only_right": 0}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Document("1", None, 0, {"a": 1}), Document("2", None, 0, {"a": 1})),
        (Document("1", None, 0, {"a": 1}), Document("1", "x", 0, {"a": 1})),
        (Document("1", None, 0, {"a": 1}), Document("1", None, 0, {"a": "1"})),
        (Document("1", None, 0, {"a": [1, 2]}), Document("1", None, 0, {"a": [2, 1]})),
        (Document("1", None, 0, {"a": True}), Document("1", None, 0, {"a": 1})),
    ],
)
def test_what_differs_has_another_digest(one, other):
    assert one.digest != other.digest


def test_what_differs_is_named():
    found = compared(IndexServer(papers(1, 2, 3, 4, 5)), IndexServer(papers(1, 2, 3, 6, p2="other")), most=1)
    assert not found["same"]
    assert found["counts"] == {"identical": 2, "differs": 1, "only_left": 2, "only_right": 1}
    assert found["ids"] == {"differs": ["p2"], "only_left": ["p4"], "only_right": ["p6"]}
    assert (found["left"]["documents"], found["right"]["documents"]) == (5, 4)


def test_documents_with_a_routing_are_found():
    shard = [("1", 0, {"a": 1}, "x"), ("2", 1, {"a": 1})]
    assert compared(IndexServer(shard), IndexServer(shard))["counts"] == {"identical": 2, "differs": 0, "only_left": 0, "only_right": 0}


def test_a_copy_lacks_what_came_after_it():
    # p2 was written again and p3 deleted, p7 came; p5 is lost and p4 corrupt.
    left = IndexServer([*papers(1, 4, 5), ("p2", 6, {"title": "again"}), *papers(7)])
    right = IndexServer(papers(1, 2, 3, 4, p4="broken"), largest=[5])
    found = compared(left, right, copy=True)
    assert found["counts"] == {"identical": 1, "only_right": 1, "newer": 2, "unexplained": 2}
    assert found["ids"] == {"only_right": ["p3"], "newer": ["p2", "p7"], "unexplained": ["p4", "p5"]}
    assert found["complete"] == [5]


def test_each_shard_has_its_own_numbers():
    left = IndexServer(papers(1, 2), [("q1", 1, {}), ("q2", 2, {})])
    right = IndexServer(papers(1, 2), [("q1", 1, {})])
    assert compared(left, right, copy=True)["ids"]["newer"] == ["q2"]


def test_writes_that_were_under_way_are_later_ones():
    # 3 was acknowledged after the snapshot, which has 4 already.
    left, right = IndexServer(papers(1, 2, 3, 4)), IndexServer(papers(1, 2, 4), complete=[2])
    found = compared(left, right, copy=True)
    assert (found["ids"]["newer"], found["ids"]["unexplained"]) == (["p3"], [])
    assert found["complete"] == [2]
    # A flush makes the copy forget that.
    right.complete = [4]
    assert compared(left, right, copy=True)["ids"]["unexplained"] == ["p3"]
    assert compared(left, right, copy=True, in_flight=2)["ids"]["newer"] == ["p3"]


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        (IndexServer(papers(1), []), IndexServer(papers(1)), "was made anew"),
        (IndexServer(papers(1), created="2"), IndexServer(papers(1)), "was made anew"),
        (IndexServer(papers(1)), IndexServer(papers(1, 2)), "restored from an older snapshot"),
    ],
)
def test_what_cannot_be_a_copy_is_compared_as_any_other(left, right, reason):
    found = compared(left, right, copy=True)
    assert reason in found["unrelated"]
    assert found["counts"]["identical"] == 1
    assert "unexplained" not in found["counts"]


def test_a_lost_page_is_noticed():
    left = IndexServer(papers(*range(10)))
    left.lost = ["scroll"]
    with pytest.raises(EngineError, match="7 of 10 documents of shard 0"):
        compared(left, IndexServer(papers(*range(10))))


def test_a_shard_that_does_not_answer_is_no_empty_one(monkeypatch):
    server = IndexServer(papers(1))
    monkeypatch.setattr(server, "post", lambda _path: {"_shards": {"total": 2, "failed": 1}})
    with pytest.raises(EngineError, match="1 of 2 shards did not answer"):
        compared(server, IndexServer(papers(1)))


def test_an_index_without_sources_cannot_be_compared():
    server = IndexServer(papers(1))
    del server.shards[0][0]["_source"]
    with pytest.raises(EngineError, match="_source is disabled"):
        compared(server, IndexServer(papers(1)))
