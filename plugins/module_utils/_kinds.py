# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All kinds of objects that a cluster's declared state is made of, in the order in which they depend on each other."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._resources.action_group import ActionGroup
from ansible_collections.searchstack.platform.plugins.module_utils._resources.alias import Alias
from ansible_collections.searchstack.platform.plugins.module_utils._resources.allowlist import Allowlist
from ansible_collections.searchstack.platform.plugins.module_utils._resources.audit_config import AuditConfig
from ansible_collections.searchstack.platform.plugins.module_utils._resources.autofollow_rule import AutofollowRule
from ansible_collections.searchstack.platform.plugins.module_utils._resources.cluster_settings import ClusterSettings
from ansible_collections.searchstack.platform.plugins.module_utils._resources.component_template import ComponentTemplate
from ansible_collections.searchstack.platform.plugins.module_utils._resources.data_stream import DataStream
from ansible_collections.searchstack.platform.plugins.module_utils._resources.index import Index
from ansible_collections.searchstack.platform.plugins.module_utils._resources.index_template import IndexTemplate
from ansible_collections.searchstack.platform.plugins.module_utils._resources.ingest_pipeline import IngestPipeline
from ansible_collections.searchstack.platform.plugins.module_utils._resources.ism_policy import IsmPolicy
from ansible_collections.searchstack.platform.plugins.module_utils._resources.nodes_dn import NodesDn
from ansible_collections.searchstack.platform.plugins.module_utils._resources.remote_cluster import RemoteCluster
from ansible_collections.searchstack.platform.plugins.module_utils._resources.replication import Replication
from ansible_collections.searchstack.platform.plugins.module_utils._resources.role import Role
from ansible_collections.searchstack.platform.plugins.module_utils._resources.role_mapping import RoleMapping
from ansible_collections.searchstack.platform.plugins.module_utils._resources.search_pipeline import SearchPipeline
from ansible_collections.searchstack.platform.plugins.module_utils._resources.security_config import SecurityConfig
from ansible_collections.searchstack.platform.plugins.module_utils._resources.snapshot_policy import SnapshotPolicy
from ansible_collections.searchstack.platform.plugins.module_utils._resources.snapshot_repository import SnapshotRepository
from ansible_collections.searchstack.platform.plugins.module_utils._resources.stored_script import StoredScript
from ansible_collections.searchstack.platform.plugins.module_utils._resources.tenant import Tenant
from ansible_collections.searchstack.platform.plugins.module_utils._resources.user import User

# Of these a cluster has one each.
SINGLE = {
    "cluster_settings": ClusterSettings,
    "security_config": SecurityConfig,
    "audit_config": AuditConfig,
    "allowlist": Allowlist,
}
# Of these it has as many as are declared.
LISTED = {
    "nodes_dn": NodesDn,
    "remote_clusters": RemoteCluster,
    "action_groups": ActionGroup,
    "tenants": Tenant,
    "roles": Role,
    "users": User,
    "role_mappings": RoleMapping,
    "snapshot_repositories": SnapshotRepository,
    "stored_scripts": StoredScript,
    "ingest_pipelines": IngestPipeline,
    "search_pipelines": SearchPipeline,
    "component_templates": ComponentTemplate,
    "index_templates": IndexTemplate,
    "data_streams": DataStream,
    "indices": Index,
    "aliases": Alias,
    "ism_policies": IsmPolicy,
    "snapshot_policies": SnapshotPolicy,
    "replications": Replication,
    "autofollow_rules": AutofollowRule,
}
KINDS = {**SINGLE, **LISTED}
# Nobody loses documents because a declaration is missing.
NEVER_PURGED = ("data_streams", "indices", "replications", "autofollow_rules")
PURGEABLE = tuple(option for option in LISTED if option not in NEVER_PURGED)
