#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_nodes_dn
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage which other nodes may connect to OpenSearch
description:
  - Keeps one named list of distinguished names equal to what is declared. Nodes whose certificates bear one of them may connect,
    beside those of C(plugins.security.nodes_dn) in C(opensearch.yml).
  - A list that is equal to that one is refused. OpenSearch 3.4.0 breaks on it, and no node would talk to another.
  - Needs the admin certificate, and C(plugins.security.nodes_dn_dynamic_config_enabled) in C(opensearch.yml).
options:
  name:
    description: Name of the list, such as the other cluster's name.
    type: str
    required: true
  nodes_dn:
    description: Distinguished names; C(*) stands for any characters. Their order has no meaning.
    type: list
    elements: str
    default: []
  state:
    description: Whether the entry exists.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Let the second region connect
  searchstack.platform.opensearch_nodes_dn:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: second_region
    nodes_dn: ["CN=dr-os1,OU=platform,O=searchstack"]
"""

RETURN = r"""
diff:
  description: The entry before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {}
    after: {name: second_region, nodes_dn: ['CN=dr-os1,OU=platform,O=searchstack']}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.nodes_dn import NodesDn


def main():
    run(NodesDn)


if __name__ == "__main__":
    main()
