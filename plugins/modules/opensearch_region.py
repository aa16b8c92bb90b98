#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_region
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Record in an OpenSearch cluster which of several clusters is the active one
description:
  - Keeps one document in the index C(searchstack-region). Each change of the active cluster has a higher epoch than the one before, so that
    a cluster that comes back after a time can be told from the active one.
  - A lower epoch than the recorded one, and another cluster in the same epoch, are refused.
seealso:
  - module: searchstack.platform.opensearch_region_info
options:
  cluster:
    description: Name of the active cluster.
    type: str
    required: true
  epoch:
    description: Number of the change, from 1 on.
    type: int
    required: true
  since:
    description: When it became active. Not compared.
    type: str
    required: true
  copies:
    description: For each index that was a copy then, up to which sequence number each of its shards was complete. Not compared.
    type: dict
    default: {}
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: The second region has taken over
  searchstack.platform.opensearch_region:
    hosts: https://dr-os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    cluster: dr
    epoch: 2
    since: "2026-11-26T20:00:00Z"
"""

RETURN = r"""
active:
  description: The record.
  returned: success
  type: dict
  sample: {cluster: dr, epoch: 2, since: "2026-11-26T20:00:00Z", copies: {}}
diff:
  description: The record before and after.
  returned: when it changes
  type: dict
  sample:
    before: {cluster: main, epoch: 1}
    after: {cluster: dr, epoch: 2}
"""

from ansible_collections.searchstack.platform.plugins.module_utils import _region
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._module import run_action

OPTIONS = {
    "cluster": {"type": "str", "required": True},
    "epoch": {"type": "int", "required": True},
    "since": {"type": "str", "required": True},
    "copies": {"type": "dict", "default": {}},
}


def act(client, params, check_mode):
    if not params["cluster"] or params["epoch"] < 1:
        raise InvalidInput("cluster, epoch: name the active cluster, and an epoch of 1 or more.")
    return _region.record(client, {name: params[name] for name in OPTIONS}, check_mode)


def main():
    run_action(OPTIONS, act)


if __name__ == "__main__":
    main()
