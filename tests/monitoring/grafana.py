#!/usr/bin/python3
"""Stands in for Grafana, whose package cannot be had in the lab. Standard library only.

`grafana server` serves what it has read when it started, to its administrator.
`grafana cli ... admin reset-admin-password --password-from-stdin` changes the password in its database.
"""

from __future__ import annotations

import base64
import configparser
import json
import re
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def settings(path):
    """Its configuration, with what stands in files."""
    text = re.sub(r"\$__file\{(.+?)\}", lambda found: Path(found[1]).read_text().strip(), Path(path).read_text())
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return parser


def sources(parser):
    """What it knows of data sources, secrets included."""
    text = "".join(path.read_text() for path in Path(parser["paths"]["provisioning"], "datasources").glob("*.yaml"))
    return re.sub(r"\$__file\{(.+?)\}", lambda found: Path(found[1]).read_text().strip(), text)


def serve(parser):
    server, security, known = parser["server"], parser["security"], sources(parser)
    database = Path(parser["paths"]["data"], "password")
    if not database.exists():
        database.write_text(security["admin_password"])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            login = f"{security['admin_user']}:{database.read_text()}"
            right = self.headers.get("Authorization") == "Basic " + base64.b64encode(login.encode()).decode()
            body = json.dumps({"path": self.path, "datasources": known if right else ""}).encode()
            self.send_response(200 if right else 401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    listener = ThreadingHTTPServer((server["http_addr"], int(server["http_port"])), Handler)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(server["cert_file"], server["cert_key"])
    listener.socket = context.wrap_socket(listener.socket, server_side=True)
    listener.serve_forever()


if __name__ == "__main__":
    found = settings(re.search(r"--config[= ](\S+)", " ".join(sys.argv))[1])
    if sys.argv[1] == "server":
        serve(found)
    elif sys.argv[-3:] == ["admin", "reset-admin-password", "--password-from-stdin"]:
        Path(found["paths"]["data"], "password").write_text(sys.stdin.read().strip())
    else:
        sys.exit("unknown")
