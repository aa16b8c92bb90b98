# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mistakes in the options of every module: refused by a message that names the option, before any server is asked."""

from __future__ import annotations

import re

import pytest
from inputs import COMPLETE, EVERY

# Nobody is there: whoever asks fails with another message.
NOWHERE = {"hosts": ["https://127.0.0.1:9"], "retries": 0}
ACTION = {"name": "b", "actions": [{"open": {}, "close": {}}]}
CONDITION = {"schedule": {"cron": {"expression": "0 3 * * *"}}}
MISTAKES = [
    # module, what is wrong about its input, what the message must say
    ("action_group", {"allowed_actions": {"read": True}}, "allowed_actions"),
    ("action_group", {"type": "everything"}, "type"),
    ("action_group", {"name": ""}, "name is empty"),
    ("alias", {"indices": None}, "indices"),
    ("alias", {"indices": []}, "indices is empty"),
    ("alias", {"indices": ["logs-*"]}, "'logs-\\*' in indices is not the name of one index"),
    ("alias", {"write_index": "z"}, "write_index z"),
    ("alias", {"routing": "1", "index_routing": "2"}, "routing|index_routing"),
    ("alias", {"filter": "year:2026"}, "filter"),
    ("alias", {"is_hidden": "perhaps"}, "is_hidden"),
    ("allowlist", {"enabled": "sometimes"}, "enabled"),
    ("allowlist", {"requests": ["GET"]}, "requests"),
    ("allowlist", {"requests": {"/_search": None}}, "requests: /_search"),
    ("allowlist", {"requests": {"/_search": "GET"}}, "requests: /_search"),
    ("autofollow_rule", {"pattern": None}, "pattern"),
    ("autofollow_rule", {"use_roles": {"leader_cluster_role": "a"}}, "follower_cluster_role"),
    ("cluster_settings", {"settings": {"a.*": None}}, "wildcard"),
    ("cluster_settings", {"settings": ["a"]}, "settings"),
    ("cluster_settings", {"settings": {"a": {"b": 1}, "a.b": 2}}, "a.b is given twice"),
    ("cluster_settings", {"settings": {"a": [{"b": 1}]}}, "Setting a: a list may hold plain values"),
    ("component_template", {"template": {"setting": {}}}, "setting"),
    ("component_template", {"template": {"settings": {"index.a": 1, "a": 2}}}, "index.a is given twice"),
    ("component_template", {"version": "newest"}, "version"),
    ("data_stream", {"name": "a,b"}, "not a plain name"),
    ("delete_by_query", {"query": None}, "query"),
    ("delete_by_query", {"indices": []}, "indices"),
    ("delete_by_query", {"indices": [""]}, "indices"),
    ("delete_by_query", {"query": {}}, "query is empty"),
    ("delete_by_query", {"conflicts": "ignore"}, "conflicts"),
    ("delete_by_query", {"requests_per_second": "fast"}, "requests_per_second"),
    ("delete_by_query", {"wait_timeout": "1h"}, "wait_timeout"),
    ("export", {"kinds": ["index"]}, "kinds"),
    ("health", {"status": "fine"}, "status"),
    ("health", {"nodes": "three"}, "nodes"),
    ("health", {"wait_timeout": "long"}, "wait_timeout"),
    ("index", {"name": "*"}, "not a plain name"),
    ("index", {"name": "_all"}, "not a plain name"),
    ("index", {"settings": {"refresh_interval": "1s", "index": {"refresh_interval": "2s"}}}, "refresh_interval is given twice"),
    ("index", {"mappings": {"properties": {"a.b": {"type": "text"}, "a": {"properties": {"b": {"type": "long"}}}}}}, "given twice"),
    ("index", {"mappings": "strict"}, "mappings"),
    ("index", {"open": "ajar"}, "open"),
    ("index", {"mappings": {"properties": {"title": None}}}, "the field title must be a mapping"),
    ("index", {"mappings": {"properties": {"t": {"type": "text", "fields": {"raw": "keyword"}}}}}, "fields of t must be a mapping"),
    ("index", {"mappings": {"properties": ["title"]}}, "properties must be a mapping"),
    ("index", {"aliases": {"p": "x"}}, "aliases: 'x' must be a mapping"),
    ("index_comparison", {"index": None}, "index"),
    ("index_comparison", {"other_index": None}, "other_index, other_cluster: name another"),
    ("index_comparison", {"other_index": "a"}, "other_index, other_cluster: name another"),
    ("index_comparison", {"other_cluster": {"ca_path": "/ca.pem"}}, "hosts found in other_cluster"),
    ("index_comparison", {"other_cluster": {"hosts": ["a:9200"]}}, "hosts: .* is not a URL"),
    ("index_comparison", {"other_cluster": {"hosts": ["https://a"], "username": "b"}}, "password"),
    ("index_comparison", {"copy": "perhaps"}, "copy"),
    ("index_merge", {"index": None}, "index"),
    ("index_merge", {"other_index": "a"}, "other_index, other_cluster: name another"),
    ("index_merge", {"other_cluster": {"hosts": []}}, "hosts: name at least one URL"),
    ("index_merge", {"after": ["all"]}, "after"),
    ("index_template", {"index_patterns": None}, "index_patterns"),
    ("index_template", {"priority": "high"}, "priority"),
    ("index_template", {"data_stream": True}, "data_stream"),
    ("index_template", {"template": {"alias": {}}}, "alias"),
    ("ingest_pipeline", {"processors": None}, "processors"),
    ("ingest_pipeline", {"processors": ["lowercase"]}, "processors"),
    ("ingest_pipeline", {"on_failure": ["set"]}, "on_failure"),
    ("ism_policy", {"states": None}, "states"),
    ("ism_policy", {"states": [ACTION]}, r"states\[0\].actions\[0\]"),
    ("ism_policy", {"states": [{"name": "b", "actions": [{"delete": None}]}]}, r"states\[0\].actions\[0\]: write delete: {}"),
    ("ism_policy", {"states": [{"name": "b", "transitions": {"state_name": "c"}}]}, r"states\[0\].transitions must be a list"),
    ("ism_policy", {"attach": True}, "ism_template"),
    ("ism_policy", {"ism_template": [{"index_patterns": "logs*"}]}, r"ism_template\[0\].index_patterns"),
    ("ism_policy", {"ism_template": [{"index_patterns": [""]}]}, r"ism_template\[0\].index_patterns"),
    ("ism_policy", {"name": "a/b"}, "not a plain name"),
    ("ism_policy", {"error_notification": "mail"}, "error_notification"),
    ("node_drain", {"nodes": ["*"]}, "nodes"),
    ("node_drain", {"nodes": []}, "nodes"),
    ("node_drain", {"state": "empty"}, "state"),
    ("nodes_dn", {"nodes_dn": {"CN": "a"}}, "nodes_dn"),
    ("objects", {"roles": {"name": "a"}}, "roles"),
    ("objects", {"roles": [{"cluster_permissions": []}]}, r"roles\[0\].*name"),
    ("objects", {"purge": {"everything": ["*"]}}, "purge: everything"),
    ("objects", {"purge": {"roles": "*"}}, "purge: roles must be a list"),
    ("objects", {"roles": [{"name": "a"}, {"name": "a"}]}, "declared twice"),
    ("objects", {"users": [{"name": "a", "password": "b"}]}, "password"),
    ("objects", {"cluster_settings": {"a.*": 1}}, "wildcard"),
    ("objects", {"index": [{"name": "a"}]}, "index"),
    ("region", {"epoch": 0}, "epoch"),
    ("region", {"cluster": ""}, "cluster"),
    ("region_info", {"indices": {"a": 1}}, "indices"),
    ("reindex", {"dest": "a"}, "dest: a is among source"),
    ("reindex", {"dest": ""}, "dest"),
    ("reindex", {"source": []}, "source"),
    ("reindex", {"query": {}}, "query is empty"),
    ("reindex", {"op_type": "update"}, "op_type"),
    ("reindex", {"slices": "many"}, "slices"),
    ("remote_cluster", {"proxy_address": "b:9300"}, "seeds|proxy_address"),
    ("remote_cluster", {"seeds": None}, "seeds"),
    ("remote_cluster", {"name": "a.b"}, "name 'a.b'"),
    ("remote_cluster", {"mode": "direct"}, "mode"),
    ("remote_cluster", {"skip_unavailable": "rarely"}, "skip_unavailable"),
    ("replication", {"leader_index": None}, "leader_index"),
    ("replication", {"state": "stopped"}, "state"),
    ("replication", {"wait_timeout": "a while"}, "wait_timeout"),
    ("repository_info", {"names": {"a": "b"}}, "names"),
    ("restore_check", {"repository": None}, "repository"),
    ("restore_check", {"indices": []}, "indices is empty"),
    ("restore_check", {"rename_pattern": "a"}, "rename_pattern|rename_replacement"),
    ("restore_check", {"rename_pattern": "(a", "rename_replacement": "b"}, "rename_pattern"),
    ("restore_check", {"overwrite": "true"}, "overwrite"),
    ("restore_check", {"max_bytes": "10gb"}, "max_bytes"),
    ("role", {"index_permissions": [{"index_patterns": ["a"]}]}, "allowed_actions"),
    ("role", {"index_permissions": [{"index_patterns": ["a"], "allowed_actions": ["read"], "query": {}}]}, "query"),
    ("role", {"tenant_permissions": [{"allowed_actions": ["kibana_all_read"]}]}, "tenant_patterns"),
    ("role", {"cluster_permissions": {"a": "b"}}, "cluster_permissions"),
    ("role_mapping", {"hosts_mapped": ["a"]}, "hosts_mapped"),
    ("role_mapping", {"backend_roles": {"a": "b"}}, "backend_roles"),
    ("search_pipeline", {"request_processors": "filter_query"}, "request_processors"),
    ("search_pipeline", {"version": "one"}, "version"),
    ("security_config", {"dynamic": None}, "dynamic"),
    ("security_config", {"dynamic": ["authc"]}, "dynamic"),
    ("security_config", {"dynamic": {"authc": None}}, "dynamic.authc must be a mapping"),
    ("security_config", {"secrets": {"authc.a.b": "Granite-Copper"}}, "secrets: authc.a.b"),
    ("snapshot", {"indices": []}, "indices is empty"),
    ("snapshot", {"name": "a*"}, "not a plain name"),
    ("snapshot", {"repository": None}, "repository"),
    ("snapshot", {"metadata": "nightly"}, "metadata"),
    ("snapshot", {"wait_timeout": "1h"}, "wait_timeout"),
    ("snapshot_info", {"repository": None}, "repository"),
    ("snapshot_policy", {"snapshot_config": None}, "snapshot_config"),
    ("snapshot_policy", {"creation": None}, "creation"),
    ("snapshot_policy", {"creation": {"schedule": {"cron": {"expression": "@daily"}}}}, "cron"),
    ("snapshot_policy", {"creation": {"schedule": {"interval": {"period": 1}}}}, "cron found in creation -> schedule"),
    ("snapshot_policy", {"deletion": {**CONDITION, "condition": {"max_age": "90m", "max_count": 3}}}, "max_age"),
    ("snapshot_policy", {"deletion": {**CONDITION, "condition": {}}}, "max_age or max_count|max_count or max_age"),
    ("snapshot_policy", {"deletion": {**CONDITION, "condition": {"max_count": 1, "min_count": 1}}}, "max_count"),
    ("snapshot_policy", {"notification": {"conditions": {}}}, "channel"),
    ("snapshot_repository", {"type": None}, "type"),
    ("snapshot_repository", {"settings": "/srv"}, "settings"),
    ("snapshot_repository", {"verify": "later"}, "verify"),
    ("snapshot_restore", {"indices": [".opendistro_security"]}, "security index"),
    ("snapshot_restore", {"indices": []}, "indices is empty"),
    ("snapshot_restore", {"rename_pattern": "(a"}, "rename_pattern|rename_replacement"),
    ("snapshot_restore", {"rename_pattern": "(a", "rename_replacement": "b"}, "rename_pattern"),
    ("snapshot_restore", {"rename_pattern": "a", "rename_replacement": "$1"}, "rename_replacement"),
    ("snapshot_restore", {"redo_failed": "once"}, "redo_failed"),
    ("stored_script", {"source": None}, "source"),
    ("stored_script", {"script_options": "fast"}, "script_options"),
    ("tenant", {"name": ""}, "name is empty"),
    ("user", {"update_password": "never"}, "update_password"),
    ("user", {"attributes": ["a"]}, "attributes"),
    ("voting_exclusions", {"nodes": None}, "nodes"),
    ("voting_exclusions", {"nodes": ["os*"]}, "nodes"),
    ("certificates_reload", {"layers": ["rest"]}, "layers"),
    ("certificates_reload", {"hosts": []}, "hosts"),
    ("index_info", {"names": {"a": "b"}}, "names"),
    ("security_documents", {"documents": ["internalusers"]}, "documents"),
    ("security_documents", {"documents": {"roles": {"reader": {}}}}, "roles is no document"),
    ("replication_info", {"names": {"a": "b"}}, "names"),
]
# Of the connection, the same for each module; health stands for all.
CONNECTIONS = [
    ({"hosts": None}, "hosts"),
    ({"hosts": []}, "hosts"),
    ({"hosts": ["127.0.0.1:9200"]}, "hosts: .* is not a URL"),
    ({"hosts": ["https://a:port"]}, "hosts: .* is not a URL"),
    ({"hosts": ["https://admin:geheim@a:9200"]}, "credentials have their own options"),
    ({"hosts": ["admin:geheim@a:9200"]}, "hosts: .* is not a URL"),
    ({"hosts": ["https://u:p/geheim@a:9200"]}, "hosts: .* is not a URL"),
    ({"hosts": ["https://:geheim@a:9200"]}, "hosts: .* is not a URL"),
    ({"hosts": ["https://[::1"]}, "hosts: .* is not a URL"),
    ({"proxy": "http://a:port"}, "proxy: .* is not a URL"),
    ({"proxy": "u:geheim@a:3128"}, "proxy: .* is not a URL"),
    ({"ca_path": "/nowhere/ca.pem"}, "ca_path: cannot use /nowhere/ca.pem"),
    ({"client_cert": "/nowhere/a.pem", "client_key": "/nowhere/a.key"}, "client_cert, client_key: cannot use /nowhere/a.pem"),
    ({"client_key": "/nowhere/a.key"}, "client_cert"),
    ({"username": "a"}, "password"),
    ({"proxy": "http://me:geheim@a:1"}, "asks for no credentials"),
    ({"proxy": "https://me:geheim@a:1"}, "is not a URL"),
    ({"proxy": "socks://a:1"}, "proxy: .* is not a URL"),
    ({"timeout": "40s"}, "timeout"),
    ({"timeout": 0}, "timeout"),
    ({"retries": "often"}, "retries"),
    ({"retries": -1}, "retries"),
    ({"validate_certs": "mostly"}, "validate_certs"),
]


@pytest.mark.parametrize(("module", "mistake", "says"), MISTAKES)
def test_a_mistake_is_named(refused, module, mistake, says):
    message = refused(module, {**NOWHERE, **COMPLETE.get(module, {}), **mistake})
    assert "no answer" not in message
    assert re.search(says, message), message


@pytest.mark.parametrize(("mistake", "says"), CONNECTIONS)
def test_a_mistake_about_the_connection_is_named(refused, mistake, says):
    message = refused("cluster_info", {**NOWHERE, **mistake})
    assert "no answer" not in message
    assert "geheim" not in message
    assert re.search(says, message), message


@pytest.mark.parametrize("module", EVERY)
def test_a_misspelt_option_is_named(refused, module):
    assert "Unsupported parameters" in refused(module, {**NOWHERE, **COMPLETE.get(module, {}), "hostss": ["a"]})


@pytest.mark.parametrize("module", EVERY)
def test_a_server_that_is_not_there_is_named(refused, module):
    # Complete input gets as far as the server, so that the cases above are refused for their mistake alone.
    assert "https://127.0.0.1:9" in refused(module, {**NOWHERE, **COMPLETE.get(module, {})})
