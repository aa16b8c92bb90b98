# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the SSH connection that runs this process comes from."""

from __future__ import annotations

import ipaddress
import os


def _read(path):
    try:
        with open(path, "rb") as stream:
            return stream.read().decode(errors="replace")
    except OSError:
        return ""


def _address(text):
    address = ipaddress.ip_address(text.partition("%")[0])
    return str(getattr(address, "ipv4_mapped", None) or address)


def _parent(proc, pid):
    """The parent's id. The command's name, in parentheses, may itself hold spaces and parentheses."""
    fields = _read(os.path.join(proc, pid, "stat")).rpartition(")")[2].split()
    return fields[1] if len(fields) > 1 else "0"


def connection(proc="/proc", pid=None):
    """(client's address, server's address, server's port) of the SSH session above this process, or None.

    sudo drops SSH_CONNECTION from what it starts, yet its own environment, and that of the shell above it, still have it.
    """
    pid = str(pid or os.getpid())
    while pid not in ("0", "1"):
        for variable in _read(os.path.join(proc, pid, "environ")).split("\0"):
            name, dummy, value = variable.partition("=")
            if name == "SSH_CONNECTION" and len(value.split()) == 4:
                words = value.split()
                return _address(words[0]), _address(words[2]), int(words[3])
        pid = _parent(proc, pid)
    return None
