#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_objects
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Keep all declared objects of an OpenSearch cluster in one call
description:
  - Brings every declared object of a cluster to its declared state, kind by kind in the order in which they depend on each other,
    and shows the difference of each object that changes.
  - Each kind is read with one request, and only differences are written, so that a thousand objects that are as declared cost a
    handful of requests. Users with C(update_password=always) cost one more each, indices one more for each 3000 characters of names.
  - Users, roles, role mappings, action groups and tenants that change are written by one request for each kind (ten users at most), because
    all nodes check every password anew after each. Where it is refused, they are written one by one, so that only the wrong one fails.
  - All declarations are checked before the cluster is asked.
  - The entries of a list take the options of the module that manages one object of that kind, C(state) included.
  - Objects that are not declared are left alone, unless O(purge) covers them.
  - When objects of one kind fail, the others of that kind are still brought to their state; the kinds that depend on it are not.
  - When the server does not answer any more, the run ends there and tells what it had changed until then.
options:
  cluster_settings:
    description: Persistent cluster settings, as O(searchstack.platform.opensearch_cluster_settings#module:settings).
    type: dict
  security_config:
    description: See M(searchstack.platform.opensearch_security_config).
    type: dict
    suboptions:
      dynamic:
        description: The configuration, as below C(config.dynamic) of C(config.yml).
        type: dict
        required: true
      secrets:
        description: Values that no log may show, by their dotted path below C(dynamic).
        type: dict
      update_secrets:
        description: Whether to send C(secrets) that are there already.
        type: bool
        default: false
  audit_config:
    description: Options of M(searchstack.platform.opensearch_audit_config).
    type: dict
  allowlist:
    description: Options of M(searchstack.platform.opensearch_allowlist).
    type: dict
  nodes_dn:
    description: Options of M(searchstack.platform.opensearch_nodes_dn).
    type: list
    elements: dict
  remote_clusters:
    description: Options of M(searchstack.platform.opensearch_remote_cluster).
    type: list
    elements: dict
  action_groups:
    description: Options of M(searchstack.platform.opensearch_action_group).
    type: list
    elements: dict
  tenants:
    description: Options of M(searchstack.platform.opensearch_tenant).
    type: list
    elements: dict
  roles:
    description: Options of M(searchstack.platform.opensearch_role).
    type: list
    elements: dict
  users:
    description: Options of M(searchstack.platform.opensearch_user).
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the user.
        type: str
        required: true
      user_password:
        description: Password of the user. Required for a user that does not exist yet.
        type: str
      update_password:
        description: When to set the password.
        type: str
        choices: [on_create, always]
        default: on_create
      description:
        description: What the user is for.
        type: str
      roles:
        description: Roles that the user has directly.
        type: list
        elements: str
        default: []
      backend_roles:
        description: Backend roles, which role mappings refer to.
        type: list
        elements: str
        default: []
      attributes:
        description: Attributes of the user.
        type: dict
        default: {}
      state:
        description: Whether the user exists.
        type: str
        choices: [present, absent]
        default: present
  role_mappings:
    description: Options of M(searchstack.platform.opensearch_role_mapping).
    type: list
    elements: dict
  snapshot_repositories:
    description: Options of M(searchstack.platform.opensearch_snapshot_repository).
    type: list
    elements: dict
  stored_scripts:
    description: Options of M(searchstack.platform.opensearch_stored_script).
    type: list
    elements: dict
  ingest_pipelines:
    description: Options of M(searchstack.platform.opensearch_ingest_pipeline).
    type: list
    elements: dict
  search_pipelines:
    description: Options of M(searchstack.platform.opensearch_search_pipeline).
    type: list
    elements: dict
  component_templates:
    description: Options of M(searchstack.platform.opensearch_component_template).
    type: list
    elements: dict
  index_templates:
    description: Options of M(searchstack.platform.opensearch_index_template).
    type: list
    elements: dict
  data_streams:
    description: Options of M(searchstack.platform.opensearch_data_stream).
    type: list
    elements: dict
  indices:
    description: Options of M(searchstack.platform.opensearch_index).
    type: list
    elements: dict
  aliases:
    description: Options of M(searchstack.platform.opensearch_alias).
    type: list
    elements: dict
  ism_policies:
    description: Options of M(searchstack.platform.opensearch_ism_policy).
    type: list
    elements: dict
  snapshot_policies:
    description: Options of M(searchstack.platform.opensearch_snapshot_policy).
    type: list
    elements: dict
  replications:
    description: Options of M(searchstack.platform.opensearch_replication).
    type: list
    elements: dict
  autofollow_rules:
    description: Options of M(searchstack.platform.opensearch_autofollow_rule).
    type: list
    elements: dict
  validate_only:
    description: Check the declarations and end there, without asking the cluster.
    type: bool
    default: false
  purge:
    description:
      - Patterns of names by kind, such as V(roles) with V([app_*]). Objects that match one of them and are not declared are removed.
      - Objects that the server or a plugin owns (reserved, hidden, static, or with a dot in front of the name) never are, nor are
        indices, data streams, replications and the rules that begin them.
    type: dict
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Keep what group_vars declares of the cluster
  searchstack.platform.opensearch_objects:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    cluster_settings:
      action.auto_create_index: "papers*,.*"
    roles:
      - name: app
        cluster_permissions: [cluster_composite_ops]
        index_permissions:
          - {index_patterns: [papers*], allowed_actions: [crud, create_index]}
    users:
      - {name: app, user_password: "{{ app_opensearch_password }}", update_password: always}
    role_mappings:
      - {name: app, users: [app]}
    index_templates:
      - name: papers
        index_patterns: [papers-*]
        template: {settings: {number_of_shards: 1}}
      - {name: drafts, state: absent}
    purge:
      index_templates: [papers*]
"""

RETURN = r"""
diff:
  description: The objects that change, before and after, the way they were compared.
  returned: always
  type: list
  elements: dict
  sample:
    - before: {}
      after: {name: app, users: [app]}
changes:
  description: What was created, updated or deleted, or in check mode would be.
  returned: always
  type: list
  elements: dict
  sample:
    - {kind: role, name: app, action: created}
requests:
  description: How many requests were sent.
  returned: always
  type: int
  sample: 6
failures:
  description: What went wrong, one sentence for each object.
  returned: on failure
  type: list
  elements: str
"""

from ansible_collections.searchstack.platform.plugins.module_utils._kinds import KINDS, LISTED, SINGLE
from ansible_collections.searchstack.platform.plugins.module_utils._module import connect, failing_clearly, make_module, options
from ansible_collections.searchstack.platform.plugins.module_utils._objects import build, check_purge, converge_all

# Their secrets must be known as such from the beginning, so that their options are declared here already.
WITH_SECRETS = ("security_config", "users")


def argument_spec():
    spec = {option: {"type": "dict"} for option in SINGLE}
    spec.update({option: {"type": "list", "elements": "dict"} for option in LISTED})
    for option in WITH_SECRETS:
        spec[option]["options"] = options(KINDS[option])
    return {**spec, "purge": {"type": "dict"}, "validate_only": {"type": "bool", "default": False}}


def main():
    # Its invocation is not logged: secrets inside of lists are not always found in the text that would be written.
    module = make_module(argument_spec(), no_log=True)
    purge = module.params["purge"] or {}
    with failing_clearly(module):
        check_purge(purge)
        declared = build(module.params)
        if module.params["validate_only"]:
            module.exit_json(changed=False, changes=[], diff=[], requests=0)
        client = connect(module)
        outcome = converge_all(declared, purge, client, module.check_mode)
    for warning in outcome.warnings:
        module.warn(warning)
    result = {"changed": bool(outcome.changes), "changes": outcome.changes, "diff": outcome.diffs, "requests": client.requests}
    if outcome.failures:
        module.fail_json(msg="\n".join(outcome.failures), failures=outcome.failures, **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
