# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils import _replication
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, EngineError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._objects import resource_of
from ansible_collections.searchstack.platform.plugins.module_utils._resource import converge, reconcile
from ansible_collections.searchstack.platform.plugins.module_utils._resources.replication import Replication

LEADER = {"leader_alias": "leaderc", "leader_index": "l1"}
MISSING = {"error": {"type": "index_not_found_exception", "reason": "no such index [f1]"}, "status": 404}
NO_INDEX = ("settings", {"status": 404, "answer": MISSING})
GET_STATUS = {"path": "/_plugins/_replication/f1/_status"}
FOLLOWING = ("settings", "status, resumed")
UNKNOWN = (NO_INDEX, ("status, unknown", GET_STATUS))
STOPPED = ("settings, stopped", "status, stopped")


def declared(state="running", name="f1", **options):
    return resource_of(Replication, "test", {"name": name, "state": state, **options})


def running(**options):
    return declared("running", **{**LEADER, **options})


@pytest.fixture
def server(replay):
    return replay("replication")


def ordinary(server):
    """An index that never followed another one."""
    answer = server.answer("settings")
    del answer["f1"]["settings"][_replication.LEADER_INDEX]
    return (("settings", {"answer": answer}), ("status, ordinary", GET_STATUS))


def shown(server, status, **more):
    return ("status, syncing", {"answer": {**server.answer("status, running"), "status": status, **more}})


def test_start(server, clock):
    roles = {"leader_cluster_role": "all_access", "follower_cluster_role": "all_access"}
    server.expect(*UNKNOWN, "start", "status, running", "status, syncing", *FOLLOWING)
    replication = running(use_roles=roles, settings={"index.number_of_replicas": 0})
    result = converge(replication, server.client)
    assert (result.change.before, result.warnings) == (None, [])
    assert result.change.after == {"state": "running", **LEADER}
    assert server.sent == [server.recorded["start"]["body"]]
    assert clock == [1]
    assert replication.facts["replication"]["status"] == "SYNCING"


def test_check_mode_only_looks(server):
    server.expect(*UNKNOWN)
    assert converge(running(), server.client, check_mode=True).change.changed


def test_again(server):
    server.expect(*FOLLOWING)
    assert not converge(running(), server.client).change.changed


def test_a_start_that_is_not_waited_for(server, clock):
    server.expect(*UNKNOWN, "start", "settings", "status, running")
    assert converge(running(wait_timeout=0), server.client).warnings == []
    assert clock == []


def test_a_start_that_takes_too_long(server, clock):
    server.expect(*UNKNOWN, "start", *[shown(server, "BOOTSTRAPPING")] * 4)
    with pytest.raises(EngineError, match="BOOTSTRAPPING .* after 3 s.*wait_timeout"):
        converge(running(wait_timeout=3), server.client)


def test_one_that_has_just_been_started_by_somebody_is_looked_at_until_it_is_settled(server, clock):
    server.expect("settings", shown(server, "BOOTSTRAPPING"), "settings", shown(server, "BOOTSTRAPPING"), *FOLLOWING)
    assert not converge(running(), server.client).change.changed


def test_a_start_in_vain(server, clock):
    """The server answers after half a minute that it has waited; the status tells the reason."""
    f3 = {"path": "/_plugins/_replication/f3/_status"}
    server.expect(("settings", {"path": "/f3/_settings?flat_settings=true", **NO_INDEX[1]}), ("status, unknown", f3))
    server.expect("start, in vain", "status, failed")
    with pytest.raises(EngineError, match="Unable to initiate restore .* state=absent"):
        converge(running(name="f3", settings={"index.number_of_shards": 5}), server.client)


@pytest.mark.parametrize(("recorded", "says"), [("start, no remote", "no such remote cluster"), ("start, no leader", "no such index")])
def test_nothing_to_follow(server, recorded, says):
    server.expect(*UNKNOWN, recorded)
    with pytest.raises(ApiError, match=says):
        converge(running(), server.client)


@pytest.mark.parametrize("state", ["running", "paused"])
def test_an_index_that_is_there_cannot_begin_to_follow(server, state):
    server.expect(*ordinary(server))
    with pytest.raises(InvalidInput, match="follows no other one"):
        converge(declared(state, **LEADER), server.client, check_mode=True)


