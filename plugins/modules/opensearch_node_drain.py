#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_node_drain
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Drain nodes of OpenSearch before they stop
description:
  - Excludes nodes from the allocation of shards and waits until none is left on them. Nodes that others have excluded stay so.
  - A node counts as drained only when the cluster has said so. An error is never taken for an empty node.
  - With O(state=undrained), the nodes may get shards again.
options:
  nodes:
    description: Names of the nodes. With O(state=drained) they must be in the cluster.
    type: list
    elements: str
    required: true
  wait:
    description: Whether to wait until the shards are gone.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait for that. The shards go on moving afterwards.
    type: int
    default: 3600
  state:
    description: Whether the nodes hold shards.
    type: str
    choices: [drained, undrained]
    default: drained
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Move all shards away from a node
  searchstack.platform.opensearch_node_drain:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    nodes: [os3]
"""

RETURN = r"""
diff:
  description: The drain before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {excluded: [], shards: 12}
    after: {excluded: [os3], shards: 0}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.node_drain import NodeDrain


def main():
    run(NodeDrain)


if __name__ == "__main__":
    main()
