# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._objects import resource_of
from ansible_collections.searchstack.platform.plugins.module_utils._resource import converge, reconcile
from ansible_collections.searchstack.platform.plugins.module_utils._resources.snapshot_policy import SnapshotPolicy

S1 = "/_plugins/_sm/policies/s1"


def cron(expression, **zone):
    return {"cron": {"expression": expression, **zone}}


# The recorded policy without "timezone", which the server keeps and does not know.
S1_OPTIONS = {
    "description": "daily",
    "creation": {"schedule": cron("0 8 * * *"), "time_limit": "1h"},
    "deletion": {
        "schedule": cron("0 1 * * *"),
        "condition": {"max_age": "7d", "max_count": 21, "min_count": 7},
        "time_limit": "1h",
    },
    "snapshot_config": {
        "date_format": "yyyy-MM-dd-HH:mm",
        "indices": "*",
        "repository": "repo1",
        "ignore_unavailable": True,
        "include_global_state": False,
        "partial": True,
        "metadata": {"any_key": "any_value"},
    },
}


def declared(name="s1", **options):
    return resource_of(SnapshotPolicy, "test", {"name": name, **{key: value for key, value in options.items() if value is not None}})


def s1(**options):
    return declared(**{**S1_OPTIONS, **options})


def smin(**options):
    return declared(**{"name": "smin", "creation": {"schedule": cron("0 8 * * *")}, "snapshot_config": {"repository": "repo1"}, **options})


@pytest.fixture
def sm(replay):
    return replay("sm")


def clean(answer, **changes):
    del answer["sm_policy"]["snapshot_config"]["timezone"]
    answer["sm_policy"].update(changes)
    return {"answer": answer}


def test_create(sm):
    sm.expect(("get unknown", {"path": S1}), "create", ("get", clean(sm.answer("get"))))
    result = converge(s1(), sm.client)
    assert (result.change.before, result.warnings) == (None, [])
    [body] = sm.sent
    assert body["enabled"] is True
    assert body["deletion"] == sm.answer("create")["sm_policy"]["deletion"]
    assert not {"name", "schema_version", "schedule", "last_updated_time", "enabled_time"} & set(body)


def test_again(sm):
    sm.expect(("get", clean(sm.answer("get"))))
    assert not converge(s1(), sm.client).change.changed


def test_reworded(sm):
    sm.expect(("get", clean(sm.answer("get"))))
    creation = {"schedule": cron("0 8 * * *", timezone="UTC"), "time_limit": "60m"}
    deletion = {**S1_OPTIONS["deletion"], "condition": {"max_age": "168h", "max_count": "21", "min_count": "7"}}
    config = {**S1_OPTIONS["snapshot_config"], "indices": ["*"], "partial": "yes"}
    assert not converge(s1(creation=creation, deletion=deletion, snapshot_config=config), sm.client).change.changed


def test_what_the_server_keeps_and_does_not_know_goes(sm):
    sm.expect("get", "update", ("get, updated", clean(sm.answer("get, updated"))))
    result = converge(s1(), sm.client)
    assert result.warnings == []
    assert "timezone" in result.change.before["snapshot_config"]
    assert "timezone" not in sm.sent[0]["snapshot_config"]


def test_update_names_the_version_that_it_replaces(sm):
    sm.expect(("get", clean(sm.answer("get"), description="old")), "update", ("get, updated", clean(sm.answer("get, updated"))))
    result = converge(s1(), sm.client)
    assert result.change.before["description"] == "old"
    assert sm.sent[0]["description"] == "daily"


def stopped(sm):
    """In the version that the recorded update replaces."""
    sequence = sm.answer("get")["_seq_no"]
    return {"answer": {**clean(sm.answer("get, stopped"))["answer"], "_seq_no": sequence}}


def test_a_stopped_policy_stays_stopped(sm):
    sm.expect(("get, stopped", stopped(sm)))
    assert not converge(s1(), sm.client).change.changed


def test_an_update_does_not_start_a_stopped_policy(sm):
    after = clean(sm.answer("get, stopped"), description="new")
    sm.expect(("get, stopped", stopped(sm)), "update", ("get, stopped", after))
    result = converge(s1(description="new"), sm.client)
    assert sm.sent[0]["enabled"] is False
    assert result.warnings == []


def test_starting_a_stopped_policy(sm):
    sm.expect(("get, stopped", stopped(sm)), "update", ("get, updated", clean(sm.answer("get, updated"))))
    result = converge(s1(enabled=True), sm.client)
    assert (result.change.before["enabled"], result.change.after["enabled"]) == (False, True)


@pytest.mark.parametrize(
    ("recorded", "options"),
    [
        ("get, minimal", {}),
        (
            "get, deletion",
            {
                "deletion": {"condition": {"max_count": 3}},
                "snapshot_config": {"repository": "repo1", "indices": "a,b", "ignore_unavailable": True},
            },
        ),
        ("get, notification", {"notification": {"channel": {"id": "abc"}}, "enabled": False}),
        ("get, notification", {"notification": {"channel": {"id": "abc"}, "conditions": {"failure": False}}}),
    ],
)
def test_the_servers_defaults_are_no_difference(sm, recorded, options):
    sm.expect(recorded)
    name = sm.answer(recorded)["sm_policy"]["name"]
    assert not converge(smin(name=name, **options), sm.client).change.changed