def test_another_leader(server):
    server.expect(*FOLLOWING)
    with pytest.raises(InvalidInput, match="follows leaderc:l1 and cannot change over"):
        converge(running(leader_index="l2"), server.client, check_mode=True)


def test_pause(server):
    server.expect(*FOLLOWING, "status, resumed", "pause", "settings", "status, paused")
    result = converge(declared("paused"), server.client)
    assert (result.change.before, result.change.after) == ({"state": "running"}, {"state": "paused"})
    assert result.warnings == []


def test_paused_again(server):
    server.expect("settings", "status, paused")
    assert not converge(declared("paused", **LEADER), server.client).change.changed


def test_paused_by_somebody_else(server):
    server.expect(*FOLLOWING, "status, resumed", "pause again", "settings", "status, paused")
    assert converge(declared("paused"), server.client).warnings == []


def test_a_new_one_that_is_paused(server):
    server.expect(*UNKNOWN, "start", "status, resumed", "pause", "settings", "status, paused")
    assert converge(declared("paused", **LEADER), server.client).warnings == []


def test_a_new_one_without_a_leader(server):
    server.expect(*UNKNOWN)
    with pytest.raises(InvalidInput, match="leader_alias"):
        converge(declared("paused"), server.client)


def test_resume(server):
    server.expect("settings", "status, paused", "resume", "status, resumed", *FOLLOWING)
    assert converge(running(), server.client).warnings == []


def test_resumed_by_somebody_else(server):
    server.expect("settings", "status, paused", ("resume, denied", {"path": "/_plugins/_replication/f1/_resume"}))
    server.expect("status, resumed", *FOLLOWING)
    assert converge(running(), server.client).warnings == []


def test_promote(server):
    server.expect(*FOLLOWING, "status, resumed", "stop", *STOPPED)
    result = converge(declared("promoted"), server.client)
    assert (result.change.before, result.change.after) == ({"state": "running"}, {"state": "promoted"})
    assert result.warnings == []


def test_promoted_again(server):
    server.expect(*STOPPED)
    assert not converge(declared("promoted"), server.client).change.changed


def test_promoted_by_somebody_else(server):
    server.expect(*FOLLOWING, "status, stopped", "stop again", *STOPPED)
    assert converge(declared("promoted"), server.client).warnings == []


def test_promoting_waits_for_the_copy(server, clock):
    """Stopping earlier would delete the index."""
    server.expect("settings", shown(server, "BOOTSTRAPPING"), shown(server, "BOOTSTRAPPING"), "status, resumed", "stop", *STOPPED)
    assert converge(declared("promoted"), server.client).warnings == []


def test_promoting_what_is_not_complete(server, clock):
    server.expect("settings", *[shown(server, "BOOTSTRAPPING")] * 2)
    with pytest.raises(EngineError, match="BOOTSTRAPPING"):
        converge(declared("promoted", wait_timeout=0), server.client)


def test_promoting_without_the_leader(server):
    """The server denies a replication whose leader has gone, and stops it all the same."""
    server.expect(
        "settings", *[("status, denied", GET_STATUS)] * 2, ("stop, denied", {"path": "/_plugins/_replication/f1/_stop"}), *STOPPED
    )
    assert converge(declared("promoted"), server.client).change.changed


def test_promoting_nothing(server):
    server.expect(*UNKNOWN)
    with pytest.raises(InvalidInput, match="no index"):
        converge(declared("promoted"), server.client)


def test_a_leader_that_has_gone_is_denied_and_then_paused(server, clock):
    server.expect("settings", ("status, denied", GET_STATUS), "settings", ("status, denied", GET_STATUS))
    server.expect("settings", shown(server, "PAUSED", reason="AutoPaused: no such index [l1]"))
    server.expect(("start, no leader", {"method": "POST", "path": "/_plugins/_replication/f1/_resume"}))
    with pytest.raises(ApiError, match="no such index"):
        converge(running(), server.client)


def test_a_replication_that_stays_denied(server, clock):
    server.expect(*["settings", ("status, denied", GET_STATUS)] * 4)
    with pytest.raises(InvalidInput, match="Is the remote cluster there"):
        converge(running(wait_timeout=2), server.client)


