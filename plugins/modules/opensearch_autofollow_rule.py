#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_autofollow_rule
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage a rule that makes an OpenSearch cluster follow new indices of another one
description:
  - Keeps one autofollow rule equal to what is declared. The server cannot change a rule, so that one that differs is deleted and made anew.
  - The server carries out rules every half minute. Replications that a rule has started go on when it goes.
  - Needs the cross-cluster replication plugin in both clusters, and the other one as a remote cluster. Connect to the followers' cluster.
seealso:
  - module: searchstack.platform.opensearch_remote_cluster
  - module: searchstack.platform.opensearch_replication
options:
  name:
    description: Name of the rule, in lower case. It should be unique, although the server distinguishes rules of different leaders.
    type: str
    required: true
  leader_alias:
    description: Name of the remote cluster. Required if O(state=present), and to remove a rule from a server that does not show it.
    type: str
  pattern:
    description: Pattern of the names of indices there. Required if O(state=present).
    type: str
  use_roles:
    description: Roles that the replications work with. Needed where the security plugin is installed; the server does not show them.
    type: dict
    suboptions:
      leader_cluster_role:
        description: Role in the leader's cluster.
        type: str
        required: true
      follower_cluster_role:
        description: Role in the follower's cluster.
        type: str
        required: true
  settings:
    description: Settings of the followers that differ from their leaders', such as C(index.number_of_replicas). The server hides them.
    type: dict
  state:
    description: Whether the rule exists.
    type: str
    choices: [present, absent]
    default: present
attributes:
  idempotent:
    support: partial
    details:
      - The server shows a rule's name and pattern, and newer ones the leader. A change of O(use_roles) or O(settings) alone is not noticed.
      - Remove the rule first to have it made with others.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Follow all logs of the other site
  searchstack.platform.opensearch_autofollow_rule:
    hosts: https://os1.example.org:9200
    ca_path: /etc/searchstack/pki/ca.pem
    username: replication
    password: "{{ replication_password }}"
    name: logs
    leader_alias: site_a
    pattern: logs-*
    use_roles:
      leader_cluster_role: cross_cluster_replication_leader_full_access
      follower_cluster_role: cross_cluster_replication_follower_full_access
"""

RETURN = r"""
diff:
  description: The rule before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {leader_alias: site_a, pattern: log-*}
    after: {leader_alias: site_a, pattern: logs-*}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.autofollow_rule import AutofollowRule


def main():
    run(AutofollowRule)


if __name__ == "__main__":
    main()
