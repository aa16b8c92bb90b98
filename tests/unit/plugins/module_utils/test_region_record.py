# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils import _region
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, EngineError, InvalidInput

MAIN = {"cluster": "main", "epoch": 1, "since": "then", "copies": {}}
DR = {"cluster": "dr", "epoch": 2, "since": "now", "copies": {"papers-v1": [3]}}


class Cluster:
    """Keeps one record, as a cluster does."""

    def __init__(self, record=None, error="index_not_found_exception"):
        self.record, self.error, self.asked = record, error, []

    def get(self, path):
        self.asked.append(path)
        return {"found": True, "_seq_no": 4, "_primary_term": 1, "_source": self.record} if self.record else None

    def put(self, path, body, **query):
        self.asked.append((path, query))
        if path == _region.PATH:
            self.record = body
        return {}

    def post(self, path, _body):
        self.asked.append(path)
        missing = {"_index": "searchstack-follow", "error": {"type": self.error, "reason": "gone"}}
        return {"docs": [{"_index": _region.INDEX, "found": True, "_source": self.record}, missing]}


def test_the_first_record_makes_its_index():
    cluster = Cluster()
    assert _region.record(cluster, MAIN, check_mode=False)["changed"]
    assert cluster.record == MAIN
    assert (f"/{_region.INDEX}", {}) in cluster.asked
    # Where somebody else was quicker, the server refuses.
    assert cluster.asked[-1] == (_region.PATH, {"op_type": "create"})


def test_a_higher_epoch_takes_the_place_of_what_was_read():
    cluster = Cluster(MAIN)
    assert _region.record(cluster, DR, check_mode=False)["diff"] == {"before": MAIN, "after": DR}
    assert cluster.asked[-1] == (_region.PATH, {"if_seq_no": 4, "if_primary_term": 1})


def test_the_same_again_changes_nothing():
    cluster = Cluster(DR)
    assert not _region.record(cluster, {**DR, "since": "later", "copies": {}}, check_mode=False)["changed"]
    assert cluster.record == DR


def test_check_mode_writes_nothing():
    cluster = Cluster(MAIN)
    assert _region.record(cluster, DR, check_mode=True)["changed"]
    assert cluster.record == MAIN


@pytest.mark.parametrize(
    ("wanted", "says"), [(MAIN, "1 is over; dr is recorded as active in epoch 2"), ({**MAIN, "epoch": 2}, "in epoch 2 dr is active")]
)
def test_time_goes_one_way(wanted, says):
    cluster = Cluster(DR)
    with pytest.raises(InvalidInput, match=says):
        _region.record(cluster, wanted, check_mode=False)
    assert cluster.record == DR


def test_a_look_is_one_request():
    cluster = Cluster(DR)
    assert _region.look(cluster, "ship", []) == {"active": DR, "follow": {}}
    assert cluster.asked == ["/_mget"]


def test_a_record_that_cannot_be_read_is_not_taken_for_none():
    with pytest.raises(EngineError, match="searchstack-follow cannot be read: gone"):
        _region.look(Cluster(DR, error="no_shard_available_action_exception"), "ship", [])


class Restoring(Cluster):
    """Its index is closed by a restore just after it was listed."""

    def __init__(self, *errors):
        super().__init__(MAIN)
        self.errors = errors

    def request(self, _method, path, **_more):
        if path.endswith("/_stats"):
            if self.errors:
                raise self.errors[0]
            return {"_shards": {"failed": 0}}
        return []

    def get(self, path, **_query):
        return {path.split("/")[1]: {"settings": {"index.number_of_shards": "1", "index.creation_date": "1"}}}


ROW = {"name": "papers-v1", "health": "green", "status": "open", "documents": 3, "aliases": {}, "settings": {}, "mappings": {}}


@pytest.mark.parametrize("errors", [(), (ApiError("GET /papers-v1/_stats", 400, "index_closed_exception", "closed"),)])
def test_a_copy_that_is_restored_just_now_is_a_copy(monkeypatch, errors):
    monkeypatch.setattr(_region._info, "indices", lambda _client, _patterns: [ROW])
    found = _region.look(Restoring(*errors), "ship", ["papers*"])
    assert (found["active"], found["indices"][0]["complete"]) == (MAIN, [])


def test_a_cluster_that_does_not_answer_any_more_says_nothing(monkeypatch):
    monkeypatch.setattr(_region._info, "indices", lambda _client, _patterns: [ROW])
    with pytest.raises(ApiError):
        _region.look(Restoring(ApiError("GET /papers-v1/_stats", None, "", "refused")), "ship", ["papers*"])
