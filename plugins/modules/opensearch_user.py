#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_user
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage an internal user of the OpenSearch security plugin
description:
  - Keeps one internal user equal to what is declared. Options that are not given are empty; only the password stays as it is.
  - Needs the admin certificate, or a user whose role is named in C(plugins.security.restapi.roles_enabled).
options:
  name:
    description: Name of the user.
    type: str
    required: true
  user_password:
    description:
      - Password of the user. Required for a user that does not exist yet.
      - Neither results nor diffs ever show it.
    type: str
  update_password:
    description:
      - V(on_create) sets the password of a new user only.
      - V(always) sets it whenever it is another one. The server never shows a password, so the module logs in as the user to find out.
        A login that fails leaves an entry in the server's audit log, and counts as one where failed logins are limited.
    type: str
    choices: [on_create, always]
    default: on_create
  description:
    description: What the user is for.
    type: str
  roles:
    description: Roles that the user has directly (C(opendistro_security_roles)).
    type: list
    elements: str
    default: []
  backend_roles:
    description: Backend roles, which role mappings refer to.
    type: list
    elements: str
    default: []
  attributes:
    description: Attributes, which the queries of document-level security can refer to.
    type: dict
    default: {}
  state:
    description: Whether the user exists.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Define the application's user
  searchstack.platform.opensearch_user:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: app
    user_password: "{{ app_opensearch_password }}"
    update_password: always
    backend_roles: [app]
"""

RETURN = r"""
diff:
  description: The user before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {backend_roles: [], password: other than declared}
    after: {backend_roles: [app], password: as declared}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.user import User


def main():
    run(User)


if __name__ == "__main__":
    main()
