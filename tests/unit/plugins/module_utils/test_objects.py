# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._kinds import KINDS
from ansible_collections.searchstack.platform.plugins.module_utils._objects import _claimed, _purged, build, check_purge, converge_all

API = "/_plugins/_security/api"
OWN = {"reserved": False, "hidden": False, "static": False}


class Server:
    """Roles and tenants, and a record of what was asked."""

    def __init__(self, refuses=()):
        self.objects = {f"{API}/roles": {}, f"{API}/tenants": {}}
        self.asked = []
        self.refuses = refuses

    def get(self, path, **query):
        self.asked.append(("GET", path))
        return {name: dict(document) for name, document in self.objects[path].items()}

    def put(self, path, body):
        self.asked.append(("PUT", path))
        collection, name = path.rsplit("/", 1)
        if name in self.refuses:
            raise ApiError(f"PUT {path}", 400, "", "no")
        self.objects[collection][name] = {**OWN, **body}

    def delete(self, path):
        self.asked.append(("DELETE", path))
        collection, name = path.rsplit("/", 1)
        del self.objects[collection][name]

    def request(self, method, path, body):
        """All of it or nothing, as the server does."""
        self.asked.append((method, path))
        objects = json.loads(json.dumps(self.objects[path]))
        for operation in body:
            name, *field = operation["path"].split("/")[1:]
            if name in self.refuses:
                raise ApiError(f"{method} {path}", 400, "", "no")
            place, key = (objects[name], field[0]) if field else (objects, name)
            if operation["op"] == "remove":
                del place[key]
            else:
                place[key] = operation["value"] if field else {**OWN, **operation["value"]}
        self.objects[path] = objects


def roles(*names, **options):
    return {"roles": [{"name": name, **options} for name in names]}


def run(server, declared, purge=None, check_mode=False):
    server.asked.clear()
    return converge_all(build(declared), purge or {}, server, check_mode)


def test_many_unchanged_objects_cost_one_request():
    server = Server()
    declared = roles(*(f"r{at}" for at in range(1000)), cluster_permissions=["cluster_monitor"])
    assert len(run(server, declared).changes) == 1000
    again = run(server, declared)
    assert (again.changes, again.diffs) == ([], [])
    assert server.asked == [("GET", f"{API}/roles")]


def test_check_mode_predicts_and_writes_nothing():
    server = Server()
    predicted = run(server, roles("a", "b"), check_mode=True)
    assert [method for method, _path in server.asked] == ["GET"]
    assert run(server, roles("a", "b")).changes == predicted.changes


def test_many_changes_are_one_request():
    """A cluster checks every password anew after each."""
    server = Server()
    run(server, roles("a", "b", "c", description="old"))
    outcome = run(server, {"roles": [{"name": "a", "description": "new"}, {"name": "b", "cluster_permissions": ["cluster_monitor"]}]})
    assert [change["action"] for change in outcome.changes] == ["updated", "updated"]
    assert server.asked == [("GET", f"{API}/roles"), ("PATCH", f"{API}/roles"), ("GET", f"{API}/roles")]
    assert [server.objects[f"{API}/roles"][name].get("description") for name in ("a", "b", "c")] == ["new", None, "old"]
    assert run(server, {"roles": []}, {"roles": ["*"]}).failures == []
    assert server.asked == [("GET", f"{API}/roles"), ("PATCH", f"{API}/roles"), ("GET", f"{API}/roles")]
    assert not server.objects[f"{API}/roles"]


def test_a_request_has_so_many_objects():
    server = Server()
    run(server, roles(*(f"r{at}" for at in range(1002))))
    assert [method for method, _path in server.asked] == ["GET", "PATCH", "PATCH", "GET"]


def test_what_goes_goes_last_and_in_reverse_order():
    server = Server()
    both = {"roles": [{"name": "a"}], "tenants": [{"name": "t"}]}
    run(server, both)
    run(server, {"roles": [{"name": "a", "state": "absent"}, {"name": "b"}], "tenants": [{"name": "t", "state": "absent"}]})
    written = [(method, path) for method, path in server.asked if method != "GET"]
    assert written == [("PUT", f"{API}/roles/b"), ("DELETE", f"{API}/roles/a"), ("DELETE", f"{API}/tenants/t")]


