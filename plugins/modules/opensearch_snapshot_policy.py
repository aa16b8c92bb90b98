#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_snapshot_policy
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage an OpenSearch policy of snapshot management (SM)
description:
  - Keeps one policy equal to what is declared. The policy is replaced as a whole, so that what is no longer declared goes.
  - The server ignores fields that it does not know, and takes a repository that does not exist. This module refuses unknown fields.
  - Durations are compared as such (V(60m) is V(1h)). They must be whole in their largest unit, since the server keeps V(90m) as V(1.5h),
    which it cannot read back.
  - Needs the index management plugin.
options:
  name:
    description: Name of the policy, in lower case. The names of its snapshots begin with it.
    type: str
    required: true
  description:
    description: What the policy is for.
    type: str
  enabled:
    description: Whether the policy runs. If not set, a new policy does, and one that is there stays as it is.
    type: bool
  creation:
    description:
      - When snapshots are taken.
      - Required if O(state=present), unless O(deletion) is given; servers before 3.3 need it all the same.
    type: dict
    suboptions:
      schedule:
        description: When it happens.
        type: dict
        required: true
        suboptions:
          cron:
            description: The only kind of schedule that works.
            type: dict
            required: true
            suboptions:
              expression:
                description: Minute, hour, day of the month, month, day of the week.
                type: str
                required: true
              timezone:
                description: Name of the time zone.
                type: str
                default: UTC
      time_limit:
        description: How long a snapshot may take.
        type: str
  deletion:
    description: Which snapshots of the policy are deleted, and when.
    type: dict
    suboptions:
      schedule:
        description: When it happens. The schedule of O(creation) if not set.
        type: dict
        suboptions:
          cron:
            description: The only kind of schedule that works.
            type: dict
            required: true
            suboptions:
              expression:
                description: Minute, hour, day of the month, month, day of the week.
                type: str
                required: true
              timezone:
                description: Name of the time zone.
                type: str
                default: UTC
      condition:
        description: Which snapshots go. One of C(max_age) and C(max_count) is needed.
        type: dict
        required: true
        suboptions:
          max_age:
            description: Older ones go.
            type: str
          max_count:
            description: So many stay at most. Must be greater than C(min_count).
            type: int
          min_count:
            description: So many stay, whatever their age.
            type: int
            default: 1
      time_limit:
        description: How long the deletion may take.
        type: str
      snapshot_pattern:
        description: Snapshots that are not the policy's own, and are deleted all the same (since 3.3).
        type: str
  snapshot_config:
    description: What is in a snapshot. Required if O(state=present).
    type: dict
    suboptions:
      repository:
        description: Name of the snapshot repository.
        type: str
        required: true
      indices:
        description: Names and patterns of indices. All of them if not set.
        type: list
        elements: str
      ignore_unavailable:
        description: Whether missing indices are no error.
        type: bool
      include_global_state:
        description: Whether the state of the cluster is part of it.
        type: bool
      partial:
        description: Whether a snapshot may lack shards.
        type: bool
      date_format:
        description: Format of the date in a snapshot's name.
        type: str
      date_format_timezone:
        description: Time zone of that date.
        type: str
      metadata:
        description: What else is to be written into a snapshot.
        type: dict
  notification:
    description: Whom the server tells.
    type: dict
    suboptions:
      channel:
        description: Where the message goes.
        type: dict
        required: true
        suboptions:
          id:
            description: Identifier of a channel of the notifications plugin.
            type: str
            required: true
      conditions:
        description: What there is a message about.
        type: dict
        suboptions:
          creation:
            description: A snapshot was taken.
            type: bool
            default: true
          deletion:
            description: Snapshots were deleted.
            type: bool
            default: false
          failure:
            description: Something failed.
            type: bool
            default: false
          time_limit_exceeded:
            description: Something took too long.
            type: bool
            default: false
  state:
    description: Whether the policy exists. Snapshots stay when it goes.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: A snapshot every night, kept for a month
  searchstack.platform.opensearch_snapshot_policy:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: nightly
    creation:
      schedule:
        cron: {expression: 0 2 * * *, timezone: Europe/Berlin}
      time_limit: 2h
    deletion:
      condition: {max_age: 30d, min_count: 7}
    snapshot_config:
      repository: backup
      indices: ["*", "-.opendistro_security"]
      include_global_state: false
"""

RETURN = r"""
diff:
  description: The policy before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {enabled: true, snapshot_config: {repository: old}}
    after: {enabled: true, snapshot_config: {repository: backup}}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.snapshot_policy import SnapshotPolicy


def main():
    run(SnapshotPolicy)


if __name__ == "__main__":
    main()
