#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_data_stream
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage a data stream of OpenSearch
description:
  - Makes or removes a data stream. Its settings and mappings come from the index template that matches its name and has C(data_stream).
  - With O(state=absent) the data stream's documents go with it.
options:
  name:
    description: Name of the data stream.
    type: str
    required: true
  state:
    description: Whether the data stream exists.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Make the data stream of the logs
  searchstack.platform.opensearch_data_stream:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: logs-platform
"""

RETURN = r"""
diff:
  description: The data stream before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {}
    after: {name: logs-platform}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.data_stream import DataStream


def main():
    run(DataStream)


if __name__ == "__main__":
    main()
