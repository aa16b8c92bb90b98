# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils import _wait


@pytest.fixture
def clock(monkeypatch):
    """Pauses take no time, and the list of them."""
    pauses = []
    monkeypatch.setitem(_wait.until.__kwdefaults__, "clock", lambda: sum(pauses))
    monkeypatch.setitem(_wait.until.__kwdefaults__, "sleep", pauses.append)
    return pauses
