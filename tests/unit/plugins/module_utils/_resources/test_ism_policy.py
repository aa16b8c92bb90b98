# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, EngineError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._objects import resource_of
from ansible_collections.searchstack.platform.plugins.module_utils._resource import converge, reconcile
from ansible_collections.searchstack.platform.plugins.module_utils._resources._ism_attachment import CURRENT, OLDER, UNMANAGED, covers
from ansible_collections.searchstack.platform.plugins.module_utils._resources.ism_policy import IsmPolicy

P1 = "/_plugins/_ism/policies/p1"
EXPLAIN = "/_plugins/_ism/explain/ismlog-*"
P1_OPTIONS = {
    "description": "d",
    "default_state": "hot",
    "states": [
        {
            "name": "hot",
            "actions": [{"rollover": {"min_doc_count": 5}}],
            "transitions": [{"state_name": "cold", "conditions": {"min_index_age": "1d"}}],
        },
        {
            "name": "cold",
            "actions": [{"replica_count": {"number_of_replicas": 0}}, {"read_only": {}}],
            "transitions": [{"state_name": "del", "conditions": {"min_index_age": "30d"}}],
        },
        {"name": "del", "actions": [{"delete": {}}]},
    ],
    "ism_template": [{"index_patterns": ["ismlog-*"], "priority": 100}],
}


def declared(name="p1", **options):
    return resource_of(IsmPolicy, "test", {"name": name, **options})


def p1(**options):
    return declared(**{**P1_OPTIONS, **options})


def small(**options):
    return declared(**{"default_state": "a", "states": [{"name": "a"}], **options})


@pytest.fixture
def ism(replay):
    return replay("ism")


def other(answer, **changes):
    """An answer with another policy in it."""
    return {**answer, "policy": {**answer["policy"], **changes}}


def test_create(ism):
    ism.expect("get, nothing stored", "create", "get")
    result = converge(p1(), ism.client)
    assert result.change.before is None
    assert result.warnings == []
    # What is sent is what the server would have made of it, without what is its own.
    [body] = ism.sent
    shown = ism.answer("create")["policy"]["policy"]
    assert body["policy"]["states"] == shown["states"]
    assert set(shown) - set(body["policy"]) == {"policy_id", "last_updated_time", "schema_version", "error_notification"}


def test_check_mode_only_looks(ism):
    ism.expect("get, nothing stored")
    assert converge(p1(), ism.client, check_mode=True).change.changed


def test_again(ism):
    ism.expect("get")
    assert not converge(p1(), ism.client).change.changed


def test_reworded(ism):
    ism.expect("get")
    states = [dict(state) for state in P1_OPTIONS["states"]]
    states[0]["actions"] = [{"retry": {"count": "3", "delay": "60s"}, "rollover": {"min_doc_count": "5", "copy_alias": False}}]
    states[0]["transitions"] = [{"state_name": "cold", "conditions": {"min_index_age": "24h"}}]
    states[2]["transitions"] = []
    template = [{"index_patterns": ["ismlog-*"], "priority": "100"}]
    assert not converge(p1(states=states, ism_template=template), ism.client).change.changed


def test_update_names_the_version_that_it_replaces(ism):
    ism.expect(("get", {"answer": other(ism.answer("get"), description="old")}), "update", "get, updated")
    result = converge(p1(), ism.client)
    assert (result.change.before["description"], result.change.after["description"]) == ("old", "d")
    assert result.warnings == []


def test_what_is_not_declared_any_more_goes(ism):
    ism.expect("get")
    change = converge(p1(ism_template=None), ism.client, check_mode=True).change
    assert change.before["ism_template"] and not change.after["ism_template"]


def test_no_template_is_left_out_of_the_request(ism):
    """An empty list is refused by newer versions."""
    minimal = {"path": "/_plugins/_ism/policies/pmin"}
    ism.expect(("get unknown", minimal), ("create", minimal), "get, minimal")
    result = converge(small(name="pmin", description="min"), ism.client)
    assert result.warnings == []
    assert "ism_template" not in ism.sent[0]["policy"]


def test_a_race_is_decided_by_a_second_look(ism):
    ism.expect("get, nothing stored", "create again", "get", "get")
    assert not converge(p1(), ism.client).change.changed


def test_an_update_that_loses_a_race_is_made_once_more(ism):
    old = other(ism.answer("get"), description="old")
    older = {**old, "_seq_no": 99}
    ism.expect(("get", {"answer": older}), "update, outdated", ("get", {"answer": old}), "update", "get, updated")
    assert converge(p1(), ism.client).change.changed


