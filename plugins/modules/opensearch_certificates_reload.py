#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_certificates_reload
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Make every node of OpenSearch load its certificates again
description:
  - Tells each node to load its certificates from disk. The server does that only for the node that is asked, so that O(hosts) must name
    every node; the module fails, and reloads nothing, when one of the cluster's nodes is missing.
  - Needs the admin certificate, and C(plugins.security.ssl_cert_reload_enabled) in C(opensearch.yml). Nodes that look for new files by
    themselves (C(plugins.security.ssl.certificates_hot_reload.enabled), as those of role opensearch do) need not be told.
options:
  layers:
    description: Which certificates.
    type: list
    elements: str
    choices: [http, transport]
    default: [http, transport]
attributes:
  check_mode:
    support: partial
    details: The files on the nodes cannot be seen, so that no change is predicted.
  diff_mode:
    support: none
    details: See RV(nodes).
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Use the renewed certificates
  searchstack.platform.opensearch_certificates_reload:
    hosts: ["https://os1.example.com:9200", "https://os2.example.com:9200"]
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
"""

RETURN = r"""
nodes:
  description: By node, whether its certificates are others than before.
  returned: success
  type: dict
  sample: {os1: true, os2: true}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import connect, failing_clearly, make_module
from ansible_collections.searchstack.platform.plugins.module_utils._reload import reload_certificates

LAYERS = ["http", "transport"]


def main():
    module = make_module({"layers": {"type": "list", "elements": "str", "choices": LAYERS, "default": LAYERS}})
    params = module.params

    def connect_to(url):
        return connect(module, hosts=[url])

    with failing_clearly(module):
        result = reload_certificates(connect_to, params["hosts"], params["layers"], module.check_mode)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
