#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_restart_plan
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Find out which nodes of an OpenSearch cluster to restart, and in which order
description:
  - Returns the nodes that are still to be restarted. Those that are down come first, then those that are no cluster managers,
    then managers, and the elected manager last.
  - Refuses a plan that would leave something without an answer while a node restarts, such as an index without replicas.
  - A request to restart all nodes is kept in the cluster, as C(cluster.metadata.searchstack_restarts), until every process that ran
    when it was made is gone. A request that was interrupted is thus finished by the next run, and restarts no node twice.
options:
  nodes:
    description: Names of nodes that wait for a restart, whether or not they are in the cluster now.
    type: list
    elements: str
    default: []
  all:
    description:
      - Whether to restart every node of the cluster. Where an earlier such request was not seen to its end, it is finished instead.
    type: bool
    default: false
  accept_downtime:
    description: Whether something may be without an answer while a node restarts.
    type: bool
    default: false
attributes:
  diff_mode:
    support: none
    details: See RV(order).
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Plan the restart of every node
  searchstack.platform.opensearch_restart_plan:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    all: true
  register: result

- name: Show the order
  ansible.builtin.debug:
    msg: "{{ result.order | map(attribute='name') | join(', ') }}"
"""

RETURN = r"""
order:
  description: The nodes that are left to restart, in their order.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the node.
      returned: success
      type: str
      sample: os2
    down_after:
      description: How many of the nodes that are down now come after it.
      returned: success
      type: int
      sample: 0
"""

from ansible_collections.searchstack.platform.plugins.module_utils import _restarts
from ansible_collections.searchstack.platform.plugins.module_utils._module import run_action


def act(client, params, check_mode):
    return _restarts.plan(client, params["nodes"], params["all"], params["accept_downtime"], check_mode)


def main():
    run_action(
        {
            "nodes": {"type": "list", "elements": "str", "default": []},
            "all": {"type": "bool", "default": False},
            "accept_downtime": {"type": "bool", "default": False},
        },
        act,
    )


if __name__ == "__main__":
    main()
