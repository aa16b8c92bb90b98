# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses as they stand in URLs. ansible.utils.ipwrap does that too, for one more collection and library on every controller."""

from __future__ import annotations


def url_host(address, port=None):
    """The address, in brackets if it is one of IPv6, and C(:port) where a port is given."""
    host = f"[{address}]" if ":" in address else address
    return host if port is None else f"{host}:{port}"


def url(address, port, scheme="https"):
    """C(scheme://address:port)."""
    return f"{scheme}://{url_host(address, port)}"


class FilterModule:
    def filters(self):
        return {"url_host": url_host, "url": url}
