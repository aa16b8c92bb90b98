#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_security_config
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage authentication and authorization of the OpenSearch security plugin
description:
  - Keeps the declared part of C(config.dynamic) equal to what is declared. What is not declared stays, except that of
    C(authc), C(authz) and C(auth_failure_listeners), where they are declared, only the declared entries remain.
  - Needs the admin certificate.
options:
  dynamic:
    description: The configuration, as below C(config.dynamic) of C(config.yml).
    type: dict
    required: true
  secrets:
    description:
      - Values that no log may show, by their dotted path below O(dynamic). They are merged into it.
      - Below C(authc), C(authz) and C(auth_failure_listeners), O(dynamic) must declare the entry that they belong to.
      - The server shows no passwords. They are sent together with what is new, and with O(update_secrets).
        Keys that it does show, such as C(signing_key), are compared. A diff tells only whether they are as declared.
    type: dict
  update_secrets:
    description:
      - Whether to send O(secrets) that are there already. For the one run that brings new ones, as every run with it reports a change.
    type: bool
    default: false
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Ask a directory after the cluster's own users
  searchstack.platform.opensearch_security_config:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    dynamic:
      authc:
        internal:
          http_enabled: true
          order: 0
          http_authenticator: {type: basic, challenge: true}
          authentication_backend: {type: intern}
        directory:
          http_enabled: true
          order: 1
          http_authenticator: {type: basic, challenge: false}
          authentication_backend:
            type: ldap
            config: {hosts: ["ldap.example.com:636"], enable_ssl: true, bind_dn: "cn=search,dc=example,dc=com"}
    secrets:
      authc.directory.authentication_backend.config.password: "{{ ldap_password }}"
"""

RETURN = r"""
diff:
  description: The declared part before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {multi_rolespan_enabled: false}
    after: {multi_rolespan_enabled: true}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.security_config import SecurityConfig


def main():
    run(SecurityConfig)


if __name__ == "__main__":
    main()
