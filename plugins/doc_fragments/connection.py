# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
requirements:
  - python >= 3.10
  - opensearch-py >= 3.0
notes:
  - The module runs where opensearch-py is installed, usually the controller. Make each cluster a host of the inventory
    with C(ansible_connection=local), and give its connection once with C(module_defaults) of C(group/searchstack.platform.opensearch).
options:
  hosts:
    description:
      - URLs of one or more nodes of the cluster. The next one is asked when one does not answer.
      - A URL without a port means 443 (V(https)) or 80 (V(http)).
      - If not set, the environment variable E(OPENSEARCH_HOSTS) is used (a list separated by commas).
    type: list
    elements: str
    required: true
    aliases: [urls]
  ca_path:
    description:
      - File with the certificates of the authorities that may sign the nodes' certificates. The system's authorities if not set.
      - If not set, the environment variable E(OPENSEARCH_CA_PATH) is used.
    type: path
  client_cert:
    description:
      - File with the client certificate to authenticate with, such as the admin certificate.
      - If not set, the environment variable E(OPENSEARCH_CLIENT_CERT) is used.
    type: path
  client_key:
    description:
      - File with the private key of O(client_cert), unless that file holds both.
      - If not set, the environment variable E(OPENSEARCH_CLIENT_KEY) is used.
    type: path
  username:
    description:
      - User to authenticate as. Needs O(password).
      - If not set, the environment variable E(OPENSEARCH_USERNAME) is used.
    type: str
  password:
    description:
      - Password of O(username).
      - If not set, the environment variable E(OPENSEARCH_PASSWORD) is used.
    type: str
  validate_certs:
    description:
      - Whether to verify the nodes' certificates. Switch it off for a throw-away test only.
      - If not set, the environment variable E(OPENSEARCH_VALIDATE_CERTS) is used.
    type: bool
    default: true
  proxy:
    description:
      - URL of an HTTP proxy between the module and the nodes, such as V(http://proxy.example.com:3128). None if not set; C(https_proxy) and
        its like are not looked at, since nodes are usually in the same network.
      - If not set, the environment variable E(OPENSEARCH_PROXY) is used.
    type: str
  timeout:
    description:
      - Seconds to wait for the answer to one request.
      - The server itself looks for its manager for 30 seconds before it says that there is none.
    type: int
    default: 40
  retries:
    description:
      - How many more rounds to make, after a growing pause, while no host can be reached or the cluster answers that it is
        not ready or too busy (429, 502, 503, 504).
    type: int
    default: 3
"""
