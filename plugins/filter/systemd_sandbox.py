# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sandbox for every service that the platform runs, and what is different for one of them."""

from __future__ import annotations

# What a service that talks to others and writes to its own folders can do without. In the order of systemd.exec(5).
SANDBOX = {
    "CapabilityBoundingSet": "",
    "AmbientCapabilities": "",
    "NoNewPrivileges": "yes",
    "UMask": "0077",
    "ProtectProc": "invisible",
    "ProcSubset": "pid",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "DevicePolicy": "closed",
    "PrivateUsers": "yes",
    "ProtectHostname": "yes",
    "ProtectClock": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectControlGroups": "yes",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "RestrictNamespaces": "yes",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "RemoveIPC": "yes",
    "SystemCallFilter": ["@system-service", "~@privileged @resources"],
    "SystemCallErrorNumber": "EPERM",
    "SystemCallArchitectures": "native",
}

# Those of which systemd adds up what several files say. What a package's unit says of them is forgotten first.
ADDED_UP = ("CapabilityBoundingSet", "AmbientCapabilities", "ReadWritePaths", "RestrictAddressFamilies", "SystemCallFilter")


def systemd_sandbox(different):
    """The lines of a unit. A list stands for several of the same name."""
    lines = []
    for name, value in {**SANDBOX, **different}.items():
        values = value if isinstance(value, list) else [value]
        if name in ADDED_UP and values != [""]:
            values = ["", *values]
        lines += [f"{name}={each}" for each in values]
    return "\n".join(lines)


class FilterModule:
    def filters(self):
        return {"systemd_sandbox": systemd_sandbox}
