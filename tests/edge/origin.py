"""An application host that does as the request says. Standard library only: it runs on the lab's hosts."""

from __future__ import annotations

import itertools
import json
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NAME = socket.gethostname()
# The status that this host answers everything with, where the file is.
BROKEN = Path("/run/origin.status")
# No two answers are the same, unless one is kept.
NUMBERS = itertools.count()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5

    def do_GET(self):
        """/status/N answers N, /slow/S after S seconds, /gradio_api/stream/N an event a second, everything else what was asked."""
        kind, _, value = self.path.lstrip("/").partition("?")[0].rpartition("/")
        status = int(BROKEN.read_text()) if BROKEN.exists() else 200
        if kind == "gradio_api/stream":
            self.stream(int(value))
            return
        if kind == "slow":
            time.sleep(float(value))
        self.answer(int(value) if kind.endswith("status") else status)

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        read = 0
        while read < length and (part := self.rfile.read(min(65536, length - read))):
            read += len(part)
        with Path("/run/origin.posts").open("a", encoding="ascii") as posts:
            posts.write(f"{self.path}\n")
        self.answer(int(BROKEN.read_text()) if BROKEN.exists() else 200, {"read": read})

    def answer(self, status, more=None):
        asked = {
            "host": NAME,
            "number": f"{NAME}-{next(NUMBERS)}",
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
        }
        body = json.dumps({**asked, **(more or {})}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Frame-Options", "from the application")
        self.end_headers()
        self.wfile.write(body)

    def stream(self, events):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for event in range(events):
            self.wfile.write(f"data: {event}\n\n".encode())
            self.wfile.flush()
            time.sleep(1)
        self.close_connection = True

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer((sys.argv[1], 7860), Handler).serve_forever()
