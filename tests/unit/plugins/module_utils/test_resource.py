# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource, converge, reconcile, require_plain_name


class Thing(Resource):
    """Declares `size`; the server answers with text and a field of its own."""

    kind = "thing"

    def read(self, client):
        return client.get("thing")

    def desired(self):
        return self.given("size")

    def normalise(self, document):
        return {"size": str(document["size"])}

    def write(self, client, change):
        client.writes.append(change.after)
        client.objects["thing"] = client.stored(change.after)

    def delete(self, client):
        client.writes.append(None)
        del client.objects["thing"]


class Server:
    def __init__(self, current=None, stored=lambda document: document):
        self.objects = {} if current is None else {"thing": current}
        self.writes = []
        self.stored = stored

    def get(self, key):
        return self.objects.get(key)


def thing(size=1, state="present"):
    return Thing({"name": "t", "size": size, "state": state})


@pytest.mark.parametrize(
    ("state", "current", "before", "after"),
    [
        ("present", None, None, {"size": "1"}),
        ("present", {"size": "1", "version": 7}, {"size": "1"}, {"size": "1"}),
        ("present", {"size": "2"}, {"size": "2"}, {"size": "1"}),
        ("absent", {"size": "2"}, {"size": "2"}, None),
        ("absent", None, None, None),
    ],
)
def test_reconcile_says_what_has_to_change(state, current, before, after):
    change = reconcile(thing(state=state), current)
    assert (change.before, change.after) == (before, after)
    assert change.changed is (before != after)


@pytest.mark.parametrize(
    ("state", "current", "writes"),
    [
        ("present", None, [{"size": "1"}]),
        ("present", {"size": 1}, []),
        ("present", {"size": 2}, [{"size": "1"}]),
        ("absent", {"size": 2}, [None]),
        ("absent", None, []),
    ],
)
def test_check_mode_predicts_exactly_what_a_run_does(state, current, writes):
    predicted, server = Server(current), Server(current)
    prediction = converge(thing(state=state), predicted, check_mode=True)
    result = converge(thing(state=state), server)
    assert predicted.writes == []
    assert server.writes == writes
    assert prediction.change == result.change
    assert result.warnings == []
    assert not converge(thing(state=state), server).change.changed


class Contested(Server):
    """Refuses the first writes, because somebody else has just written `theirs`."""

    def __init__(self, current, theirs, conflicts=1):
        super().__init__(current)
        self.theirs, self.conflicts = theirs, conflicts

    def write(self):
        if self.conflicts:
            self.conflicts -= 1
            self.objects = {"thing": self.theirs}
            raise ApiError("PUT /thing", 409, "version_conflict", "somebody else")


class ContestedThing(Thing):
    def write(self, client, change):
        client.write()
        super().write(client, change)


def contested(size):
    return ContestedThing({"name": "t", "size": size, "state": "present"})


def test_a_conflict_is_planned_again_from_a_fresh_look():
    server = Contested({"size": "1"}, {"size": "5"})
    result = converge(contested(2), server)
    assert (result.change.before, result.change.after) == ({"size": "5"}, {"size": "2"})
    assert server.writes == [{"size": "2"}]


def test_after_a_conflict_nothing_may_be_left_to_do():
    server = Contested({"size": "1"}, {"size": "2"})
    assert not converge(contested(2), server).change.changed
    assert server.writes == []


def test_a_second_conflict_is_reported():
    server = Contested({"size": "1"}, {"size": "5"}, conflicts=2)
    with pytest.raises(ApiError, match="run again"):
        converge(contested(2), server)
    assert server.writes == []


def test_a_write_that_does_not_last_is_reported():
    result = converge(thing(), Server(stored=lambda document: {"size": "3"}))
    assert result.change.changed
    assert result.warnings == ["thing t was written, but what the server shows still differs from what is declared: size."]


def test_a_change_that_cannot_be_made_is_refused_in_check_mode_too():
    class Fixed(Thing):
        def check(self, change):
            raise InvalidInput("no")

    server = Server()
    with pytest.raises(InvalidInput):
        converge(Fixed({"name": "t", "size": 1, "state": "present"}), server, check_mode=True)
    assert server.writes == []


@pytest.mark.parametrize("name", ["", "a*", "a,b", "_all", "-a", "+a", "_a", "a b", "a/b", "a?", "a#b", "<a-{now/d}>"])
def test_names_that_could_reach_other_objects_are_refused(name):
    with pytest.raises(InvalidInput, match="plain name"):
        require_plain_name(Thing({"name": name, "size": 1}))


@pytest.mark.parametrize("name", ["papers", "papers-v1", ".hidden", "logs-2026.11.23"])
def test_plain_names_are_fine(name):
    require_plain_name(Thing({"name": name, "size": 1}))
