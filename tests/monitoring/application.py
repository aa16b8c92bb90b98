"""Stands in for the application: its metrics, its probes, and searches that fail or are slow as a file says. Standard library only."""

from __future__ import annotations

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# {"status": 500, "seconds": 2}
BEHAVIOUR = Path("/run/application.json")
BUCKETS = (0.1, 1, 2.5, 10)
LOCK = threading.Lock()
counts = {"searches": 0, "errors": 0, "seconds": 0.0, **dict.fromkeys(BUCKETS, 0)}


def metrics():
    lines = [f'search_duration_seconds_bucket{{le="{limit}"}} {counts[limit]}' for limit in BUCKETS]
    lines += [f'search_duration_seconds_bucket{{le="+Inf"}} {counts["searches"]}']
    lines += [f"search_duration_seconds_count {counts['searches']}", f"search_duration_seconds_sum {counts['seconds']}"]
    lines += [f"search_requests_total {counts['searches']}", f'api_errors_total{{endpoint="search"}} {counts["errors"]}']
    return "".join(f"{line}\n" for line in lines)


def search():
    """The status of a search."""
    wanted = json.loads(BEHAVIOUR.read_text()) if BEHAVIOUR.exists() else {}
    seconds = wanted.get("seconds", 0.01)
    time.sleep(seconds)
    with LOCK:
        counts["searches"] += 1
        counts["seconds"] += seconds
        counts["errors"] += wanted.get("status", 200) >= 500
        for limit in BUCKETS:
            counts[limit] += seconds <= limit
    return wanted.get("status", 200)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        status, body = 200, "{}"
        if self.path.startswith("/api/search"):
            status = search()
        elif self.path == "/metrics":
            body = metrics()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer((sys.argv[1], 7860), Handler).serve_forever()
