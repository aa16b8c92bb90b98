#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_cluster_info
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Show what an OpenSearch cluster is like
description:
  - Returns a cluster's name, version, health, nodes and plugins, its repositories, and what keeps shards or votes away from nodes.
options: {}
attributes:
  diff_mode:
    support: none
    details: The module changes nothing.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Look at the cluster
  searchstack.platform.opensearch_cluster_info:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
  register: result

- name: Show the elected manager
  ansible.builtin.debug:
    msg: "{{ result.cluster.nodes | selectattr('elected') | map(attribute='name') | first }}"
"""

RETURN = r"""
cluster:
  description: What the cluster is like.
  returned: success
  type: dict
  contains:
    name: {description: Name of the cluster., type: str, returned: success, sample: papers}
    uuid: {description: The cluster's own identity., type: str, returned: success, sample: wYRk2ZkLQ8m}
    version: {description: Version of the node that was asked., type: str, returned: success, sample: 3.4.0}
    health: {description: Answer of C(_cluster/health)., type: dict, returned: success, sample: {status: green, number_of_nodes: 3}}
    nodes:
      description: The nodes, by name.
      type: list
      elements: dict
      returned: success
      sample:
        - name: os1
          address: 192.0.2.41
          version: 3.4.0
          roles: cluster_manager,data
          elected: true
          heap_percent: 40
          disk_used_percent: "12.50"
          shards: 8
    plugins: {description: Names of the plugins., type: list, elements: str, returned: success, sample: [opensearch-security]}
    allocation:
      description:
        - Where shards may go. C(enable) is what C(cluster.routing.allocation.enable) says; C(interrupted) whether
          M(searchstack.platform.opensearch_allocation) restricted it and did not restore it yet; C(excluded) which nodes are to hold none.
      type: dict
      returned: success
      sample: {enable: all, interrupted: false, excluded: {_name: os3}}
    restart_requested:
      description: Whether M(searchstack.platform.opensearch_restart_plan) has nodes left to restart.
      type: bool
      returned: success
      sample: false
    voting_exclusions:
      description: Names of the cluster managers that may not vote.
      type: list
      elements: str
      returned: success
      sample: [os3]
    repositories:
      description: Names of the snapshot repositories that the cluster may write to.
      type: list
      elements: str
      returned: success
      sample: [backups]
"""

from ansible_collections.searchstack.platform.plugins.module_utils import _info
from ansible_collections.searchstack.platform.plugins.module_utils._module import run_action


def act(client, _params, _check_mode):
    return {"cluster": _info.cluster(client)}


def main():
    run_action({}, act)


if __name__ == "__main__":
    main()
