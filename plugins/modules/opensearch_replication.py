#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_replication
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage the replication of an index from another OpenSearch cluster
description:
  - Makes an index follow an index of another cluster, pauses that, or ends it. Connect to the cluster of the follower.
  - An index that is there cannot begin to follow, and a follower cannot change over to another leader.
  - V(SYNCING) does not mean that the follower has caught up. Compare checkpoints with M(searchstack.platform.opensearch_replication_info).
  - Needs the cross-cluster replication plugin in both clusters, and the other one as a remote cluster.
seealso:
  - module: searchstack.platform.opensearch_remote_cluster
  - module: searchstack.platform.opensearch_autofollow_rule
  - module: searchstack.platform.opensearch_replication_info
options:
  name:
    description: Name of the follower index.
    type: str
    required: true
  leader_alias:
    description: Name of the remote cluster. Required if O(state=running).
    type: str
  leader_index:
    description: Name of the index there. Required if O(state=running).
    type: str
  use_roles:
    description:
      - Roles that the replication works with. Needed where the security plugin is installed.
      - Used when the replication starts; the server does not show them.
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
    description:
      - Settings of the follower that differ from the leader's, such as C(index.number_of_replicas).
      - Used when the replication starts; the server does not show them.
    type: dict
  wait_timeout:
    description:
      - Seconds to wait until a replication that was started or resumed is V(SYNCING).
      - Also the time that one has to become complete before it is paused or promoted.
      - With V(0), a replication is started and not waited for.
    type: int
    default: 120
  state:
    description:
      - V(running) and V(paused) make the index follow. One that does not exist yet is started, and then paused.
      - V(promoted) ends the replication; the index stays, and can be written to. It cannot follow again.
      - V(absent) ends the replication and deletes the follower index. An index that follows nothing (any more) is not deleted.
      - A pause of more than twelve hours (C(index.soft_deletes.retention_lease.period) of the leader) cannot be resumed.
    type: str
    choices: [running, paused, promoted, absent]
    default: running
attributes:
  idempotent:
    support: partial
    details: The server does not show O(use_roles) and O(settings) of a replication, so that a change of these is not noticed.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Follow the papers of the other site
  searchstack.platform.opensearch_replication:
    hosts: https://os1.example.org:9200
    ca_path: /etc/searchstack/pki/ca.pem
    username: replication
    password: "{{ replication_password }}"
    name: papers
    leader_alias: site_a
    leader_index: papers
    use_roles:
      leader_cluster_role: cross_cluster_replication_leader_full_access
      follower_cluster_role: cross_cluster_replication_follower_full_access

- name: The other site is lost, go on here
  searchstack.platform.opensearch_replication:
    hosts: https://os1.example.org:9200
    ca_path: /etc/searchstack/pki/ca.pem
    username: replication
    password: "{{ replication_password }}"
    name: papers
    state: promoted
"""

RETURN = r"""
replication:
  description: What the server said about the replication, after a change if there was one.
  returned: success
  type: dict
  sample:
    status: SYNCING
    reason: User initiated
    leader_alias: site_a
    leader_index: papers
    follower_index: papers
    syncing_details: {leader_checkpoint: 41, follower_checkpoint: 41, seq_no: 42}
diff:
  description: The replication before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {state: running}
    after: {state: promoted}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.replication import Replication


def main():
    run(Replication)


if __name__ == "__main__":
    main()
