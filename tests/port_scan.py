"""What nmap finds open, closed and filtered between hosts of the lab, against what the port matrix and the listeners of each host demand.

A port that may not be reached must not answer at all: a refusal means that the packet got past the firewall.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

# Who does not answer is asked twice. That hardly anything is lost at this rate is tested: without its firewall, a host answers.
NMAP = ("nmap", "-n", "-Pn", "--max-retries", "1", "--initial-rtt-timeout", "500ms", "--max-rtt-timeout", "1s", "--min-rate", "10000")
# What a scan leaves in the asking host's table of connections would fill it: unanswered ones are forgotten sooner.
FORGET = "net.netfilter.nf_conntrack_tcp_timeout_syn_sent"
FORGET_SECONDS = 5
SILENT = {"filtered", "open|filtered"}
EVERY_PORT = "1-65535"
UDP_PORTS = (53, 67, 68, 69, 111, 123, 137, 161, 500, 514, 1900, 4789, 5353, 5355, 9200, 9300)


class Scan:
    """The hosts of an inventory, as their controller knows them."""

    def __init__(self, lab, addresses, folder):
        self.lab = lab
        # {host: {4: address, 6: link-local address}}
        self.addresses = {host: {4: address, 6: self._link_local(host)} for host, address in addresses.items()}
        target = folder / "port_matrix.json"
        lab.run(*lab.command("../tests/port_matrix.yml", "-e", f"port_matrix_file={target}"))
        self.matrix, self.groups = (json.loads(target.read_text())[key] for key in ("matrix", "groups"))

    def _link_local(self, host):
        found = re.search(r"inet6 (fe80:\S+)/", self.lab.on(host, "ip -6 address show dev eth0 scope link"))
        assert found, f"{host} has no link-local address"
        return found[1]

    def rows(self, host, protocol="tcp"):
        """The rows of the matrix that a host serves."""
        return [
            row for row in self.matrix if row.get("proto", "tcp") == protocol and any(host in self.groups[group] for group in row["to"])
        ]

    def may_reach(self, source, target, family):
        """The ports of the target that the matrix opens to the source."""
        address = ipaddress.ip_address(self.addresses[source][family])

        def admits(end):
            if end in self.groups:
                # The inventory has the hosts' addresses of IPv4 only.
                return family == 4 and source in self.groups[end]
            return end == "any" or (end[0].isdigit() or ":" in end) and address in ipaddress.ip_network(end)

        return {int(row["port"]) for row in self.rows(target) if any(admits(end) for end in row["from"])}

    def listening(self, host, family=None):
        """The TCP ports on which something listens at the host's address, or at any that others reach."""
        ports = set()
        for line in self.lab.on(host, "ss -H -ltn").splitlines():
            address, dummy, port = line.split()[3].rpartition(":")
            address = address.strip("[]").partition("%")[0].strip("[]").removeprefix("::ffff:")
            families = {"*": (4, 6), "0.0.0.0": (4,), "::": (6,)}.get(address)
            if families is None and not ipaddress.ip_address(address).is_loopback:
                families = (6,) if ":" in address else (4,)
            if families and family in (None, *families):
                ports.add(int(port))
        return ports

    def undeclared(self, host):
        """The ports on which something listens for others, and that no row of the matrix names."""
        return self.listening(host) - {int(row["port"]) for row in self.rows(host)}

    def forget_soon(self, host):
        """Make room in the host's table of connections until its next boot."""
        self.lab.on(host, f"sysctl -qw {FORGET}={FORGET_SECONDS}")

    def ask(self, source, targets, ports, *, family=4, protocol="tcp"):
        """{target: {port: state}} of all ports that answered, scanned from within a host."""
        asked = {self.addresses[target][family]: target for target in targets}
        pid = self.lab.run("docker", "inspect", "--format", "{{.State.Pid}}", f"searchstack-lab-{source}").stdout.strip()
        command = [] if os.getuid() == 0 else ["sudo"]
        command += ["nsenter", "--target", pid, "--net", *NMAP, "-oX", "-", "-sS" if protocol == "tcp" else "-sU", "-p", ports]
        command += ["-6", "-e", "eth0", *(f"{address}%eth0" for address in asked)] if family == 6 else [*asked]
        found = {}
        for host in ElementTree.fromstring(self.lab.run(*command, timeout=3600).stdout).iter("host"):
            target = asked[host.find("address[@addrtype]").get("addr").partition("%")[0]]
            # The state that most ports have is not told of each.
            common = {extra.get("state"): int(extra.get("count")) for extra in host.iter("extraports")}
            assert common.keys() <= SILENT, f"{source} to {target}: most ports are {common}"
            states = {int(port.get("portid")): port.find("state").get("state") for port in host.iter("port")}
            found[target] = {port: state for port, state in states.items() if state not in SILENT}
        assert sorted(found) == sorted(targets)
        return found

    def wrong(self, source, ports, *, targets=None, family=4, listening=None):
        """What a host finds otherwise than the matrix and the listeners demand, one sentence each."""
        targets = [target for target in targets or self.addresses if target != source]
        chosen = {
            port
            for part in ports.split(",")
            for low, dummy, high in [part.partition("-")]
            for port in range(int(low), int(high or low) + 1)
        }
        said = []
        for target, found in self.ask(source, targets, ports, family=family).items():
            there = (listening or {}).get((target, family)) or self.listening(target, family)
            demanded = {port: "open" if port in there else "closed" for port in self.may_reach(source, target, family) & chosen}
            for port in sorted({*demanded, *found}):
                must, state = demanded.get(port, "filtered"), found.get(port, "filtered")
                if must != state:
                    said.append(f"{source} to {target} over IPv{family}: port {port} must be {must}, but is {state}")
        return said

    def wrong_anywhere(self, sources, ports, *, family=4, listening=None):
        """What any of these hosts finds otherwise; three of them scan at the same time.

        Two that scan each other meet: a question to the port that the other one asks from looks like an answer to it, and passes.
        Others are lost. What was found is asked once more, alone, when no host remembers its own questions any more.
        """
        with ThreadPoolExecutor(3) as pool:
            found = list(pool.map(lambda source: self.wrong(source, ports, family=family, listening=listening), sources))
        if any(found):
            time.sleep(2 * FORGET_SECONDS)
        said = []
        for source, lines in zip(sources, found, strict=True):
            if lines:
                asked = {re.search(r"port (\d+) must", line)[1] for line in lines}
                said += self.wrong(source, ",".join(sorted(asked, key=int)), family=family, listening=listening)
        return said
