# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib.util
import sys
import types
from pathlib import Path

import pytest

NAME = "ansible_collections.searchstack.platform"
ROOT = Path(__file__).resolve().parents[2]


def _make_importable():
    """Plain pytest: this checkout is the collection, wherever it lies. Under ansible-test the collection's own loader does that."""
    try:
        if importlib.util.find_spec(NAME):
            return
    except ImportError:
        pass
    for name, path in ((NAME.rpartition(".")[0], []), (NAME, [str(ROOT)])):
        package = types.ModuleType(name)
        package.__path__ = path
        sys.modules[name] = package


_make_importable()


@pytest.fixture(scope="session")
def load():
    """load(path): a program of a role, by its path in the collection, as a module of its own."""

    def module_of(path):
        spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return module_of
