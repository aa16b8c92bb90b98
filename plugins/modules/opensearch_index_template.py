#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_index_template
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage a composable index template of OpenSearch
description:
  - Keeps one composable index template equal to what is declared. The template is replaced as a whole,
    so that what is no longer declared goes.
  - A template applies to indices that are made later. Existing indices do not change.
options:
  name:
    description: Name of the template.
    type: str
    required: true
  index_patterns:
    description: Patterns of the names of the indices. Required with O(state=present).
    type: list
    elements: str
  template:
    description: What indices that match get.
    type: dict
    suboptions:
      settings:
        description: Settings, nested, dotted or mixed, with or without the prefix C(index.).
        type: dict
      mappings:
        description: Mappings.
        type: dict
      aliases:
        description: Aliases, by name; the value holds the alias' properties or is V({}).
        type: dict
  composed_of:
    description: Names of component templates, in the order in which they are merged.
    type: list
    elements: str
  priority:
    description: Which template wins where several match; the highest does.
    type: int
  version:
    description: A number for your own use.
    type: int
  data_stream:
    description: Make data streams of what matches. V({}) takes the defaults.
    type: dict
  meta:
    description: Anything you want to note (C(_meta)). It is compared as it is written.
    type: dict
  state:
    description: Whether the template exists.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Define the template of the log indices
  searchstack.platform.opensearch_index_template:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: logs
    index_patterns: [logs-*]
    priority: 100
    template:
      settings:
        number_of_shards: 1
        refresh_interval: 30s
      mappings:
        properties:
          "@timestamp": {type: date}
"""

RETURN = r"""
diff:
  description: The template before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {index_patterns: ["logs-*"], priority: 1}
    after: {index_patterns: ["logs-*"], priority: 100}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.index_template import IndexTemplate


def main():
    run(IndexTemplate)


if __name__ == "__main__":
    main()