def test_delete(ism):
    ism.expect(("get", {"path": "/_plugins/_ism/policies/pdup2", "answer": _renamed(ism, "pdup2")}), "delete")
    ism.expect(("get unknown", {"path": "/_plugins/_ism/policies/pdup2"}))
    result = converge(declared("pdup2", state="absent"), ism.client)
    assert result.change.after is None
    assert result.warnings == []


def _renamed(ism, name):
    return {**other(ism.answer("get"), policy_id=name), "_id": name}


@pytest.mark.parametrize("answer", ["get unknown", "get, nothing stored"])
def test_delete_again(ism, answer):
    ism.expect((answer, {"path": P1}))
    assert not converge(declared(state="absent"), ism.client).change.changed


def test_deleted_by_somebody_else(ism):
    path = {"path": "/_plugins/_ism/policies/pdup2"}
    ism.expect(("get", {**path, "answer": _renamed(ism, "pdup2")}), "delete again", ("get unknown", path))
    assert converge(declared("pdup2", state="absent"), ism.client).warnings == []


@pytest.mark.parametrize("state", ["present", "absent"])
def test_without_the_plugin(ism, state):
    ism.lacks_the_plugin("GET", P1)
    with pytest.raises(ApiError, match="plugin may be missing"):
        converge(small(state=state), ism.client)


def test_all_that_the_server_lists_is_declared_exactly(ism):
    ism.expect(("list", {"path": "/_plugins/_ism/policies?size=10000"}))
    found = IsmPolicy.read_all(ism.client)
    assert sorted(found) == ["p1", "pdup2"]
    for name, document in found.items():
        declaration = IsmPolicy.declare(name, document)
        assert not reconcile(resource_of(IsmPolicy, "test", declaration), document).changed
        assert "last_updated_time" not in str(declaration)


@pytest.mark.parametrize("kind", ["actions", "transitions", "ism_template", "error_notification", "states"])
def test_what_the_server_makes_of_it_is_the_same(ism, kind):
    """Everything that was tried on a real server."""
    for written, shown in ism.recorded["rendered"].get(kind, []):
        current, options = {"description": "", "default_state": "a"}, {}
        if kind in ("actions", "transitions"):
            options["states"] = [{"name": "a", kind: [written]}]
            current["states"] = [{"name": "a", "actions": [], "transitions": [], kind: [shown]}]
        elif kind == "states":
            options["states"], current["states"] = [written], [shown]
        else:
            options[kind] = [written] if isinstance(written, dict) and kind == "ism_template" else written
            current = {**current, kind: shown, "states": [{"name": "a", "actions": [], "transitions": []}]}
        change = reconcile(small(**options), current)
        assert not change.changed, change


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ({"rollover": {"min_size": "50gb"}}, {"rollover": {"min_size": "60gb"}}),
        ({"rollover": {"min_index_age": "1d"}}, {"rollover": {"min_index_age": "1h"}}),
        ({"rollover": {"min_doc_count": 5}}, {"rollover": {"min_doc_count": 5, "prevent_empty_rollover": True}}),
        ({"close": {}}, {"open": {}}),
        ({"close": {}}, {"close": {}, "retry": {"count": 0}}),
        # A name is text: nobody counts its hours.
        ({"snapshot": {"repository": "1d", "snapshot": "s"}}, {"snapshot": {"repository": "24h", "snapshot": "s"}}),
    ],
)
def test_differences(one, another):
    there = {"default_state": "a", "states": [{"name": "a", "actions": [another]}]}
    assert reconcile(small(states=[{"name": "a", "actions": [one]}]), there).changed


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            {"states": [{"name": "a"}, {"name": "b", "actions": [{"close": {}}, {"delete": {}, "close": {}}]}]},
            r"states\[1\].actions\[1\].*delete, close",
        ),
        ({"states": [{"name": "a", "actions": [{"retry": {"count": 1}}]}]}, r"states\[0\].actions\[0\].*none"),
        ({"states": [{"name": "a", "actions": ["delete"]}]}, r"states\[0\].actions must be a list of mappings"),
        ({"attach": True}, "ism_template"),
        ({"name": "a*"}, "plain name"),
    ],
)
def test_refused(options, says):
    with pytest.raises(InvalidInput, match=says):
        small(**options)


def explained(ism, **policies):
    """What explain says of indices: {name: (policy, seq_no)} or {name: None}."""
    managed, unmanaged = ism.answer("explain initialised")["ismlog-1"], ism.answer("explain unmanaged")["plain"]
    key = "index.plugins.index_state_management.policy_id"
    entries = {
        name: {**managed, key: given[0], "policy_id": given[0], "policy_seq_no": given[1]} if given else unmanaged
        for name, given in policies.items()
    }
    return {"path": EXPLAIN, "answer": {**{name.replace("_", "-"): entry for name, entry in entries.items()}, "total_managed_indices": 1}}


