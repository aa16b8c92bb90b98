"""A cluster that takes logs (stored1), and a host that ships its own (shipped1), as their operator sees them."""

from __future__ import annotations

import json
import ssl
import time
import urllib.error
import urllib.request

import pytest
from controller import ROOT, Controller
from log_stream import STREAM, numbers

PKI = ROOT / ".lab/logging-pki"
NODE = "https://198.18.77.131:9200"
SENDER = "journalctl -t searchstack-logs --no-pager -o cat"


class Logging(Controller):
    """The hosts, and what has arrived."""

    inventory = ("-i", "tests/logging/hosts")

    def __init__(self):
        self.context = ssl.create_default_context(cafile=PKI / "ca.pem")
        self.context.load_cert_chain(PKI / "admin.pem", PKI / "admin.key")
        self.context_without_certificate = ssl.create_default_context(cafile=PKI / "ca.pem")

    def converge(self, *arguments):
        return self.play("logging.yml", *arguments).stdout

    def ask(self, method, path, body=None, headers=None, context=None):
        """(status, answer) of the cluster, as its administrator."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{NODE}{path}", data, {"Content-Type": "application/json"} | (headers or {}), method=method)
        try:
            with urllib.request.urlopen(request, timeout=30, context=context or self.context) as answer:
                return answer.status, json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def found(self, query, size=100):
        """What has arrived and matches, each with its id."""
        self.ask("POST", f"/{STREAM}/_refresh")
        status, answer = self.ask("GET", f"/{STREAM}/_search", {"size": size, "track_total_hits": True, "query": query})
        assert status == 200, answer
        return [hit["_source"] for hit in answer["hits"]["hits"]]

    def wait_for(self, query, count=1, seconds=60):
        """What matches, once there are as many."""
        found = []

        def enough():
            found[:] = self.found(query)
            return len(found) >= count

        self.until(enough, seconds)
        return found

    def until(self, what, seconds):
        """Wait until something is true, whoever does not answer meanwhile."""
        end = time.monotonic() + seconds
        while True:
            try:
                if what():
                    return
            except (OSError, AssertionError):
                pass
            assert time.monotonic() < end, f"not true within {seconds} s"
            time.sleep(0.5)

    def write(self, name, *lines, host="shipped1"):
        """Add lines to a file that is shipped."""
        text = "".join(f"{line}\n" for line in lines)
        self.run("docker", "exec", "-i", f"searchstack-lab-{host}", "sh", "-c", f"cat >>/var/log/generated/{name}.log", stdin=text)

    def numbers(self, prefix):
        """The numbers in the ids of requests that begin like this, as often as they have arrived."""
        self.ask("POST", f"/{STREAM}/_refresh")
        return numbers(lambda body: self.ask("GET", f"/{STREAM}/_search", body)[1]["hits"]["hits"], prefix)

    def metric(self, name, output="opensearch"):
        text = self.on("shipped1", f"cat /var/lib/prometheus/node-exporter/searchstack_logging_{output}.prom")
        return next(float(line.split()[-1]) for line in text.splitlines() if line.startswith(f"searchstack_logging_{name}{{"))


@pytest.fixture(scope="session")
def logging():
    found = Logging()
    # The folder of metrics comes with the exporter, which is not here.
    found.on(
        "shipped1",
        "mkdir -p /var/lib/prometheus/node-exporter /var/log/generated && touch /var/log/generated/lines.log /var/log/generated/traces.log",
    )
    return found
