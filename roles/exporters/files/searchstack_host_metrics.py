"""Writes a file of metrics for the node exporter: certificates, services that wait for a restart, addresses.

Installed and run by a timer (role exporters). Its argument is a file of settings.
"""

import json
import ssl
import subprocess
import sys
from pathlib import Path

PREFIX = "searchstack_"
HELP = {
    "certificate_not_after_timestamp_seconds": "When a certificate in a file expires; 0 if the file has none.",
    "restart_pending": "Whether a service waits for a restart.",
    "address_held": "Whether this host has an address.",
}


def not_after(path):
    """When the first certificate of a file expires."""
    argv = ["/usr/bin/openssl", "x509", "-noout", "-enddate", "-in", path]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    return ssl.cert_time_to_seconds(done.stdout.strip().removeprefix("notAfter=")) if done.returncode == 0 else 0


def held():
    """The addresses of this host."""
    said = subprocess.run(["/usr/bin/ip", "-json", "address"], capture_output=True, text=True, timeout=10, check=True).stdout
    return {entry["local"] for interface in json.loads(said) for entry in interface.get("addr_info", []) if "local" in entry}


def samples(settings):
    """(metric, label, its value, value)"""
    for path in settings["certificates"]:
        yield "certificate_not_after_timestamp_seconds", "path", path, not_after(path)
    for service, path in sorted(settings["restart_files"].items()):
        yield "restart_pending", "service", service, int(Path(path).exists())
    here = held() if settings["addresses"] else set()
    for address in settings["addresses"]:
        yield "address_held", "address", address, int(address in here)


def text(found):
    """What Prometheus reads."""
    lines, seen = [], set()
    for metric, label, name, value in found:
        if metric not in seen:
            seen.add(metric)
            lines += [f"# HELP {PREFIX}{metric} {HELP[metric]}", f"# TYPE {PREFIX}{metric} gauge"]
        lines.append(f'{PREFIX}{metric}{{{label}="{name}"}} {value:.15g}')
    return "".join(f"{line}\n" for line in lines)


def main():
    settings = json.loads(Path(sys.argv[1]).read_text())
    file = Path(settings["metrics_directory"]) / "searchstack_host.prom"
    # At once, so that no scrape sees half a file.
    part = file.with_suffix(".part")
    part.write_text(text(samples(settings)))
    part.replace(file)


if __name__ == "__main__":
    main()
