#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_security_documents
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Back up and bring back the security configuration of OpenSearch
description:
  - Returns users with their hashes, roles, mappings and the rest of the security configuration, or brings back what it has returned.
  - For a backup, or a cluster that is made anew. What shall be in a cluster is declared with M(searchstack.platform.opensearch_objects).
  - Reads and writes the index of the security plugin, and makes all nodes load it. Only a client certificate of an administrator
    (C(plugins.security.authcz.admin_dn)) may do so.
  - Register the result with C(no_log), and encrypt what you keep.
options:
  documents:
    description:
      - What shall be there, as RV(documents). Kinds that are not named stay as they are, those that are named are replaced as a whole.
    type: dict
attributes:
  diff_mode:
    support: none
    details: The documents hold hashes of passwords. See RV(written).
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Read the security configuration
  searchstack.platform.opensearch_security_documents:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
  register: result
  no_log: true

- name: Bring back users and roles
  searchstack.platform.opensearch_security_documents:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    documents:
      internalusers: "{{ result.documents.internalusers }}"
      roles: "{{ result.documents.roles }}"
  no_log: true
"""

RETURN = r"""
documents:
  description: The documents by kind. What was there before, where O(documents) is given.
  returned: success
  type: dict
  sample:
    internalusers:
      _meta: {type: internalusers, config_version: 2}
      reader: {hash: "$2y$12$...", reserved: false}
written:
  description: Kinds that were not as given. Empty without O(documents).
  returned: success
  type: list
  elements: str
  sample: [internalusers]
"""

from ansible_collections.searchstack.platform.plugins.module_utils import _security_documents
from ansible_collections.searchstack.platform.plugins.module_utils._module import run_action


def act(client, params, check_mode):
    return _security_documents.restore(client, params["documents"] or {}, check_mode)


def main():
    run_action({"documents": {"type": "dict"}}, act)


if __name__ == "__main__":
    main()
