#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_index_merge
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Bring documents to an index of OpenSearch that only another one has
description:
  - Creates, in the index of this connection, the documents that it lacks and another index has, of the same cluster or another one.
  - Nothing is overwritten or deleted. Documents with the same id and another content are conflicts; they stay as they are and are returned.
  - Interrupted, it goes on when it is run again.
options:
  index:
    description: Name of the index that gets the documents. It must be there.
    type: str
    required: true
  other_index:
    description: Name of the index that is read. The same as O(index) if not given.
    type: str
  after:
    description:
      - Of each shard of the source, only documents with a greater sequence number than this list says.
      - With RV(searchstack.platform.opensearch_index_comparison#module:complete) of a copy, taken before anybody wrote into it, only what
        came to the source after the copy was made, so that what was deleted in the copy since does not come back.
    type: list
    elements: int
  list:
    description: The most conflicts, and the most ids of created documents, that are returned.
    type: int
    default: 1000
attributes:
  diff_mode:
    support: none
    details: Documents are counted, not shown.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.other_cluster
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Bring what only the former region has
  searchstack.platform.opensearch_index_merge:
    hosts: https://dr-os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    index: papers-v1
    other_cluster:
      hosts: [https://os1.example.com:9200]
      ca_path: /etc/searchstack/pki/ca.pem
      client_cert: /etc/searchstack/pki/admin.pem
      client_key: /etc/searchstack/pki/admin.key
  register: papers

- name: Keep what somebody must decide
  ansible.builtin.copy:
    dest: conflicts.json
    content: "{{ papers.conflicts | to_nice_json }}"
    mode: "0600"
  when: papers.conflicts | length > 0
"""

RETURN = r"""
counts:
  description:
    - Numbers of the documents that were read (C(total)), of those that were there already (C(identical)), that were created, and of
      conflicts. In check mode, C(created) tells how many would be.
  returned: success
  type: dict
  sample: {total: 384, identical: 380, created: 3, conflicts: 1}
created:
  description: Ids of documents that were created, O(list) of them at the most.
  returned: success
  type: list
  elements: str
  sample: [p900, p901, p902]
conflicts:
  description: Documents with the same id and another content, with both contents, O(list) of them at the most.
  returned: success
  type: list
  elements: dict
  sample: [{id: p17, routing: null, source: {title: A}, dest: {title: B}}]
"""

from ansible_collections.searchstack.platform.plugins.module_utils._connection import Client
from ansible_collections.searchstack.platform.plugins.module_utils._contents import Contents
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._merge import Merge
from ansible_collections.searchstack.platform.plugins.module_utils._module import another_cluster, run_action

OPTIONS = {
    "index": {"type": "str", "required": True},
    "other_index": {"type": "str"},
    "other_cluster": another_cluster(),
    "after": {"type": "list", "elements": "int"},
    "list": {"type": "int", "default": 1000},
}


def act(client, params, check_mode):
    source = params["other_index"] or params["index"]
    if source == params["index"] and not params["other_cluster"]:
        raise InvalidInput("other_index, other_cluster: name another index, or another cluster.")
    elsewhere = Client(params["other_cluster"]) if params["other_cluster"] else client
    merge = Merge(client, Contents(elsewhere, source), Contents(client, params["index"]), params["list"])
    result = merge.run(params["after"], check_mode)
    kept, found = len(result["conflicts"]), result["counts"]["conflicts"]
    return {**result, "warnings": [f"Only {kept} of {found} conflicts are returned: raise list."] if kept < found else []}


def main():
    run_action(OPTIONS, act)


if __name__ == "__main__":
    main()
