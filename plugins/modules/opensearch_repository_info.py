#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_repository_info
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Tell whether the snapshot repositories of OpenSearch can be used
description:
  - Asks all nodes whether they reach each repository, and looks at its snapshots.
  - To find out, the server writes a small file into the repository and removes it again, unless the repository is read-only.
options:
  names:
    description: Names and patterns of the repositories.
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
- name: Ask for the repositories
  searchstack.platform.opensearch_repository_info:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
  register: result

- name: All of them can be used
  ansible.builtin.assert:
    that: result.repositories | map(attribute='problems') | flatten | length == 0
"""

RETURN = r"""
repositories:
  description:
    - The repositories by name. C(nodes) reach it, and C(missing) do not; C(snapshots) counts by state.
      C(last) is the newest successful one, and C(age_seconds) is since it was begun.
    - C(hints) say what may be tidied up, C(problems) what is wrong.
  returned: success
  type: list
  elements: dict
  sample:
    - name: nightly
      type: s3
      nodes: [os1, os2, os3]
      missing: []
      snapshots: {FAILED: 1, SUCCESS: 29}
      last: nightly-20261126020000
      age_seconds: 41000
      hints: ["nightly-20261103020000 is FAILED: delete it"]
      problems: []
"""

from ansible_collections.searchstack.platform.plugins.module_utils import _repositories
from ansible_collections.searchstack.platform.plugins.module_utils._module import run_action

OPTIONS = {"names": {"type": "list", "elements": "str", "default": ["*"]}}


def act(client, params, _check_mode):
    return {"repositories": _repositories.report(client, params)}


def main():
    run_action(OPTIONS, act)


if __name__ == "__main__":
    main()
