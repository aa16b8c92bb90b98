#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_allocation
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Restrict the allocation of OpenSearch's shards while a node restarts
description:
  - With O(state=restricted), only primary shards are allocated, so that the replicas of a node that restarts are not built anew elsewhere,
    and all indices are flushed, so that the node is quickly back.
  - What C(cluster.routing.allocation.enable) was before is kept in the cluster itself, in the same request, as
    C(cluster.metadata.searchstack_allocation_before).
  - With O(state=restored), that is brought back, also after a run that was interrupted. What others have set is left alone.
options:
  state:
    description: Whether the allocation is restricted, or as it was before.
    type: str
    choices: [restored, restricted]
    default: restored
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Only primaries, while a node restarts
  searchstack.platform.opensearch_allocation:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    state: restricted
"""

RETURN = r"""
allocation:
  description: What C(cluster.routing.allocation.enable) was set to. Null if it was not.
  returned: success
  type: str
  sample: primaries
diff:
  description: Whether the allocation is restricted, before and after.
  returned: always
  type: dict
  sample:
    before: {restricted: false}
    after: {restricted: true}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.allocation import Allocation


def main():
    run(Allocation)


if __name__ == "__main__":
    main()
