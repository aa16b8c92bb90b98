# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils import _document


@pytest.mark.parametrize(
    ("desired", "current", "same"),
    [
        (True, "true", True),
        ("true", True, True),
        (True, 1, False),
        (1, True, False),
        (100, 100.0, True),
        ("100", 100, True),
        ("100.0", 100, True),
        ("ten", 10, False),
        (None, 0, False),
        ([1], 1, False),
        (100, "100", True),
        # Where the server shows text, 1.1 is not "1.10".
        (1.1, "1.10", False),
        ("1.10", "1.1", False),
        ("60m", "1h", False),
        # A single value becomes a list.
        ("title", ["title"], True),
        ("title", ["title", "name"], False),
        (["a", "b"], ["a", "b"], True),
        (None, None, True),
    ],
)
def test_the_type_of_the_current_value_decides(desired, current, same):
    assert _document.same((), desired, current) is same


@pytest.mark.parametrize(
    ("desired", "current", "aligned"),
    [
        ({"a": "1", "b": {"c": True}}, {"b": {"c": "true"}, "a": 1}, {"a": 1, "b": {"c": "true"}}),
        ({"a": 2}, {"a": 1}, {"a": 2}),
        # What is not declared does not come back: a whole document loses it.
        ({"a": 1}, {"a": 1, "b": 2}, {"a": 1}),
        ([{"a": "1"}, {"b": 2}], [{"a": 1}, {"b": 3}], [{"a": 1}, {"b": 2}]),
        ([1], [1, 2], [1]),
        ({"a": {}}, {"a": None}, {"a": {}}),
    ],
)
def test_desired_takes_the_current_spelling(desired, current, aligned):
    assert _document.align(desired, current) == aligned


def test_free_text_is_compared_exactly():
    assert not _document.exact((), 1, "1")
    assert not _document.exact((), True, 1)
    assert _document.exact((), ["1"], ["1"])


@pytest.mark.parametrize(
    ("current", "desired", "part"),
    [
        ({"a": 1, "b": 2}, {"a": 9}, {"a": 1}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 9, "d": 9}}, {"a": {"c": 2}}),
        ({"a": 1}, {"a": {"b": 2}}, {"a": 1}),
        ({}, {"a": 1}, {}),
    ],
)
def test_a_document_that_only_grows_is_compared_where_it_is_named(current, desired, part):
    assert _document.project(current, desired) == part


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["b", "a"], ["a", "b", "a"]),
        ([{"x": 1, "y": 2}, {"z": 3}], [{"z": 3}, {"y": 2, "x": 1}]),
        (None, []),
    ],
)
def test_sets_have_no_order(one, other):
    assert _document.unordered(one) == _document.unordered(other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('{"term": {"a": 1, "b": 2}}', '{"term":{"b":2,"a":1}}', True),
        ('{"term": {"a": 1}}', '{"term": {"a": 2}}', False),
        (None, "", True),
        # A query with variables need not be JSON.
        ('{"terms": {"r": [${user.roles}]}}', '{"terms": {"r": [${user.roles}]}}', True),
    ],
)
def test_json_in_strings(one, other, same):
    assert (_document.canonical_json(one) == _document.canonical_json(other)) is same


def test_changed_paths_name_every_difference():
    before = {"a": {"b": 1, "c": 2}, "d": [1]}
    after = {"a": {"b": 1, "c": 3}, "d": [2], "e": 1}
    assert _document.changed_paths(before, after) == ["a.c", "d", "e"]


@pytest.mark.parametrize(
    ("before", "after", "operations"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [{"op": "add", "path": "/x/a", "value": 2}]),
        ({"a": {"b": 1, "c": 1}}, {"a": {"b": 2, "c": 1}}, [{"op": "add", "path": "/x/a/b", "value": 2}]),
        ({"a": {}}, {"a": {"b": 1}}, [{"op": "add", "path": "/x/a", "value": {"b": 1}}]),
        ({}, {"a": {"b": 1}}, [{"op": "add", "path": "/x/a", "value": {"b": 1}}]),
        ({"a/b~c": 1}, {}, [{"op": "remove", "path": "/x/a~1b~0c"}]),
        ({"a": {"b": 1}}, {"a": []}, [{"op": "add", "path": "/x/a", "value": []}]),
    ],
)
def test_a_patch_says_only_what_differs(before, after, operations):
    assert _document.patch(before, after, "/x") == operations


def test_merging_keeps_what_is_not_named():
    assert _document.merge({"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"b": 3}, "d": [2]}) == {"a": {"b": 3, "c": 2}, "d": [2]}
