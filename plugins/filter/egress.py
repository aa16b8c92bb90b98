# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host is known to need from outside, against what may go out."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443, "sftp": 22, "smtp": 25}
NAMES = {"name": "name servers", "port": 53, "proto": "udp"}


def _parts(need):
    """(protocol, host or "", port) of a need, or None where its URL leads nowhere else."""
    if "url" not in need:
        return need.get("proto", "tcp"), need.get("host", ""), int(need["port"])
    url = urlsplit(need["url"])
    port = url.port or PORTS.get(url.scheme)
    return ("tcp", url.hostname, port) if url.hostname and port else None


def _address(text):
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _lets_out(rule, proto, host, port):
    """Whether a rule lets that out. Where a name leads to is not known here: then any destination will do."""
    low, dummy, high = str(rule.get("port", "1:65535")).partition(":")
    if rule["proto"] not in (proto, "any") or not int(low) <= port <= int(high or low):
        return False
    address = _address(host)
    return "any" in rule["to"] or not address or any(address in ipaddress.ip_network(target, strict=False) for target in rule["to"])


def egress_problems(needs, rules, host):
    """What a host needs (each C(name), and C(url) or C(port), C(host), C(proto)) and none of the rules lets out, one sentence each."""
    known = [(need, parts) for need in needs for parts in [_parts(need)] if parts]
    if any(where and not _address(where) for dummy, (dummy_proto, where, dummy_port) in known):
        known.append((NAMES, _parts(NAMES)))
    return [
        f"platform_egress: {host} needs {need['name']} ({proto} {where + ' ' if where else ''}port {port}), which firewall_egress: deny "
        f"would cut off. Add a row such as {{name: {need['name']}, proto: {proto}, port: {port}, from: [platform], to: [any]}}."
        for need, (proto, where, port) in known
        if not any(_lets_out(rule, proto, where, port) for rule in rules)
    ]


class FilterModule:
    """The collection's filter about what goes out."""

    def filters(self):
        return {"egress_problems": egress_problems}
