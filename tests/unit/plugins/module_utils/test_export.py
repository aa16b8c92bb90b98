# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from types import SimpleNamespace

from ansible_collections.searchstack.platform.plugins.module_utils._export import export

# Two nodes of a cluster may tell the same audit configuration in these two ways.
AUDIT = {"enable_rest": True, "enable_transport": False, "ignore_users": ["b", "a"]}


def exported(audit):
    answer = {"config": {"enabled": True, "audit": audit, "compliance": {}}}
    client = SimpleNamespace(hosts=1, get=lambda *_path, **_query: answer, request=lambda *_request: answer)
    return json.dumps(export(client, ["audit_config"], ["*"])[0])


def test_whatever_order_a_node_answers_in_the_export_is_the_same():
    other = {key: value[::-1] if isinstance(value, list) else value for key, value in reversed(AUDIT.items())}
    assert exported(AUDIT) == exported(other)
