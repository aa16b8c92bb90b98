# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._restore import check, fitting

NOW = 1_800_000_000
PARAMS = {
    "repository": "s3",
    "snapshot": None,
    "names": ["daily-[0-9]*"],
    "indices": ["*"],
    "rename_pattern": None,
    "rename_replacement": None,
    "partial": False,
    "overwrite": "never",
    "max_bytes": None,
}


def snapshot(name, hours, state="SUCCESS", indices=("papers", "notes")):
    start = (NOW - hours * 3600) * 1000
    return {"snapshot": name, "state": state, "indices": list(indices), "start_time_in_millis": start, "end_time_in_millis": start + 9}


class Server:
    """A cluster with a repository, and some indices: name to (documents, shards of the snapshot it came from or none)."""

    def __init__(self, *snapshots, shards=(), recovery=(), closed=False, **indices):
        self.snapshots = list(snapshots)
        self.indices = indices
        self.shards = list(shards) or [shard(name) for name in indices]
        self.recovery = list(recovery)
        self.closed = closed

    def post(self, _path, _body=None, **_query):
        return {}

    def request(self, _method, path, _body=None, query=None):
        first, name = path.split("/")[1], path.split("/")[-1]
        answers = {
            "_status": lambda: {"snapshots": [{"indices": {it: _stored(size) for it, size in (("papers", 700), ("notes", 300))}}]},
            "*": lambda: {"indices": [{"name": it} for it in self.indices]},
            "shards": lambda: self.shards,
            "_alias": lambda: {first: {"aliases": {"search": {}}}},
            "_count": lambda: {"count": self.indices[first]},
        }
        if name in answers:
            return answers[name]()
        if first == "_snapshot":
            return {"snapshots": [it for it in self.snapshots if name in ("_all", it["snapshot"])]}
        if "recovery" in path:
            return [row for row in self.recovery if row["index"] == name]
        return [{"status": "close" if self.closed else "open", "health": "green", "store.size": None if self.closed else "42"}]


def _stored(size):
    return {"stats": {"total": {"size_in_bytes": size}}}


def shard(index, state="STARTED", reason=None, source=None):
    return {"index": index, "shard": "0", "prirep": "p", "state": state, "recoverysource.type": source, "unassigned.reason": reason}


def recovered(index, name="daily-2", kind="snapshot"):
    return {"index": index, "shard": "0", "type": kind, "stage": "done", "repository": "s3", "snapshot": name}


def checked(server, **params):
    return check(server, {**PARAMS, **params}, now=lambda: NOW)


def test_the_newest_good_snapshot_is_chosen():
    server = Server(snapshot("daily-1", 25), snapshot("daily-2", 1), snapshot("daily-3", 0, "PARTIAL"), snapshot("upgrade-1", 0))
    found = checked(server)
    assert (found["snapshot"]["name"], found["snapshot"]["age_seconds"]) == ("daily-2", 3600)
    assert found["todo"] == ["notes", "papers"]
    assert checked(server, partial=True)["snapshot"]["name"] == "daily-3"


def test_the_newest_one_that_holds_the_index_is_chosen():
    server = Server(snapshot("daily-1", 25), snapshot("daily-2", 1, indices=["other"]))
    assert checked(server, indices=["papers"])["snapshot"]["name"] == "daily-1"


@pytest.mark.parametrize(
    ("snapshots", "params", "says"),
    [
        ([], {}, "no good snapshot named daily-.* their states are none at all"),
        ([snapshot("daily-1", 1, "FAILED"), snapshot("daily-2", 0, "PARTIAL")], {}, "of 2 snapshots, their states are FAILED, PARTIAL"),
        ([snapshot("daily-1", 1)], {"snapshot": "daily-9"}, "daily-9 is not in the repository s3"),
        ([snapshot("daily-1", 1, "PARTIAL")], {"snapshot": "daily-1"}, "daily-1 is PARTIAL. It lacks shards; partial=true"),
        ([snapshot("daily-1", 1, "IN_PROGRESS")], {"snapshot": "daily-1"}, "Wait until it is made"),
        ([snapshot("daily-1", 1)], {"indices": ["nothing"]}, "that holds nothing"),
    ],
)
def test_nothing_to_restore_from(snapshots, params, says):
    with pytest.raises(InvalidInput, match=says):
        checked(Server(*snapshots), **params)


@pytest.mark.parametrize(
    ("server", "state"),
    [
        ({"papers": 0}, "empty"),
        ({"papers": 5}, "other"),
        ({"papers": 5, "closed": True}, "other"),
        ({"papers": 5, "recovery": [recovered("papers")]}, "restored"),
        ({"papers": 5, "recovery": [recovered("papers", "daily-1")]}, "other"),
        ({"papers": 5, "recovery": [recovered("papers", kind="existing_store")]}, "other"),
        ({"papers": 5, "shards": [shard("papers", "INITIALIZING", "NEW_INDEX_RESTORED", "SNAPSHOT")]}, "restoring"),
        ({"papers": 5, "shards": [shard("papers", "UNASSIGNED", "ALLOCATION_FAILED", "SNAPSHOT")]}, "failed"),
    ],
)
def test_what_is_there(server, state):
    plan = checked(Server(snapshot("daily-2", 1), **server), indices=["papers"])
    assert plan["indices"][0]["state"] == state
    assert plan["todo"] == (["papers"] if state in ("restoring", "failed") else [])
    assert bool(plan["problems"]) == (state in ("empty", "other"))


def test_what_would_be_lost_is_named():
    plan = checked(Server(snapshot("daily-2", 1), papers=5), indices=["papers"])
    assert plan["problems"] == ["papers is there: 5 documents (42 bytes) and the aliases search would be replaced."]
    plan = checked(Server(snapshot("daily-2", 1), papers=5, closed=True), indices=["papers"])
    assert "nobody knows how many documents" in plan["problems"][0]


@pytest.mark.parametrize(
    ("overwrite", "todo", "replaced", "problems"),
    [
        ("never", [], [], 2),
        ("empty", ["notes"], ["notes"], 1),
        ("always", ["notes", "papers"], ["notes", "papers"], 0),
    ],
)
def test_only_what_may_be_replaced_is(overwrite, todo, replaced, problems):
    plan = checked(Server(snapshot("daily-2", 1), papers=5, notes=0), overwrite=overwrite)
    assert (plan["todo"], plan["replaced"], len(plan["problems"])) == (todo, replaced, problems)


def test_another_name_is_another_index():
    plan = checked(Server(snapshot("daily-2", 1), papers=5), rename_pattern="^(.+)$", rename_replacement="drill-$1")
    assert [(row["name"], row["state"]) for row in plan["indices"]] == [("drill-notes", "absent"), ("drill-papers", "absent")]
    assert plan["problems"] == []


def test_the_small_ones_fit():
    plan = checked(Server(snapshot("daily-2", 1)), max_bytes=999)
    assert (plan["todo"], plan["left_out"]) == (["notes"], ["papers"])
    assert checked(Server(snapshot("daily-2", 1)), max_bytes=1000)["left_out"] == []
    assert fitting({"a": 3, "b": 1, "c": 2}, 3) == {"b", "c"}
    assert checked(Server(snapshot("daily-2", 1)), max_bytes=1)["todo"] == []
