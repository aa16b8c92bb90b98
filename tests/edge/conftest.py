"""Two balancers, two application hosts and two clients of their own (hosts/)."""

from __future__ import annotations

import contextlib
import json
import shlex
import time

import pytest
import urllib3
from client import Client
from controller import ROOT, Controller
from urllib3.util import Retry

BALANCERS = {"edge-lb1": "198.18.77.81", "edge-lb2": "198.18.77.82"}
APPLICATION = {"edge-app1": "198.18.77.83", "edge-app2": "198.18.77.84"}

# Each connection has had an answer, so that nothing waits for its first request.
HOLD = """
import socket, ssl, sys, time

context = ssl._create_unverified_context()
held = []
for _ in range(int(sys.argv[2])):
    try:
        connection = context.wrap_socket(socket.create_connection((sys.argv[1], 443), 2))
        connection.sendall(b"GET /assets/a.js HTTP/1.1\\r\\nHost: edge\\r\\n\\r\\n")
        connection.recv(65536)
        held.append(connection)
    except OSError:
        pass
print("done", len(held), flush=True)
time.sleep(60)
"""


class Edge(Controller):
    """The balancers, as an operator and as their clients see them."""

    inventory = ("-i", "tests/edge/hosts")
    ca = ROOT / ".lab/edge-pki/ca.pem"
    vip = "198.18.77.80"

    def __init__(self, implementation):
        self.implementation = implementation

    def command(self, playbook, *arguments):
        """Run by this program; the last word of the arguments counts."""
        return super().command(playbook, "-e", f"loadbalancer_implementation={self.implementation}", *arguments)

    def converge(self, *arguments):
        return self.play("loadbalancers.yml", *arguments)

    def pool(self, **options):
        """Connections to the virtual address from the controller, which has no limits. What fails is not tried again."""
        given = {"ca_certs": str(self.ca), "retries": False, "timeout": 10, **options}
        return urllib3.HTTPSConnectionPool(self.vip, 443, **given)

    def get(self, path, headers=None, method="GET", body=None):
        """(status, headers, text) of an answer, over a connection of its own."""
        with self.pool() as pool:
            answer = pool.request(method, path, headers={"Connection": "close", **(headers or {})}, body=body, redirect=False)
            return answer.status, answer.headers, answer.data.decode()

    def echoed(self, path="/", headers=None):
        """What the application was asked."""
        status, _, text = self.get(path, headers)
        assert status == 200, text
        return json.loads(text)

    def statuses(self, client, count, *arguments, path="/"):
        """The statuses that a client with limits gets for so many rapid requests."""
        command = ["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}\\n", *arguments, f"https://{self.vip}{path}?[1-{count}]"]
        return self.on(client, shlex.join(command)).split()

    def logged(self, request_id):
        """The line of the log about a request, from whichever balancer answered it."""
        look = {"nginx": "cat /var/log/nginx/access.log", "haproxy": "journalctl -u haproxy -o cat --since -2min"}[self.implementation]
        found = [line for host in BALANCERS for line in self.on(host, f"{look} | grep -F {request_id} || true").splitlines()]
        assert len(found) == 1, found
        return json.loads(found[0])

    @contextlib.contextmanager
    def answering(self, status, *hosts):
        """These hosts answer everything with this status meanwhile."""
        for host in hosts:
            self.on(host, f"echo {status} >/run/origin.status")
        try:
            yield
        finally:
            for host in hosts:
                self.on(host, "rm -f /run/origin.status")

    @contextlib.contextmanager
    def stopped(self, *hosts):
        """The application is not there on these hosts meanwhile."""
        for host in hosts:
            self.on(host, "systemctl stop origin")
        try:
            yield
        finally:
            for host in hosts:
                self.on(host, "systemctl start origin")

    @contextlib.contextmanager
    def holding_connections(self, client, count):
        """A client that keeps so many connections open, or as many as it may, and asks nothing meanwhile."""
        self.run("docker", "exec", "-i", f"searchstack-lab-{client}", "sh", "-c", "cat >/tmp/hold.py", stdin=HOLD)
        self.on(client, f"systemd-run --quiet --unit hold python3 /tmp/hold.py {self.vip} {count}")
        try:
            while "done" not in self.on(client, "journalctl -u hold -o cat --since -1min"):
                time.sleep(0.2)
            yield
        finally:
            self.on(client, "systemctl stop hold")

    def until_all_answer(self, seconds=40):
        """Wait until every application host gets requests again."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if {self.echoed()["host"] for _ in range(8)} == set(APPLICATION):
                    return
            except AssertionError:
                pass
            time.sleep(0.5)
        raise AssertionError(f"not every host answers within {seconds} s")


class Load(Client):
    """Asks in turn on a kept connection and on a new one."""

    def __init__(self, edge):
        super().__init__(edge, "/", seconds=300, pause=0.05)
        self.edge = edge
        self.kept = edge.pool(maxsize=1)

    def ask(self):
        # On a connection that was closed while the request came, a client asks once more (RFC 9112, 9.3.1); on a new one, it does not.
        kept = _status(self.kept, Retry(total=1, read=1, status=0))
        with self.edge.pool() as new:
            return [kept, _status(new, False)]

    def __exit__(self, *how):
        # What happened last is noticed too.
        time.sleep(0.5)
        super().__exit__(*how)
        self.kept.close()


def _status(pool, retries):
    try:
        return str(pool.request("GET", "/", retries=retries).status)
    except urllib3.exceptions.HTTPError as error:
        return f"{time.strftime('%T')} {error!r}"


@pytest.fixture(scope="session", params=["nginx", "haproxy"])
def edge(request):
    """The same balancers, run by one program and then by the other."""
    edge = Edge(request.param)
    edge.converge()
    return edge


@pytest.fixture
def load(edge):
    """load(): a client that asks while something happens."""
    return lambda: Load(edge)
