"""Operations under the availability proof: requests through the virtual address, and documents in the cluster."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from pathlib import Path

# The same for every operation, so that the figures can be compared.
FIGURES = []
READS = {"site_new", "site_kept"}
PROBER = b"plugin_utils._availability.prober"
RAISE = 'renice -n -10 -g "$1" && { [ ! -e /proc/"$1"/autogroup ] || echo -10 >/proc/"$1"/autogroup; }'


class Proof:
    """The proofs of one operation: more than one where its controller is killed and it is run again."""

    def __init__(self, folder):
        self._folder = folder
        self._began = time.monotonic()
        self.arguments = ("-e", "availability_proof=true", "-e", f"availability_proof_directory={folder}")
        self._over = threading.Event()
        threading.Thread(target=self._go_first, daemon=True).start()

    def _go_first(self):
        """Clients have processors of their own. Here requests would wait for Ansible, and for hosts that are set up: they go first.

        The prober is a session of its own. Where the kernel groups by sessions, what the session weighs is all that counts.
        """
        root, raised = [] if os.getuid() == 0 else ["sudo"], set()
        while not self._over.wait(0.5):
            for folder in set(Path("/proc").glob("[0-9]*")) - raised:
                try:
                    if PROBER in (folder / "cmdline").read_bytes():
                        subprocess.run([*root, "sh", "-c", RAISE, "sh", folder.name], check=True, capture_output=True)
                        raised.add(folder)
                except (FileNotFoundError, ProcessLookupError):
                    pass

    def reports(self):
        """All reports. A prober whose controller was killed needs a moment for its own."""
        end = time.monotonic() + 120
        while time.monotonic() < end and any(not (folder / "report.json").exists() for folder in self._folder.iterdir()):
            time.sleep(1)
        return [json.loads((folder / "report.json").read_text()) for folder in sorted(self._folder.iterdir())]

    def nobody_noticed(self, operation):
        """Every request was answered and every acknowledged document is there. The figures are shown at the end of the run."""
        took = time.monotonic() - self._began
        reports = self.reports()
        self._over.set()
        requests, failures = (sum(report[key] for report in reports) for key in ("requests", "failures"))
        acknowledged, lost, duplicated = (
            sum(report["documents"][key] for report in reports) for key in ("acknowledged", "lost", "duplicated")
        )
        reads = [stream for report in reports for stream in report["streams"] if stream["name"] in READS]
        slowest = max(stream["p99_ms"] for stream in reads)
        gap, wait = (max(stream[key] for report in reports for stream in report["streams"]) for key in ("longest_gap_s", "longest_wait_s"))
        FIGURES.append(
            f"{operation}: {took:.0f} s, {requests} requests, {failures} failed, {acknowledged} documents, {lost} lost, "
            f"{duplicated} duplicated, p99 of reads {slowest:.0f} ms, longest gap {gap:.2f} s, "
            f"longest wait to be sent {wait:.2f} s"
        )
        first = [failure for report in reports for failure in report["first_failures"]]
        assert not first, first[:5]
        assert (failures, lost, duplicated) == (0, 0, 0)
        assert requests > 100
        assert acknowledged > 20
