"""lynis on hosts of the lab. What it still suggests must be explained in docs/hardening.md."""

from __future__ import annotations

import re
from pathlib import Path

EXPLAINED = set(re.findall(r"\b[A-Z]{3,4}-\d{4}\b|\bLYNIS\b", (Path(__file__).resolve().parents[1] / "docs/hardening.md").read_text()))


class Audit:
    """What lynis says of a host: its index, warnings, and suggestions by their tests. It leaves nothing there."""

    def __init__(self, lab, host):
        self.host = host
        lab.on(host, "DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install lynis >/dev/null 2>&1")
        try:
            lab.on(host, "lynis audit system --quick --no-colors >/dev/null 2>&1", check=False)
            self.report = lab.on(host, "cat /var/log/lynis-report.dat")
        finally:
            lab.on(host, "apt-get -qq -y purge lynis >/dev/null 2>&1; rm -f /var/log/lynis*")
        self.index = int(re.search(r"^hardening_index=(\d+)", self.report, re.MULTILINE).group(1))
        self.warnings = re.findall(r"^warning\[\]=(.*)", self.report, re.MULTILINE)
        self.suggestions = re.findall(r"^suggestion\[\]=([^|]+)\|([^|]*)", self.report, re.MULTILINE)

    @property
    def unexplained(self):
        return [suggestion for suggestion in self.suggestions if suggestion[0] not in EXPLAINED]
