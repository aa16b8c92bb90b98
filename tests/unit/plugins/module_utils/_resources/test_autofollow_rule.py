# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._objects import resource_of
from ansible_collections.searchstack.platform.plugins.module_utils._resource import converge, reconcile
from ansible_collections.searchstack.platform.plugins.module_utils._resources.autofollow_rule import AutofollowRule

R1 = {"leader_alias": "leaderc", "pattern": "log-*"}


def declared(state="present", **options):
    return resource_of(AutofollowRule, "test", {"name": "r1", "state": state, **options})


@pytest.fixture
def server(replay):
    return replay("replication")


def rules(server, **changes):
    """As newer versions show them, say with the leader."""
    answer = server.answer("rules")
    [rule] = [rule for rule in answer["autofollow_stats"] if rule["name"] == "r1"]
    rule.update(changes)
    return ("rules", {"answer": answer})


def test_create(server, clock):
    roles = {"leader_cluster_role": "all_access", "follower_cluster_role": "all_access"}
    # One version shows a new rule at once, the other one a little later.
    late = not server.answer("rules right after")["autofollow_stats"]
    server.expect("no rules", "create rule", "rules right after", *(["rules"] if late else []), "rules")
    result = converge(declared(**R1, use_roles=roles), server.client)
    assert (result.change.before, result.change.after, result.warnings) == (None, R1, [])
    assert server.sent == [server.recorded["create rule"]["body"]]
    assert clock == ([1] if late else [])


def test_check_mode_only_looks(server):
    server.expect("no rules")
    assert converge(declared(**R1), server.client, check_mode=True).change.changed


def test_again(server):
    server.expect("rules")
    assert not converge(declared(**R1), server.client).change.changed


def test_what_is_not_shown_is_not_compared(server):
    server.expect("rules")
    assert not converge(declared(**{**R1, "leader_alias": "other"}, settings={"index.number_of_replicas": 2}), server.client).change.changed


def test_a_changed_rule_is_replaced(server):
    server.expect(rules(server, pattern="old-*"), "delete rule", "create rule", "rules", "rules")
    result = converge(declared(**R1), server.client)
    assert (result.change.before["pattern"], result.change.after["pattern"]) == ("old-*", "log-*")
    assert result.warnings == []


def test_another_leader_that_is_shown(server):
    server.expect(rules(server, leader_alias="old"), "delete rule", "create rule", "rules", "rules")
    converge(declared(**R1), server.client)
    assert server.sent[0] == {"leader_alias": "old", "name": "r1"}


def test_a_rule_that_is_there_and_not_shown_yet(server, clock):
    """The refused attempt has stored another rule than the one that is carried out: it is replaced."""
    server.expect("no rules", "create rule again", "delete rule", "create rule", "rules", "rules")
    assert converge(declared(**R1), server.client).warnings == []


def test_nothing_to_follow(server):
    server.expect("no rules", "rule, no remote")
    with pytest.raises(ApiError, match="no such remote cluster"):
        converge(declared(**R1), server.client)


def test_delete(server):
    server.expect("rules", "delete rule", "rules, one deleted")
    result = converge(declared("absent", leader_alias="leaderc"), server.client)
    assert (result.change.after, result.warnings) == (None, [])
    assert server.sent == [server.recorded["delete rule"]["body"]]


@pytest.mark.parametrize("answer", ["no rules", "rules, one deleted"])
def test_delete_again(server, answer):
    server.expect(answer)
    assert not converge(declared("absent"), server.client).change.changed


def test_deleted_by_somebody_else(server):
    server.expect("rules", "delete rule again", "rules, one deleted", "rules, one deleted")
    assert converge(declared("absent", leader_alias="leaderc"), server.client).warnings == []


def test_the_wrong_leader_is_named(server):
    server.expect("rules", "delete rule again", "rules")
    with pytest.raises(InvalidInput, match="does not follow nobody"):
        converge(declared("absent", leader_alias="nobody"), server.client)


def test_deleting_needs_the_leader(server):
    server.expect("rules")
    with pytest.raises(InvalidInput, match="leader_alias"):
        converge(declared("absent"), server.client, check_mode=True)


def test_deleting_where_the_leader_is_shown(server):
    server.expect(rules(server, leader_alias="leaderc"), "delete rule", "rules, one deleted")
    assert converge(declared("absent"), server.client).warnings == []


@pytest.mark.parametrize("state", ["present", "absent"])
def test_without_the_plugin(server, state):
    server.lacks_the_plugin("GET", "/_plugins/_replication/autofollow_stats")
    with pytest.raises(ApiError, match="plugin may be missing"):
        converge(declared(state, **R1), server.client)


def test_a_rule_is_declared_only_where_its_leader_is_shown(server):
    server.expect(rules(server, leader_alias="leaderc"))
    found = AutofollowRule.read_all(server.client)
    assert AutofollowRule.declare("r2", found["r2"]) is None
    declaration = AutofollowRule.declare("r1", found["r1"])
    assert not reconcile(resource_of(AutofollowRule, "test", declaration), found["r1"]).changed
