#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_remote_cluster
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage the connection of OpenSearch to a remote cluster
description:
  - Keeps the persistent settings below C(cluster.remote.<name>.) equal to what is declared, as a whole.
    Other remote clusters are left alone.
  - Nodes need the role V(remote_cluster_client), and each side must know the other's certificates.
options:
  name:
    description: Name by which this cluster calls the remote one.
    type: str
    required: true
  mode:
    description: How to connect. The server's default is V(sniff).
    type: str
    choices: [sniff, proxy]
  seeds:
    description: Addresses (host:port) of the transport layer of some nodes, for mode V(sniff). Excludes O(proxy_address).
    type: list
    elements: str
  node_connections:
    description: Number of gateway nodes to connect to, for mode V(sniff).
    type: int
  proxy_address:
    description: Address (host:port) of a proxy or of one node, for mode V(proxy).
    type: str
  proxy_socket_connections:
    description: Number of connections, for mode V(proxy).
    type: int
  server_name:
    description: Name that the TLS handshake asks for, for mode V(proxy).
    type: str
  skip_unavailable:
    description: Whether searches across clusters leave out the remote cluster while it cannot be reached.
    type: bool
  transport_compress:
    description: Whether to compress what is sent.
    type: bool
  transport_ping_schedule:
    description: Time between two pings, such as V(30s).
    type: str
  state:
    description: Whether the remote cluster exists.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Connect to the first region
  searchstack.platform.opensearch_remote_cluster:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: first
    seeds: ["os1.example.com:9300", "os2.example.com:9300"]
    skip_unavailable: true
"""

RETURN = r"""
diff:
  description: The remote cluster before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {}
    after: {name: first, seeds: ['os1.example.com:9300']}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.remote_cluster import RemoteCluster


def main():
    run(RemoteCluster)


if __name__ == "__main__":
    main()
