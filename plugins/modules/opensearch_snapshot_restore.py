#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_snapshot_restore
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Restore indices from a snapshot of OpenSearch
description:
  - Restores the chosen indices of a snapshot that are not there, and waits until their shards serve.
    Indices that are there stay as they are, unless O(overwrite) is set.
  - A restore that an interrupted run has begun is waited for.
  - Cluster settings, templates and the security index are never restored.
options:
  repository:
    description: Name of the repository, which must be registered.
    type: str
    required: true
  snapshot:
    description: Name of the snapshot.
    type: str
    required: true
  indices:
    description:
      - Names and patterns of the indices in the snapshot, with C(-) in front to leave them out. The last one that matches decides.
      - Indices with a dot in front are covered by patterns that begin with one only. The security index is never restored.
    type: list
    elements: str
    required: true
  rename_pattern:
    description: Regular expression for the names; O(rename_replacement) takes the place of what it matches.
    type: str
  rename_replacement:
    description: The new part of the names; V($1) is the first group of O(rename_pattern).
    type: str
  include_aliases:
    description: Whether the indices get their aliases back.
    type: bool
    default: true
  index_settings:
    description: Settings that the restored indices get instead of their own.
    type: dict
  ignore_index_settings:
    description: Settings that the restored indices do not get back.
    type: list
    elements: str
  partial:
    description: Whether to restore indices that lack shards in the snapshot.
    type: bool
    default: false
  overwrite:
    description: Whether indices that are there are closed and replaced. Their documents are lost. Every run with it restores again.
    type: bool
    default: false
  redo_failed:
    description:
      - Whether an index whose earlier restore has failed is restored again. Such an index lacks shards, because a node went away
        meanwhile or the repository could not be read.
    type: bool
    default: false
  wait_timeout:
    description: Seconds to wait for the shards. The restore goes on afterwards, and the next run waits for it.
    type: int
    default: 600
attributes:
  idempotent:
    support: partial
    details: An index that is there counts as restored, whatever it holds; with O(overwrite) it is restored every time.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Bring the papers back under another name
  searchstack.platform.opensearch_snapshot_restore:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    repository: nightly
    snapshot: before-1.4.0
    indices: [papers-v1]
    rename_pattern: (.+)
    rename_replacement: restored-$1
    include_aliases: false
"""

RETURN = r"""
diff:
  description: The indices before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {}
    after: {restored-papers-v1: restored}
restored:
  description: Names of the indices that were restored.
  returned: changed
  type: list
  elements: str
  sample: [restored-papers-v1]
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.snapshot_restore import SnapshotRestore


def main():
    run(SnapshotRestore)


if __name__ == "__main__":
    main()
