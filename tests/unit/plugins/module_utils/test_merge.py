# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._contents import Contents
from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._merge import Merge
from index_server import IndexServer

SOURCE = [("1", 0, {"a": 1}), ("2", 1, {"a": 2}), ("3", 2, {"a": 3}, "x"), ("4", 3, {"a": 4})]


def merged(source, dest, after=None, check_mode=False, most=10):
    return Merge(dest, Contents(source, "a"), Contents(dest, "b"), most).run(after, check_mode)


def sources(server):
    return {document["_id"]: document["_source"]["a"] for shard in server.shards for document in shard}


def test_only_what_is_missing_is_created():
    dest = IndexServer([("1", 0, {"a": 1}), ("2", 1, {"a": "mine"})])
    predicted = merged(IndexServer(SOURCE), dest, check_mode=True)
    assert sources(dest) == {"1": 1, "2": "mine"}
    done = merged(IndexServer(SOURCE), dest)
    assert done == predicted
    assert sources(dest) == {"1": 1, "2": "mine", "3": 3, "4": 4}
    assert done["counts"] == {"total": 4, "identical": 1, "created": 2, "conflicts": 1}
    assert done["created"] == ["3", "4"]
    assert done["conflicts"] == [{"id": "2", "routing": None, "source": {"a": 2}, "dest": {"a": "mine"}}]
    assert dest.shards[0][-2]["_routing"] == "x"


def test_a_second_run_creates_nothing():
    dest = IndexServer([])
    assert merged(IndexServer(SOURCE), dest)["changed"]
    again = merged(IndexServer(SOURCE), dest)
    assert not again["changed"]
    assert again["counts"]["identical"] == 4


def test_somebody_else_is_quicker():
    dest = IndexServer([])
    dest.meanwhile = lambda: dest.shards[0].append(dest._document("4", 9, {"a": "theirs"}))
    done = merged(IndexServer(SOURCE, page=10), dest)
    assert done["counts"] == {"total": 4, "identical": 0, "created": 3, "conflicts": 1}
    assert sources(dest)["4"] == "theirs"


def test_only_what_is_newer():
    dest = IndexServer([])
    assert merged(IndexServer(SOURCE), dest, after=[1])["created"] == ["3", "4"]
    with pytest.raises(InvalidInput, match="after: 2 numbers for 1 shards"):
        merged(IndexServer(SOURCE), dest, after=[1, 1])


def test_a_document_that_is_refused_is_named():
    with pytest.raises(EngineError, match=r"1 documents were refused, the first \(9\) because: failed to parse"):
        merged(IndexServer([("9", 0, {"year": "never"})]), IndexServer([]))


def test_what_is_returned_is_bounded():
    done = merged(IndexServer(SOURCE), IndexServer([]), most=1)
    assert (done["counts"]["created"], done["created"]) == (4, ["1"])
