# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib
import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

FILES = Path(__file__).resolve().parents[4] / "roles/snapshots/files"


@pytest.fixture(scope="session")
def program():
    """The program, as a package: all of its modules are loaded."""
    sys.path.insert(0, str(FILES))
    importlib.import_module("searchstack_snapshots.command")
    return importlib.import_module("searchstack_snapshots")


class Server(ThreadingHTTPServer):
    """A stand-in for a node. Answers are looked up by method and path; those of a list are given one after the other."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.requests = {}, []

    def requested(self, method):
        return [path for asked, path, _body in self.requests if asked == method]

    def bodies(self, method):
        return [body for asked, _path, body in self.requests if asked == method]

    def answer_to(self, method, path):
        for pattern, answers in self.answers.items():
            if re.fullmatch(pattern, f"{method} {path}"):
                if isinstance(answers, list):
                    return answers.pop(0) if len(answers) > 1 else answers[0]
                return answers
        return 404, {"error": {"type": "no_answer", "reason": f"{method} {path}"}}


class Handler(BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append((self.command, self.path, json.loads(body) if body else None))
        found = self.server.answer_to(self.command, self.path)
        status, answer = found if isinstance(found, tuple) else (200, found)
        if status == 0:
            # The node goes away in the middle.
            self.connection.close()
            return
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_PUT = do_POST = do_DELETE = answer

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with Server() as standing:
        threading.Thread(target=standing.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        standing.answers = {
            r"GET /_cat/cluster_manager.*": [[{"node": "os1"}]],
            r"GET /": {"name": "os1"},
            r"GET /_cluster/health\?level=indices.*": {"status": "green", "indices": {"papers-v1": {"status": "green"}}},
        }
        yield standing
        standing.shutdown()


@pytest.fixture
def settings(server, tmp_path):
    """What the role writes."""
    return {
        "url": f"http://127.0.0.1:{server.server_port}",
        "ca": "",
        "user": "snapshots",
        "password_file": str(tmp_path / "password"),
        "wait": 10,
        "time_limit": 30,
        "metrics_directory": str(tmp_path),
        "jobs": [
            {"name": "daily", "repository": "s3", "indices": ["*"], "keep_days": 30, "keep_minimum": 2, "include_global_state": False},
        ],
        "follow": [{"job": "ship", "repository": "s3-main", "indices": ["papers*"]}],
        "retention": [{"indices": ["papers*"], "field": "indexed_date", "keep": "90d"}],
    }


@pytest.fixture
def cluster(program, settings):
    """The program's client, whose pauses take no time."""
    pauses = []
    return program.cluster.Cluster(settings, "secret", clock=lambda: sum(pauses), sleep=pauses.append)
