#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_action_group
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage an action group of the OpenSearch security plugin
description:
  - Keeps one action group equal to what is declared. It is replaced as a whole, so that an action that is no longer declared goes.
  - Needs the admin certificate, or a user whose role is named in C(plugins.security.restapi.roles_enabled).
options:
  name:
    description: Name of the action group.
    type: str
    required: true
  description:
    description: What the action group is for.
    type: str
  allowed_actions:
    description: Actions and other action groups. Their order has no meaning.
    type: list
    elements: str
    default: []
  type:
    description: What kind of actions they are.
    type: str
    choices: [cluster, index, kibana]
  state:
    description: Whether the action group exists.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Name what a reader of papers may do
  searchstack.platform.opensearch_action_group:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: papers_read
    type: index
    allowed_actions: [read, "indices:monitor/stats"]
"""

RETURN = r"""
diff:
  description: The action group before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {}
    after: {name: papers_read, allowed_actions: [read]}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.action_group import ActionGroup


def main():
    run(ActionGroup)


if __name__ == "__main__":
    main()
