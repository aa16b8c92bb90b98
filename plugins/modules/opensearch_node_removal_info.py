#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_node_removal_info
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Find out whether nodes of OpenSearch can leave
description:
  - Returns every reason why a cluster cannot spare the nodes. The cluster is not green, a node that stays is down, no odd number of cluster
    managers would be left, an index has more copies than nodes that may hold it, an attribute such as a zone would have no node any
    more, or the disks of the remaining nodes are too small.
  - Nodes that are not in the cluster any more may be named; an interrupted removal is continued like that.
  - What moves shards away and votes is done by M(searchstack.platform.opensearch_node_drain) and
    M(searchstack.platform.opensearch_voting_exclusions).
options:
  nodes:
    description: Names of the nodes that leave.
    type: list
    elements: str
    required: true
  remaining:
    description: Names of the nodes that stay, all of which must be in the cluster.
    type: list
    elements: str
    default: []
  accept:
    description: Reasons that do not count. V(managers) is fewer than three cluster managers, V(attributes) an attribute without a node.
    type: list
    elements: str
    choices: [attributes, managers]
    default: []
attributes:
  diff_mode:
    support: none
    details: The module changes nothing.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Ask whether a node can leave
  searchstack.platform.opensearch_node_removal_info:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    nodes: [os4]
    remaining: [os1, os2, os3]
  register: removal

- name: Stop here if it cannot
  ansible.builtin.assert:
    that: removal.problems | length == 0
    fail_msg: "{{ removal.problems | join(' ') }}"
"""

RETURN = r"""
problems:
  description: The reasons why the nodes cannot leave.
  returned: success
  type: list
  elements: str
  sample: ["No data node with zone: a would be left. Add another first, or accept that (attributes)."]
present:
  description: Those of O(nodes) that are in the cluster.
  returned: success
  type: list
  elements: str
  sample: [os4]
managers:
  description: Those of RV(present) that can be cluster managers.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.searchstack.platform.plugins.module_utils import _removal
from ansible_collections.searchstack.platform.plugins.module_utils._module import run_action


def act(client, params, _check_mode):
    view = _removal.look(client)
    present = _removal.leaving_nodes(view, params["nodes"])
    return {
        "problems": _removal.problems(view, params["nodes"], params["remaining"], params["accept"]),
        "present": sorted(node["name"] for node in present),
        "managers": sorted(node["name"] for node in present if _removal.MANAGER in node["roles"]),
    }


def main():
    run_action(
        {
            "nodes": {"type": "list", "elements": "str", "required": True},
            "remaining": {"type": "list", "elements": "str", "default": []},
            "accept": {"type": "list", "elements": "str", "choices": list(_removal.ACCEPTABLE), "default": []},
        },
        act,
    )


if __name__ == "__main__":
    main()
