"""Many objects at once, through the engine itself: what was applied is found again, and a look at all costs a handful of requests."""

from __future__ import annotations

import copy
import os

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._export import export
from ansible_collections.searchstack.platform.plugins.module_utils._objects import build, converge_all
from fuzz import Fuzz
from policy_fuzz import PolicyFuzz

# How many of each kind; scripts/test --all asks for more.
COUNT = int(os.environ.get("SEARCHSTACK_FUZZ_OBJECTS", "8"))
BATCH = 50


# opensearch-py says of each action group that it has no type.
pytestmark = pytest.mark.filterwarnings("ignore:Possibility to creation or update of action groups without type")


def converge(client, declared, check_mode=False):
    outcome = converge_all(build(copy.deepcopy(declared)), {}, client, check_mode)
    assert outcome.failures == []
    assert outcome.warnings == []
    return outcome


def absent(declared):
    return {option: [{"name": item["name"], "state": "absent"} for item in items] for option, items in declared.items()}


def prove(client, declared):
    """Applied, it is there; applied again, nothing changes; exported and applied, neither; removed, it is gone."""
    count = sum(len(items) for items in declared.values())
    try:
        predicted = converge(client, declared, check_mode=True)
        applied = converge(client, declared)
        assert predicted.diffs == applied.diffs
        assert len(applied.changes) == count
        again = converge(client, declared)
        assert again.diffs == []
        exported, warnings = export(client, list(declared), ["fuzz*"])
        assert warnings == []
        assert converge(client, exported).diffs == []
    finally:
        removed = converge(client, absent(declared))
    assert len(removed.changes) >= count
    assert converge(client, absent(declared)).diffs == []


@pytest.mark.parametrize("option", list(Fuzz(0).kinds()))
def test_random_objects_are_found_again(client, option):
    declared = {option: Fuzz(7).declare(COUNT)[option]}
    if option == "role_mappings":
        roles = {"roles": [{"name": item["name"]} for item in declared[option]]}
        converge(client, roles)
    try:
        prove(client, declared)
    finally:
        if option == "role_mappings":
            converge(client, absent(roles))


@pytest.mark.parametrize("option", ["ism_policies", "snapshot_policies"])
def test_random_policies_are_found_again(client, option):
    plugins = {row["component"] for row in client.get("/_cat/plugins", format="json", h="component")}
    if "opensearch-index-management" not in plugins:
        pytest.skip("the server lacks opensearch-index-management: tests/unit has a stand-in")
    prove(client, {option: [getattr(PolicyFuzz(5), option)(f"fuzz-{at}") for at in range(COUNT)]})


def test_random_indices_streams_and_aliases_are_found_again(client):
    template = {"index_templates": [{"name": "fuzzstream", "index_patterns": ["fuzzstream-*"], "data_stream": {}, "priority": 900}]}
    converge(client, template)
    try:
        for seed in range(0, COUNT, BATCH):
            prove(client, Fuzz(seed).heavy(min(BATCH, COUNT - seed)))
    finally:
        converge(client, absent(template))


def test_a_look_at_many_objects_costs_a_handful_of_requests(client):
    fuzz = Fuzz(11)
    declared = {
        "index_templates": [fuzz.index_template(f"fuzz-{at}") for at in range(2 * COUNT)],
        "roles": [fuzz.role(f"fuzz-{at}") for at in range(2 * COUNT)],
    }
    try:
        converge(client, declared)
        before = client.requests
        assert converge(client, declared).diffs == []
        assert client.requests - before <= 10  # noqa: PLR2004
    finally:
        converge(client, absent(declared))
