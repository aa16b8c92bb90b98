#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_snapshot
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Make or delete a snapshot of OpenSearch
description:
  - Makes one snapshot and waits for it. A snapshot that exists is never made anew.
  - One that an interrupted run has begun is waited for. One that has failed is reported; delete it, or choose another name.
options:
  repository:
    description: Name of the repository, which must be registered.
    type: str
    required: true
  name:
    description: Name of the snapshot, in lower case.
    type: str
    required: true
  indices:
    description: Names and patterns of the indices, with C(-) in front to leave them out. If not given, all but the security index.
    type: list
    elements: str
  ignore_unavailable:
    description: Whether to go on where one of O(indices) does not exist.
    type: bool
    default: false
  include_global_state:
    description: Whether to keep cluster settings and templates, too.
    type: bool
    default: false
  partial:
    description: Whether a snapshot that lacks shards is good enough.
    type: bool
    default: false
  metadata:
    description: Anything you want to note in the snapshot.
    type: dict
  wait_timeout:
    description: Seconds to wait for the snapshot. It goes on afterwards, and the next run waits for it.
    type: int
    default: 600
  state:
    description: Whether the snapshot exists.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Keep the papers before the release
  searchstack.platform.opensearch_snapshot:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    repository: nightly
    name: before-1.4.0
    indices: [papers*]
"""

RETURN = r"""
diff:
  description: The snapshot before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {}
    after: {name: before-1.4.0, state: SUCCESS}
snapshot:
  description: The snapshot as the server shows it. Empty if there is none.
  returned: success
  type: dict
  sample: {snapshot: before-1.4.0, state: SUCCESS, indices: [papers-v1], shards: {total: 1, failed: 0, successful: 1}}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.snapshot import Snapshot


def main():
    run(Snapshot)


if __name__ == "__main__":
    main()
