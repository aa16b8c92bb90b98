# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

NOW = 1795725113.0
OLD, NEW = "ship-20261126202500", "ship-20261126203000"


def index(state="open", block="true"):
    return {"state": state, "settings": {"index": {"blocks": {"write": block}}} if block else {}}


@pytest.fixture
def follower(program, cluster, settings):
    return program.follow.Follower(cluster, settings["follow"][0], settings, now=lambda: NOW)


@pytest.fixture
def copy(server):
    """A cluster that is the copy of the old snapshot, and a repository with a newer one."""
    snapshots = [{"snapshot": name, "state": "SUCCESS", "indices": ["papers-v1", "searchstack-region"]} for name in (OLD, NEW)]
    server.answers |= {
        r"GET /_snapshot/s3-main/_all.*": {"snapshots": snapshots},
        rf"GET /_snapshot/s3-main/{NEW}": {"snapshots": snapshots[1:]},
        r"GET /searchstack-follow/_doc/ship": {
            "_source": {"repository": "s3-main", "snapshot": OLD, "state": "done", "indices": ["papers-v1"]}
        },
        r"GET /_cluster/state/.*": {"metadata": {"indices": {"papers-v1": index()}}},
        r"GET /_cluster/health/papers-v1\?level.*": {"indices": {"papers-v1": {"status": "green"}}},
        r"GET /_cluster/health/papers-v1\?filter.*": {"initializing_shards": 0},
        r"PUT /searchstack-follow": (400, {"error": {"type": "resource_already_exists_exception", "reason": "x"}}),
        r"PUT /searchstack-follow/_doc/ship": {},
        r"POST /papers-v1/_close": {},
        r"DELETE /.*": {},
        rf"POST /_snapshot/s3-main/{NEW}/_restore.*": {"snapshot": {"shards": {"total": 4, "failed": 0}}},
    }
    return server.answers


def states(server):
    """What was recorded, in order."""
    return [(body["snapshot"], body["state"]) for body in server.bodies("PUT") if "state" in body]


@pytest.mark.usefixtures("copy")
def test_a_newer_snapshot_is_restored_over_the_copy(follower, server):
    values = follower.run()
    assert values["lag_seconds"] == 113
    assert values["indices"] == 1
    assert states(server) == [(NEW, "restoring"), (NEW, "done")]
    assert server.requested("POST")[0] == "/papers-v1/_close"
    body = server.bodies("POST")[1]
    assert body["indices"] == ["papers-v1"]
    assert body["index_settings"] == {"index.blocks.write": True}
    assert body["include_global_state"] is False


def recorded(copy, **values):
    source = copy[r"GET /searchstack-follow/_doc/ship"]["_source"]
    copy[r"GET /searchstack-follow/_doc/ship"] = {"_source": {**source, **values}}


def test_what_is_current_is_left_alone(follower, server, copy):
    recorded(copy, snapshot=NEW)
    assert "duration_seconds" not in follower.run()
    assert server.requested("POST") + server.requested("PUT") + server.requested("DELETE") == []


@pytest.mark.parametrize("broken", ["half", "gone", "closed", "red"])
def test_what_is_not_whole_is_restored_again(follower, server, copy, broken):
    recorded(copy, snapshot=NEW, state="restoring" if broken == "half" else "done")
    if broken == "gone":
        copy[r"GET /_cluster/state/.*"] = {"metadata": {}}
    if broken == "closed":
        copy[r"GET /_cluster/state/.*"] = {"metadata": {"indices": {"papers-v1": index("close")}}}
    if broken == "red":
        copy[r"GET /_cluster/health/papers-v1\?level.*"] = {"indices": {"papers-v1": {"status": "red"}}}
    follower.run()
    assert states(server)[-1] == (NEW, "done")
    assert any("_restore" in path for path in server.requested("POST"))
    assert server.requested("DELETE") == (["/papers-v1"] if broken == "red" else [])


def test_the_first_one_needs_no_record(follower, server, copy):
    copy[r"GET /searchstack-follow/_doc/ship"] = (404, {"error": {"type": "index_not_found_exception", "reason": "x"}})
    copy[r"GET /_cluster/state/.*"] = {}
    copy[r"PUT /searchstack-follow"] = {}
    follower.run()
    assert states(server) == [(NEW, "restoring"), (NEW, "done")]


@pytest.mark.parametrize("why", ["no copy", "open to writes"])
@pytest.mark.parametrize("applied", [OLD, NEW])
@pytest.mark.usefixtures("copy")
def test_what_is_written_to_is_never_overwritten(program, follower, server, why, applied):
    recorded(server.answers, snapshot=applied, indices=["other" if why == "no copy" else "papers-v1"])
    if why == "open to writes":
        server.answers[r"GET /_cluster/state/.*"] = {"metadata": {"indices": {"papers-v1": index(block=None)}}}
    with pytest.raises(program.trouble.Trouble, match=f"papers-v1 is {why}") as caught:
        follower.run()
    assert caught.value.code == program.trouble.EXISTS
    assert server.requested("POST") + server.requested("PUT") + server.requested("DELETE") == []


