#!/usr/bin/env python3
"""Rewrites constraints.txt: the exact version of every dependency, with the digests of its wheels for each Python and machine we run on.

pip resolves (for the oldest Python first); nothing is installed. Run it to update, and commit what it writes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = ("x86_64", "aarch64")
GLIBC = 36  # Debian 12's; newer systems run what it runs


def resolve(python: str, machine: str, pins: Path | None) -> list[dict]:
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 16, -1)] + [f"manylinux2014_{machine}"]
    requirements = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]["dependencies"]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--only-binary=:all:"]
    command += ["--target", tempfile.gettempdir(), "--python-version", python, "--implementation", "cp", "--report", "-"]
    command += [argument for name in platforms for argument in ("--platform", name)]
    command += ["--constraint", str(pins)] if pins else []
    return json.loads(subprocess.run([*command, *requirements], check=True, stdout=subprocess.PIPE).stdout)["install"]  # noqa: S603


def main() -> None:
    versions: dict[str, str] = {}
    digests: dict[str, set[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "pins.txt"
        for python in PYTHONS:
            for machine in MACHINES:
                for item in resolve(python, machine, pins if versions else None):
                    name = item["metadata"]["name"].lower().replace("_", "-").replace(".", "-")
                    versions[name] = item["metadata"]["version"]
                    digests.setdefault(name, set()).add(item["download_info"]["archive_info"]["hashes"]["sha256"])
                pins.write_text("".join(f"{name}=={version}\n" for name, version in versions.items()))
    lines = ["# Written by lock.py. Exact versions and digests, so that a build is the same tomorrow.\n"]
    for name in sorted(versions):
        hashes = "".join(f" \\\n    --hash=sha256:{digest}" for digest in sorted(digests[name]))
        lines.append(f"{name}=={versions[name]}{hashes}\n")
    (HERE / "constraints.txt").write_text("".join(lines))


if __name__ == "__main__":
    main()