def test_deletion_of_other_snapshots(sm):
    """Since 3.3 a policy may only delete."""
    key = "get, deletion only"
    if key not in sm.recorded:
        assert sm.version < "3"
        return
    sm.expect(key)
    deletion = {"schedule": cron("0 8 * * *"), "condition": {"max_age": "30d"}, "snapshot_pattern": "ext-*"}
    assert not converge(smin(name="nocreate", creation=None, deletion=deletion), sm.client).change.changed


def test_an_older_server_says_that_a_policy_must_create(sm):
    sm.expect(("get unknown", {"path": S1}), ("create", sm.recorded["no creation"] | {"path": S1}))
    with pytest.raises(ApiError, match="Must provide"):
        converge(s1(creation=None), sm.client)


def test_a_race_is_decided_by_a_second_look(sm):
    current = clean(sm.answer("get"))
    sm.expect(("get unknown", {"path": S1}), "create again", ("get", current), ("get", current))
    assert not converge(s1(), sm.client).change.changed


def test_an_update_that_loses_a_race_is_made_once_more(sm):
    older = clean(sm.answer("get"), description="old")
    older["answer"]["_seq_no"] = 999
    newer = clean(sm.answer("get"), description="hers")
    sm.expect(("get", older), "update, outdated", ("get", newer), "update", ("get, updated", clean(sm.answer("get, updated"))))
    result = converge(s1(), sm.client)
    assert result.change.before["description"] == "hers"


def test_delete(sm):
    sm.expect("get, minimal", "delete", "get, deleted")
    result = converge(declared("smin", state="absent"), sm.client)
    assert (result.change.after, result.warnings) == (None, [])


def test_delete_again(sm):
    sm.expect("get, deleted")
    assert not converge(declared("smin", state="absent"), sm.client).change.changed


def test_deleted_by_somebody_else(sm):
    sm.expect("get, minimal", "delete again", "get, deleted")
    assert converge(declared("smin", state="absent"), sm.client).warnings == []


@pytest.mark.parametrize("state", ["present", "absent"])
def test_without_the_plugin(sm, state):
    sm.lacks_the_plugin("GET", S1)
    with pytest.raises(ApiError, match="plugin may be missing"):
        converge(s1(state=state), sm.client)


def test_all_that_the_server_lists_is_declared_exactly_or_not_at_all(sm):
    sm.expect(("list", {"path": "/_plugins/_sm/policies?size=10000"}))
    found = SnapshotPolicy.read_all(sm.client)
    assert sorted(found) == ["s1", "sdel", "smin", "snotif"]
    differing = [
        name
        for name, document in found.items()
        if reconcile(resource_of(SnapshotPolicy, "test", SnapshotPolicy.declare(name, document)), document).changed
    ]
    # It has a field that the server keeps and does not know.
    assert differing == ["s1"]


def test_a_duration_that_nobody_can_write_is_not_declared(sm):
    document = SnapshotPolicy.entries(sm.answer("get"))["s1"]
    document["creation"]["time_limit"] = "1.5h"
    assert SnapshotPolicy.declare("s1", document) is None


def deletion(**condition):
    return {"deletion": {"condition": condition}}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"creation": {"schedule": cron("0 0 8 * * *")}}, "creation.schedule.cron.expression.*5 fields"),
        ({"creation": {"schedule": cron("0 8 * * *"), "time_limit": "90m"}}, "creation.time_limit: 90m .* use 1h or 2h"),
        ({"creation": {"schedule": cron("0 8 * * *"), "time_limit": "soon"}}, "'soon' is not a duration"),
        ({"creation": {"schedule": cron("0 8 * * *"), "time_limit": "1.5h"}}, "not a duration"),
        ({"creation": {"schedule": {"interval": {"period": 5}}}}, "interval|cron"),
        (deletion(min_count=2), "max_age or max_count"),
        (deletion(max_count=2, min_count=2), r"max_count \(2\) must be greater"),
        (deletion(max_count=1), "must be greater"),
        (deletion(max_age="36h"), "use 1d or 2d"),
        (deletion(max_age="1gb"), "not a duration"),
        ({"creation": None, **deletion(max_age="1d")}, "deletion.schedule is missing"),
        ({"creation": None}, "creation, deletion"),
        ({"snapshot_config": {"repository": "r", "timezone": "UTC"}}, "timezone"),
        ({"snapshot_config": {"indices": "a"}}, "repository"),
        ({"name": "s*"}, "plain name"),
    ],
)
def test_refused(options, says):
    with pytest.raises(InvalidInput, match=says):
        smin(**options)


@pytest.mark.parametrize("duration", ["48h", "60m", "120s", "1d", "500ms", "3600s"])
def test_whole_durations(duration):
    smin(**deletion(max_age=duration))
