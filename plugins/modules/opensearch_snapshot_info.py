#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_snapshot_info
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Show the snapshots of an OpenSearch repository
description:
  - Returns the snapshots that match, the oldest first.
options:
  repository:
    description: Name of the repository, which must be registered.
    type: str
    required: true
  names:
    description: Names and patterns of the snapshots.
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
- name: Look at the nightly snapshots
  searchstack.platform.opensearch_snapshot_info:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    repository: nightly
  register: result

- name: Fail when the last one is no success
  ansible.builtin.assert:
    that: result.snapshots[-1].state == "SUCCESS"
"""

RETURN = r"""
snapshots:
  description: The snapshots as the server shows them.
  returned: success
  type: list
  elements: dict
  sample: [{snapshot: nightly-1, state: SUCCESS, indices: [papers-v1], start_time: "2026-11-24T02:00:00.000Z"}]
"""

from ansible_collections.searchstack.platform.plugins.module_utils import _info
from ansible_collections.searchstack.platform.plugins.module_utils._module import run_action

OPTIONS = {
    "repository": {"type": "str", "required": True},
    "names": {"type": "list", "elements": "str", "default": ["*"]},
}


def act(client, params, _check_mode):
    return {"snapshots": _info.snapshots(client, params["repository"], params["names"])}


def main():
    run_action(OPTIONS, act)


if __name__ == "__main__":
    main()