def test_purge_takes_what_its_patterns_cover_and_nobody_else_owns():
    server = Server()
    run(server, roles("app_a", "app_b", "other"))
    server.objects[f"{API}/roles"]["app_reserved"] = {**OWN, "reserved": True}
    outcome = run(server, roles("app_a"), {"roles": ["app_*"]})
    assert outcome.changes == [{"kind": "role", "name": "app_b", "action": "deleted"}]
    assert set(server.objects[f"{API}/roles"]) == {"app_a", "other", "app_reserved"}


def test_one_that_fails_does_not_keep_the_others_of_its_kind_back_but_what_depends_on_it():
    server = Server(refuses=("bad",))
    outcome = run(server, {"tenants": [{"name": "bad"}, {"name": "good"}], "roles": [{"name": "r"}]})
    assert [change["name"] for change in outcome.changes] == ["good"]
    assert len(outcome.failures) == 1
    assert outcome.failures[0].startswith("tenant bad: ")
    assert not server.objects[f"{API}/roles"]


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        (roles("a", "a"), "roles: a is declared twice"),
        ({"roles": [{"name": "a"}, {"cluster_permissions": []}]}, r"roles\[1\]: missing required arguments: name"),
        (roles("a", cluster_permision=[]), r"roles\[0\] \(a\): cluster_permision. Supported parameters"),
        (roles("a", state="gone"), r"roles\[0\] \(a\): value of state must be one of"),
        (roles("a", index_permissions=[{"index_patterns": ["x"]}]), "missing required arguments: allowed_actions"),
        ({"index_templates": [{"name": "a"}]}, "index_patterns"),
        ({"index_templates": [{"name": "a*", "index_patterns": ["a"]}]}, r"index_templates\[0\] \(a\*\): index template name 'a\*'"),
        ({"cluster_settings": {"a*": 1}}, "wildcard"),
        ({"aliases": [{"name": "a", "indices": ["b"], "write_index": "c"}]}, "write_index c is not among"),
        ({"remote_clusters": [{"name": "a"}]}, "needs seeds"),
        ({"remote_clusters": [{"name": "a.b", "seeds": ["x"]}]}, "neither dots"),
        ({"security_config": {"dynamic": {"authc": {}}}}, "dynamic.authc is empty"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(declared, says):
    with pytest.raises(InvalidInput, match=says):
        build(declared)


@pytest.mark.parametrize(
    ("purge", "says"),
    [
        ({"indices": ["*"]}, "indices cannot be purged"),
        ({"roles": "app_*"}, "roles must be a list"),
        ({"roles": [""]}, "roles must be a list"),
    ],
)
def test_a_purge_that_cannot_be_meant_is_refused(purge, says):
    with pytest.raises(InvalidInput, match=says):
        check_purge(purge)


class Dying(Server):
    """Answers so many requests and then none."""

    def __init__(self, answers):
        super().__init__()
        self.left = answers

    def _answer(self, method, path):
        if not self.left:
            self.asked.append((method, path))
            raise ApiError(f"{method} {path}", None, "unreachable", "connection refused (https://a:9200)")
        self.left -= 1

    def get(self, path, **query):
        self._answer("GET", path)
        return super().get(path, **query)

    def put(self, path, body):
        self._answer("PUT", path)
        super().put(path, body)

    def request(self, method, path, body):
        self._answer(method, path)
        super().request(method, path, body)


@pytest.mark.parametrize(("answers", "made"), [(0, 0), (1, 0), (2, 1), (4, 1), (5, 4)])
def test_a_server_that_is_gone_is_not_asked_for_each_object(answers, made):
    server = Dying(answers)
    outcome = run(server, {**roles("a", "b", "c"), "tenants": [{"name": "t"}]})
    # What had been done is told all the same.
    assert len(outcome.changes) == made
    (failure,) = outcome.failures
    assert "connection refused" in failure
    assert len(server.asked) == answers + 1


class Rivals:
    """Index templates, of which two may not have the same patterns."""

    def __init__(self, **templates):
        self.templates = dict(templates)

    def get(self, path, **query):
        return {"index_templates": [{"name": name, "index_template": document} for name, document in self.templates.items()]}

    def put(self, path, body):
        name = path.rsplit("/", 1)[1]
        if any(other != name and document["index_patterns"] == body["index_patterns"] for other, document in self.templates.items()):
            raise ApiError(f"PUT {path}", 400, "illegal_argument_exception", "have the same priority")
        if body.get("priority") == 7:
            raise ApiError(f"PUT {path}", 400, "illegal_argument_exception", "no seven")
        self.templates[name] = body

    def delete(self, path):
        del self.templates[path.rsplit("/", 1)[1]]


@pytest.mark.parametrize("how", [{"state": "absent"}, None])
def test_a_successor_takes_the_place_of_its_predecessor(how):
    server = Rivals(old={"index_patterns": ["a*"]})
    templates = [{"name": "new", "index_patterns": ["a*"]}, *([{"name": "old", **how}] if how else [])]
    outcome = converge_all(build({"index_templates": templates}), {} if how else {"index_templates": ["old"]}, server)
    assert outcome.failures == []
    assert sorted(change["action"] for change in outcome.changes) == ["created", "deleted"]
    assert list(server.templates) == ["new"]


def test_a_name_that_no_declaration_can_have_stops_no_purge():
    server = Rivals(**{"app old": {"index_patterns": ["b*"]}, "app-old": {"index_patterns": ["a*"]}})
    outcome = converge_all({}, {"index_templates": ["app*"]}, server)
    assert [change["name"] for change in outcome.changes] == ["app-old"]
    assert "app old is not purged" in outcome.warnings[0]


class Aliases:
    """One index with one alias."""

    asked = ()

    def get(self, path, **query):
        entry = {"settings": {}, "mappings": {}, "aliases": {"papers": {}, "papers-old": {}}}
        return {"i": entry}

    def post(self, path, body):
        self.asked = (*self.asked, body)


def test_an_alias_that_its_index_declares_is_not_purged():
    server = Aliases()
    outcome = converge_all(build({"indices": [{"name": "i", "aliases": {"papers": {}}}]}), {"aliases": ["papers*"]}, server)
    assert [change["name"] for change in outcome.changes] == ["papers-old"]


def test_nothing_goes_early_where_it_does_not_stand_in_the_way():
    server = Rivals(old={"index_patterns": ["a*"]})
    outcome = converge_all(
        build({"index_templates": [{"name": "new", "index_patterns": ["b*"], "priority": 7}]}), {"index_templates": ["old"]}, server
    )
    assert "no seven" in outcome.failures[0]
    assert outcome.changes == []
    assert list(server.templates) == ["old"]


def test_one_that_waits_for_its_sibling_is_tried_again():
    server = Rivals(first={"index_patterns": ["a*"]}, second={"index_patterns": ["b*"]})
    templates = [{"name": "first", "index_patterns": ["b*"]}, {"name": "second", "index_patterns": ["c*"]}]
    outcome = converge_all(build({"index_templates": templates}), {}, server)
    assert outcome.failures == []
    assert server.templates["first"]["index_patterns"] == ["b*"]


@pytest.mark.parametrize(
    "declared",
    [
        {"index_templates": [{"name": "t", "index_patterns": ["a*"], "template": {"aliases": {"papers-old": {}}}}]},
        {"component_templates": [{"name": "t", "template": {"settings": {"plugins.index_state_management.rollover_alias": "papers-old"}}}]},
        {"indices": [{"name": "i", "aliases": {"papers-old": None}}]},
    ],
)
def test_an_alias_that_a_template_makes_is_not_purged(declared):
    purged = _purged(KINDS["aliases"], ["papers*"], {"papers-old": {"indices": {"i": {}}}}, _claimed(build(declared))["aliases"], None)
    assert purged == []
