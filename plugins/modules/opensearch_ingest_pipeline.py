#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_ingest_pipeline
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage an ingest pipeline of OpenSearch
description:
  - Keeps one ingest pipeline equal to what is declared. It is replaced as a whole, so that what is no longer declared goes.
options:
  name:
    description: Name of the pipeline.
    type: str
    required: true
  description:
    description: What the pipeline is for.
    type: str
  processors:
    description: Processors, in the order in which they work. Required with O(state=present); may be empty.
    type: list
    elements: dict
  on_failure:
    description: Processors that work on a document when one of O(processors) fails.
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
- name: Note when a document came in
  searchstack.platform.opensearch_ingest_pipeline:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: arrival
    processors:
      - set: {field: arrived, value: "{% raw %}{{_ingest.timestamp}}{% endraw %}"}
"""

RETURN = r"""
diff:
  description: The pipeline before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {}
    after: {name: arrival, processors: [{set: {field: arrived, value: now}}]}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.ingest_pipeline import IngestPipeline


def main():
    run(IngestPipeline)


if __name__ == "__main__":
    main()
