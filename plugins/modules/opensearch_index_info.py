#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_index_info
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Show what indices of OpenSearch are like
description:
  - Returns numbers, settings, mappings and aliases of the indices that match.
options:
  names:
    description: Names and patterns of the indices. Hidden ones are matched as well.
    type: list
    elements: str
    default: ["*"]
attributes:
  diff_mode:
    support: none
    details: The module changes nothing.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Look at the papers
  searchstack.platform.opensearch_index_info:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    names: [papers*]
  register: result

- name: Count the documents
  ansible.builtin.debug:
    msg: "{{ result.indices | map(attribute='documents') | sum }}"
"""

RETURN = r"""
indices:
  description: The indices, by name. A closed one has neither documents nor bytes.
  returned: success
  type: list
  elements: dict
  sample:
    - name: papers-v1
      health: green
      status: open
      documents: 384
      bytes: 812345
      uuid: wYRk2ZkLQ8m
      settings: {index.number_of_shards: "1"}
      mappings: {properties: {title: {type: text}}}
      aliases: {papers: {}}
"""

from ansible_collections.searchstack.platform.plugins.module_utils import _info
from ansible_collections.searchstack.platform.plugins.module_utils._module import run_action

OPTIONS = {"names": {"type": "list", "elements": "str", "default": ["*"]}}


def act(client, params, _check_mode):
    return {"indices": _info.indices(client, params["names"])}


def main():
    run_action(OPTIONS, act)


if __name__ == "__main__":
    main()
