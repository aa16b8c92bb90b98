# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import converge, reconcile
from ansible_collections.searchstack.platform.plugins.module_utils._resources.cluster_settings import ClusterSettings

RATE = "indices.recovery.max_bytes_per_sec"


def declared(settings, state="present"):
    return ClusterSettings({"settings": settings, "state": state})


@pytest.mark.parametrize(
    ("settings", "current", "before", "after"),
    [
        ({RATE: "80mb"}, {}, {}, {RATE: "80mb"}),
        ({RATE: "80mb"}, {RATE: "80mb"}, {RATE: "80mb"}, {RATE: "80mb"}),
        # reworded
        ({"indices": {"recovery.max_bytes_per_sec": "1024mb"}}, {RATE: "1gb"}, {RATE: "1gb"}, {RATE: "1gb"}),
        ({"a": True, "b": [1, 2]}, {"a": "true", "b": "1,2"}, {"a": "true", "b": "1,2"}, {"a": "true", "b": "1,2"}),
        # Keys that nobody named are nobody's business.
        ({"a": 1}, {"a": "1", "z": "9"}, {"a": "1"}, {"a": "1"}),
        # null resets; for an absent key there is nothing to do
        ({"a": None}, {"a": "1"}, {"a": "1"}, {}),
        ({"a": None}, {}, {}, {}),
    ],
)
def test_only_named_keys_are_compared(settings, current, before, after):
    change = reconcile(declared(settings), current)
    assert (change.before, change.after) == (before, after)


def test_absent_resets_the_named_keys():
    change = reconcile(declared({"a": 5, "b": 6}, "absent"), {"a": "1", "z": "9"})
    assert (change.before, change.after) == ({"a": "1"}, {})


class Cluster:
    def __init__(self, persistent, transient):
        self.answer = {"persistent": persistent, "transient": transient}
        self.sent = []

    def get(self, path, **query):
        return self.answer

    def put(self, path, body):
        self.sent.append(body)
        for key, value in body["persistent"].items():
            if value is None:
                del self.answer["persistent"][key]
            else:
                self.answer["persistent"][key] = str(value)


def test_only_the_difference_is_sent_and_only_as_persistent():
    cluster = Cluster({"a": "1", "b": "2"}, {})
    converge(declared({"a": 1, "b": None, "c": 3}), cluster)
    assert cluster.sent == [{"persistent": {"c": 3, "b": None}}]


@pytest.mark.parametrize(
    ("settings", "transient", "warned"),
    [
        ({"a": 1}, {"a": "2"}, True),
        ({"a": None}, {"a": "2"}, True),
        ({"a": 1}, {"a": "1"}, False),
        ({"a": 1}, {"b": "2"}, False),
    ],
)
def test_a_transient_setting_in_the_way_is_reported(settings, transient, warned):
    result = converge(declared(settings), Cluster({"a": "1"}, transient), check_mode=True)
    assert bool(result.warnings) is warned


@pytest.mark.parametrize("settings", [{"cluster.*": None}, {"a": {"*": None}}])
def test_wildcards_are_refused(settings):
    with pytest.raises(InvalidInput, match="wildcard"):
        declared(settings)
