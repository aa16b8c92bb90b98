#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_cluster_settings
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage persistent cluster settings of OpenSearch
description:
  - Keeps the named persistent settings of a cluster equal to what is declared. Settings that are not named are left alone.
  - A transient setting takes precedence over a persistent one. The module never changes transient settings;
    it warns when one is in the way.
options:
  settings:
    description:
      - The settings, nested, dotted or mixed.
      - V(null) resets a setting to its default.
      - Values are compared the way the server understands them, so that V(true) equals V("true"),
        a list equals a string with commas, and V(60m) equals V(1h).
    type: dict
    required: true
  state:
    description: With V(absent), the named settings are reset to their defaults, whatever their values here.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Limit recoveries
  searchstack.platform.opensearch_cluster_settings:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    settings:
      indices.recovery.max_bytes_per_sec: 80mb
      cluster:
        routing.allocation.node_concurrent_recoveries: 4

- name: Reset one setting
  searchstack.platform.opensearch_cluster_settings:
    settings:
      cluster.routing.allocation.enable: null
"""

RETURN = r"""
diff:
  description: The named settings before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {cluster.routing.allocation.enable: primaries}
    after: {cluster.routing.allocation.enable: all}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.cluster_settings import ClusterSettings


def main():
    run(ClusterSettings)


if __name__ == "__main__":
    main()
