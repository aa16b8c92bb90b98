"""Three hosts with a firewall, and listeners in place of services. They speak, and nobody answers them."""

from __future__ import annotations

import json
import subprocess
import time

import pytest
from controller import ROOT, Controller, changed_hosts
from port_scan import Scan

ADDRESSES = {"isolated1": "198.18.77.151", "isolated2": "198.18.77.152", "isolated3": "198.18.77.153"}
# What a host serves by the matrix, and a port that nobody declared.
LISTENERS = {"isolated1": (80, 443, 31337), "isolated2": (7860, 31337), "isolated3": (9200, 9300, 31337)}
LISTEN = """
import asyncio, sys
async def speak(reader, writer):
    while True:
        writer.write(b"tick\\n")
        await asyncio.sleep(0.2)
async def main():
    servers = [await asyncio.start_server(speak, None, int(port)) for port in sys.argv[1:]]
    await asyncio.gather(*(server.serve_forever() for server in servers))
asyncio.run(main())
"""


class Isolation(Controller):
    """The hosts, as their operator sees them."""

    inventory = ("-i", "tests/isolation/hosts")

    def apply(self, *arguments, **variables):
        return self.play("../tests/isolation/firewall.yml", "-e", json.dumps(variables), *arguments)

    def changes(self, **variables):
        """The hosts that a run changes, which are those that its check mode tells; a second run changes nothing."""
        told = changed_hosts(self.apply("--check", **variables).stdout)
        done = changed_hosts(self.apply(**variables).stdout)
        assert (told, changed_hosts(self.apply(**variables).stdout)) == (done, [])
        self.apply(isolation_tasks="verify", **variables)
        return done

    def listen(self):
        for host, ports in LISTENERS.items():
            self.run("docker", "exec", "-d", f"searchstack-lab-{host}", "python3", "-c", LISTEN, *map(str, ports))

    def reboot(self):
        for host in ADDRESSES:
            self.run("docker", "restart", "--time", "20", f"searchstack-lab-{host}")
        for host in ADDRESSES:
            end = time.monotonic() + 60
            while self.on(host, "systemctl is-system-running || true").strip() not in ("running", "degraded"):
                assert time.monotonic() < end, f"{host} is not up"
                time.sleep(0.5)
        self.listen()

    def reaches(self, host, address, port):
        """Whether a host gets a connection, within a second."""
        code = f"import socket; socket.create_connection(({address!r}, {port}), 1).close()"
        return self.run("docker", "exec", f"searchstack-lab-{host}", "python3", "-c", code, check=False).returncode == 0

    def ssh(self, host, command):
        """A process that runs a command on a host over SSH."""
        return subprocess.Popen(
            ["ssh", "-i", ".lab/ssh/id_ed25519", "-o", "UserKnownHostsFile=.lab/ssh/known_hosts", f"admin@{ADDRESSES[host]}", command],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )


@pytest.fixture(scope="session")
def hosts():
    """The hosts with the rules of the inventory."""
    found = Isolation()
    found.listen()
    found.apply()
    return found


@pytest.fixture
def as_declared(hosts):
    """The hosts; afterwards, all is as the inventory says."""
    yield hosts
    hosts.apply()


@pytest.fixture(scope="session")
def scan(hosts, tmp_path_factory):
    found = Scan(hosts, ADDRESSES, tmp_path_factory.mktemp("matrix"))
    for host in ADDRESSES:
        found.forget_soon(host)
    return found
