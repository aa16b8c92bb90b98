# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.filter.node_names import node_names
from ansible_collections.searchstack.platform.plugins.filter.scale_in_problems import scale_in_problems

TIERS = {"app": ["app1", "app2"], "loadbalancers": ["lb1", "lb2"], "redis": ["redis1"], "opensearch": ["os1"], "monitoring": ["mon1"]}
GROUPS = {**TIERS, "platform": [host for tier in TIERS.values() for host in tier]}


@pytest.mark.parametrize(
    ("leaving", "more", "says"),
    [
        (["app1"], {}, []),
        (["lb1", "app2", "os1", "mon1"], {}, []),
        ([], {}, ["name the hosts that leave"]),
        (["app1", "nowhere"], {}, ["nowhere is not in the inventory"]),
        (["app1", "app2"], {}, ["no application host would be left"]),
        (["lb1", "lb2"], {}, ["no balancer would be left"]),
        (["app1"], {"absent": ["app2"]}, ["no application host would be left"]),
        (["app1"], {"absent": ["app1"]}, []),
        (["os1"], {"absent": ["app1", "app2"]}, []),
        (["redis1"], {}, ["redis1 runs Redis"]),
        (["app1", "app2", "redis1", "x"], {}, ["x is not in", "no application host", "redis1 runs Redis"]),
    ],
)
def test_what_the_platform_cannot_spare_is_named(leaving, more, says):
    found = scale_in_problems(leaving, {**GROUPS, **more})
    assert len(found) == len(says)
    assert all(text in sentence for text, sentence in zip(says, found, strict=True))


def test_only_what_may_be_accepted_is():
    assert scale_in_problems(["app1"], GROUPS, ["managers", "attributes"]) == []
    assert scale_in_problems(["app1"], GROUPS, ["data"]) == ["scale_in_accept: data is none of attributes, managers."]


def test_a_node_is_named_as_it_says_or_as_its_host():
    assert node_names(["os2", "os1"], {"os1": {}, "os2": {"opensearch_node_name": "hot"}}) == ["hot", "os1"]
