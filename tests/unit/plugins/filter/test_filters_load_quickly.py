# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible loads all filters of a collection in every task of every host that uses one of them: what they import costs as often."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
FILTERS = sorted(path.stem for path in (ROOT / "plugins/filter").glob("*.py"))
PACKAGE = "ansible_collections.searchstack.platform.plugins"
LOADED = """
import importlib, json, sys
from ansible.plugins.loader import init_plugin_loader
init_plugin_loader()
importlib.import_module(sys.argv[1])
print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture(scope="module", params=FILTERS)
def loaded(request):
    """The modules that are there after one file of filters was loaded."""
    command = [sys.executable, "-c", LOADED, f"{PACKAGE}.filter.{request.param}"]
    modules = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert f"{PACKAGE}.filter.{request.param}" in modules
    return modules


def test_no_library_comes_with_it(loaded):
    heavy = {"opensearchpy", "requests", "cyclonedx", "packageurl"}
    assert heavy.isdisjoint(loaded)


def test_only_a_few_of_our_own_modules_come_with_it(loaded):
    own = [name for name in loaded if name.startswith((f"{PACKAGE}.module_utils.", f"{PACKAGE}.plugin_utils."))]
    assert len(own) <= 1, own
