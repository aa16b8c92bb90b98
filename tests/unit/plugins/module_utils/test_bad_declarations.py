# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mistakes of every kind: each is refused before anything is asked, by a message that names the place and the option."""

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._kinds import LISTED
from ansible_collections.searchstack.platform.plugins.module_utils._objects import build

NAMED_PLAINLY = (
    "stored_scripts",
    "ingest_pipelines",
    "search_pipelines",
    "component_templates",
    "index_templates",
    "data_streams",
    "indices",
    "aliases",
)
# What makes a declaration of the kind complete, besides its name.
COMPLETE = {
    "remote_clusters": {"seeds": ["a:9300"]},
    "snapshot_repositories": {"type": "fs"},
    "stored_scripts": {"source": "1"},
    "ingest_pipelines": {"processors": []},
    "component_templates": {"template": {}},
    "index_templates": {"index_patterns": ["a"]},
    "aliases": {"indices": ["a"]},
    "replications": {"leader_alias": "a", "leader_index": "b"},
    "autofollow_rules": {"leader_alias": "a", "pattern": "b*"},
    "ism_policies": {"default_state": "a", "states": [{"name": "a"}]},
    "snapshot_policies": {
        "creation": {"schedule": {"cron": {"expression": "0 2 * * *"}}},
        "snapshot_config": {"repository": "a"},
    },
}


def complete(option, **more):
    return {"name": "a", **COMPLETE.get(option, {}), **more}


@pytest.mark.parametrize("option", LISTED)
def test_a_complete_declaration_is_taken(option):
    assert len(build({option: [complete(option)]})[option]) == 1


@pytest.mark.parametrize("option", LISTED)
@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"nmae": "a"}, "nmae"),
        ({"state": "gone"}, "value of state must be one of"),
        ({"name": None}, "name"),
    ],
)
def test_every_kind_refuses_what_it_does_not_know(option, more, says):
    with pytest.raises(InvalidInput, match=rf"{option}\[0\].*{says}"):
        build({option: [complete(option, **more)]})


@pytest.mark.parametrize("option", NAMED_PLAINLY)
@pytest.mark.parametrize("name", ["a*", "a,b", "_all", "-a"])
def test_names_that_reach_other_objects_are_refused(option, name):
    with pytest.raises(InvalidInput, match=rf"{option}\[0\].*not a plain name"):
        build({option: [complete(option, name=name)]})


@pytest.mark.parametrize("option", [option for option in COMPLETE if option != "autofollow_rules"])
def test_what_is_required_is_missing(option):
    with pytest.raises(InvalidInput, match=rf"{option}\[0\] \(a\).*({'|'.join([*COMPLETE[option], 'creation or deletion'])})"):
        build({option: [{"name": "a"}]})


@pytest.mark.parametrize(
    ("option", "more", "says"),
    [
        ("nodes_dn", {"nodes_dn": {"a": 1}}, "nodes_dn"),
        ("action_groups", {"type": "other"}, "type"),
        ("roles", {"index_permissions": ["read"]}, "index_permissions"),
        ("roles", {"index_permissions": [{"allowed_actions": ["read"]}]}, "index_patterns"),
        ("roles", {"tenant_permissions": [{"tenant_patterns": ["a"]}]}, "allowed_actions"),
        ("users", {"update_password": "sometimes"}, "update_password"),
        ("users", {"attributes": ["a"]}, "attributes"),
        ("remote_clusters", {"mode": "direct"}, "mode"),
        ("remote_clusters", {"proxy_address": "b:1"}, "mutually exclusive"),
        ("remote_clusters", {"seeds": []}, "seeds is empty"),
        ("remote_clusters", {"node_connections": "many"}, "node_connections"),
        ("ingest_pipelines", {"processors": ["lowercase"]}, "processors"),
        ("ingest_pipelines", {"version": "new"}, "version"),
        ("component_templates", {"template": {"setings": {}}}, "setings"),
        ("index_templates", {"priority": "high"}, "priority"),
        ("indices", {"open": "ajar"}, "open"),
        ("indices", {"settings": ["a"]}, "settings"),
        ("aliases", {"indices": []}, "indices is empty"),
        ("aliases", {"routing": "1", "index_routing": "2"}, "mutually exclusive"),
    ],
)
def test_values_that_cannot_be_meant_are_refused(option, more, says):
    with pytest.raises(InvalidInput, match=rf"{option}\[0\] \(a\).*{says}"):
        build({option: [complete(option, **more)]})
