#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_index
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage an OpenSearch index
description:
  - Creates, changes or deletes one index with its settings, mappings and aliases.
  - Of an index that exists, only what is declared is compared and changed. Nothing else about it is touched, and it is never recreated.
  - A change that the server cannot make (a static setting, another type of a field) fails and says so.
options:
  name:
    description: Name of the index. Patterns and aliases are refused.
    type: str
    required: true
  settings:
    description:
      - Settings of the index, nested, dotted or mixed, with or without the prefix C(index.).
      - V(null) resets a setting to its default.
      - Values are compared the way the server understands them, so that V(1) equals V("1") and V(60m) equals V(1h).
    type: dict
  mappings:
    description:
      - Mappings. They only grow; fields that exist and are not declared stay.
    type: dict
  aliases:
    description:
      - Aliases of the index, by name. The value holds the alias' properties (C(filter), C(routing), C(index_routing), C(search_routing),
        C(is_write_index), C(is_hidden)) or is V({}).
      - V(null) removes an alias. Aliases that are not named are left alone.
    type: dict
  open:
    description:
      - Whether the index is open. A closed one keeps its documents and answers nobody. Left as it is if not given.
      - Settings that are static in an open index can be declared together with V(false), and opened again afterwards.
    type: bool
  state:
    description: Whether the index exists. V(absent) deletes it and its documents.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Create the index of the papers
  searchstack.platform.opensearch_index:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: papers-v1
    settings:
      number_of_shards: 3
      number_of_replicas: 1
      refresh_interval: 30s
    mappings:
      properties:
        title: {type: text, analyzer: english}
        year: {type: integer}
    aliases:
      papers: {is_write_index: true}

- name: Delete an old index
  searchstack.platform.opensearch_index:
    name: papers-v0
    state: absent
"""

RETURN = r"""
diff:
  description: The index before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {settings: {index.refresh_interval: 1s}}
    after: {settings: {index.refresh_interval: 30s}}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.index import Index


def main():
    run(Index)


if __name__ == "__main__":
    main()
