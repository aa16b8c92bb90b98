#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_role
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage a role of the OpenSearch security plugin
description:
  - Keeps one role equal to what is declared. The role is replaced as a whole, so that a permission that is no longer declared goes.
  - Lists are sets; their order has no meaning.
  - Needs the admin certificate, or a user whose role is named in C(plugins.security.restapi.roles_enabled).
options:
  name:
    description: Name of the role.
    type: str
    required: true
  description:
    description: What the role is for.
    type: str
  cluster_permissions:
    description: Actions and action groups on the cluster.
    type: list
    elements: str
    default: []
  index_permissions:
    description: Permissions on indices.
    type: list
    elements: dict
    default: []
    suboptions:
      index_patterns:
        description: Names and patterns of indices.
        type: list
        elements: str
        required: true
      allowed_actions:
        description: Actions and action groups.
        type: list
        elements: str
        required: true
      dls:
        description: Query that the visible documents match (document-level security), as a mapping or as JSON text.
        type: json
      fls:
        description: Fields that are visible, or with C(~) in front, hidden (field-level security).
        type: list
        elements: str
        default: []
      masked_fields:
        description: Fields that are shown masked.
        type: list
        elements: str
        default: []
  tenant_permissions:
    description: Permissions on tenants.
    type: list
    elements: dict
    default: []
    suboptions:
      tenant_patterns:
        description: Names and patterns of tenants.
        type: list
        elements: str
        required: true
      allowed_actions:
        description: Actions and action groups.
        type: list
        elements: str
        required: true
  state:
    description: Whether the role exists.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Let the application read and write its indices
  searchstack.platform.opensearch_role:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: app
    cluster_permissions: [cluster_composite_ops]
    index_permissions:
      - index_patterns: [papers*]
        allowed_actions: [crud, create_index]
"""

RETURN = r"""
diff:
  description: The role before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {cluster_permissions: []}
    after: {cluster_permissions: [cluster_monitor]}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.role import Role


def main():
    run(Role)


if __name__ == "__main__":
    main()
