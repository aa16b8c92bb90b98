#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_voting_exclusions
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage which cluster managers of OpenSearch do not vote
description:
  - Takes cluster managers out of the voting configuration, so that half of them or more can leave at the same time.
  - Names are added to those that are excluded already. With O(state=absent) all exclusions go.
  - Returns when the nodes have no vote any more, and fails if they still have one after half a minute.
options:
  nodes:
    description: Names of the nodes. Required with O(state=present).
    type: list
    elements: str
  wait_for_removal:
    description: With O(state=absent), whether to wait until the excluded nodes have left the cluster. V(false) lets them vote again.
    type: bool
    default: true
  state:
    description: Whether the nodes are excluded, or with V(absent) nobody is.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Let two managers leave
  searchstack.platform.opensearch_voting_exclusions:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    nodes: [os4, os5]
"""

RETURN = r"""
diff:
  description: The exclusions before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {nodes: []}
    after: {nodes: [os4, os5]}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.voting_exclusions import VotingExclusions


def main():
    run(VotingExclusions)


if __name__ == "__main__":
    main()
