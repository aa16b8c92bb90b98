"""A cluster of three nodes of its own (cluster/)."""

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._connection import Client, connection_argument_spec
from controller import ROOT, Controller

HOSTS = {"day1": "198.18.77.71", "day2": "198.18.77.72", "day3": "198.18.77.73"}
PKI = ROOT / ".lab/days-pki"
ALLOCATION = "cluster.routing.allocation.enable"


class Cluster(Controller):
    """The cluster as its operator sees it."""

    inventory = ("-i", "tests/rolling/cluster")
    hosts = tuple(HOSTS)
    # Tasks of every restart, and the seconds after their beginning at which a controller may die.
    moments = (
        ("Allocate primaries only", 1.5),
        ("switch | Stop", 0.5),
        ("switch | Choose the version", 0.1),
        ("switch | Start", 1.0),
        ("wait | Wait until the node serves", 5.0),
        ("Allocate as before", 0.2),
    )

    def __init__(self):
        defaults = {name: spec.get("default") for name, spec in connection_argument_spec().items()}
        own = {"ca_path": f"{PKI}/ca.pem", "client_cert": f"{PKI}/admin.pem", "client_key": f"{PKI}/admin.key", "timeout": 10}
        self.client = Client({**defaults, **own, "hosts": [f"https://{address}:9200" for address in HOSTS.values()]})

    def starts(self):
        """How often the service was started on each host."""
        count = "journalctl --unit opensearch.service --output cat --grep '^Started opensearch.service' | wc -l"
        return {host: int(self.on(host, count)) for host in HOSTS}

    def versions(self):
        """The version of each node in the cluster."""
        rows = self.client.request("GET", "/_cat/nodes", query={"format": "json", "h": "name,version"})
        return {row["name"]: row["version"] for row in rows}

    def elected(self):
        """The name of the elected manager."""
        return self.client.request("GET", "/_cat/cluster_manager", query={"format": "json"})[0]["node"]

    def allocation(self):
        """What shards may be allocated, where that is not left to the default."""
        return self.client.request("GET", "/_cluster/settings", query={"flat_settings": True})["persistent"].get(ALLOCATION)

    def health(self):
        return self.client.request("GET", "/_cluster/health")["status"]

    def since(self, before):
        """How often each service was started since starts() gave `before`."""
        return {host: count - before[host] for host, count in self.starts().items()}


@pytest.fixture(scope="session")
def cluster():
    """The standing cluster, with a document in an index of two copies."""
    found = Cluster()
    settings = {"settings": {"number_of_replicas": 1, "number_of_shards": 2}}
    if found.client.get("/papers-days") is None:
        found.client.put("/papers-days", settings)
    found.client.put("/papers-days/_doc/1", {"title": "kept"}, refresh=True)
    return found
