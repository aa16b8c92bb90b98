# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._objects import resource_of
from ansible_collections.searchstack.platform.plugins.module_utils._resource import reconcile
from ansible_collections.searchstack.platform.plugins.module_utils._resources.ingest_pipeline import IngestPipeline


def differs(written, shown):
    resource = resource_of(IngestPipeline, "test", {"name": "p", "processors": [written]})
    return reconcile(resource, {"processors": [shown]}).changed


@pytest.mark.parametrize(("written", "shown"), [("1", 1), ("true", True), ("a", ["a"]), (1, "1"), (True, 1), ([True], [1])])
def test_data_of_another_type_is_other_data(written, shown):
    assert differs({"set": {"field": "f", "value": written}}, {"set": {"field": "f", "value": shown}})


def test_options_of_a_processor_may_be_spelled_otherwise():
    assert not differs({"set": {"field": "f", "value": 1, "override": "false"}}, {"set": {"field": "f", "value": 1, "override": False}})
