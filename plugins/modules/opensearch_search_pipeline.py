#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_search_pipeline
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage a search pipeline of OpenSearch
description:
  - Keeps one search pipeline equal to what is declared. It is replaced as a whole, so that what is no longer declared goes.
options:
  name:
    description: Name of the pipeline.
    type: str
    required: true
  description:
    description: What the pipeline is for.
    type: str
  request_processors:
    description: Processors of the request, in the order in which they work.
    type: list
    elements: dict
  response_processors:
    description: Processors of the response, in the order in which they work.
    type: list
    elements: dict
  phase_results_processors:
    description: Processors between the phases of a search.
    type: list
    elements: dict
  version:
    description: A number for your own use.
    type: int
  state:
    description: Whether the pipeline exists.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Hide withdrawn papers from every search
  searchstack.platform.opensearch_search_pipeline:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: published
    request_processors:
      - filter_query:
          query: {term: {withdrawn: false}}
"""

RETURN = r"""
diff:
  description: The pipeline before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {}
    after: {name: published, request_processors: [{filter_query: {query: {term: {withdrawn: false}}}}]}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.search_pipeline import SearchPipeline


def main():
    run(SearchPipeline)


if __name__ == "__main__":
    main()
