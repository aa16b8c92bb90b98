"""Three hosts of their own (hosts/): first one Redis (alone.yml), then three with sentinels."""

from __future__ import annotations

import json

import pytest
from controller import ROOT, Controller

HOSTS = {"redis-1": "198.18.77.91", "redis-2": "198.18.77.92", "redis-3": "198.18.77.93"}
CA = ROOT / ".lab/redis-pki/ca.pem"


class Servers(Controller):
    """The servers, as an operator sees them."""

    def __init__(self, inventory, **variables):
        self.inventory = tuple(argument for path in inventory for argument in ("-i", path))
        self.variables = variables

    def command(self, playbook, *arguments):
        return super().command(playbook, "-e", json.dumps(self.variables), *arguments)

    def converge(self, *arguments):
        return self.play("redis.yml", *arguments).stdout

    @staticmethod
    def password(user):
        return (ROOT / ".lab/secrets" / {"admin": "redis_test_admin", "papersearch": "redis_test_app"}[user]).read_text().strip()

    def say(self, host, *commands, user="admin", options=("-s", "/run/redis/redis.sock")):
        """What Redis answers to commands of a user, a line for each one that is a word."""
        said = "\n".join([f"AUTH {user} {self.password(user)}", *commands]) + "\n"
        done = self.run("docker", "exec", "-i", f"searchstack-lab-{host}", "redis-cli", *options, stdin=said, timeout=60, check=False)
        return (done.stdout + done.stderr).strip().removeprefix("OK").strip()

    def info(self, host, section):
        """One section of what Redis tells of itself."""
        lines = self.say(host, f"INFO {section}").splitlines()
        return dict(line.strip().split(":", 1) for line in lines if ":" in line)

    def started(self, host, unit="redis-server"):
        """Which start of a service this is."""
        return self.on(host, f"systemctl show --property=InvocationID {unit}")


@pytest.fixture(scope="session")
def alone():
    """One Redis without TLS."""
    servers = Servers(["tests/redis/hosts", "tests/redis/alone.yml"])
    servers.converge()
    return servers
