#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_export
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Declare what an OpenSearch cluster holds
description:
  - Returns the objects of a running cluster in the form that M(searchstack.platform.opensearch_objects) takes. Applied to the same
    cluster, they change nothing; each declaration is checked for that before it is returned.
  - What the server or a plugin owns (reserved, hidden, static, or with a dot in front of the name) is left out, as are documents,
    snapshots, passwords and transient settings.
options:
  kinds:
    description: Kinds to export, by their option of M(searchstack.platform.opensearch_objects). All of them if not given.
    type: list
    elements: str
    choices:
      - action_groups
      - aliases
      - allowlist
      - audit_config
      - autofollow_rules
      - cluster_settings
      - component_templates
      - data_streams
      - index_templates
      - indices
      - ingest_pipelines
      - ism_policies
      - nodes_dn
      - remote_clusters
      - replications
      - role_mappings
      - roles
      - search_pipelines
      - security_config
      - snapshot_policies
      - snapshot_repositories
      - stored_scripts
      - tenants
      - users
  names:
    description: Patterns of the names to export.
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
- name: Read what the cluster holds
  searchstack.platform.opensearch_export:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
  register: cluster

- name: Keep it
  ansible.builtin.copy:
    content: "{{ cluster.objects | to_nice_yaml }}"
    dest: objects.yml
    mode: "0600"
"""

RETURN = r"""
objects:
  description: Options of M(searchstack.platform.opensearch_objects). Kinds of which there is nothing are left out.
  returned: success
  type: dict
  sample:
    roles: [{name: app, cluster_permissions: [cluster_composite_ops]}]
"""

from ansible_collections.searchstack.platform.plugins.module_utils._export import export
from ansible_collections.searchstack.platform.plugins.module_utils._kinds import KINDS
from ansible_collections.searchstack.platform.plugins.module_utils._module import run_action

OPTIONS = {
    "kinds": {"type": "list", "elements": "str", "choices": sorted(KINDS)},
    "names": {"type": "list", "elements": "str", "default": ["*"]},
}


def act(client, params, _check_mode):
    objects, warnings = export(client, params["kinds"], params["names"])
    return {"objects": objects, "warnings": warnings}


def main():
    run_action(OPTIONS, act)


if __name__ == "__main__":
    main()
