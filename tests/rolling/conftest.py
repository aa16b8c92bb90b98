"""A cluster of three nodes of its own (cluster/), and a controller that dies when a task begins."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._connection import Client, connection_argument_spec

ROOT = Path(__file__).resolve().parents[2]
INVENTORY = "tests/rolling/cluster"
HOSTS = {"day1": "198.18.77.71", "day2": "198.18.77.72", "day3": "198.18.77.73"}
PKI = ROOT / ".lab/days-pki"
ALLOCATION = "cluster.routing.allocation.enable"


class Cluster:
    """The cluster as its operator sees it."""

    hosts = tuple(HOSTS)

    def __init__(self):
        defaults = {name: spec.get("default") for name, spec in connection_argument_spec().items()}
        own = {"ca_path": f"{PKI}/ca.pem", "client_cert": f"{PKI}/admin.pem", "client_key": f"{PKI}/admin.key", "timeout": 10}
        self.client = Client({**defaults, **own, "hosts": [f"https://{address}:9200" for address in HOSTS.values()]})

    @staticmethod
    def command(playbook, *arguments):
        return ["ansible-playbook", "-i", INVENTORY, f"playbooks/{playbook}", *arguments]

    def play(self, playbook, *arguments, check=True):
        """Run a playbook; its output."""
        done = subprocess.run(self.command(playbook, *arguments), cwd=ROOT, capture_output=True, text=True, timeout=2400, check=False)
        assert not check or done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        return done

    def refused(self, playbook, *arguments):
        """What a playbook that fails says, in one line: Ansible breaks long messages anywhere."""
        done = self.play(playbook, *arguments, check=False)
        assert done.returncode != 0
        return " ".join(done.stdout.split())

    def kill_at(self, task, delay, playbook, *arguments):
        """Run a playbook and kill the controller `delay` seconds after the task begins. False if it ended without coming there."""
        controller = subprocess.Popen(
            self.command(playbook, *arguments),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            for line in controller.stdout:
                if line.startswith("TASK [") and task in line:
                    time.sleep(delay)
                    return True
            assert controller.wait(timeout=60) == 0
            return False
        finally:
            if controller.poll() is None:
                os.killpg(controller.pid, signal.SIGKILL)
            controller.wait()
            controller.stdout.close()

    def on(self, host, command, check=True):
        """The output of a shell command as root on a host."""
        argv = ["docker", "exec", f"searchstack-lab-{host}", "sh", "-c", command]
        return subprocess.run(argv, capture_output=True, text=True, timeout=120, check=check).stdout

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
