"""Many objects at once, through the engine itself: what was applied is found again, and a look at all costs a handful of requests."""

from __future__ import annotations

import copy
import os
import time
from pathlib import Path

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._connection import Client, connection_argument_spec
from ansible_collections.searchstack.platform.plugins.module_utils._export import export
from ansible_collections.searchstack.platform.plugins.module_utils._objects import build, converge_all
from fuzz import Fuzz

PKI = Path(__file__).resolve().parents[2] / ".lab" / "modules-pki"
CLUSTERS = {"current": "https://198.18.77.211:9200", "previous": "https://198.18.77.212:9200"}
# How many of each kind; scripts/test --all asks for more.
COUNT = int(os.environ.get("SEARCHSTACK_FUZZ_OBJECTS", "30"))
BATCH = 50


@pytest.fixture(scope="module", params=CLUSTERS)
def client(request):
    options = {name: spec.get("default") for name, spec in connection_argument_spec().items()}
    paths = {"ca_path": f"{PKI}/ca.pem", "client_cert": f"{PKI}/admin.pem", "client_key": f"{PKI}/admin.key"}
    return Client({**options, **paths, "hosts": [CLUSTERS[request.param]], "timeout": 120})


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


def test_random_indices_streams_and_aliases_are_found_again(client):
    template = {"index_templates": [{"name": "fuzzstream", "index_patterns": ["fuzzstream-*"], "data_stream": {}, "priority": 900}]}
    converge(client, template)
    try:
        for seed in range(0, COUNT, BATCH):
            prove(client, Fuzz(seed).heavy(min(BATCH, COUNT - seed)))
    finally:
        converge(client, absent(template))


def test_a_look_at_many_objects_costs_a_handful_of_requests(client):
    count = 2 * COUNT
    fuzz = Fuzz(11)
    declared = {
        "index_templates": [fuzz.index_template(f"fuzz-{at}") for at in range(count)],
        "roles": [fuzz.role(f"fuzz-{at}") for at in range(count)],
    }
    try:
        converge(client, declared)
        before, started = client.requests, time.monotonic()
        assert converge(client, declared).diffs == []
        whole, requests = time.monotonic() - started, client.requests - before
        started = time.monotonic()
        for option, items in declared.items():
            for resource in build({option: copy.deepcopy(items)})[option]:
                resource.read(client)
        looped = time.monotonic() - started
    finally:
        converge(client, absent(declared))
    single = f"one by one: {2 * count} requests, {looped:.2f} s, {looped / whole:.0f} times"
    print(f"{2 * count} objects unchanged: {requests} requests, {whole:.2f} s; {single}")
    assert requests <= 10
    assert whole < looped
