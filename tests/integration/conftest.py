"""The clusters that the tests talk to."""

from __future__ import annotations

import sys

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._connection import Client, connection_argument_spec
from clusters import CLUSTERS, PKI, ROOT

# The generator of random policies, which the units need too.
sys.path.append(str(ROOT / "tests/unit/plugins/module_utils/_resources"))


@pytest.fixture(scope="module", params=CLUSTERS)
def cluster(request):
    """The cluster's name in the inventory."""
    return request.param


@pytest.fixture(scope="module")
def connection(cluster):
    """The options of every module that reach the cluster as its administrator."""
    return {"hosts": CLUSTERS[cluster], "ca_path": f"{PKI}/ca.pem", "client_cert": f"{PKI}/admin.pem", "client_key": f"{PKI}/admin.key"}


@pytest.fixture(scope="module")
def client(connection):
    """The engine's own client of the cluster."""
    defaults = {name: spec.get("default") for name, spec in connection_argument_spec().items()}
    return Client({**defaults, **connection, "timeout": 120})
