"""Two balancers, two application hosts and two clients of their own (hosts/)."""

from __future__ import annotations

import json
import shlex
import threading
import time

import pytest
import urllib3
from controller import ROOT, Controller, changed_hosts
from urllib3.util import Retry

VIP = "198.18.77.80"
BALANCERS = {"edge-lb1": "198.18.77.81", "edge-lb2": "198.18.77.82"}
APPLICATION = ("edge-app1", "edge-app2")


class Edge(Controller):
    """The balancers, as an operator and as their clients see them."""

    inventory = ("-i", "tests/edge/hosts")
    ca = ROOT / ".lab/edge-pki/ca.pem"

    def converge(self, *arguments, check=True):
        return self.play("loadbalancers.yml", *arguments, check=check)

    def on(self, host, command, check=True):
        """The output of a shell command as root on a host."""
        return self.run("docker", "exec", f"searchstack-lab-{host}", "sh", "-c", command, timeout=120, check=check).stdout

    def pool(self, **options):
        """Connections to the virtual address from the controller, which has no limits. What fails is not tried again."""
        given = {"ca_certs": str(self.ca), "retries": False, "timeout": 10, "maxsize": 8, **options}
        return urllib3.HTTPSConnectionPool(VIP, 443, **given)

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
        command = ["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}\\n", *arguments, f"https://{VIP}{path}?[1-{count}]"]
        return self.on(client, shlex.join(command)).split()

    def break_application(self, host, status):
        """Let a host answer everything with this status; None mends it."""
        self.on(host, f"echo {status} >/run/origin.status" if status else "rm -f /run/origin.status")


class Load(threading.Thread):
    """Asks the virtual address again and again, in turn on a kept connection and on a new one, and keeps what went wrong."""

    def __init__(self, edge, path="/", pause=0.02):
        super().__init__(daemon=True)
        self.edge, self.path, self.pause = edge, path, pause
        self.count, self.failed = 0, []
        self.stopped = threading.Event()

    def run(self):
        with self.edge.pool(maxsize=1) as kept:
            while not self.stopped.is_set():
                self._ask(kept, Retry(total=1, read=1, status=0))
                with self.edge.pool(maxsize=1) as new:
                    self._ask(new, False)
                time.sleep(self.pause)

    def _ask(self, pool, retries):
        """On a connection that was closed while the request came, a client asks once more (RFC 9112, 9.3.1); on a new one, it does not."""
        self.count += 1
        try:
            status = pool.request("GET", self.path, retries=retries).status
        except urllib3.exceptions.HTTPError as error:
            status = repr(error)
        if status != 200:
            self.failed.append((time.strftime("%T"), status))

    def __enter__(self):
        self.start()
        time.sleep(0.5)
        return self

    def __exit__(self, *_):
        time.sleep(0.5)
        self.stopped.set()
        self.join()


@pytest.fixture(scope="session", params=["nginx", "haproxy"])
def edge(request):
    """The same balancers, run by one program and then by the other."""
    edge = Edge()
    edge.implementation = request.param
    edge.converge("-e", f"loadbalancer_implementation={request.param}")
    yield edge
    for host in APPLICATION:
        edge.break_application(host, None)


@pytest.fixture
def load(edge):
    """load(path): a client that asks while something happens."""
    return lambda path="/": Load(edge, path)


__all__ = ["APPLICATION", "BALANCERS", "VIP", "changed_hosts"]