def test_it_is_overwritten_when_somebody_says_so(program, cluster, settings, server, copy):
    copy[r"GET /_cluster/state/.*"] = {"metadata": {"indices": {"papers-v1": index(block=None)}}}
    program.follow.Follower(cluster, settings["follow"][0], settings, overwrite=True, now=lambda: NOW).run()
    assert states(server)[-1] == (NEW, "done")


def test_nothing_is_closed_where_the_repository_cannot_be_read(program, follower, server, copy):
    copy[rf"GET /_snapshot/s3-main/{NEW}"] = (
        500,
        {"error": {"type": "x", "reason": "x", "caused_by": {"type": "y", "reason": "Status Code: 403"}}},
    )
    with pytest.raises(program.trouble.Trouble, match="S3 refuses the keys"):
        follower.run()
    assert server.requested("POST") + server.requested("PUT") == []


@pytest.mark.parametrize("answer", [{"snapshot": {"shards": {"total": 4, "failed": 1}}}, (0, None)])
def test_a_restore_that_fails_is_not_recorded_as_done(program, follower, server, copy, answer):
    copy[rf"POST /_snapshot/s3-main/{NEW}/_restore.*"] = answer
    with pytest.raises(program.trouble.Trouble, match="next run restores it again"):
        follower.run()
    assert states(server) == [(NEW, "restoring")]


def test_another_number_of_shards_makes_the_copy_anew(follower, server, copy):
    refusal = (
        500,
        {"error": {"type": "snapshot_restore_exception", "reason": "cannot restore index [p] with [1] shards from a snapshot of [3]"}},
    )
    done = copy[rf"POST /_snapshot/s3-main/{NEW}/_restore.*"]
    copy[rf"POST /_snapshot/s3-main/{NEW}/_restore.*"] = [refusal, done]
    follower.run()
    assert server.requested("DELETE") == ["/papers-v1"]
    assert states(server)[-1] == (NEW, "done")


@pytest.mark.parametrize(("block", "goes"), [("true", ["/papers-v0"]), (None, [])])
def test_what_the_other_cluster_has_no_more_goes(follower, server, copy, block, goes):
    recorded(copy, indices=["papers-v0", "papers-v1"])
    copy[r"GET /_cluster/state/.*"] = {"metadata": {"indices": {"papers-v0": index(block=block), "papers-v1": index()}}}
    follower.run()
    assert server.requested("DELETE") == goes


@pytest.mark.parametrize("states_there", [[], ["PARTIAL"], ["IN_PROGRESS", "FAILED"]])
def test_only_successes_are_followed(program, follower, copy, states_there):
    copy[r"GET /_snapshot/s3-main/_all.*"] = {
        "snapshots": [{"snapshot": NEW, "state": state, "indices": ["papers-v1"]} for state in states_there]
    }
    with pytest.raises(program.trouble.Trouble, match="holds no successful snapshot of this job") as caught:
        follower.run()
    assert caught.value.code == program.trouble.DATA


def test_a_second_region_waits_for_its_first_snapshot(program, follower, copy):
    copy[r"GET /_snapshot/s3-main/_all.*"] = {"snapshots": []}
    copy[r"GET /searchstack-follow/_doc/ship"] = (404, {"error": {"type": "index_not_found_exception", "reason": "x"}})
    with pytest.raises(program.trouble.Trouble, match="holds no successful snapshot of this job") as caught:
        follower.run()
    assert caught.value.code == 0


@pytest.mark.parametrize(
    ("patterns", "means"),
    [
        (["*"], ["a-1", "a-2", "b"]),
        (["a-*", "-a-2"], ["a-1"]),
        (["-a-2", "a-*"], ["a-1", "a-2"]),
        (["b", "c"], ["b"]),
    ],
)
def test_patterns_choose_indices(program, patterns, means):
    assert program.names.wanted(["a-1", "a-2", "b", ".opendistro_security", "searchstack-follow"], patterns) == means


def test_a_first_region_without_indices_yet_has_nothing_to_copy(follower, copy, program):
    """It was installed and has no documents yet."""
    copy[r"GET /_snapshot/s3-main/_all.*"] = {"snapshots": [{"snapshot": NEW, "state": "SUCCESS", "indices": ["other"]}]}
    copy[r"GET /searchstack-follow/_doc/ship"] = (404, {"error": {"type": "index_not_found_exception", "reason": "x"}})
    with pytest.raises(program.trouble.Trouble, match="holds nothing that matches") as trouble:
        follower.run()
    assert trouble.value.code == 0


def test_a_copy_does_not_follow_into_nothing(follower, copy, program):
    copy[r"GET /_snapshot/s3-main/_all.*"] = {"snapshots": [{"snapshot": NEW, "state": "SUCCESS", "indices": ["other"]}]}
    with pytest.raises(program.trouble.Trouble, match="holds nothing that matches") as trouble:
        follower.run()
    assert trouble.value.code != 0
