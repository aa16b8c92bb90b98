# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils import _settings
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput


@pytest.mark.parametrize(
    ("tree", "flat"),
    [
        ({}, {}),
        (None, {}),
        ({"a": {"b": 1}}, {"a.b": 1}),
        ({"a.b": 1}, {"a.b": 1}),
        ({"a": {"b.c": 1, "d": {}}}, {"a.b.c": 1}),
        ({"a": {"b": 1}, "a.c": None}, {"a.b": 1, "a.c": None}),
        # A setting and a group of the same name are possible: blocks.create_index and blocks.create_index.auto_release.
        ({"a": {"b": True}, "a.b.c": 1}, {"a.b": True, "a.b.c": 1}),
        ({"a": {"b": 1}, "a.b": 1}, {"a.b": 1}),
        ({"a": {"b": 1}, "a.b": "1"}, {"a.b": "1"}),
        ({"a": [1, 2]}, {"a": [1, 2]}),
    ],
)
def test_trees_become_flat_keys(tree, flat):
    assert _settings.flatten(tree) == flat


@pytest.mark.parametrize(
    "tree",
    [
        {"a": {"b": 1}, "a.b": 2},
        {"a": {"b": None}, "a.b": 2},
        {"a": [{"b": 1}]},
        {"a": [[1]]},
    ],
)
def test_what_cannot_be_meant_is_refused(tree):
    with pytest.raises(InvalidInput, match="Setting a"):
        _settings.flatten(tree)


@pytest.mark.parametrize(
    ("tree", "flat"),
    [
        ({"number_of_replicas": 1}, {"index.number_of_replicas": 1}),
        ({"index": {"number_of_replicas": 1}}, {"index.number_of_replicas": 1}),
        ({"index.number_of_replicas": 1}, {"index.number_of_replicas": 1}),
        # A key that merely begins with the same letters is no prefix.
        ({"indexing.slowlog.level": "info"}, {"index.indexing.slowlog.level": "info"}),
        ({"index": {"number_of_replicas": 1}, "number_of_replicas": "1"}, {"index.number_of_replicas": "1"}),
    ],
)
def test_index_settings_get_their_prefix(tree, flat):
    assert _settings.index_settings(tree) == flat


def test_the_same_key_with_and_without_prefix_is_refused_when_the_values_differ():
    with pytest.raises(InvalidInput, match="index.number_of_replicas is given twice"):
        _settings.index_settings({"index.number_of_replicas": 1, "number_of_replicas": 2})


@pytest.mark.parametrize(
    ("key", "one", "other", "same"),
    [
        # text
        ("index.hidden", True, "true", True),
        ("index.hidden", False, "false", True),
        ("index.hidden", True, "1", False),
        ("index.hidden", True, 1, False),
        ("index.priority", 1, "1", True),
        ("index.priority", 0, "0", True),
        ("index.priority", 0, "", False),
        ("a.threshold", 0.5, "0.5", True),
        ("a.threshold", 1.1, "1.10", False),
        ("a.threshold", "1.10", "1.1", False),
        ("a.threshold", "85%", "0.85", False),
        # lists
        ("a.nodes", ["x", "y"], "x,y", True),
        ("a.nodes", "x, y", ["x", "y"], True),
        ("a.nodes", ["x", "y"], ["x", "y"], True),
        ("a.nodes", ["y", "x"], ["x", "y"], False),
        ("a.nodes", ["x"], "x", True),
        ("a.nodes", [1, True], ["1", "true"], True),
        ("a.nodes", [], "", True),
        ("a.nodes", [], "x", False),
        # Two texts are compared as texts: blanks may mean something.
        ("a.nodes", "x, y", "x,y", False),
        # units
        ("index.refresh_interval", "60m", "1h", True),
        ("index.refresh_interval", "60s", "1m", True),
        ("index.refresh_interval", "1000ms", "1s", True),
        ("index.refresh_interval", "24h", "1d", True),
        ("index.refresh_interval", "90m", "1h", False),
        ("index.refresh_interval", "-1", "-1", True),
        ("index.refresh_interval", "0s", "0ms", True),
        ("indices.recovery.max_bytes_per_sec", "1024mb", "1gb", True),
        ("indices.recovery.max_bytes_per_sec", "50GB", "50gb", True),
        ("indices.recovery.max_bytes_per_sec", "1024b", "1kb", True),
        ("indices.recovery.max_bytes_per_sec", "1000mb", "1gb", False),
        # "5m" is five minutes.
        ("a.limit", "5m", "5mb", False),
        ("a.limit", "5m", "300s", True),
        ("a.limit", "5M", "300s", False),
        # An unknown unit, or none, is text.
        ("a.limit", "10g", "10gb", False),
        ("a.limit", "60", "60s", False),
        # free text: names of racks and zones are no sizes and no times
        ("cluster.routing.allocation.require.rack", "60m", "1h", False),
        ("index.routing.allocation.include.size", "1024mb", "1gb", False),
        ("index.routing.allocation.exclude.box", "1gb", "1gb", True),
        ("cluster.routing.allocation.awareness.force.zone.values", "60m", "1h", False),
        ("node.attr.size", "1024mb", "1gb", False),
        ("_meta.note", "60m", "1h", False),
        ("index.analysis.filter.my.stopwords", "60m", "1h", False),
    ],
)
def test_values_that_mean_the_same(key, one, other, same):
    for pair in ((one, other), (other, one)):
        assert _settings.same(key, *pair) is same


@pytest.mark.parametrize(
    ("before", "after", "request_body"),
    [
        ({"a": "1"}, {"a": "1"}, {}),
        ({"a": "1"}, {"a": 2}, {"a": 2}),
        ({}, {"a": True}, {"a": True}),
        ({"a": "1", "b": "2"}, {"b": "2"}, {"a": None}),
    ],
)
def test_only_the_difference_is_sent(before, after, request_body):
    assert _settings.difference(before, after) == request_body
