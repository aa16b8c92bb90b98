"""Three hosts of their own (hosts/): first one Redis (alone.yml), then three with sentinels."""

from __future__ import annotations

import json
import os
import subprocess
import time

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
        return (ROOT / ".lab/secrets" / f"redis_test_{'app' if user == 'papersearch' else user}").read_text().strip()

    def say(self, host, *commands, user="admin", options=("-s", "/run/redis/redis.sock")):
        """What Redis answers to commands of a user, a line for each one that is a word."""
        said = "\n".join([f"AUTH {user} {self.password(user)}", *commands]) + "\n"
        done = self.run("docker", "exec", "-i", f"searchstack-lab-{host}", "redis-cli", *options, stdin=said, timeout=60, check=False)
        return (done.stdout + done.stderr).strip().removeprefix("OK").strip()

    def sentinel(self, host, *commands, user="admin", options=("-s", "/run/sentinel/sentinel.sock")):
        """What the sentinel of a host answers."""
        return self.say(host, *commands, user=user, options=options)

    def primaries(self):
        """Who takes writes: as each sentinel that answers says it."""
        said = {host: self.sentinel(host, "SENTINEL GET-MASTER-ADDR-BY-NAME primary").split() for host in HOSTS}
        names = {address: host for host, address in HOSTS.items()}
        return {host: names[answer[0]] for host, answer in said.items() if answer and answer[0] in names}

    def primary(self):
        """Who takes writes, as all sentinels that answer say it."""
        (primary,) = set(self.primaries().values())
        return primary

    def until(self, what, seconds=60):
        """Wait until something is true; how long that took."""
        started = time.monotonic()
        while not what():
            assert time.monotonic() < started + seconds, f"not true within {seconds} s"
            time.sleep(0.2)
        return time.monotonic() - started

    def until_healthy(self):
        """Wait until one server takes writes and both others have what it has."""

        def healthy():
            names = set(self.primaries().values())
            if len(names) != 1:
                return False
            primary = self.info(names.pop(), "replication")
            return (
                primary.get("role") == "master"
                and primary["connected_slaves"] == "2"
                and "state=online" in primary["slave1"] + primary["slave0"]
            )

        return self.until(healthy)

    def info(self, host, section):
        """One section of what Redis tells of itself."""
        lines = self.say(host, f"INFO {section}").splitlines()
        return dict(line.strip().split(":", 1) for line in lines if ":" in line)

    def started(self, host, unit="redis-server"):
        """Which start of a service this is."""
        return self.on(host, f"systemctl show --property=InvocationID {unit}")


class Application:
    """What the application does with Redis, through sentinels: tests/redis/application.py, run by its own Python."""

    def __init__(self, *arguments):
        self.process = self.start("tests/redis/application.py", *arguments)

    @staticmethod
    def start(*arguments, **variables):
        """Run its Python with its settings."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "app"),
            "PAPERSEARCH_REDIS_URL": "rediss://redis-1:6379/0",
            "PAPERSEARCH_REDIS_SENTINELS": ",".join(f"{address}:26379" for address in HOSTS.values()),
            "PAPERSEARCH_REDIS_USERNAME": "papersearch",
            "PAPERSEARCH_REDIS_PASSWORD": Servers.password("papersearch"),
            "PAPERSEARCH_OPENSEARCH_HOSTS": "http://127.0.0.1:1",
            "SSL_CERT_FILE": str(CA),
            **variables,
        }
        command = [os.environ["SEARCHSTACK_APP_PYTHON"], *arguments]
        with (ROOT / ".lab/redis-application.log").open("a") as log:
            return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)

    def __enter__(self):
        assert self.process.stdout.readline() == "ready\n", "see .lab/redis-application.log"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        said, _ = self.process.communicate(timeout=30)
        self.answers = [json.loads(line) for line in said.splitlines()]

    def longest_gap(self):
        """Seconds from the last success before a failure to the next one, at the worst."""
        good = [answer["at"] for answer in self.answers if answer["done"]]
        return max(after - before for before, after in zip(good, good[1:], strict=False))


@pytest.fixture(scope="session")
def alone():
    """One Redis without TLS."""
    servers = Servers(["tests/redis/hosts", "tests/redis/alone.yml"])
    servers.converge()
    return servers


@pytest.fixture(scope="session")
def group():
    """Three servers with TLS and sentinels, made of one that has data."""
    servers = Servers(["tests/redis/hosts"], platform_redis_tls=True, redis_sentinel=True)
    servers.play("hosts.yml")
    servers.converge()
    return servers


@pytest.fixture
def client(group):
    """The controller may do what hosts of the application may."""
    rule = "allow proto tcp from 198.18.77.1 to any port 6379,26379"
    for host in HOSTS:
        group.on(host, f"ufw {rule}")
    yield
    for host in HOSTS:
        group.on(host, f"ufw delete {rule}")