def test_attach_to_nothing(ism):
    ism.expect("get", ("explain unknown", {"path": EXPLAIN}))
    result = converge(p1(attach=True), ism.client)
    assert not result.change.changed
    assert result.change.after["attached_to"] == {}


def test_attach(ism, clock):
    """The policy is up to date: one index lacks it, one has an older version, one has the newest, one belongs to another policy."""
    look = explained(ism, ismlog_1=None, ismlog_2=("p1", 7), ismlog_3=("p1", 0), ismlog_4=("hers", 3))
    shown = explained(ism, ismlog_1=("p1", None), ismlog_2=("p1", 7), ismlog_3=("p1", 0), ismlog_4=("hers", 3))
    ism.expect("get", ("explain initialised", look))
    ism.expect(("add", {"path": "/_plugins/_ism/add/ismlog-1"}), ("change_policy", {"path": "/_plugins/_ism/change_policy/ismlog-2"}))
    # The search for what is managed is late by a second or so.
    ism.expect(("explain initialised", look), ("explain initialised", shown))
    ism.expect("get", ("explain initialised", shown))
    result = converge(p1(attach=True), ism.client)
    assert result.change.before["attached_to"] == {"ismlog-1": UNMANAGED, "ismlog-2": OLDER, "ismlog-3": CURRENT}
    assert result.change.after["attached_to"] == {"ismlog-1": CURRENT, "ismlog-2": CURRENT, "ismlog-3": CURRENT}
    assert result.warnings == ["ISM policy p1 is not attached to indices that another policy manages: ismlog-4 (hers)."]
    assert ism.sent == [{"policy_id": "p1"}] * 2
    assert clock == [1]


def test_attached_again(ism):
    ism.expect("get", ("explain initialised", explained(ism, ismlog_1=("p1", None), ismlog_3=("p1", 0))))
    assert not converge(p1(attach=True), ism.client).change.changed


def test_a_changed_policy_reaches_the_indices_that_it_manages(ism):
    look = explained(ism, ismlog_1=("p1", 0))
    old = other(ism.answer("get"), description="old")
    ism.expect(("get", {"answer": old}), ("explain initialised", look), "update")
    ism.expect(("change_policy", {"path": "/_plugins/_ism/change_policy/ismlog-1"}), "get, updated", ("explain initialised", look))
    assert converge(p1(attach=True), ism.client).warnings == []


def test_a_new_policy_is_attached(ism, clock):
    look, shown = explained(ism, ismlog_1=None), explained(ism, ismlog_1=("p1", None))
    ism.expect("get, nothing stored", ("explain initialised", look), "create", ("add", {"path": "/_plugins/_ism/add/ismlog-1"}))
    ism.expect(("explain initialised", shown), "get", ("explain initialised", shown))
    result = converge(p1(attach=True), ism.client)
    assert (result.change.before, result.change.after["attached_to"]) == (None, {"ismlog-1": CURRENT})
    assert result.warnings == []


def test_attached_meanwhile(ism, clock):
    look, shown = explained(ism, ismlog_1=None), explained(ism, ismlog_1=("p1", None))
    ism.expect("get", ("explain initialised", look), ("add again", {"path": "/_plugins/_ism/add/ismlog-1"}))
    ism.expect(("explain initialised", shown), "get", ("explain initialised", shown))
    assert converge(p1(attach=True), ism.client).warnings == []


def test_an_index_that_does_not_take_the_policy(ism):
    ism.expect("get", ("explain initialised", explained(ism, ismlog_1=("p1", 7))))
    ism.expect(("change_policy, unmanaged", {"path": "/_plugins/_ism/change_policy/ismlog-1"}))
    with pytest.raises(EngineError, match="ismlog-1 does not take it: This index is not being managed"):
        converge(p1(attach=True), ism.client)


@pytest.mark.parametrize(
    ("patterns", "index", "covered"),
    [
        (["log-*"], "log-1", True),
        (["log-*"], "other", False),
        (["log-*", "-log-test*"], "log-test1", False),
        (["log-*"], ".ds-log-app-000001", True),
        (["*"], ".opendistro_security", False),
        (["*"], ".ds-log-app-000001", True),
        ([".plugins-*"], ".plugins-x", True),
    ],
)
def test_what_a_template_covers(patterns, index, covered):
    assert covers(patterns, index) is covered
