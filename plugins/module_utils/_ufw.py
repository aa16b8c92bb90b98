# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""UFW's rules as text: what is declared, what its files say, what the kernel has, and the steps between them. Pure; touches nothing.

UFW keeps its rules in user.rules and user6.rules. These are input of iptables-restore, and carry a comment line ("tuple") before each
rule, from which UFW itself reads them back. Writing that section and loading the file is what the ufw command does for each single rule.
Doing it once for all of them is fast, and the kernel replaces the old set by the new one in one transaction: there is no moment without
rules and none without SSH.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
from dataclasses import dataclass, field

FAMILIES = (4, 6)
ANYWHERE = {4: "0.0.0.0/0", 6: "::/0"}
START, END = "### RULES ###\n", "### END RULES ###\n"
POLICY = {"allow": "accept", "deny": "drop", "reject": "reject"}
DIRECTIONS = {"incoming": "input", "outgoing": "output", "routed": "forward"}
# What a fresh package brings; a host without UFW is compared with these, so that check mode predicts the real run.
PRISTINE = {
    "enabled": "no",
    "loglevel": "low",
    "ipv6": "yes",
    "default_input_policy": "drop",
    "default_output_policy": "accept",
    "default_forward_policy": "drop",
}
PROTOCOL_NAMES = {"50": "esp", "51": "ah", "112": "vrrp", "all": "any"}
# What UFW's own rules let in from everybody on the link: mDNS and UPnP.
DISCOVERY = re.compile(r"-A (ufw6?-before-input) (?=.*-p udp\b).*--dport (5353|1900) -j ACCEPT")


@dataclass(frozen=True)
class Allow:
    """One rule of one direction (in, out) and one address family."""

    family: int
    direction: str
    proto: str
    port: str
    target: str
    source_port: str
    source: str
    comment: str = field(default="", compare=False)

    def lines(self):
        """The two lines of the rules file: UFW's tuple, and the rule for iptables-restore."""
        comment = f" comment={self.comment.encode().hex()}" if self.comment else ""
        spec = [f"-A ufw{suffix(self.family)}-user-{self.direction}put"]
        spec += [f"-p {self.proto}"] if self.proto != "any" else []
        spec += [f"-m multiport --{end}ports {port}" for end, port in self._ends() if ":" in port]
        spec += [f"-d {self.target}"] if self.target != ANYWHERE[self.family] else []
        spec += [f"--dport {self.port}"] if self.port != "any" and ":" not in self.port else []
        spec += [f"-s {self.source}"] if self.source != ANYWHERE[self.family] else []
        spec += [f"--sport {self.source_port}"] if self.source_port != "any" and ":" not in self.source_port else []
        told = f"allow {self.proto} {self.port} {self.target} {self.source_port} {self.source} {self.direction}{comment}"
        return [f"### tuple ### {told}", " ".join([*spec, "-j ACCEPT"])]

    def _ends(self):
        return ("d", self.port), ("s", self.source_port)

    def admits(self, client, server, port):
        """Whether this rule lets TCP from that address reach that port at that address of this host."""
        ends = (client, self.source), (server, self.target)
        return self.direction == "in" and self.source_port == "any" and self._covers(ends, port, self.port)

    def answers(self, client, server, port):
        """Whether this rule lets what this host sends from there, over TCP, reach any port of the client."""
        ends = (client, self.target), (server, self.source)
        return self.direction == "out" and self.port == "any" and self._covers(ends, port, self.source_port)

    def _covers(self, ends, port, ports):
        low, dummy, high = ports.partition(":")
        return (
            self.proto in ("tcp", "any")
            and (ports == "any" or int(low) <= port <= int(high or low))
            and all(ipaddress.ip_address(address) in ipaddress.ip_network(network) for address, network in ends)
        )


@dataclass(frozen=True)
class State:
    """All that the module compares. C(rules) maps each family in use to the lines of its rules section."""

    enabled: bool
    logging: str
    policies: dict
    rules: dict
    # What the kernel has: "yes", "no", "broken" (a policy or a link between chains is not UFW's) or "differs" (other rules than declared).
    loaded: str
    # Whether the built-in chains lead into UFW's, as far as these exist.
    hooked: bool = True
    # Whether UFW minds IPv6, and whether its files or the kernel let discovery in (DISCOVERY).
    ipv6: bool = True
    discovery: bool = False


