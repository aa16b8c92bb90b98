#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_health
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Wait until an OpenSearch cluster is healthy
description:
  - Waits until all conditions hold at the same time, and fails with what is still missing when they do not in time.
  - A cluster that does not answer yet, or whose security is not initialized yet, is waited for as well. Wrong credentials and
    certificates fail at once.
  - With O(wait_timeout=0), looks once.
options:
  status:
    description: The least status to wait for.
    type: str
    choices: [green, yellow, red]
    default: green
  nodes:
    description: The least number of nodes to wait for.
    type: int
  no_relocating_shards:
    description: Whether to wait until no shard moves.
    type: bool
    default: false
  no_initializing_shards:
    description: Whether to wait until no shard is being initialized.
    type: bool
    default: false
  indices:
    description: Names or patterns of the indices whose shards matter. All of them if empty.
    type: list
    elements: str
    default: []
  every_host:
    description:
      - Whether each of O(hosts) must answer so. A node that hangs is still counted by the others until they notice, after half a minute.
    type: bool
    default: false
  without_node:
    description: Name of a node that the cluster must be able to do without. Each shard of an open index has another copy in use then.
    type: str
  wait_timeout:
    description: Seconds to wait for all of it. O(timeout) and O(retries) apply to a single request.
    type: int
    default: 60
  wait_interval:
    description: Seconds between two looks.
    type: int
    default: 2
attributes:
  diff_mode:
    support: none
    details: The module changes nothing.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Wait until three nodes form a healthy cluster
  searchstack.platform.opensearch_health:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    nodes: 3
    no_relocating_shards: true
    wait_timeout: 300
"""

RETURN = r"""
health:
  description: The cluster's last answer.
  returned: when the cluster answered
  type: dict
  sample:
    status: green
    number_of_nodes: 3
    relocating_shards: 0
missing:
  description: The conditions that do not hold.
  returned: always
  type: list
  elements: str
  sample: [2 of 3 nodes are there]
"""

import functools

from ansible_collections.searchstack.platform.plugins.module_utils import _health
from ansible_collections.searchstack.platform.plugins.module_utils._module import connect, failing_clearly, make_module


def main():
    module = make_module(
        {
            "status": {"type": "str", "choices": ["green", "yellow", "red"], "default": "green"},
            "nodes": {"type": "int"},
            "no_relocating_shards": {"type": "bool", "default": False},
            "no_initializing_shards": {"type": "bool", "default": False},
            "indices": {"type": "list", "elements": "str", "default": []},
            "every_host": {"type": "bool", "default": False},
            "without_node": {"type": "str"},
            "wait_timeout": {"type": "int", "default": 60},
            "wait_interval": {"type": "int", "default": 2},
        }
    )
    params = module.params
    with failing_clearly(module):
        # Waiting is this module's own business: no pauses inside a look.
        asked = [[url] for url in params["hosts"]] if params["every_host"] and params["hosts"] else [params["hosts"]]
        clients = [connect(module, hosts=hosts, retries=0) for hosts in asked]
        health, missing = _health.wait(
            functools.partial(_health.looks, clients, params["indices"], params["without_node"]),
            params,
            params["wait_timeout"],
            params["wait_interval"],
        )
    result = {"missing": missing, **({"health": health} if health else {})}
    if missing:
        module.fail_json(msg=f"Not healthy after {params['wait_timeout']} s: {'; '.join(missing)}.", **result)
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
