"""Two clusters of their own (hosts/): near takes snapshots into a bucket, far follows it."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from contextlib import contextmanager
from fnmatch import fnmatch

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._connection import Client, connection_argument_spec
from controller import ROOT, Controller, changed_hosts

NODES = {"near": {"near1": "198.18.77.101", "near2": "198.18.77.102"}, "far": {"far1": "198.18.77.103"}}
PKI = ROOT / ".lab/snapshots-pki"
METRICS = "/var/lib/prometheus/node-exporter"


class S3:
    """The server that holds the bucket, in memory."""

    url = "http://198.18.77.1:5056"

    def __init__(self):
        command = ["moto_server", "-H", "198.18.77.1", "-p", "5056"]
        with (ROOT / ".lab/snapshots-s3.log").open("a") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        for _ in range(150):
            try:
                self.ask("GET", "/moto-api/")
                break
            except OSError:
                time.sleep(0.2)
        self.ask("PUT", "/snapshots")

    def ask(self, method, path, body=None, kind="application/octet-stream"):
        request = urllib.request.Request(self.url + path, body, {"Content-Type": kind}, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()

    @contextmanager
    def refusing_keys(self):
        """As if the keys had been taken back."""
        self.ask("POST", "/moto-api/reset-auth", b"0", "text/plain")
        try:
            yield
        finally:
            self.ask("POST", "/moto-api/reset-auth", b"inf", "text/plain")


class Clusters(Controller):
    """Both clusters, as their operator sees them."""

    inventory = ("-i", "tests/snapshots/hosts")

    def __init__(self):
        defaults = {name: spec.get("default") for name, spec in connection_argument_spec().items()}
        own = {"ca_path": f"{PKI}/ca.pem", "client_cert": f"{PKI}/admin.pem", "client_key": f"{PKI}/admin.key"}
        addresses = {name: [f"https://{address}:9200" for address in nodes.values()] for name, nodes in NODES.items()}
        self.near, self.far = (Client({**defaults, **own, "hosts": addresses[name]}) for name in ("near", "far"))

    def start(self, host, unit):
        """(exit code, what it said) of one run of a unit."""
        unit = f"searchstack-snapshot-{unit}.service"
        before = self.shown(host, unit, "InvocationID")
        since = self.on(host, "date +%s").strip()
        self.on(host, f"systemctl start {unit}", check=False)
        said = self.on(host, f"journalctl --unit '{unit}' --output cat --since @{since}", check=False)
        # One that systemd refused to start would have the exit code of the run before.
        assert self.shown(host, unit, "InvocationID") != before, f"{unit} did not run: {said}"
        return int(self.shown(host, unit, "ExecMainStatus")), said

    def shown(self, host, unit, what):
        """A property of a unit."""
        return self.on(host, f"systemctl show --property {what} --value '{unit}'").strip()

    def take(self, job="ship"):
        return self.start("near1", f"take@{job}")

    def follow(self):
        return self.start("far1", "follow@ship")

    def metrics(self, host, name):
        """{name: value} of a file of metrics."""
        lines = self.on(host, f"cat {METRICS}/{name}.prom", check=False).splitlines()
        return {line.partition("{")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}

    def snapshots(self, pattern="*"):
        # All: a pattern that matches none is answered with an error.
        names = [row["snapshot"] for row in self.near.get("/_snapshot/s3/_all")["snapshots"]]
        return [name for name in names if fnmatch(name, pattern)]

    def documents(self, cluster):
        """{id: document} of the papers."""
        cluster.post("/papers-*/_refresh")
        hits = cluster.get("/papers-*/_search", size=10000)["hits"]["hits"]
        return {hit["_id"]: hit["_source"] for hit in hits}

    def write(self, **documents):
        for name, text in documents.items():
            self.near.put(f"/papers-test/_doc/{name}", {"title": text})

    @contextmanager
    def cut_off(self, host, port=5056):
        """A host that does not reach the bucket."""
        rule = f"OUTPUT --protocol tcp --dport {port} --jump REJECT"
        self.on(host, f"iptables --insert {rule}")
        try:
            yield
        finally:
            self.on(host, f"iptables --delete {rule}")


@pytest.fixture(scope="session")
def s3():
    server = S3()
    yield server
    server.process.terminate()
    server.process.wait(30)


@pytest.fixture(scope="session")
def clusters(s3):
    """Both, set up as site.yml does, and an index of papers."""
    both = Clusters()
    both.play("opensearch.yml")
    both.play("snapshots.yml")
    assert changed_hosts(both.play("snapshots.yml").stdout) == []
    # Its first run, by itself, would be taken for one of the tests'.
    follow = "searchstack-snapshot-follow@ship"
    both.on("far1", f'until [ -n "$(systemctl show --property LastTriggerUSec --value {follow}.timer)" ]; do sleep 1; done')
    both.on("far1", f'while [ "$(systemctl is-active {follow})" = activating ]; do sleep 1; done')
    both.near.put("/papers-test", {"settings": {"number_of_shards": 2, "number_of_replicas": 0}, "aliases": {"papers": {}}})
    both.write(a="first", b="second")
    return both
