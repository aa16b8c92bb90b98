"""Watches a run from outside: whether a demo password ever opens a node, and whether a secret ever stands on a command line.

    python tests/platform/watch.py REPORT      until it is told to stop (SIGTERM); at most an hour

The lab's hosts are containers of this machine, so that their processes and the controller's are all seen here.
REPORT (JSON) never holds a secret.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import ssl
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NODES = ["198.18.77.41", "198.18.77.42", "198.18.77.43", "198.18.77.61"]
WELL_KNOWN = ["admin:admin", "kibanaserver:kibanaserver", "admin:myStrongPassword123!"]
HOUR = 3600
# How many refusals in a row are watched closely, and the seconds between the later ones. Each costs a node half a second of computing:
# four nodes that were asked every 20 s took a sixth of two processors.
OFTEN = 3
SELDOM = 120
# A process is looked at in so many rounds from when it is seen first, and in each so-manieth round later on.
YOUNG = 5
ROUNDS = 25

stop = threading.Event()
report = {"answers": {}, "opened": [], "samples": 0, "secrets": 0, "exposed": []}


def ask(node, credentials):
    """The status of one request with these credentials, or None where nothing answers."""
    request = urllib.request.Request(
        f"https://{node}:9200/", headers={"Authorization": "Basic " + base64.b64encode(credentials.encode()).decode()}
    )
    try:
        with urllib.request.urlopen(request, timeout=2, context=ssl._create_unverified_context()) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError):
        return None


def watch_passwords():
    """Ask every node in turn; seldom once it has refused for a while."""
    refused, due = dict.fromkeys(NODES, 0), dict.fromkeys(NODES, 0.0)
    while not stop.wait(0.3):
        for node in NODES:
            if time.monotonic() < due[node]:
                continue
            for credentials in WELL_KNOWN:
                status = ask(node, credentials)
                if status is None:
                    refused[node] = 0
                    break
                report["answers"][str(status)] = report["answers"].get(str(status), 0) + 1
                if status == 200:
                    report["opened"].append(f"{credentials} on {node}")
            else:
                refused[node] += 1
            due[node] = time.monotonic() + (SELDOM if refused[node] >= OFTEN else 0)


def secrets_by_now():
    """Those that the lab has. One is made beside a lock, a file that is soon gone."""
    for path in (ROOT / ".lab/secrets").glob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.suffix != ".ansible_lockfile" and (words := path.read_text().split()):
                yield words[0].encode()


def watch_command_lines():
    """Look for every secret that the lab has by now in every command line and environment-free argument."""
    first_seen, number = {}, 0
    while not stop.wait(0.2):
        secrets = list(secrets_by_now())
        report["secrets"] = max(report["secrets"], len(secrets))
        report["samples"] += 1
        number += 1
        running = [name for name in os.listdir("/proc") if name.isdigit()]
        first_seen = {process: first_seen.get(process, number) for process in running}
        for process, first in first_seen.items():
            if number - first >= YOUNG and number % ROUNDS:
                continue
            try:
                line = Path(f"/proc/{process}/cmdline").read_bytes()
            except OSError:
                continue
            if any(secret in line for secret in secrets):
                report["exposed"].append(line.split(b"\0")[0].decode(errors="replace"))


signal.signal(signal.SIGTERM, lambda *_: stop.set())
threads = [threading.Thread(target=watch, daemon=True) for watch in (watch_passwords, watch_command_lines)]
for thread in threads:
    thread.start()
end = time.monotonic() + HOUR
while not stop.is_set() and time.monotonic() < end:
    time.sleep(0.2)
stop.set()
for thread in threads:
    thread.join(timeout=10)
Path(sys.argv[1]).write_text(json.dumps(report))
