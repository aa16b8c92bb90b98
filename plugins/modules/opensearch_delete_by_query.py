#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_delete_by_query
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Delete documents of OpenSearch by a query
description:
  - Deletes the documents that match a query and waits for it.
  - A second run after an interruption finds the task that still works on it, by a mark made of the options, and waits for that one.
options:
  indices:
    description: Names and patterns of the indices.
    type: list
    elements: str
    required: true
  query:
    description: "Which documents to delete. V({match_all: {}}) deletes all."
    type: dict
    required: true
attributes:
  check_mode:
    support: partial
    details: The prediction counts what matches now.
  diff_mode:
    support: none
    details: Documents are counted, not shown.
  idempotent:
    support: partial
    details: A second run deletes what matches by then.
extends_documentation_fragment:
  - searchstack.platform.server_task
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Delete what is older than 90 days
  searchstack.platform.opensearch_delete_by_query:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    indices: [logs-*]
    query:
      range: {"@timestamp": {lt: now-90d}}
"""

RETURN = r"""
counts:
  description: Numbers of documents.
  returned: success
  type: dict
  sample: {total: 384, created: 0, updated: 0, deleted: 384, version_conflicts: 0}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._by_query import DELETE, delete_by_query
from ansible_collections.searchstack.platform.plugins.module_utils._module import run_action


def main():
    run_action(DELETE, delete_by_query)


if __name__ == "__main__":
    main()
