# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib
import json

import pytest


@pytest.fixture
def ended(capsys, clock):
    """ended(module, options): what the module returns."""
    testing = pytest.importorskip("ansible.module_utils.testing", reason="ansible-core before 2.19 cannot hand options to a module")
    pytest.importorskip("opensearchpy")

    def call(module, options):
        given = {key: value for key, value in options.items() if value is not None}
        main = importlib.import_module(f"ansible_collections.searchstack.platform.plugins.modules.opensearch_{module}").main
        with testing.patch_module_args(given), pytest.raises(SystemExit):
            main()
        return json.loads(capsys.readouterr().out)

    return call


@pytest.fixture
def refused(ended):
    """refused(module, options): what the module says when it cannot do what the options ask for."""

    def call(module, options):
        answer = ended(module, options)
        assert answer["failed"] is True
        assert "exception" not in answer or "Traceback" not in answer["exception"]
        return answer["msg"]

    return call
