#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_audit_config
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage the audit log of the OpenSearch security plugin
description:
  - Keeps the declared part of the audit configuration equal to what is declared. What is not declared stays.
  - Needs the admin certificate, and a cluster whose security index holds an audit configuration (C(audit.yml) at its bootstrap).
  - Where the log goes (C(plugins.security.audit.type)) is a matter of C(opensearch.yml).
options:
  enabled:
    description: Whether events are recorded.
    type: bool
  audit:
    description: Which events, and what of them. Lists are sets; a list is replaced as a whole.
    type: dict
  compliance:
    description: Which reads and writes of documents and of the configuration are recorded.
    type: dict
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Record who fails, without the requests' bodies
  searchstack.platform.opensearch_audit_config:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    enabled: true
    audit:
      log_request_body: false
      disabled_rest_categories: [AUTHENTICATED, GRANTED_PRIVILEGES]
"""

RETURN = r"""
diff:
  description: The declared part before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {enabled: false}
    after: {enabled: true}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.audit_config import AuditConfig


def main():
    run(AuditConfig)


if __name__ == "__main__":
    main()
