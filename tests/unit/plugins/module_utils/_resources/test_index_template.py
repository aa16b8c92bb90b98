# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._resource import reconcile
from ansible_collections.searchstack.platform.plugins.module_utils._resources.index_template import IndexTemplate


def declared(**options):
    defaults = dict.fromkeys(IndexTemplate.options)
    return IndexTemplate({**defaults, "name": "t", "state": "present", "index_patterns": ["a*", "b*"], **options})


def shown(**more):
    return {"index_patterns": ["b*", "a*"], "composed_of": [], **more}


@pytest.mark.parametrize(
    ("options", "there"),
    [
        ({}, {}),
        ({"composed_of": [], "template": {"settings": None, "mappings": None, "aliases": None}}, {}),
        (
            {"template": {"settings": {"number_of_shards": 1, "index.refresh_interval": "60s"}}},
            {"template": {"settings": {"index": {"number_of_shards": "1", "refresh_interval": "1m"}}}},
        ),
        ({"template": {"settings": {"number_of_shards": None}}}, {}),
        ({"template": {"mappings": {"dynamic": True}}}, {"template": {"mappings": {"dynamic": "true"}}}),
        (
            {"template": {"aliases": {"x": {"routing": "1"}, "y": None}}},
            {"template": {"aliases": {"x": {"index_routing": "1", "search_routing": "1"}, "y": {}}}},
        ),
        ({"data_stream": {}}, {"data_stream": {"timestamp_field": {"name": "@timestamp"}}}),
        ({"priority": 0}, {"priority": 0}),
        ({"meta": {"a": [1, "1"]}}, {"_meta": {"a": [1, "1"]}}),
    ],
)
def test_reworded_is_the_same(options, there):
    change = reconcile(declared(**options), shown(**there))
    assert not change.changed, change


@pytest.mark.parametrize(
    ("options", "there", "path"),
    [
        # What is no longer declared goes.
        ({}, {"priority": 5}, "priority"),
        ({}, {"data_stream": {"timestamp_field": {"name": "@timestamp"}}}, "data_stream"),
        ({}, {"template": {"settings": {"index": {"number_of_shards": "1"}}}}, "template"),
        ({}, {"_meta": {"a": 1}}, "_meta"),
        # The order of components has a meaning, a note is compared exactly, and 0 is not nothing.
        ({"composed_of": ["x", "y"]}, {"composed_of": ["y", "x"]}, "composed_of"),
        ({"meta": {"a": 1}}, {"_meta": {"a": "1"}}, "_meta"),
        ({"priority": 0}, {}, "priority"),
        ({"data_stream": {}}, {}, "data_stream"),
        ({"data_stream": {"timestamp_field": {"name": "t"}}}, {"data_stream": {"timestamp_field": {"name": "@timestamp"}}}, "data_stream"),
    ],
)
def test_differences(options, there, path):
    change = reconcile(declared(**options), shown(**there))
    assert change.changed
    assert change.before.get(path) != change.after.get(path)


@pytest.mark.parametrize(("answer", "found"), [(None, False), ({"index_templates": [{"name": "other", "index_template": {}}]}, False)])
def test_only_the_template_of_that_name_is_read(answer, found):
    class Server:
        def get(self, path, **query):
            return answer

    assert (declared().read(Server()) is not None) is found


def test_a_timestamp_field_that_is_no_longer_declared_goes():
    change = reconcile(declared(data_stream={}), shown(data_stream={"timestamp_field": {"name": "ts"}}))
    assert change.changed


@pytest.mark.parametrize("name", [".system", "ss4o_traces_template"])
def test_templates_of_plugins_are_nobodys(name):
    assert IndexTemplate.is_built_in(name, shown())
