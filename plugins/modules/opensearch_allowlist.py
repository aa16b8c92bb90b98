#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_allowlist
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage which REST requests OpenSearch allows
description:
  - Keeps the allow list of the security plugin equal to what is declared, as a whole.
  - While it is enabled, everybody but the holder of the admin certificate may send the listed requests only.
  - Needs the admin certificate.
options:
  enabled:
    description: Whether the list is in force.
    type: bool
    required: true
  requests:
    description: HTTP methods (a list) by path, such as V(/_cluster/health). Paths are compared as they are written.
    type: dict
    default: {}
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Allow searches only
  searchstack.platform.opensearch_allowlist:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    enabled: true
    requests:
      /_search: [GET, POST]
      /_cluster/health: [GET]
"""

RETURN = r"""
diff:
  description: The list before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {enabled: false, requests: {}}
    after: {enabled: true, requests: {/_cluster/health: [GET]}}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.allowlist import Allowlist


def main():
    run(Allowlist)


if __name__ == "__main__":
    main()
