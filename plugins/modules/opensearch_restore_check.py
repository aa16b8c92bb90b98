#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_restore_check
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Tell what a restore would bring back to OpenSearch, and what it would replace
description:
  - Chooses a snapshot, and tells of each of its indices whether it has to be restored, has been, or would take the place of something else.
seealso:
  - module: searchstack.platform.opensearch_snapshot_restore
options:
  repository:
    description: Name of the repository, which must be registered.
    type: str
    required: true
  snapshot:
    description: Name of the snapshot. If not given, the newest good one that O(names) matches and that holds some of O(indices).
    type: str
  names:
    description: Names and patterns of snapshots to choose from.
    type: list
    elements: str
    default: ["*"]
  indices:
    description: As in M(searchstack.platform.opensearch_snapshot_restore).
    type: list
    elements: str
    default: ["*"]
  rename_pattern:
    description: As in M(searchstack.platform.opensearch_snapshot_restore).
    type: str
  rename_replacement:
    description: As in M(searchstack.platform.opensearch_snapshot_restore).
    type: str
  partial:
    description: Whether a snapshot that lacks shards is good enough.
    type: bool
    default: false
  overwrite:
    description:
      - Which indices may be replaced, V(empty) ones without a document, or all (V(always)).
      - With V(always), indices that have been restored from this snapshot already are restored again.
    type: str
    choices: [never, empty, always]
    default: never
  max_bytes:
    description: The most bytes to restore. The smallest indices are chosen first; the others are left out. No limit if not given.
    type: int
attributes:
  diff_mode:
    support: none
    details: The module changes nothing.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Look what the last nightly snapshot would replace
  searchstack.platform.opensearch_restore_check:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    repository: nightly
    names: [nightly-*]
    indices: [papers*]
  register: plan

- name: Refuse to lose anything
  ansible.builtin.assert:
    that: plan.problems | length == 0
    fail_msg: "{{ plan.problems | join(' ') }}"
"""

RETURN = r"""
snapshot:
  description: The snapshot, and its age since it was begun.
  returned: success
  type: dict
  sample: {name: nightly-20261126020000, state: SUCCESS, start: "2026-11-26T02:00:00Z", age_seconds: 41000, metadata: {}}
indices:
  description:
    - The indices by the names that they would get.
    - C(state) is V(absent), V(restored) from this snapshot, V(restoring), V(failed) for one that lacks shards after a restore,
      V(empty), or V(other).
  returned: success
  type: list
  elements: dict
  sample: [{name: papers-v1, source: papers-v1, state: other, documents: 384, bytes: 812345, aliases: [papers]}]
todo:
  description: The indices of the snapshot that have to be restored, or waited for.
  returned: success
  type: list
  elements: str
  sample: [papers-v1]
replaced:
  description: The names among them that are replaced.
  returned: success
  type: list
  elements: str
  sample: [papers-v1]
left_out:
  description: The indices for which O(max_bytes) leaves no room.
  returned: success
  type: list
  elements: str
  sample: []
problems:
  description: What would be lost and may not be, one sentence for each index.
  returned: success
  type: list
  elements: str
  sample: ["papers-v1 is there: 384 documents (812345 bytes) and the aliases papers would be replaced."]
"""

from ansible_collections.searchstack.platform.plugins.module_utils import _restore
from ansible_collections.searchstack.platform.plugins.module_utils._module import run_action

OPTIONS = {
    "repository": {"type": "str", "required": True},
    "snapshot": {"type": "str"},
    "names": {"type": "list", "elements": "str", "default": ["*"]},
    "indices": {"type": "list", "elements": "str", "default": ["*"]},
    "rename_pattern": {"type": "str"},
    "rename_replacement": {"type": "str"},
    "partial": {"type": "bool", "default": False},
    "overwrite": {"type": "str", "choices": ["never", "empty", "always"], "default": "never"},
    "max_bytes": {"type": "int"},
}


def act(client, params, _check_mode):
    return _restore.check(client, params)


def main():
    run_action(OPTIONS, act, required_together=[("rename_pattern", "rename_replacement")])


if __name__ == "__main__":
    main()
