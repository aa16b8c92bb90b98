"""Runs on a host as root, by test_secrets.py: where the secrets of standard input, one a line, are found. Prints JSON, and no secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from glob import glob
from pathlib import Path

# Where a playbook could have left something.
PLACES = ["/etc", "/opt", "/var", "/run", "/tmp", "/home", "/root", "/srv", "/usr/local"]  # noqa: S108
NOBODY = (65534, 65534)
SECRETS = sys.stdin.buffer.read()


def output(*command, given=b"", **options):
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, **options).stdout


def files(kind, patterns, size):
    """[path, owner, group, mode] of each log or smaller file with a pattern (`kind` is grep's option). The journal is another question."""
    chosen = f"-xdev -path /var/log/journal -prune -o -type f ( -size {size} -o -path /var/log/* ) -print0"
    find = ["find", *PLACES, *chosen.split()]
    paths = output(*find).split(b"\0")[:-1]
    found = []
    for start in range(0, len(paths), 1000):
        found += output("grep", "-alsZ", kind, "-f", "-", "--", *paths[start : start + 1000], given=patterns).split(b"\0")[:-1]
    lines = output("xargs", "-0", "-r", "stat", "-c", "%n %U %G %a", "--", given=b"\0".join(found)).decode().splitlines()
    return [line.rsplit(" ", 3) for line in lines]


def readable(kind):
    """[user's number, program] for each process whose `kind` (environ, cmdline) shows a secret to a user that is not root."""
    paths = glob(f"/proc/[0-9]*/{kind}")
    found = set()
    for user, group in {(status.st_uid, status.st_gid) for status in map(os.stat, glob("/proc/[0-9]*"))} | {NOBODY}:
        if user != 0:
            me = {"user": user, "group": group, "extra_groups": []}
            shown = output("grep", "-alsFf", "-", "--", *paths, given=SECRETS, **me).decode().split()
            found |= {(user, os.path.basename(os.readlink(Path(path).with_name("exe")))) for path in shown}
    return sorted(found)


def journal():
    """[lines, services that wrote one with a secret]; all fields count, not only the message."""
    secrets = SECRETS.split()
    lines = output("journalctl", "--quiet", "--no-pager", "--all", "--output", "json").splitlines()
    found = {json.loads(line).get("_SYSTEMD_UNIT", "?") for line in lines if any(secret in line for secret in secrets)}
    return [len(lines), sorted(found)]


print(
    json.dumps(
        {
            "files": files("-F", SECRETS, "-2M"),
            "keys": files("-E", b"^-----BEGIN [A-Z ]*PRIVATE KEY-----$", "-64k"),
            "journal": journal(),
            "environ": readable("environ"),
            "cmdline": readable("cmdline"),
        }
    )
)
