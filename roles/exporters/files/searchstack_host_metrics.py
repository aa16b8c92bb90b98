"""Writes a file of metrics for the node exporter: certificates, services that wait for a restart, addresses, answers of a balancer.

Installed and run by a timer (role exporters). Its argument is a file of settings.
"""

import ipaddress
import json
import os
import re
import ssl
import subprocess
import sys
from pathlib import Path

PREFIX = "searchstack_"
HELP = {
    "certificate_not_after_timestamp_seconds": "When a certificate in a file expires; 0 if the file has none.",
    "restart_pending": "Whether a service waits for a restart.",
    "address_held": "Whether this host has an address.",
    "edge_responses_total": "Answers by the first digit of their status, as the access logs tell.",
}
CODES = ("1xx", "2xx", "3xx", "4xx", "5xx")
STATUS = re.compile(rb'(?<!\\)"status":"?([1-5])\d\d')


def not_after(path):
    """When the first certificate of a file expires."""
    argv = ["/usr/bin/openssl", "x509", "-noout", "-enddate", "-in", path]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    return ssl.cert_time_to_seconds(done.stdout.strip().removeprefix("notAfter=")) if done.returncode == 0 else 0


def held():
    """The addresses of this host."""
    said = subprocess.run(["/usr/bin/ip", "-json", "address"], capture_output=True, text=True, timeout=10, check=True).stdout
    found = [entry["local"] for interface in json.loads(said) for entry in interface.get("addr_info", []) if "local" in entry]
    return set(map(ipaddress.ip_address, found))


def _read(path, inode, offset):
    """The finished lines of a file from there on, if it still is that file."""
    try:
        with Path(path).open("rb") as file:
            if os.fstat(file.fileno()).st_ino != inode:
                return b""
            file.seek(offset)
            found = file.read()
    except FileNotFoundError:
        return b""
    return found[: found.rfind(b"\n") + 1]


def answers(logs, memory):
    """{access log: {code: how many since it was first looked at}}. The memory is a file; a log that was rotated is read to its end."""
    known = json.loads(memory.read_text()) if memory.exists() else {}
    for log in logs:
        state = Path(log).stat() if Path(log).exists() else None
        now = {"inode": state.st_ino if state else 0, "offset": state.st_size if state else 0}
        kept = known.setdefault(log, {**now, "counts": dict.fromkeys(CODES, 0)})
        if kept["inode"] != now["inode"]:
            _count(kept, _read(f"{log}.1", kept["inode"], kept["offset"]))
            kept.update(inode=now["inode"], offset=0)
        elif kept["offset"] > now["offset"]:
            kept["offset"] = 0
        _count(kept, _read(log, kept["inode"], kept["offset"]))
    write(memory, json.dumps({log: known[log] for log in logs}))
    return {log: known[log]["counts"] for log in logs}


def _count(kept, lines):
    kept["offset"] += len(lines)
    for digit in STATUS.findall(lines):
        kept["counts"][f"{digit.decode()}xx"] += 1


def samples(settings):
    """(metric, label, its value, value)"""
    for path in settings["certificates"]:
        yield "certificate_not_after_timestamp_seconds", "path", path, not_after(path)
    for service, path in sorted(settings["restart_files"].items()):
        yield "restart_pending", "service", service, int(Path(path).exists())
    here = held() if settings["addresses"] else set()
    for address in settings["addresses"]:
        yield "address_held", "address", address, int(ipaddress.ip_address(address) in here)
    if settings["access_logs"]:
        counts = answers(settings["access_logs"], Path(settings["metrics_directory"]) / "searchstack_host.json").values()
        for code in CODES:
            yield "edge_responses_total", "code", code, sum(count[code] for count in counts)


def text(found):
    """What Prometheus reads."""
    lines, seen = [], set()
    for metric, label, name, value in found:
        if metric not in seen:
            seen.add(metric)
            lines += [
                f"# HELP {PREFIX}{metric} {HELP[metric]}",
                f"# TYPE {PREFIX}{metric} {'counter' if metric.endswith('_total') else 'gauge'}",
            ]
        lines.append(f'{PREFIX}{metric}{{{label}="{name}"}} {value:.15g}')
    return "".join(f"{line}\n" for line in lines)


def write(file, content):
    """At once, so that nobody sees half a file."""
    part = file.with_suffix(".part")
    part.write_text(content)
    part.replace(file)


def main():
    settings = json.loads(Path(sys.argv[1]).read_text())
    write(Path(settings["metrics_directory"]) / "searchstack_host.prom", text(samples(settings)))


if __name__ == "__main__":
    main()
