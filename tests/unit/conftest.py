# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib.util
import sys
import types
from pathlib import Path

NAME = "ansible_collections.searchstack.platform"


def _make_importable():
    """Plain pytest: this checkout is the collection, wherever it lies. Under ansible-test the collection's own loader does that."""
    try:
        if importlib.util.find_spec(NAME):
            return
    except ImportError:
        pass
    for name, path in ((NAME.rpartition(".")[0], []), (NAME, [str(Path(__file__).resolve().parents[2])])):
        package = types.ModuleType(name)
        package.__path__ = path
        sys.modules[name] = package


_make_importable()