@pytest.mark.parametrize("state", ["running", "paused", "promoted"])
def test_a_failed_one_has_to_be_cleared(server, state):
    server.expect(NO_INDEX, ("status, failed", GET_STATUS))
    with pytest.raises(InvalidInput, match="Unable to initiate restore .* clear it with state=absent"):
        converge(declared(state, **LEADER), server.client)


def test_clearing_a_failed_one(server):
    failed = (NO_INDEX, ("status, failed", GET_STATUS))
    server.expect(*failed, *failed, ("stop, failed", {"path": "/_plugins/_replication/f1/_stop"}), *UNKNOWN)
    result = converge(declared("absent"), server.client)
    assert (result.change.before["state"], result.change.after) == ("failed", None)
    assert result.warnings == []


def test_delete(server):
    server.expect(*FOLLOWING, *FOLLOWING, "stop", "delete", *UNKNOWN)
    result = converge(declared("absent"), server.client)
    assert (result.change.before, result.change.after) == ({"state": "running", **LEADER}, None)
    assert result.warnings == []


def test_delete_again(server):
    server.expect(*UNKNOWN)
    assert not converge(declared("absent"), server.client).change.changed


@pytest.mark.parametrize("promoted", [True, False])
def test_documents_of_its_own_are_not_deleted(server, promoted):
    server.expect(*(STOPPED if promoted else ordinary(server)))
    with pytest.raises(InvalidInput, match="opensearch_index"):
        converge(declared("absent"), server.client)


def test_an_index_that_stopped_following_meanwhile_is_not_deleted(server):
    server.expect(*FOLLOWING, *STOPPED, "stop again", *STOPPED)
    [warning] = converge(declared("absent"), server.client).warnings
    assert "still differs" in warning


@pytest.mark.parametrize("state", ["running", "paused", "promoted", "absent"])
def test_without_the_plugin(server, state):
    server.expect(NO_INDEX)
    server.lacks_the_plugin("GET", GET_STATUS["path"])
    with pytest.raises(ApiError, match="plugin may be missing"):
        converge(declared(state, **LEADER), server.client)


ALL = {"path": f"/*/_settings/{_replication.LEADER_INDEX}?flat_settings=true&expand_wildcards=all"}


def of_all(server):
    stopped = {"stopped": server.answer("settings, stopped")["f1"]}
    return ("settings", {**ALL, "answer": {**server.answer("settings"), **stopped}})


def test_all_that_follow_are_declared_exactly(server):
    server.expect(of_all(server), *FOLLOWING)
    [(name, document)] = Replication.read_all(server.client).items()
    declaration = Replication.declare(name, document)
    assert declaration == {"name": "f1", "state": "running", **LEADER}
    assert not reconcile(resource_of(Replication, "test", declaration), document).changed


def test_those_that_are_named(server):
    server.expect(*STOPPED)
    found = Replication.read_all(server.client, ["f1"])
    assert list(found) == ["f1"]
    assert Replication.declare("f1", found["f1"]) is None


def test_report(server):
    server.expect(of_all(server), "status, resumed", ("status, unknown", {"path": "/_plugins/_replication/x/_status"}), "rules")
    report = _replication.report(server.client, ["x", "f*"])
    checkpoints = server.answer("status, resumed")["syncing_details"]
    leader, follower = checkpoints["leader_checkpoint"], checkpoints["follower_checkpoint"]
    one, other = report["replications"]
    assert (one["name"], one["leader_checkpoint"], one["follower_checkpoint"], one["lag"]) == ("f1", leader, follower, leader - follower)
    assert other == {"name": "x", "status": "REPLICATION NOT IN PROGRESS"}
    assert sorted(rule["name"] for rule in report["autofollow_rules"]) == ["r1", "r2"]


def test_report_without_the_plugin(server):
    server.expect(("settings", {**ALL, "answer": {}}))
    server.lacks_the_plugin("GET", "/_plugins/_replication/autofollow_stats")
    with pytest.raises(ApiError, match="plugin may be missing"):
        _replication.report(server.client, ["*"])
