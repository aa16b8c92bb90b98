# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may reach which port: the declared matrix, turned into addresses, firewall rules and probes.

One row of the matrix is a dictionary: C(name), C(port), optional C(proto) (V(tcp) unless said), C(to) (inventory groups that serve
the port), C(from) (what may reach it: inventory groups, CIDRs, or V(any)) and optional C(always) (V(false) for a port on which something
listens at times only).
"""

from __future__ import annotations

import ipaddress

from ansible.errors import AnsibleFilterError


def address_of(host, hostvars):
    """The address at which other hosts reach this one: platform_address, else ansible_host, else its name."""
    own = hostvars[host]
    return own.get("platform_address") or own.get("ansible_host") or host


def addresses(hosts, hostvars):
    """The addresses of a list of inventory hosts, in its order."""
    return [address_of(host, hostvars) for host in hosts]


def _members(names, groups, row):
    """The hosts of several inventory groups, each once. A group that no inventory has is empty; a tier may be left out."""
    if isinstance(names, str):
        raise AnsibleFilterError(f"port matrix: 'to' and 'from' of row {row.get('name')!r} must be lists")
    return list(dict.fromkeys(host for name in names for host in groups.get(name, [])))


def _is_network(text):
    """Whether a text is an IP network or address."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _sources(row, groups, hostvars):
    """What may reach the row's port, as a list of CIDRs and addresses, or ['any']."""
    if "any" in row["from"]:
        return ["any"]
    networks, names = [], []
    for name in row["from"]:
        (networks if _is_network(name) else names).append(name)
    # No group has such a name: this is a network with a mistake in it, and to leave it out silently would be another.
    for name in names:
        if any(sign in name for sign in "./:"):
            raise AnsibleFilterError(f"port matrix: {name!r} in 'from' of row {row.get('name')!r} is no network; write it as 192.0.2.0/24")
    return networks + addresses(_members(names, groups, row), hostvars)


def firewall_rules(matrix, host, groups, hostvars):
    """The rows of the matrix that this host serves, as the firewall role's rules. A host's own address is left out."""
    own = address_of(host, hostvars)
    rules = []
    for row in matrix:
        if host not in _members(row["to"], groups, row):
            continue
        sources = [source for source in _sources(row, groups, hostvars) if source != own]
        if sources:
            rule = {"proto": row.get("proto", "tcp"), "from": sources, "comment": row["name"]}
            if "port" in row:
                rule["port"] = row["port"]
            rules.append(rule)
    return rules


def _allowed(address, sources):
    if "any" in sources:
        return True
    return any(ipaddress.ip_address(address) in ipaddress.ip_network(source, strict=False) for source in sources)


def port_probes(matrix, prober, targets, groups, hostvars):
    """Every TCP port of the matrix on every other host, and whether a host with the address `prober` must find it open."""
    probes = []
    for target in targets:
        target_address = address_of(target, hostvars)
        if target_address == prober:
            continue
        for row in matrix:
            if row.get("proto", "tcp") != "tcp":
                continue
            serves = target in _members(row["to"], groups, row)
            may = serves and _allowed(prober, _sources(row, groups, hostvars))
            probe = {"name": target, "service": row["name"], "host": target_address, "port": int(row["port"]), "open": may}
            probes.append({**probe, "always": row.get("always", True)})
    return probes


def port_differences(probes, results):
    """What the probes found against what the matrix demands, one sentence each.

    A port that must not be reached must not even refuse: a refusal means that the packet got past the firewall.
    """
    differences = []
    for probe, result in zip(probes, results, strict=True):
        wanted = "open" if probe["open"] else "filtered"
        # Nobody listens now, and the firewall lets through.
        if probe["open"] and not probe.get("always", True) and result["state"] == "closed":
            continue
        if result["state"] != wanted:
            differences.append(f"{probe['name']} port {probe['port']} ({probe['service']}) must be {wanted}, but is {result['state']}")
    return differences


class FilterModule:
    """The collection's filters about who may reach whom."""

    def filters(self):
        return {"addresses": addresses, "firewall_rules": firewall_rules, "port_differences": port_differences, "port_probes": port_probes}
