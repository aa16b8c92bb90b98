# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def value():
    """value(expression, *files, name=...): what Ansible makes of an expression, with files of variables of the collection and more."""

    def of(expression, *files, **variables):
        loader = DataLoader()
        known = {}
        for file in files:
            known |= loader.load_from_file(str(ROOT / file), trusted_as_template=True)
        return Templar(loader=loader, variables=known | variables).template(trust_as_template("{{ " + expression + " }}"))

    return of
