#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_snapshot_repository
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage a snapshot repository of OpenSearch
description:
  - Keeps the registration of one snapshot repository equal to what is declared. Its settings are replaced as a whole.
  - The snapshots in a repository are never touched, not even when its registration is removed.
  - Keys of an S3 repository belong into the keystore of every node (C(s3.client.default.access_key)), not into O(settings).
options:
  name:
    description: Name of the repository.
    type: str
    required: true
  type:
    description:
      - Type, such as V(fs), V(url) or V(s3). Required with O(state=present).
      - The folder of an V(fs) repository must be shared by all nodes and lie below one of C(path.repo).
    type: str
  settings:
    description:
      - Settings of the type, such as C(location) (V(fs)), C(url) (V(url)), or C(bucket) and C(base_path) (V(s3)).
      - Values are compared the way the server understands them, so that V(true) equals V("true") and V(1024mb) equals V(1gb).
    type: dict
  verify:
    description:
      - Whether all nodes must show, when the registration changes, that they reach the repository.
      - A change after which they do not is taken back, so that the next run tries again.
    type: bool
    default: true
  state:
    description: Whether the registration exists.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Register the folder that all nodes share
  searchstack.platform.opensearch_snapshot_repository:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: nightly
    type: fs
    settings: {location: /srv/shared/nightly, compress: true}

- name: Register a bucket
  searchstack.platform.opensearch_snapshot_repository:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: offsite
    type: s3
    settings: {bucket: backups, base_path: papers}
"""

RETURN = r"""
diff:
  description: The registration before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {}
    after: {name: nightly, type: fs, settings: {location: /srv/shared/nightly}}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.snapshot_repository import SnapshotRepository


def main():
    run(SnapshotRepository)


if __name__ == "__main__":
    main()
