#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_role_mapping
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage a role mapping of the OpenSearch security plugin
description:
  - Says who has a role, and keeps that equal to what is declared. Lists are sets; options that are not given are empty.
  - Needs the admin certificate, or a user whose role is named in C(plugins.security.restapi.roles_enabled).
options:
  name:
    description: Name of the role.
    type: str
    required: true
  description:
    description: What the mapping is for.
    type: str
  users:
    description: Users that have the role; patterns are possible.
    type: list
    elements: str
    default: []
  backend_roles:
    description: Backend roles of which one is enough to have the role.
    type: list
    elements: str
    default: []
  and_backend_roles:
    description: Backend roles that a user needs all of to have the role.
    type: list
    elements: str
    default: []
  mapped_hosts:
    description: Hosts whose requests have the role (C(hosts) of the mapping).
    type: list
    elements: str
    default: []
  state:
    description: Whether the mapping exists. The role itself is not touched.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Give the application its role
  searchstack.platform.opensearch_role_mapping:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: app
    backend_roles: [app]
"""

RETURN = r"""
diff:
  description: The mapping before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {users: []}
    after: {users: [app]}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.role_mapping import RoleMapping


def main():
    run(RoleMapping)


if __name__ == "__main__":
    main()
