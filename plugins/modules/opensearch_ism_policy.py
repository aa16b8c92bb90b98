#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_ism_policy
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage an OpenSearch policy of index state management (ISM)
description:
  - Keeps one policy equal to what is declared. The policy is replaced as a whole, so that a state that is no longer declared goes.
  - Defaults that the server fills in, and other words for the same (V(60m) and V(1h), V(50GB) and V(50gb)), are no differences.
  - With O(attach=true), existing indices get the policy, too. The server gives it by itself to new ones that O(ism_template) covers.
  - A policy that is removed goes on in the indices that it manages, in the version that they have.
  - Needs the index management plugin.
options:
  name:
    description: Name of the policy.
    type: str
    required: true
  description:
    description: What the policy is for.
    type: str
    default: ""
  default_state:
    description: Name of the state in which an index begins. Required if O(state=present).
    type: str
  states:
    description:
      - The states, in the words of the policy API; each has a C(name), and may have C(actions) and C(transitions).
      - An entry of C(actions) holds one action, and may hold C(retry) and C(timeout). Required if O(state=present).
    type: list
    elements: dict
  ism_template:
    description: To which new indices the server gives the policy by itself; each entry has C(index_patterns), and may have a C(priority).
    type: list
    elements: dict
  error_notification:
    description: Whom the server tells about a failure, in the words of the policy API.
    type: dict
  attach:
    description:
      - Whether the existing indices that O(ism_template) covers get the policy, in its newest version.
      - An index that another policy manages is left alone, with a warning. Indices of the server, whose names begin with a dot, are not
        meant by a pattern that does not begin with one.
      - An index takes a newer version at the next run of its job (C(plugins.index_state_management.job_interval), five minutes if not set).
    type: bool
    default: false
  state:
    description: Whether the policy exists.
    type: str
    choices: [present, absent]
    default: present
attributes:
  idempotent:
    support: partial
    details:
      - Full without O(attach).
      - Until the job of an index has taken a newer version, the server does not say that the index will; a run in between tells it again.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Keep the application's logs for a month
  searchstack.platform.opensearch_ism_policy:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: logs
    description: Logs of the application
    default_state: hot
    states:
      - name: hot
        actions:
          - rollover: {min_primary_shard_size: 30gb, min_index_age: 1d}
        transitions:
          - state_name: delete
            conditions: {min_index_age: 30d}
      - name: delete
        actions:
          - delete: {}
    ism_template:
      - index_patterns: [logs-*]
        priority: 100
    attach: true
"""

RETURN = r"""
diff:
  description:
    - The policy before and after, the way they were compared.
    - With O(attach=true), C(attached_to) says how each index stands to the policy (V(no policy), V(older version), V(current version)).
  returned: always
  type: dict
  sample:
    before: {default_state: hot, attached_to: {logs-1: no policy}}
    after: {default_state: hot, attached_to: {logs-1: current version}}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.ism_policy import IsmPolicy


def main():
    run(IsmPolicy)


if __name__ == "__main__":
    main()
