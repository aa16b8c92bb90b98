#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_upgrade_check
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Find out what speaks against another version of an OpenSearch cluster
description:
  - Looks at a cluster whose nodes are about to change to another version, changes nothing, and fails with everything that is to be
    mended before.
  - It asks whether the step between the versions is supported, whether the cluster is healthy and has disk space, whether every index
    can be read by the new version, whether settings were put aside by an earlier upgrade, and whether there is a recent snapshot.
  - A cluster with some nodes of the new version already, after an interruption, may be yellow, since a copy of a shard cannot go from
    a new node to an old one.
options:
  version:
    description: Version that all nodes shall have, such as V(3.4.0).
    type: str
    required: true
  nodes:
    description: Names of all nodes that should be there. While one is missing, the cluster may be yellow.
    type: list
    elements: str
    default: []
  disk_limit:
    description: Percentage of a node's disk that may be in use.
    type: int
    default: 85
  snapshot_max_age:
    description: Hours that the last successful snapshot may be old.
    type: int
    default: 24
  accept_no_snapshot:
    description: Whether to go without a snapshot.
    type: bool
    default: false
attributes:
  diff_mode:
    support: none
    details: The module changes nothing.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Refuse an upgrade that cannot go well
  searchstack.platform.opensearch_upgrade_check:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    version: 3.4.0
"""

RETURN = r"""
upgrade:
  description: Whether a node has another version.
  returned: when the cluster answered
  type: bool
  sample: true
versions:
  description: The version of each node.
  returned: when the cluster answered
  type: dict
  sample: {os1: 2.19.4, os2: 2.19.4}
problems:
  description: What is to be mended before.
  returned: when the cluster answered
  type: list
  elements: str
  sample: ["os1 has 1.3.20: change to 2.19.0 or later before 3.4.0."]
"""

from ansible_collections.searchstack.platform.plugins.module_utils import _upgrade
from ansible_collections.searchstack.platform.plugins.module_utils._module import connect, failing_clearly, make_module


def main():
    module = make_module(
        {
            "version": {"type": "str", "required": True},
            "nodes": {"type": "list", "elements": "str", "default": []},
            "disk_limit": {"type": "int", "default": 85},
            "snapshot_max_age": {"type": "int", "default": 24},
            "accept_no_snapshot": {"type": "bool", "default": False},
        }
    )
    with failing_clearly(module):
        found = _upgrade.check(connect(module), module.params)
    if found["problems"]:
        module.fail_json(msg="\n".join(found["problems"]), **found)
    module.exit_json(changed=False, **found)


if __name__ == "__main__":
    main()
