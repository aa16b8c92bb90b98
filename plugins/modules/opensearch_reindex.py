#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_reindex
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Copy documents of OpenSearch into another index
description:
  - Copies documents from one or more indices into another one and waits for it.
  - A second run after an interruption finds the task that still works on it, by a mark made of the options, and waits for that one.
  - Make the destination first, with M(searchstack.platform.opensearch_index), or it gets the mappings that the server guesses.
options:
  source:
    description: Names and patterns of the indices to read.
    type: list
    elements: str
    required: true
  dest:
    description: Name of the index to write.
    type: str
    required: true
  query:
    description: Which documents to copy. All of them if not given.
    type: dict
  op_type:
    description: V(create) copies what the destination does not have; V(index) also replaces what it has.
    type: str
    choices: [create, index]
    default: create
  pipeline:
    description: Ingest pipeline that works on each document.
    type: str
  script:
    description: Script that works on each document, such as C(source) and C(lang).
    type: dict
attributes:
  check_mode:
    support: partial
    details: The prediction compares numbers of documents.
  diff_mode:
    support: none
    details: Documents are counted, not shown.
  idempotent:
    support: partial
    details: With O(op_type=create), a second run copies nothing and reports no change; with V(index) every run replaces.
extends_documentation_fragment:
  - searchstack.platform.server_task
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Fill the new index
  searchstack.platform.opensearch_reindex:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    source: [papers-v1]
    dest: papers-v2
"""

RETURN = r"""
counts:
  description: Numbers of documents.
  returned: success
  type: dict
  sample: {total: 384, created: 384, updated: 0, deleted: 0, version_conflicts: 0}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._by_query import REINDEX, reindex
from ansible_collections.searchstack.platform.plugins.module_utils._module import run_action


def main():
    run_action(REINDEX, reindex)


if __name__ == "__main__":
    main()
