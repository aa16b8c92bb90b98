# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts, marks and ends the proof of this run of Ansible. Runs inside ansible-playbook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability import prober

# Beyond what the prober needs when the cluster does not answer any more: its last requests, the ledger, the index.
WAIT_FOR_REPORT = 450
DIRECTORY = ".searchstack/availability"


class Control:
    """What this run of Ansible knows of its proof is one file in its own temporary directory."""

    def __init__(self, run_directory: Path, watched_pid: int):
        self._state = run_directory / "availability_proof.json"
        self._watched_pid = watched_pid

    def start(self, settings: dict) -> Path:
        """Start it. Playbooks that import one another may each do so: the outermost one's proof is that of all."""
        running = self._read()
        if running:
            self._write({**running, "depth": running["depth"] + 1})
            return Path(running["directory"])
        directory = self._make_directory(settings.get("directory"))
        pid = self._spawn({**settings, "directory": str(directory), "watched_pid": self._watched_pid}, directory)
        self._write({"directory": str(directory), "pid": pid, "depth": 1})
        return directory

    def mark(self, name: str) -> bool:
        """Note that something begins now. Whether there is a proof to note it in."""
        running = self._read()
        if not running:
            return False
        with open(Path(running["directory"]) / prober.PHASES, "a", encoding="utf-8") as phases:
            phases.write(json.dumps({"time": time.time(), "name": name}) + "\n")
        return True

    def stop(self) -> tuple[Path, dict | None]:
        """End it. The report, or None where an outer playbook's operation goes on."""
        running = self._read()
        if not running:
            raise EngineError("No availability proof runs in this run of Ansible: state=started begins one.")
        directory = Path(running["directory"])
        if running["depth"] > 1:
            self._write({**running, "depth": running["depth"] - 1})
            return directory, None
        (directory / prober.STOP).touch()
        self._state.unlink()
        return directory, self._wait(directory, running["pid"])

    def _wait(self, directory, pid):
        give_up = time.monotonic() + WAIT_FOR_REPORT
        is_alive = prober.watch(pid)
        while time.monotonic() < give_up:
            # In this order: the report may appear between the two looks.
            alive = is_alive()
            if (directory / prober.REPORT).exists():
                return json.loads((directory / prober.REPORT).read_text(encoding="utf-8"))
            if not alive:
                break
            time.sleep(prober.LOOK)
        raise EngineError(f"The proof has left no report in {directory}; prober.log there may tell why. Nothing is proven.")

    def _make_directory(self, wanted):
        name = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()) + f"-{self._watched_pid}"
        directory = Path(wanted or DIRECTORY).absolute() / name
        try:
            directory.mkdir(mode=0o700, parents=True)
        except OSError as error:
            raise EngineError(f"directory: cannot make {directory}: {error.strerror}.") from error
        return directory

    def _spawn(self, settings, directory):
        with open(directory / prober.LOG, "w", encoding="utf-8") as log:
            # A session of its own: Ctrl+C and the end of the terminal are for ansible-playbook, whose end the prober sees.
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", prober.__name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_import_root()), *filter(None, [os.environ.get("PYTHONPATH")])])},
                start_new_session=True,
                text=True,
            )
        process.stdin.write(json.dumps(settings))
        process.stdin.close()
        answer = process.stdout.readline()
        process.stdout.close()
        error = json.loads(answer)["error"] if answer else f"the prober ended at once, see {directory / prober.LOG}"
        if error:
            process.wait()
            raise EngineError(f"The proof cannot begin: {error}")
        return process.pid

    def _read(self):
        try:
            return json.loads(self._state.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def _write(self, state):
        prober.write(self._state, json.dumps(state))


def _import_root() -> Path:
    """The folder from which the prober imports what this file has imported."""
    return Path(__file__).parents[prober.__name__.count(".")]