def suffix(family):
    """UFW's infix of chains and files of IPv6."""
    return "6" if family == 6 else ""


def _network(text, family):
    """A CIDR in UFW's spelling (hosts without a prefix length), or None where it belongs to the other family."""
    if text == "any":
        return ANYWHERE[family]
    network = ipaddress.ip_network(text)
    if network.version != family:
        return None
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def declare(rules, protocols):
    """The declared rules, one C(Allow) for each source, target and family, each once. Raises ValueError for what UFW cannot express.

    A protocol that this UFW does not know yet (vrrp before 0.36.2) becomes "any" of the same sources.
    """
    allows = {}
    for rule in rules:
        proto, port, source_port = rule.get("proto") or "tcp", str(rule.get("port") or "any"), str(rule.get("from_port") or "any")
        direction, sources, targets = rule.get("direction") or "in", rule.get("from"), rule.get("to")
        has_port = (port, source_port) != ("any", "any")
        other_end = "from" if direction == "in" else "to"
        if rule.get(other_end) is None:
            raise ValueError(f"a rule of direction {direction} does not say {other_end}")
        if (proto in ("tcp", "udp")) != has_port:
            raise ValueError(f"a rule of protocol {proto} {'has no' if has_port else 'needs a'} port")
        for text in (port, source_port):
            if not re.fullmatch(r"any|\d+(:\d+)?", text) or any(not 0 < int(number) < 65536 for number in re.findall(r"\d+", text)):
                raise ValueError(f"{text!r} is neither a port nor a range like 8000:8010")
        if proto not in (*protocols, "any"):
            if "any" in rule[other_end]:
                raise ValueError(f"this version of UFW does not know the protocol {proto}, and {other_end} is any: name addresses")
            proto = "any"
        # This host's end may be any of its addresses.
        sources, targets = (sources, targets or ["any"]) if direction == "in" else (sources or ["any"], targets)
        for source, target, family in itertools.product(sources, targets, FAMILIES):
            ends = _network(source, family), _network(target, family)
            if all(ends):
                allow = Allow(family, direction, proto, port, ends[1], source_port, ends[0], rule.get("comment") or "")
                allows.setdefault(allow, allow)
    return list(allows)


def section(allows, family):
    """The lines of the rules section that express these rules."""
    return [line for allow in allows if allow.family == family for line in allow.lines()]


def read_section(text):
    """The lines of a rules file's section, without blank ones. A file that UFW has not yet written itself has no end mark, and no rules."""
    if START not in text or END not in text:
        return []
    return [line for line in text.partition(START)[2].partition(END)[0].splitlines() if line.strip()]


def write_section(text, lines):
    """The rules file with its section replaced."""
    head, dummy, rest = text.partition(START)
    tail = rest.partition(END)[2] if END in rest else rest
    body = "".join(f"\n{line}\n" if line.startswith("###") else f"{line}\n" for line in lines)
    return f"{head}{START}{body}\n{END}{tail}"


def read_settings(text):
    """KEY=value lines of UFW's configuration files, in lower case, over what a fresh package has."""
    return {**PRISTINE, **{key.lower(): value.lower() for key, value in re.findall(r'^(\w+)="?(\w*)"?', text, re.MULTILINE)}}


def _meaning(line):
    """A rule of iptables -S or of the rules file in one spelling: the set of its options."""
    line = re.sub(r" -m (tcp|udp)\b", "", line)
    line = re.sub(r"(-[sd] [0-9.]+)/32\b|(-[sd] [0-9a-f:.]+)/128\b", r"\1\2", line)
    line = re.sub(r"-p (\d+|all)\b", lambda match: "-p " + PROTOCOL_NAMES.get(match[1], match[1]), line)
    return frozenset(re.findall(r"--?[a-z-]+(?: (?!-)\S+)*", line, re.IGNORECASE))


def discovery(text):
    """The rules among these lines that let discovery in."""
    return [line for line in text.splitlines() if DISCOVERY.fullmatch(line)]


def without_discovery(text):
    """UFW's own rules without those."""
    return "".join(line for line in text.splitlines(keepends=True) if not DISCOVERY.fullmatch(line.rstrip()))


def with_ipv6(text):
    """UFW's settings, with rules for IPv6 too."""
    others = [line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("IPV6=")]
    return "".join([*others, "IPV6=yes\n"])


