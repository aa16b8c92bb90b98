# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._connection import Client, connection_argument_spec

RECORDED = Path(__file__).parent / "exchanges"
CONNECTION = {
    **{name: spec.get("default") for name, spec in connection_argument_spec().items()},
    "hosts": ["http://127.0.0.1:9"],
    "timeout": 5,
    "retries": 0,
}


class Server:
    """Gives the recorded answers of a real server (exchanges/), in the order in which a test expects the requests, and nothing else."""

    def __init__(self, plugin, version):
        self.recorded = json.loads((RECORDED / f"{plugin}-{version}.json").read_text(encoding="utf-8"))
        self.version = version
        self.expected = []
        # Bodies of the requests that had one.
        self.sent = []

    def answer(self, key):
        """A copy that a test may change."""
        return copy.deepcopy(self.recorded[key]["answer"])

    def expect(self, *steps):
        """A step is the key of an exchange, or (key, what differs from the record): a method, a path, a status, or an answer."""
        for step in steps:
            key, differences = step if isinstance(step, tuple) else (step, {})
            self.expected.append({**self.recorded[key], **differences})

    def lacks_the_plugin(self, method, path):
        error = {"error": f"no handler found for uri [{path}] and method [{method}]"}
        self.expected.append({"method": method, "path": path, "status": 400, "answer": error})

    @property
    def client(self):
        return Client(CONNECTION, transport(self))

    def serve(self, method, path, body):
        assert self.expected, f"unexpected: {method} {path}"
        exchange = self.expected.pop(0)
        assert (method, path) == (exchange["method"], exchange["path"])
        if body is not None:
            self.sent.append(copy.deepcopy(body))
        status, answer = exchange["status"], copy.deepcopy(exchange["answer"])
        if status < 400:
            return answer
        opensearchpy = pytest.importorskip("opensearchpy")
        error = answer["error"]
        kind = opensearchpy.exceptions.HTTP_EXCEPTIONS.get(status, opensearchpy.TransportError)
        raise kind(status, error["type"] if isinstance(error, dict) else error, answer)


def transport(server):
    class Transport:
        def __init__(self, hosts, **options):
            pass

        def perform_request(self, method, url, body=None, **_unused):
            return server.serve(method, url, body)

    return Transport


@pytest.fixture(params=["2.19.4", "3.4.0"])
def version(request):
    return request.param


@pytest.fixture
def replay(version):
    """replay(plugin): the server of this version. All that was expected must have happened at the end."""
    pytest.importorskip("opensearchpy")
    servers = []

    def make(plugin):
        servers.append(Server(plugin, version))
        return servers[-1]

    yield make
    for server in servers:
        assert not server.expected, [f"{step['method']} {step['path']}" for step in server.expected]
