# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import converge, reconcile
from ansible_collections.searchstack.platform.plugins.module_utils._resources import _aliases, _mappings
from ansible_collections.searchstack.platform.plugins.module_utils._resources.index import Index

SERVER_OWN = {
    "index.uuid": "x",
    "index.history.uuid": "x",
    "index.creation_date": "1",
    "index.version.created": "1",
    "index.provided_name": "i",
}


def declared(state="present", **parts):
    return Index({"name": "i", "state": state, "settings": None, "mappings": None, "aliases": None, **parts})


def current(settings=None, mappings=None, aliases=None):
    return {"settings": {**SERVER_OWN, **(settings or {})}, "mappings": mappings or {}, "aliases": aliases or {}}


@pytest.mark.parametrize(
    ("parts", "there"),
    [
        ({}, {}),
        ({"settings": {"number_of_replicas": 1}}, {"settings": {"index.number_of_replicas": "1"}}),
        ({"settings": {"index": {"refresh_interval": "60s"}}}, {"settings": {"index.refresh_interval": "1m"}}),
        ({"settings": {"refresh_interval": None}}, {}),
        ({"mappings": {"properties": {}}}, {"mappings": {}}),
        ({"mappings": {"dynamic": True}}, {"mappings": {"dynamic": "true", "properties": {"a": {"type": "text"}}}}),
        ({"mappings": {"properties": {"c": {"copy_to": "t"}}}}, {"mappings": {"properties": {"c": {"copy_to": ["t"]}}}}),
        ({"mappings": {"properties": {"k": {"ignore_above": "256"}}}}, {"mappings": {"properties": {"k": {"ignore_above": 256}}}}),
        (
            {"mappings": {"properties": {"a.b": {"type": "keyword"}}}},
            {"mappings": {"properties": {"a": {"properties": {"b": {"type": "keyword"}}}}}},
        ),
        ({"aliases": {"a": {"routing": "1"}}}, {"aliases": {"a": {"index_routing": "1", "search_routing": "1"}, "z": {}}}),
        ({"aliases": {"a": None}}, {}),
    ],
)
def test_reworded_is_the_same(parts, there):
    change = reconcile(declared(**parts), current(**there))
    assert not change.changed, change


@pytest.mark.parametrize(
    ("parts", "there", "before", "after"),
    [
        (
            {"settings": {"number_of_replicas": 2}},
            {"settings": {"index.number_of_replicas": "1"}},
            {"settings": {"index.number_of_replicas": "1"}},
            {"settings": {"index.number_of_replicas": 2}},
        ),
        (
            {"settings": {"refresh_interval": None}},
            {"settings": {"index.refresh_interval": "1s"}},
            {"settings": {"index.refresh_interval": "1s"}},
            {"settings": {}},
        ),
        # Free text in _meta is compared exactly.
        (
            {"mappings": {"_meta": {"v": 1}}},
            {"mappings": {"_meta": {"v": "1"}}},
            {"mappings": {"_meta": {"v": "1"}}},
            {"mappings": {"_meta": {"v": 1}}},
        ),
        # An alias is replaced as a whole.
        (
            {"aliases": {"a": {}}},
            {"aliases": {"a": {"is_write_index": False}}},
            {"aliases": {"a": {"is_write_index": False}}},
            {"aliases": {"a": {}}},
        ),
    ],
)
def test_differences(parts, there, before, after):
    change = reconcile(declared(**parts), current(**there))
    assert (change.before, change.after) == (before, after)


def test_creating_leaves_nulls_out():
    change = reconcile(declared(settings={"number_of_replicas": 1, "refresh_interval": None}, aliases={"a": None}), None)
    assert change.after == {"settings": {"index.number_of_replicas": 1}, "aliases": {}}


class Server:
    def __init__(self, index, fields=None):
        self.index = index
        self.fields = fields
        self.sent = []

    def get(self, path, **query):
        if path.endswith("/_mapping/field/*"):
            return {"i": {"mappings": self.fields}}
        return self.index

    def put(self, path, body):
        self.sent.append((path, body))

    def post(self, path, body):
        self.sent.append((path, body))


def test_only_the_parts_that_differ_are_written():
    server = Server({"i": current({"index.number_of_replicas": "1", "index.refresh_interval": "1s"}, aliases={"old": {}})})
    converge(
        declared(settings={"number_of_replicas": 1, "refresh_interval": "5s"}, mappings={}, aliases={"old": None, "new": {"routing": "1"}}),
        server,
    )
    assert server.sent == [
        ("/i/_settings", {"index.refresh_interval": "5s"}),
        (
            "/_aliases",
            {
                "actions": [
                    {"add": {"index": "i", "alias": "new", "index_routing": "1", "search_routing": "1"}},
                    {"remove": {"index": "i", "alias": "old"}},
                ]
            },
        ),
    ]


