# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that probes. It outlives the task that starts it, and ends with a report, also when Ansible is no more."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ansible_collections.searchstack.platform.plugins.module_utils._connection import Client
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability import figures, page, site
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.files import FollowsFiles
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.ledger import PATIENCE, PREFIX, Ledger
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.schedule import Request, Stream, explain

REPORT, PAGE, PHASES, STOP, LOG = "report.json", "report.html", "phases.jsonl", "stop", "prober.log"
LOOK = 0.2


class Probe:
    """One proof, from its settings to its report."""

    def __init__(self, settings: dict):
        self._settings = settings
        self._params = settings["connection"]
        self._directory = Path(settings["directory"])
        self._requests: list[Request] = []
        self._stop = threading.Event()
        self._ansible_runs = watch(settings["watched_pid"])
        self.ended_by = ""
        self.ledger = None
        self._index = PREFIX + self._directory.name.lower()
        if self._params["hosts"]:
            files = [self._params[key] for key in ("ca_path", "client_cert", "client_key")]
            client = FollowsFiles(lambda: Client(self._params), files)
            self.ledger = Ledger(client.get, self._index)
        self._streams = self._make_streams()

    def _make_streams(self):
        rate, timeout = self._settings["rate"], self._params["timeout"]
        streams = []
        if self._settings["url"]:
            authorities = self._settings.get("url_ca_path") or self._params["ca_path"]
            reads = {**self._params, "url": self._settings["url"], "ca_path": None if authorities == "system" else authorities}
            streams += [
                Stream("site_new", site.reader(reads, keep_connections=False), rate / 2, patience=timeout),
                Stream("site_kept", site.reader(reads, keep_connections=True), rate / 2, patience=timeout, offset=1 / rate),
            ]
        if self.ledger:
            # Between the others: the streams do not ask all at the same time.
            streams += [
                Stream("cluster_write", self.ledger.write, rate, patience=PATIENCE + timeout, offset=0.3 / rate),
                Stream("cluster_read", self.ledger.read, rate, patience=PATIENCE + timeout, offset=0.7 / rate),
            ]
        return streams

    def end(self, why: str) -> None:
        self.ended_by = self.ended_by or why
        self._stop.set()

    def run(self) -> None:
        """Ask until the end, then write the report."""
        start, started = time.monotonic(), time.time()
        threads = [threading.Thread(target=stream.run, args=(start, self._stop, self._requests.append)) for stream in self._streams]
        for thread in threads:
            thread.start()
        try:
            while not self._stop.wait(LOOK):
                self._look(time.monotonic() - start)
        finally:
            # Whatever happens here, there is an end and a report.
            self.end("an error, see prober.log")
            seconds = time.monotonic() - start
            for thread in threads:
                thread.join()
            self._report(started, seconds)

    def _look(self, seconds):
        if (self._directory / STOP).exists():
            self.end("stopped")
        elif seconds >= self._settings["duration"]:
            self.end("its time was over")
        elif not self._ansible_runs():
            self.end("ansible-playbook had ended")

    def _report(self, started, seconds):
        names = [stream.name for stream in self._streams]
        report = {
            "name": self._settings["name"],
            "ended_by": self.ended_by,
            "probed": {"url": self._settings["url"], "hosts": self._params["hosts"], "index": self._index, "rate": self._settings["rate"]},
            **figures.summarise(self._requests, seconds, started, names),
            "documents": self._audit(),
            "phases": self._phases(started),
        }
        write(self._directory / PAGE, page.render(report, self._requests))
        # Last, and at once: whoever finds it finds everything.
        write(self._directory / REPORT, json.dumps(report, indent=2) + "\n")
        (self._directory / STOP).unlink(missing_ok=True)

    def _audit(self):
        if not self.ledger:
            return {}
        try:
            return self.ledger.audit()
        except Exception as failure:
            return {"error": explain(failure)}
        finally:
            self._remove_index()

    def _remove_index(self):
        try:
            self.ledger.close()
        except Exception as failure:
            print(f"The index could not be removed; a later proof will: {explain(failure)}", file=sys.stderr)

    def _phases(self, started):
        try:
            lines = (self._directory / PHASES).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [{"at_s": round(phase["time"] - started, 2), "name": phase["name"]} for phase in map(json.loads, lines)]


def watch(pid: int) -> Callable[[], bool]:
    """A function that tells whether this process runs. Where the system can, it is not deceived by a new process of the same number."""
    try:
        descriptor = os.pidfd_open(pid)
    except (AttributeError, OSError):
        return lambda: is_alive(pid)
    return lambda: not select.select([descriptor], [], [], 0)[0]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def write(path: Path, text: str) -> None:
    """Nobody sees half a file."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.rename(path)


def main() -> None:
    """Settings come on standard input, which no process list shows; one line on standard output says whether the proof runs."""
    os.umask(0o077)
    settings = json.load(sys.stdin)
    try:
        probe = Probe(settings)
        if probe.ledger:
            probe.ledger.open(time.time() + settings["duration"])
    except Exception as failure:
        print(json.dumps({"error": str(failure) or explain(failure)}), flush=True)
        raise SystemExit(1) from failure
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, frame: probe.end(f"signal {received}"))
    print(json.dumps({"error": None}), flush=True)
    # The reader of that line goes away.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    probe.run()


if __name__ == "__main__":
    main()
