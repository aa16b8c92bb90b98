"""Both regions, as their operator sees them."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization


class Regions:
    """Both clusters. Which nodes they have, the lab's inventory says."""

    nodes = {"main": ("os1", "os2", "os3"), "dr": ("dr-os1",)}

    def __init__(self, lab):
        self.lab = lab

    def ask(self, cluster, method, path, body=None):
        """What a cluster answers its administrator."""
        pki = self.lab.ca.parent
        command = ["curl", "-sS", "--fail-with-body", "-m", "60", "--cacert", str(self.lab.ca), "-X", method]
        command += ["--cert", str(pki / "admin.pem"), "--key", str(pki / "admin.key"), "-H", "content-type: application/json"]
        command += ["-d", json.dumps(body)] if body is not None else []
        return json.loads(self.lab.run(*command, f"https://{self.lab.address(self.nodes[cluster][0])}:9200{path}").stdout)

    def record(self, cluster):
        """Who is active, as the cluster remembers it."""
        record = self.ask(cluster, "GET", "/searchstack-region/_doc/active")["_source"]
        return record["cluster"], record["epoch"]

    def write(self, cluster, name, title=None):
        """A document of the application."""
        self.ask(cluster, "PUT", f"/papers/_doc/{name}?refresh=true", {"title": title or name, "year": 2026})

    def title(self, cluster, name):
        """The title of a document, or None."""
        self.ask(cluster, "POST", "/papers/_refresh")
        hits = self.ask(cluster, "POST", "/papers/_search", {"query": {"ids": {"values": [name]}}})["hits"]["hits"]
        return hits[0]["_source"]["title"] if hits else None

    @staticmethod
    def to(cluster):
        """The declaration that a cluster shall be active."""
        return "-e", f"platform_search_group=opensearch_{cluster}"

    def kill(self, cluster):
        """All nodes of a region, hard."""
        for node in self.nodes[cluster]:
            self.lab.run("docker", "kill", f"searchstack-lab-{node}")

    def start(self, cluster):
        """The nodes come back, and the cluster with them."""
        for node in self.nodes[cluster]:
            self.lab.run("docker", "start", f"searchstack-lab-{node}")
        self.lab.run("lab/create", timeout=1200)
        end = time.monotonic() + 300
        while not self._whole(cluster):
            assert time.monotonic() < end, f"{cluster} does not come back"
            time.sleep(2)

    def _whole(self, cluster):
        """Whether all its nodes are there, and its users can log in."""
        try:
            return self.ask(cluster, "GET", "/_cluster/health")["number_of_nodes"] == len(self.nodes[cluster])
        except AssertionError:
            return False

    def reports(self):
        """Reports of fail-overs, the oldest first."""
        folder = self.lab.root / ".searchstack/regions/lab"
        return [json.loads(file.read_text()) for file in sorted(folder.glob("failover-2*.json"))]


@pytest.fixture(scope="session")
def regions(lab):
    return Regions(lab)


@pytest.fixture
def expiring(lab):
    """expiring(host, seconds): the certificate of a host as it would be had nobody renewed it, so many seconds before its end."""

    def sign(host, seconds):
        own = x509.load_pem_x509_certificate(lab.on(host, "cat /etc/searchstack/tls/node.pem").encode())
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(own.subject)
            .issuer_name(own.issuer)
            .public_key(own.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=1))
            .not_valid_after(now + timedelta(seconds=seconds))
        )
        for extension in own.extensions:
            builder = builder.add_extension(extension.value, extension.critical)
        key = serialization.load_pem_private_key((lab.ca.parent / "ca.key").read_bytes(), password=None)
        return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()

    return sign
