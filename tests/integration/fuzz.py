"""Random declarations of every kind, as people could write them. The same seed gives the same ones."""

from __future__ import annotations

import random

FIELDS = ("title", "body", "year", "author", "venue", "tags")
ACTIONS = ("read", "write", "crud", "search", "get", "index", "delete", "indices:monitor/*", "indices:admin/get")
CLUSTER_ACTIONS = ("cluster_monitor", "cluster_composite_ops", "cluster_all", "manage_snapshots")
TIMES = ("1s", "30s", "60s", "1m", "90s", "60m", "1h", "24h", "1d")
SIZES = ("1gb", "1024mb", "512mb", "5gb")
WORDS = ("alpha", "beta gamma", "ünïcödé", "x.y", "a,b", "1.10", "true", "10gb", "/path/", "quote's", 'double"quote', "日本語")
# A filter that every index understands, whatever its fields are.
EXISTS = {"exists": {"field": "title"}}


class Fuzz:
    """Declarations by option of opensearch_objects."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)

    def declare(self, count: int) -> dict:
        return {option: [make(f"fuzz-{at}") for at in range(count)] for option, make in self.kinds().items()}

    def kinds(self) -> dict:
        return {
            "nodes_dn": self.nodes_dn,
            "remote_clusters": self.remote_cluster,
            "action_groups": self.action_group,
            "tenants": self.tenant,
            "roles": self.role,
            "users": self.user,
            "role_mappings": self.role_mapping,
            "stored_scripts": self.stored_script,
            "ingest_pipelines": self.ingest_pipeline,
            "search_pipelines": self.search_pipeline,
            "component_templates": self.component_template,
            "index_templates": self.index_template,
        }

    def heavy(self, count: int) -> dict:
        """What takes shards or folders."""
        return {
            "indices": [self.index(f"fuzz-{at}") for at in range(count)],
            "data_streams": [{"name": f"fuzzstream-{at}"} for at in range(count)],
            "aliases": [self.alias(f"fuzzalias-{at}", count) for at in range(count)],
            "snapshot_repositories": [self.snapshot_repository(f"fuzz-{at}") for at in range(count)],
        }

    # Small choices ---------------------------------------------------------------------------------------------------

    def some(self, values, least=0):
        return self.random.sample(values, self.random.randint(least, len(values)))

    def maybe(self, **values):
        return {key: value for key, value in values.items() if self.random.random() < 0.5}  # noqa: PLR2004

    def one(self, *values):
        return self.random.choice(values)

    def spelled(self, number):
        return self.one(number, str(number))

    # The kinds -------------------------------------------------------------------------------------------------------

    def nodes_dn(self, name):
        return {"name": name, "nodes_dn": [f"CN={word},O={name}" for word in self.some(("a", "b", "c"), 1)]}

    def remote_cluster(self, name):
        proxy = {"mode": "proxy", "proxy_address": "127.0.0.1:9", **self.maybe(proxy_socket_connections=self.spelled(3))}
        how = self.one({"seeds": ["127.0.0.1:9"]}, proxy)
        return {"name": name, **how, **self.maybe(skip_unavailable=self.one(True, "yes", False), transport_ping_schedule=self.one(*TIMES))}

    def action_group(self, name):
        return {"name": name, "allowed_actions": self.some(ACTIONS), **self.maybe(description=self.one(*WORDS), type="index")}

    def tenant(self, name):
        return {"name": name, **self.maybe(description=self.one(*WORDS))}

    def role(self, name):
        permissions = [
            {
                "index_patterns": self.some(("a*", "b-*", name), 1),
                "allowed_actions": self.some(ACTIONS, 1),
                **self.maybe(dls=self.query(), fls=self.some(FIELDS), masked_fields=self.some(FIELDS)),
            }
            for _permission in range(self.random.randint(0, 3))
        ]
        tenants = [{"tenant_patterns": self.some(("t1", "t2"), 1), "allowed_actions": ["kibana_all_read"]}]
        given = self.maybe(cluster_permissions=self.some(CLUSTER_ACTIONS), tenant_permissions=tenants, description=self.one(*WORDS))
        return {"name": name, "index_permissions": permissions, **given}

    def user(self, name):
        password = f"Granite-Copper-{self.random.randint(1000, 9999)}"
        roles = self.some(("readall", "own_index"))
        given = self.maybe(backend_roles=self.some(("x", "y")), roles=roles, attributes={"level": self.spelled(3)})
        return {
            "name": name,
            "user_password": password,
            **given,
            **self.maybe(description=self.one(*WORDS)),
        }

    def role_mapping(self, name):
        given = self.maybe(users=self.some(("a", "b")), backend_roles=self.some(("x", "y")), mapped_hosts=["*.example.com"])
        return {"name": name, **given}

    def stored_script(self, name):
        template = {"lang": "mustache", "source": self.one({"query": self.query()}, '{"query": {"match_all": {}}}')}
        return {"name": name, **self.one(template, {"source": f"{self.random.randint(1, 99)} * 2"})}

    def ingest_pipeline(self, name):
        steps = (
            {"set": {"field": self.one(*FIELDS), "value": self.one(1, True, *WORDS), **self.maybe(override=self.one(True, False))}},
            {"lowercase": {"field": self.one(*FIELDS), **self.maybe(ignore_missing=True)}},
            {"rename": {"field": "a", "target_field": "b"}},
            {"date": {"field": "year", "formats": ["yyyy", "ISO8601"]}},
        )
        given = self.maybe(description=self.one(*WORDS), version=self.spelled(3), on_failure=[{"set": {"field": "failed", "value": True}}])
        return {"name": name, "processors": self.some(steps), **given}

    def search_pipeline(self, name):
        return {"name": name, "version": self.spelled(self.random.randint(1, 9)), **self.maybe(description=self.one(*WORDS))}

    def component_template(self, name):
        return {"name": name, "template": self.template(), **self.maybe(version=self.spelled(7), meta=self.meta())}

    def index_template(self, name):
        # Patterns of their own: two templates may not cover the same with the same priority.
        given = self.maybe(priority=self.spelled(self.random.randint(0, 500)), version=1, meta=self.meta(), data_stream={})
        patterns = self.some((f"{name}-a-*", f"{name}-b-*"), 1)
        return {"name": name, "index_patterns": patterns, **given, **self.maybe(template=self.template())}

    def index(self, name):
        settings = {"number_of_shards": self.spelled(1), "number_of_replicas": self.spelled(0), **self.settings()}
        aliases = {f"{name}-alias": self.one({}, {"filter": EXISTS}, {"routing": "1"}, {"is_write_index": True})}
        return {"name": name, "settings": settings, **self.maybe(mappings=self.mappings(), aliases=aliases)}

    def alias(self, name, count):
        indices = self.random.sample([f"fuzz-{at}" for at in range(count)], min(count, self.random.randint(1, 3)))
        return {"name": name, "indices": indices, **self.maybe(write_index=indices[0], filter=EXISTS, routing=self.spelled(1))}

    def snapshot_repository(self, name):
        given = self.maybe(compress=self.one(True, "false"), max_restore_bytes_per_sec=self.one(*SIZES))
        return {"name": name, "type": "fs", "settings": {"location": f"/srv/shared/{name}", **given}, "verify": False}

    # Their parts -----------------------------------------------------------------------------------------------------

    def meta(self):
        return {"note": self.one(*WORDS, 1, 1.5, True), "list": self.some(WORDS), "deep": {"a": {"b": self.one(*TIMES)}}}

    def query(self):
        year = {"gte": self.random.randint(1950, 2026)}
        both = {"bool": {"must": [{"term": {"venue": "y"}}]}}
        return self.one({"match_all": {}}, {"term": {"tags": "x"}}, {"range": {"year": year}}, both)

    def template(self):
        # No node has such a rack: that is for templates only.
        rack = self.maybe(**{"routing.allocation.include.size": self.one("10gb", "10240mb", "a,b")})
        aliases = {"fuzz-all": self.one({}, {"filter": self.query()})}
        return self.maybe(settings={**self.settings(), **rack}, mappings=self.mappings(), aliases=aliases)

    def settings(self):
        given = self.maybe(
            refresh_interval=self.one(*TIMES, "-1"),
            max_result_window=self.spelled(20000),
            codec=self.one("default", "best_compression"),
            hidden=self.one(False, "false"),
        )
        translog = self.maybe(flush_threshold_size=self.one(*SIZES), durability=self.one("request", "async"))
        dotted = {f"index.translog.{key}": value for key, value in translog.items()}
        nested = self.one({"index": {"translog": translog}}, dotted, {"translog": translog})
        return {**given, **nested}

    def mappings(self):
        kinds = (
            {"type": "text", **self.maybe(analyzer="standard", fields={"raw": {"type": "keyword", "ignore_above": self.spelled(256)}})},
            {"type": "keyword", **self.maybe(doc_values=self.one(True, False, "false"))},
            {"type": "integer", **self.maybe(coerce=False)},
            {"type": "date", **self.maybe(format="yyyy-MM-dd||epoch_millis")},
            {"type": "object", "properties": {"name": {"type": "keyword"}}},
        )
        properties = {field: self.one(*kinds) for field in self.some(FIELDS)}
        return {"properties": properties, **self.maybe(dynamic=self.one(True, "true", "strict", False), _meta=self.meta())}
