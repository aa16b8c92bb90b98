# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may reach which port: the declared matrix, turned into addresses, firewall rules and probes.

One row of the matrix is a dictionary: C(name), C(port), optional C(proto) (V(tcp) unless said), C(to) (inventory groups that serve
the port), C(from) (what may reach it: inventory groups, CIDRs, or V(any)) and, where wanted, C(always) (V(false) for a port on which
something listens at times only), C(network) (V(management): it is served, and asked from, at management addresses) and C(addresses)
(further ones at which it is served, such as a virtual one). Rows for what is no part of the platform have CIDRs or V(any) in C(to).
"""

from __future__ import annotations

import ipaddress

from ansible.errors import AnsibleFilterError

# The variables that say where a host is.
PLACES = ("platform_address", "ansible_host", "platform_addresses", "platform_management_address")


class Places(dict):
    """{host: its variables of PLACES}, each looked up once: Ansible brings all variables of a host together anew for each question."""

    def __init__(self, hostvars):
        super().__init__()
        self._hostvars = hostvars

    def __missing__(self, host):
        own = self._hostvars[host]
        self[host] = {name: own.get(name) for name in PLACES}
        return self[host]


def _address(host, places):
    return places[host]["platform_address"] or places[host]["ansible_host"] or host


def addresses(hosts, hostvars):
    """The addresses at which other hosts reach these, in their order: platform_address, else ansible_host, else the name."""
    places = Places(hostvars)
    return [_address(host, places) for host in hosts]


def all_addresses(hosts, hostvars):
    """Every address of a list of inventory hosts, each once: the ones above, then platform_addresses and platform_management_address."""
    return _all_addresses(hosts, Places(hostvars))


def _all_addresses(hosts, places):
    found = []
    for host in hosts:
        management = places[host]["platform_management_address"]
        found += [_address(host, places), *(places[host]["platform_addresses"] or []), *([management] if management else [])]
    return list(dict.fromkeys(found))


def served_at(host, row, places):
    """The addresses at which a host serves this row, and asks others for it."""
    management = places[host]["platform_management_address"]
    if management and row.get("network") == "management":
        return [management]
    return list(dict.fromkeys([_address(host, places), *(places[host]["platform_addresses"] or [])]))


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


def _addresses(row, end, groups, places):
    """What one end of a row ('from' or 'to') names, as a list of CIDRs and addresses, or ['any']."""
    if "any" in row[end]:
        return ["any"]
    networks, names = [], []
    for name in row[end]:
        (networks if _is_network(name) else names).append(name)
    # No group has such a name: this is a network with a mistake in it, and to leave it out silently would be another.
    for name in names:
        if any(sign in name for sign in "./:"):
            raise AnsibleFilterError(f"port matrix: {name!r} in '{end}' of row {row.get('name')!r} is no network; write it as 192.0.2.0/24")
    return networks + [address for host in _members(names, groups, row) for address in served_at(host, row, places)]


def _whole(matrix):
    """The rows, each with all that a row needs."""
    for row in matrix:
        if not isinstance(row, dict):
            raise AnsibleFilterError(f"port matrix: row {row!r} is no dictionary; write {{name: ..., port: ..., from: [...], to: [...]}}")
        needed = ["name", "from", "to", *(["port"] if row.get("proto", "tcp") == "tcp" else [])]
        missing = [key for key in needed if key not in row]
        if missing:
            raise AnsibleFilterError(f"port matrix: row {row.get('name', row)!r} lacks {', '.join(missing)}")
    return matrix


def _rule(row, **ends):
    rule = {"proto": row.get("proto", "tcp"), **ends, "comment": row["name"]}
    return {**rule, "port": row["port"]} if "port" in row else rule


def firewall_rules(matrix, host, groups, hostvars):
    """The rows of the matrix that this host serves, as the firewall role's rules. A host's own addresses are left out."""
    places = Places(hostvars)
    own = _all_addresses([host], places)
    rules = []
    for row in _whole(matrix):
        if host not in _members(row["to"], groups, row):
            continue
        sources = [source for source in _addresses(row, "from", groups, places) if source not in own]
        if sources:
            pinned = row.get("network") == "management" and places[host]["platform_management_address"]
            rules.append(_rule(row, **{"from": sources}, **({"to": [pinned]} if pinned else {})))
    return rules


def firewall_egress_rules(matrix, host, groups, hostvars):
    """The rows of the matrix that start at this host, as the firewall role's rules for what goes out."""
    places = Places(hostvars)
    own = _all_addresses([host], places)
    rules = []
    for row in _whole(matrix):
        sources = _addresses(row, "from", groups, places)
        inside = sources == ["any"] or any(_is_network(address) and _allowed(address, sources) for address in own)
        if not inside and host not in _members(row["from"], groups, row):
            continue
        served = _addresses(row, "to", groups, places)
        targets = [target for target in [*served, *(row.get("addresses", []) if served else [])] if target not in own]
        if targets:
            rules.append(_rule(row, to=["any"] if "any" in targets else targets))
    return rules


def _allowed(address, sources):
    if "any" in sources:
        return True
    return any(ipaddress.ip_address(address) in ipaddress.ip_network(source, strict=False) for source in sources)


def port_probes(matrix, prober, targets, groups, hostvars):
    """Every TCP port of the matrix at every address of every other host, and whether a host with the address, or addresses, `prober` must
    find it open."""
    probers = [prober] if isinstance(prober, str) else prober
    rows = _whole(matrix)
    places = Places(hostvars)
    probes = []
    for target in targets:
        target_addresses = _all_addresses([target], places)
        if set(target_addresses) & set(probers):
            continue
        for address in target_addresses:
            # Who has no address of that family cannot ask.
            asking = [own for own in probers if (":" in own) == (":" in address)]
            for row in rows if asking else []:
                if row.get("proto", "tcp") != "tcp":
                    continue
                serves = target in _members(row["to"], groups, row) and address in served_at(target, row, places)
                may = serves and any(_allowed(own, _addresses(row, "from", groups, places)) for own in asking)
                name = target if address == target_addresses[0] else f"{target} ({address})"
                probe = {"name": name, "service": row["name"], "host": address, "port": int(row["port"]), "open": may}
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
        return {
            "addresses": addresses,
            "all_addresses": all_addresses,
            "firewall_egress_rules": firewall_egress_rules,
            "firewall_rules": firewall_rules,
            "port_differences": port_differences,
            "port_probes": port_probes,
        }
