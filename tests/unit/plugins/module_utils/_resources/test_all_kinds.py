# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils import _resources
from ansible_collections.searchstack.platform.plugins.module_utils._connection import connection_argument_spec
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource

FILES = sorted(path.stem for folder in _resources.__path__ for path in Path(folder).glob("[a-z]*.py"))


def kinds():
    for name in FILES:
        module = importlib.import_module(f"{_resources.__name__}.{name}")
        own = [item for item in vars(module).values() if isinstance(item, type) and item.__module__ == module.__name__]
        yield from (item for item in own if issubclass(item, Resource))


@pytest.mark.parametrize("kind", list(kinds()))
def test_no_option_takes_the_name_of_a_connection_option(kind):
    assert not set(kind.options) & {*connection_argument_spec(), "state", "urls"}


def test_every_file_holds_one_kind():
    assert len(list(kinds())) == len(FILES)
