#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_replication_info
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Tell how far the replicated indices of an OpenSearch cluster are
description:
  - Looks at follower indices and autofollow rules. Connect to the cluster of the followers.
  - Needs the cross-cluster replication plugin.
seealso:
  - module: searchstack.platform.opensearch_replication
options:
  names:
    description:
      - Names and patterns of follower indices. A pattern covers all that follow another index at the time.
      - An index that is named is told about in any case, even if there is none.
    type: list
    elements: str
    default: ["*"]
attributes:
  diff_mode:
    support: none
    details: The module changes nothing.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Wait until the follower has everything
  searchstack.platform.opensearch_replication_info:
    hosts: https://os1.example.org:9200
    ca_path: /etc/searchstack/pki/ca.pem
    username: replication
    password: "{{ replication_password }}"
    names: [papers]
  register: follower
  until: follower.replications[0].lag | default(1) == 0
  retries: 12
  delay: 10
"""

RETURN = r"""
replications:
  description:
    - What the server says about each follower, ordered by name.
    - Checkpoints count the operations of all shards. They and C(lag), the operations that the follower lacks, are there when the
      status is V(SYNCING).
  returned: success
  type: list
  elements: dict
  sample:
    - name: papers
      status: SYNCING
      reason: User initiated
      leader_alias: site_a
      leader_index: papers
      follower_index: papers
      leader_checkpoint: 41
      follower_checkpoint: 40
      lag: 1
autofollow_rules:
  description: The rules by which new indices are followed, with their statistics.
  returned: success
  type: list
  elements: dict
  sample:
    - name: logs
      pattern: logs-*
      num_success_start_replication: 2
      num_failed_start_replication: 0
      failed_indices: []
"""

from ansible_collections.searchstack.platform.plugins.module_utils import _replication
from ansible_collections.searchstack.platform.plugins.module_utils._module import run_action

OPTIONS = {"names": {"type": "list", "elements": "str", "default": ["*"]}}


def act(client, params, _check_mode):
    return _replication.report(client, params["names"])


def main():
    run_action(OPTIONS, act)


if __name__ == "__main__":
    main()
