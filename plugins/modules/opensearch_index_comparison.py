#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_index_comparison
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Compare two indices of OpenSearch document by document
description:
  - Tells whether two indices, of one cluster or of two, hold the same documents, and which differ.
    Reads both page by page, whatever their size.
  - The content of a document is its id, its routing and its source, in whatever order the fields are written.
  - Writes that happen meanwhile may be counted or not.
options:
  index:
    description: Name of the left index, in the cluster of the connection.
    type: str
    required: true
  other_index:
    description: Name of the right index. The same as O(index) if not given.
    type: str
  copy:
    description:
      - Whether the right index was restored from a snapshot of the left one, and nobody wrote into it afterwards.
        Sequence numbers outlive that.
      - A document of the left index with a number up to which the right one is complete must then be there and equal; otherwise it is
        unexplained (lost or corrupt). One with a later number is newer.
      - Compare soon after the restore. Writes that were under way when the snapshot was made are not in it, which the restored index tells
        only until it is flushed, after some minutes; then they are unexplained.
      - Where the left index was made anew or restored from an older snapshot since, that does not hold (RV(unrelated)), and the two are
        compared as any others. After an older snapshot and as many new documents, nobody can tell; the next snapshot can be compared again.
    type: bool
    default: false
  in_flight:
    description:
      - With O(copy), how many numbers below the one up to which the copy says to be complete may be missing, too, where it was flushed
        since.
    type: int
    default: 0
  list:
    description: The most ids that are returned of each class.
    type: int
    default: 20
attributes:
  diff_mode:
    support: none
    details: The module changes nothing.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.other_cluster
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Compare the papers with what a snapshot brought back
  searchstack.platform.opensearch_index_comparison:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    index: papers-v1
    other_index: drill-papers-v1
    copy: true
  register: papers

- name: Nothing is lost
  ansible.builtin.assert:
    that: papers.counts.unexplained == 0
"""

RETURN = r"""
same:
  description: Whether both sides hold the same documents.
  returned: success
  type: bool
left:
  description:
    - Number of the documents and a hash of all of them, the same in whatever order they come. The SHA-256 of the JSON list of id, routing
      and source (keys sorted, no spaces), added up modulo 2 to the power of 256.
  returned: success
  type: dict
  sample: {documents: 384, sha256: 5f0a5c...}
right:
  description: As RV(left), of the right index.
  returned: success
  type: dict
  sample: {documents: 384, sha256: 5f0a5c...}
counts:
  description:
    - Numbers of documents by class, which are C(identical), C(differs), C(only_left) and C(only_right).
    - With O(copy), C(identical), C(newer), C(unexplained), and C(only_right), which are documents that the left index has deleted since.
  returned: success
  type: dict
  sample: {identical: 380, only_right: 1, newer: 4, unexplained: 0}
ids:
  description: The first ids of each class but C(identical).
  returned: success
  type: dict
  sample: {only_right: [p17], newer: [p900, p901, p902, p903], unexplained: []}
complete:
  description: Of each shard of the right index, the sequence number up to which it has everything.
  returned: success
  type: list
  elements: int
  sample: [191, 188]
unrelated:
  description: With O(copy), why the right index cannot be a copy of what the left one is now. Empty if it can.
  returned: success
  type: str
  sample: ""
"""

from ansible_collections.searchstack.platform.plugins.module_utils import _comparison
from ansible_collections.searchstack.platform.plugins.module_utils._connection import Client
from ansible_collections.searchstack.platform.plugins.module_utils._contents import Contents
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._module import another_cluster, run_action

OPTIONS = {
    "index": {"type": "str", "required": True},
    "other_index": {"type": "str"},
    "other_cluster": another_cluster(),
    "copy": {"type": "bool", "default": False},
    "in_flight": {"type": "int", "default": 0},
    "list": {"type": "int", "default": 20},
}


def act(client, params, _check_mode):
    other = params["other_index"] or params["index"]
    if other == params["index"] and not params["other_cluster"]:
        raise InvalidInput("other_index, other_cluster: name another index, or another cluster.")
    elsewhere = Client(params["other_cluster"]) if params["other_cluster"] else client
    left, right = Contents(client, params["index"]), Contents(elsewhere, other)
    return _comparison.compare(left, right, params["copy"], params["list"], params["in_flight"])


def main():
    run_action(OPTIONS, act)


if __name__ == "__main__":
    main()
