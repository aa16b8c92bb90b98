# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every node loads its certificates from disk again."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resources._security import SECURITY_API


def reload_certificates(connect, hosts: list, layers: list, check_mode: bool) -> dict:
    """{changed, nodes}. `connect` makes a client of one URL: each node reloads only for a request that reaches itself."""
    clients = _by_node(connect, hosts)
    changed = {}
    for name, client in clients.items():
        before = _certificates(client)
        for layer in () if check_mode else layers:
            client.request("PUT", f"{SECURITY_API}/ssl/{layer}/reloadcerts")
        changed[name] = _certificates(client) != before
    return {"changed": any(changed.values()), "nodes": changed}


def _by_node(connect, hosts):
    if not hosts:
        raise InvalidInput("hosts: name the URL of each node.")
    clients = {client.request("GET", "/")["name"]: client for client in map(connect, hosts)}
    everybody = {node["name"] for node in next(iter(clients.values())).request("GET", "/_nodes/http")["nodes"].values()}
    missing = sorted(everybody - set(clients))
    if missing:
        raise InvalidInput(f"hosts: no URL reaches {', '.join(missing)}. Each node reloads for itself only, so name all of them.")
    return clients


def _certificates(client):
    return client.request("GET", f"{SECURITY_API}/ssl/certs")
