#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_tenant
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage a tenant of OpenSearch Dashboards
description:
  - Keeps one tenant of the security plugin equal to what is declared.
  - Needs the admin certificate, or a user whose role is named in C(plugins.security.restapi.roles_enabled).
options:
  name:
    description: Name of the tenant.
    type: str
    required: true
  description:
    description: What the tenant is for.
    type: str
  state:
    description: Whether the tenant exists.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Give the analysts a tenant
  searchstack.platform.opensearch_tenant:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: analysts
    description: Dashboards of the analysts
"""

RETURN = r"""
diff:
  description: The tenant before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {}
    after: {name: analysts, description: Dashboards of the analysts}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.tenant import Tenant


def main():
    run(Tenant)


if __name__ == "__main__":
    main()
