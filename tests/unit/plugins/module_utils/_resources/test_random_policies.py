# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random policies, as people could write them: applied, found again, exported, found again, and removed."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._export import export
from ansible_collections.searchstack.platform.plugins.module_utils._objects import build, converge_all
from policy_fuzz import PolicyFuzz
from policy_server import PolicyServer

COUNT = 500


def run(server, declared, check_mode=False):
    outcome = converge_all(build(copy.deepcopy(declared)), {}, server, check_mode)
    assert outcome.failures == []
    assert outcome.warnings == []
    return outcome


@pytest.mark.parametrize("option", ["ism_policies", "snapshot_policies"])
def test_random_policies_are_found_again(option):
    server, fuzz = PolicyServer(), PolicyFuzz(3)
    declared = {option: [getattr(fuzz, option)(f"p{at}") for at in range(COUNT)]}
    predicted = run(server, declared, check_mode=True)
    assert server.writes == 0
    applied = run(server, declared)
    assert (applied.diffs, len(applied.changes)) == (predicted.diffs, COUNT)
    assert run(server, declared).diffs == []
    exported, warnings = export(server, [option], ["*"])
    assert warnings == []
    assert len(exported[option]) == COUNT
    assert run(server, exported).diffs == []
    assert server.writes == COUNT
    gone = {option: [{"name": item["name"], "state": "absent"} for item in declared[option]]}
    assert len(run(server, gone).changes) == COUNT
    assert run(server, gone).diffs == []


@pytest.mark.parametrize("option", ["ism_policies", "snapshot_policies"])
def test_random_changes_are_found(option):
    server, fuzz = PolicyServer(), PolicyFuzz(4)
    names = [f"p{at}" for at in range(COUNT)]
    run(server, {option: [getattr(fuzz, option)(name) for name in names]})
    declared = {option: [getattr(fuzz, option)(name) for name in names]}
    changed = len(run(server, declared).changes)
    # Two random policies are hardly ever the same.
    assert changed > COUNT * 0.9
    assert run(server, declared).diffs == []
