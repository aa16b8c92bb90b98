#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_region_info
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Tell which cluster an OpenSearch cluster remembers as the active one
description:
  - Reads the record that M(searchstack.platform.opensearch_region) writes, and how far the cluster's copy of another one is.
  - That is one request, unless O(indices) asks for more.
seealso:
  - module: searchstack.platform.opensearch_region
options:
  job:
    description: Name of the job of snapshots that the copy is made of.
    type: str
    default: ship
  indices:
    description: Names and patterns of indices to tell about. None by default.
    type: list
    elements: str
    default: []
attributes:
  diff_mode:
    support: none
    details: The module changes nothing.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Ask who is active
  searchstack.platform.opensearch_region_info:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    timeout: 3
    retries: 0
  register: region
"""

RETURN = r"""
active:
  description: The record. Empty where there is none.
  returned: success
  type: dict
  sample: {cluster: main, epoch: 3, since: "2026-11-26T20:00:00Z", copies: {}}
follow:
  description: The last restored snapshot of the other cluster. Empty where there is none.
  returned: success
  type: dict
  sample: {repository: s3-main, job: ship, snapshot: ship-20261126200000, state: done, indices: [papers-v1]}
indices:
  description:
    - The indices that match O(indices). C(complete) is the sequence number up to which each shard has everything.
  returned: with O(indices)
  type: list
  elements: dict
  sample:
    - name: papers-v1
      health: green
      status: open
      documents: 384
      write_block: true
      complete: [191, 188]
      aliases: {papers: {}}
plugins:
  description: Names of the cluster's plugins.
  returned: with O(indices)
  type: list
  elements: str
  sample: [opensearch-security]
"""

from ansible_collections.searchstack.platform.plugins.module_utils import _region
from ansible_collections.searchstack.platform.plugins.module_utils._module import run_action

OPTIONS = {"job": {"type": "str", "default": "ship"}, "indices": {"type": "list", "elements": "str", "default": []}}


def act(client, params, _check_mode):
    return _region.look(client, params["job"], params["indices"])


def main():
    run_action(OPTIONS, act)


if __name__ == "__main__":
    main()