def rehook(listing, family):
    """Input of iptables-restore that leads the built-in chains into UFW's again, or "" where they do, or where UFW has made no chains yet.

    UFW makes these links only together with its chains. Started after somebody's "iptables -F", it would drop everything, SSH included.
    """
    parts = ("before-logging", "before", "after", "after-logging", "reject", "track")
    chains = [(name.upper(), f"ufw{suffix(family)}-{part}-{name}") for name in DIRECTIONS.values() for part in parts]
    wanted = [f"-A {builtin} -j {chain}" for builtin, chain in chains]
    live = listing.splitlines()
    found = [line for line in live if line in wanted]
    missing = [chain for dummy, chain in chains if f"-N {chain}" not in live]
    if len(missing) == len(chains) or (sorted(found) == sorted(wanted) and not missing):
        return ""
    new = [f":{chain} - [0:0]" for chain in missing]
    return "\n".join(["*filter", *new, *(line.replace("-A", "-D", 1) for line in found), *wanted, "COMMIT"]) + "\n"


def loaded(listing, family, policies, lines):
    """How the kernel's rules (the text of iptables -S) relate to what the files should have made of it."""
    chain = f"ufw{suffix(family)}"
    live = listing.splitlines()
    if f"-N {chain}-user-input" not in live:
        return "no"
    kernel_policies = {"accept": "ACCEPT", "drop": "DROP", "reject": "DROP"}
    wanted = {f"-P {name.upper()} {kernel_policies[policy]}" for name, policy in policies.items()}
    wanted.add(f"-A {chain}-before-input -j {chain}-user-input")
    if not wanted <= set(live):
        return "broken"
    user = [line for line in live if re.match(rf"-A {chain}-user-(input|output|forward) ", line)]
    # Order matters within a chain only.
    found, declared = (
        [_meaning(line) for line in sorted(some, key=lambda line: line.split()[1])]
        for some in (user, [line for line in lines if line.startswith("-A ")])
    )
    return "yes" if found == declared else "differs"


def steps(current, desired):
    """What turns the current state into the desired one. Files come first what loads them last: the next run repairs an interrupted one.

    A step is a command line, or one of C(ipv6), C(close), C(write), C(hook) and C(restore), which the module does itself.
    """
    todo = []
    if not current.ipv6:
        todo.append("ipv6")
    if current.discovery:
        todo.append("close")
    if current.rules != desired.rules:
        todo.append("write")
    if desired.enabled and not current.hooked:
        todo.append("hook")
    # Where the firewall runs, UFW restarts itself for a policy. That, and only that, is a moment without rules.
    todo += [
        ["ufw", "default", policy, direction] for direction, policy in desired.policies.items() if current.policies[direction] != policy
    ]
    if current.logging != desired.logging:
        todo.append(["ufw", "logging", desired.logging])
    if not desired.enabled:
        return todo + ([["ufw", "disable"]] if current.enabled or current.loaded != "no" else [])
    if not current.enabled or current.loaded == "no":
        todo.append(["ufw", "--force", "enable"])
    if current.loaded == "broken":
        todo.append(["ufw", "reload"])
    if current.loaded == "differs" or (current.loaded == "yes" and "write" in todo):
        todo.append("restore")
    return todo


def _sentence(line, family):
    """A tuple in the words of the ufw command."""
    action, proto, port, target, source_port, source, *rest = line.split()[3:]
    comment = next((bytes.fromhex(word[8:]).decode(errors="replace") for word in rest if word.startswith("comment=")), "")
    text = f"{action} {rest[0] if rest else 'in'} proto {proto} from {source}"
    text += f" port {source_port}" if source_port != "any" else ""
    text += f" to {target}" if target != ANYWHERE[family] else " to any"
    text += f" port {port}" if port != "any" else ""
    return f"{text}  # {comment}" if comment else text


def describe(state):
    """A state as text, for a diff."""
    head = [
        f"status: {'enabled' if state.enabled else 'disabled'}, in the kernel: {state.loaded if state.hooked else 'broken'}",
        f"logging: {state.logging}",
        f"IPv6: {'on' if state.ipv6 else 'off'}, mDNS and UPnP: {'open' if state.discovery else 'closed'}",
        "default: " + ", ".join(f"{state.policies[direction]} ({direction})" for direction in DIRECTIONS),
    ]
    tuples = [_sentence(line, family) for family, lines in state.rules.items() for line in lines if line.startswith("### tuple ###")]
    return "\n".join([*head, *tuples]) + "\n"
