# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Web servers that fail on purpose."""

from __future__ import annotations

import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

# What a path does. `seen` of the server has the client's port and the path of each request.
RESET = struct.pack("ii", 1, 0)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answered = False

    def do_GET(self):
        self.server.seen.append((self.client_address[1], self.path))
        what = self.server.behaviour.get(self.path, self.path)
        if what == "/reset":
            # Closing with a linger time of zero sends a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.connection.close()
            self.close_connection = True
            return
        if what == "/reloading" and self.answered:
            # As a server that is reloaded closes its idle connections, just as a request is on its way.
            self.close_connection = True
            return
        if what == "/half":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            self.close_connection = True
            return
        if what == "/slow":
            time.sleep(2)
        self.send_response({"/503": 503, "/404": 404, "/moved": 302}.get(what, 200))
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.answered = True

    def log_message(self, *arguments):
        pass


@pytest.fixture
def web():
    """A server on a port of its own, as long as the test."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.seen, server.behaviour = [], {}
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def refusing():
    """A URL where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}"