TITLE = {"full_name": "title", "mapping": {"title": {"type": "text", "index": True, "fields": {"raw": {"type": "keyword"}}}}}
RAW = {"full_name": "title.raw", "mapping": {"raw": {"type": "keyword", "doc_values": True, "null_value": None}}}
SHOWN = {
    "properties": {
        "title": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
        "o": {"properties": {"k": {"type": "keyword"}}},
        "n": {"type": "nested"},
    }
}


@pytest.mark.parametrize(
    ("mappings", "changed"),
    [
        ({"properties": {"title": {"type": "text", "index": True}}}, False),
        ({"properties": {"title": {"type": "text", "index": False}}}, True),
        ({"properties": {"title": {"fields": {"raw": {"type": "keyword", "doc_values": True}}}}}, False),
        ({"properties": {"title": {"fields": {"raw": {"type": "keyword", "doc_values": False}}}}}, True),
        ({"properties": {"o": {"type": "object", "enabled": True}}}, False),
        ({"properties": {"o": {"enabled": False}}}, True),
        ({"properties": {"n": {"type": "nested", "include_in_root": False}}}, False),
        ({"_source": {"enabled": True}}, False),
        ({"_source": {"enabled": False}}, True),
        ({"properties": {"new": {"type": "keyword"}}}, True),
    ],
)
def test_what_equals_a_default_is_no_difference(mappings, changed):
    server = Server({"i": current(mappings=SHOWN)}, {"title": TITLE, "title.raw": RAW})
    assert converge(declared(mappings=mappings), server, check_mode=True).change.changed is changed


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ({"properties": {"a": {"type": "text"}}}, {"properties": {"a": {"type": "keyword"}}}, "field a "),
        (
            {"properties": {"a": {"properties": {"b": {"type": "text"}}}}},
            {"properties": {"a": {"properties": {"b": {"type": "date"}}}}},
            "field a.b ",
        ),
        ({"properties": {"type": {"type": "text"}}}, {"properties": {"type": {"type": "date"}}}, "field type "),
    ],
)
def test_another_type_is_refused(before, after, field):
    with pytest.raises(InvalidInput, match=field):
        _mappings.refuse_type_changes(before, after)


def test_a_note_may_say_anything_about_types():
    _mappings.refuse_type_changes({"_meta": {"type": "a"}}, {"_meta": {"type": "b"}})


def test_an_alias_is_no_index():
    with pytest.raises(InvalidInput, match="alias of papers-v1"):
        declared().read(Server({"papers-v1": current(aliases={"i": {}})}))


def test_a_field_given_twice_is_refused():
    mappings = {"properties": {"a.b": {"type": "text"}, "a": {"properties": {"b": {"type": "date"}}}}}
    with pytest.raises(InvalidInput, match="twice"):
        _mappings.nested(mappings)


def test_an_alias_rendering():
    assert _aliases.normalise({"routing": "1", "filter": None}) == {"index_routing": "1", "search_routing": "1"}
    assert _aliases.normalise(None) is None


class Kept:
    """Keeps what was put last."""

    def put(self, path, body):
        self.path, self.body = path, body


@pytest.mark.parametrize(
    ("there", "mappings", "sent"),
    [
        # What is not sent of a field goes back to its default, and some of it cannot.
        (
            {"properties": {"k": {"type": "keyword", "ignore_above": 100}, "t": {"type": "text", "analyzer": "english"}}},
            {"properties": {"k": {"type": "keyword"}, "t": {"type": "text"}, "y": {"type": "integer"}}},
            {
                "properties": {
                    "k": {"type": "keyword", "ignore_above": 100},
                    "t": {"type": "text", "analyzer": "english"},
                    "y": {"type": "integer"},
                }
            },
        ),
        ({"_meta": {"a": 1, "owner": "x"}}, {"_meta": {"a": 2}}, {"_meta": {"a": 2, "owner": "x"}}),
        (
            {"dynamic": "strict", "properties": {"n": {"type": "nested", "properties": {"a": {"type": "keyword"}}}}},
            {"properties": {"n": {"properties": {"b": {"type": "keyword"}}}}},
            {"properties": {"n": {"type": "nested", "properties": {"b": {"type": "keyword"}}}}},
        ),
    ],
)
def test_what_nobody_declared_of_a_field_stays(there, mappings, sent):
    server, resource = Kept(), declared(mappings=mappings)
    resource.mappings = there
    resource.write(server, reconcile(resource, {**current(mappings=there), "open": True}))
    assert server.body == sent


@pytest.mark.parametrize(
    ("there", "mappings"),
    [
        ({"t": {"type": "text"}}, {"t": {"properties": {"x": {"type": "keyword"}}}}),
        ({"t": {"properties": {"x": {"type": "keyword"}}}}, {"t": {"type": "text"}}),
        ({"t": {"type": "text", "fields": {"raw": {"type": "keyword"}}}}, {"t": {"type": "text", "fields": {"raw": {"type": "long"}}}}),
    ],
)
def test_another_type_is_refused_in_check_mode_too(there, mappings):
    with pytest.raises(InvalidInput, match="is of type .* and cannot become"):
        _mappings.refuse_type_changes({"properties": there}, {"properties": mappings})
