#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_alias
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage an alias of OpenSearch and the indices that it stands for
description:
  - Keeps one alias equal to what is declared. It stands for exactly the declared indices, and all of it changes in one step,
    so that an application that uses the alias never sees a moment without it.
  - To declare an index together with its aliases, use M(searchstack.platform.opensearch_index); do not declare an alias in both.
options:
  name:
    description: Name of the alias.
    type: str
    required: true
  indices:
    description: Names of the indices that the alias stands for. Required with O(state=present).
    type: list
    elements: str
  write_index:
    description: The one of O(indices) that documents written to the alias go to.
    type: str
  filter:
    description: Query that limits which documents the alias shows.
    type: dict
  routing:
    description: Routing of reads and writes. Excludes O(index_routing) and O(search_routing).
    type: str
  index_routing:
    description: Routing of writes.
    type: str
  search_routing:
    description: Routing of searches.
    type: str
  is_hidden:
    description: Whether patterns do not match the alias.
    type: bool
  state:
    description: Whether the alias exists.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Switch the application to the new index in one step
  searchstack.platform.opensearch_alias:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: papers
    indices: [papers-v2]
"""

RETURN = r"""
diff:
  description: The alias before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {name: papers, indices: {papers-v1: {}}}
    after: {name: papers, indices: {papers-v2: {}}}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.alias import Alias


def main():
    run(Alias)


if __name__ == "__main__":
    main()
