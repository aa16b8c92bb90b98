#!/usr/bin/python
# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ufw_rules
short_description: Keep the whole UFW rule set equal to what is declared
description:
  - Declares all rules of a host at once. What is not declared is removed, for IPv4 and IPv6, incoming, outgoing and routed.
  - The kernel's rules are compared too, so that a rule opened by hand with C(iptables) in UFW's chains is also removed.
  - Rules are replaced in one transaction of the kernel. There is no moment without SSH and none at which everything is open. Only a default
    policy that was changed while UFW was active is put back by a restart of UFW, which takes a fraction of a second.
  - Refuses, before any change, rules that do not admit the SSH connection over which it runs, or do not let out its answers where
    O(outgoing) is not V(allow).
  - IPv6 is treated as IPv4 is (C(IPV6=yes)). What UFW's own rules admit is ICMP, and answers to DHCP; mDNS and UPnP, which these admit from
    everybody too, are closed unless a rule opens them.
notes:
  - Rules of other programs, such as the ports that Docker publishes, bypass UFW and are not seen.
author:
  - The searchstack developers (@searchstack)
version_added: 0.1.0
attributes:
  check_mode:
    support: full
    description: Can run in check mode, even where UFW is not installed yet, and predict the change.
  diff_mode:
    support: full
    description: Shows the rules before and after in the words of the C(ufw) command.
  platform:
    support: full
    platforms: debian
    description: The platforms on which the module runs.
options:
  rules:
    description: What may come in and go out, in this order. Everything else follows O(incoming) and O(outgoing).
    type: list
    elements: dict
    required: true
    suboptions:
      direction:
        description: Whether traffic comes in, or goes out.
        type: str
        choices: [in, out]
        default: in
      port:
        description: A port or a range such as V(8000:8010). Needed by V(tcp) and V(udp), refused by every other protocol.
        type: str
      from_port:
        description: The port, or the range, that the traffic comes from. With it, O(rules[].port) may be missing.
        type: str
      proto:
        description:
          - The protocol; V(any) is all traffic of the sources.
          - UFW before 0.36.2 does not know V(vrrp); there the rule admits all traffic of its sources.
        type: str
        choices: [tcp, udp, vrrp, esp, ah, any]
        default: tcp
      from:
        description:
          - Of what comes in, networks, addresses, or V(any) for everybody over IPv4 and IPv6. Required there; an empty list makes no rule.
          - Of what goes out, this host's own addresses; without it, any of them.
        type: list
        elements: str
      to:
        description:
          - Of what goes out, networks, addresses, or V(any). Required there; an empty list makes no rule.
          - Of what comes in, this host's own addresses; without it, any of them.
        type: list
        elements: str
      comment:
        description: What C(ufw status) shows beside the rule.
        type: str
        default: ''
  enabled:
    description: Whether the firewall is active, now and after a boot.
    type: bool
    default: true
  incoming:
    description: What happens to incoming traffic that no rule admits.
    type: str
    choices: [allow, deny, reject]
    default: deny
  outgoing:
    description: What happens to outgoing traffic.
    type: str
    choices: [allow, deny, reject]
    default: allow
  routed:
    description: What happens to forwarded traffic.
    type: str
    choices: [allow, deny, reject]
    default: deny
  logging:
    description: UFW's log level.
    type: str
    choices: ['off', low, medium, high, full]
    default: low
"""

EXAMPLES = r"""
- name: A web server, managed from one network
  searchstack.platform.ufw_rules:
    rules:
      - {port: 22, from: [192.0.2.0/24], comment: SSH}
      - {port: 443, from: [any], comment: HTTPS}
      - {proto: vrrp, from: [192.0.2.12], comment: the other balancer}

- name: A server that reaches its database, and nothing else
  searchstack.platform.ufw_rules:
    outgoing: deny
    rules:
      - {port: 22, from: [192.0.2.0/24], comment: SSH}
      - {direction: out, from_port: 22, to: [192.0.2.0/24], comment: answers of SSH}
      - {direction: out, port: 5432, to: [192.0.2.31], comment: the database}
"""

RETURN = r"""
commands:
  description:
    - What was done, or would be in check mode.
    - V(ipv6), V(close), V(write), V(hook) and V(restore) are steps without the C(ufw) command.
  returned: always
  type: list
  elements: raw
  sample: [write, [ufw, --force, enable]]
"""

import os
import tempfile

try:
    from ufw.util import supported_protocols
except ImportError:
    # UFW is not installed yet; what will be is taken for a current one.
    supported_protocols = None

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.searchstack.platform.plugins.module_utils import _ssh, _ufw

RULES_FILE = {family: f"user{_ufw.suffix(family)}.rules" for family in _ufw.FAMILIES}
RULE_OPTIONS = {
    "direction": {"type": "str", "choices": ["in", "out"], "default": "in"},
    "port": {"type": "str"},
    "from_port": {"type": "str"},
    "proto": {"type": "str", "choices": ["tcp", "udp", "vrrp", "esp", "ah", "any"], "default": "tcp"},
    "from": {"type": "list", "elements": "str"},
    "to": {"type": "list", "elements": "str"},
    "comment": {"type": "str", "default": ""},
}


SETTINGS = "/etc/default/ufw"


def read_text(*paths):
    """The first of these files that exists."""
    for path in paths:
        if os.path.exists(path):
            with open(path) as stream:
                return stream.read()
    return ""


def rules_text(family):
    """The rules file, or the one that UFW starts from where it is missing or damaged."""
    text = read_text(f"/etc/ufw/{RULES_FILE[family]}")
    return text if _ufw.START in text else read_text(f"/usr/share/ufw/iptables/{RULES_FILE[family]}")


def own_rules_file(family):
    """The name of the file with UFW's own rules, which come before the declared ones."""
    return f"before{_ufw.suffix(family)}.rules"


def own_rules(family):
    """Those rules, or the package's where the file is missing; empty without UFW."""
    return read_text(f"/etc/ufw/{own_rules_file(family)}", f"/usr/share/ufw/iptables/{own_rules_file(family)}")


class Firewall:
    """The host's firewall: reads its state and takes the steps that _ufw.steps() names."""

    def __init__(self, module):
        self.module = module
        self.settings = _ufw.read_settings(read_text(SETTINGS) + "\n" + read_text("/etc/ufw/ufw.conf"))
        self.families = _ufw.FAMILIES if os.path.exists("/proc/sys/net/ipv6") else (4,)

    def listings(self):
        """The kernel's rules, by family; empty where iptables is not installed yet."""
        families = self.families if self.module.get_bin_path("iptables") else ()
        return {family: self.module.run_command([f"ip{_ufw.suffix(family)}tables", "-S"])[1] for family in families}

    def in_kernel(self, listings, rules):
        """The worst that is true of the families' rules in the kernel."""
        policies = {name: self.settings[f"default_{name}_policy"] for name in _ufw.DIRECTIONS.values()}
        found = {_ufw.loaded(listing, family, policies, rules[family]) for family, listing in listings.items()} or {"no"}
        if len(found) > 1 and "no" in found:
            return "broken"
        return next(state for state in ("broken", "differs", "no", "yes") if state in found)

    def read(self, desired_rules):
        """The current State; what the kernel has is compared with the desired rules."""
        listings = self.listings()
        texts = [own_rules(family) for family in self.families]
        names = {policy: name for name, policy in _ufw.POLICY.items()}
        return _ufw.State(
            enabled=self.settings["enabled"] == "yes",
            logging=self.settings["loglevel"],
            policies={d: names.get(self.settings[f"default_{chain}_policy"], "unknown") for d, chain in _ufw.DIRECTIONS.items()},
            rules={family: _ufw.read_section(rules_text(family)) for family in self.families},
            loaded=self.in_kernel(listings, desired_rules),
            hooked=not any(_ufw.rehook(listing, family) for family, listing in listings.items()),
            ipv6=self.settings["ipv6"] == "yes",
            discovery=any(_ufw.discovery(listing) for listing in listings.values())
            # A host without UFW gets the rules of a fresh package.
            or any(_ufw.discovery(text) for text in texts)
            or not all(texts),
        )

    def take(self, step, rules):
        """One step of the plan."""
        if step == "ipv6":
            self.write(SETTINGS, _ufw.with_ipv6(read_text(SETTINGS)), 0o644)
        elif step == "close":
            for family in self.families:
                self.write(f"/etc/ufw/{own_rules_file(family)}", _ufw.without_discovery(own_rules(family)))
            for family, listing in self.listings().items():
                gone = [line.replace("-A", "-D", 1) for line in _ufw.discovery(listing)]
                self.restore(family, "\n".join(["*filter", *gone, "COMMIT"]) + "\n")
        elif step == "write":
            for family, lines in rules.items():
                self.write(f"/etc/ufw/{RULES_FILE[family]}", _ufw.write_section(rules_text(family), lines))
        elif step == "hook":
            for family, listing in self.listings().items():
                self.restore(family, _ufw.rehook(listing, family))
        elif step == "restore":
            for family in self.families:
                self.restore(family, rules_text(family))
        else:
            self.run(step)

    def restore(self, family, text):
        """Gives text to iptables-restore, in one transaction."""
        self.run([f"ip{_ufw.suffix(family)}tables-restore", "--noflush"], data=text)

    def write(self, path, text, mode=0o640):
        """Replaces a file at once, so that a boot or a ufw command never reads half of it."""
        handle, temporary = tempfile.mkstemp(dir=self.module.tmpdir)
        with os.fdopen(handle, "w") as stream:
            stream.write(text)
        os.chmod(temporary, mode)
        self.module.atomic_move(temporary, path)

    def run(self, command, data=None):
        """A command that must succeed."""
        status, out, err = self.module.run_command(command, data=data)
        if status:
            self.module.fail_json(msg=f"{' '.join(command)} failed: {(err or out).strip()}", rc=status)


def refuse_lockout(module, allows):
    """Fails where the declared rules would cut off the connection that applies them."""
    session = _ssh.connection()
    if not session or not module.params["enabled"]:
        return
    client, server, port = session
    if module.params["incoming"] != "allow" and not any(allow.admits(*session) for allow in allows):
        module.fail_json(
            msg=f"No rule admits TCP from {client} to port {port} of {server}, over which this SSH connection runs. "
            "Nothing was changed. Add that address to the sources of the SSH rule."
        )
    # The kernel knows a connection by its next packet. If that is an answer, it counts as a new connection that goes out.
    if module.params["outgoing"] != "allow" and not any(allow.answers(*session) for allow in allows):
        module.fail_json(
            msg=f"No rule lets the answers of this SSH connection out, TCP from port {port} to {client}. "
            f"Nothing was changed. Add a rule with direction: out, from_port: {port} and to: [{client}]."
        )


def main():
    module = AnsibleModule(
        argument_spec={
            "rules": {"type": "list", "elements": "dict", "required": True, "options": RULE_OPTIONS},
            "enabled": {"type": "bool", "default": True},
            "incoming": {"type": "str", "choices": list(_ufw.POLICY), "default": "deny"},
            "outgoing": {"type": "str", "choices": list(_ufw.POLICY), "default": "allow"},
            "routed": {"type": "str", "choices": list(_ufw.POLICY), "default": "deny"},
            "logging": {"type": "str", "choices": ["off", "low", "medium", "high", "full"], "default": "low"},
        },
        supports_check_mode=True,
    )
    try:
        allows = _ufw.declare(module.params["rules"], supported_protocols or RULE_OPTIONS["proto"]["choices"])
    except ValueError as error:
        module.fail_json(msg=f"rules: {error}.")
    refuse_lockout(module, allows)
    firewall = Firewall(module)
    desired = _ufw.State(
        enabled=module.params["enabled"],
        logging=module.params["logging"],
        policies={direction: module.params[direction] for direction in _ufw.DIRECTIONS},
        rules={family: _ufw.section(allows, family) for family in firewall.families},
        loaded="yes" if module.params["enabled"] else "no",
    )
    current = firewall.read(desired.rules)
    plan = _ufw.steps(current, desired)
    if plan and not module.check_mode:
        module.get_bin_path("ufw", required=True)
        for step in plan:
            Firewall(module).take(step, desired.rules)
        if _ufw.steps(Firewall(module).read(desired.rules), desired):
            module.fail_json(msg="The firewall is not in the declared state after all steps; the diff of another run says what is missing.")
    module.exit_json(changed=bool(plan), commands=plan, diff={"before": _ufw.describe(current), "after": _ufw.describe(desired)})


if __name__ == "__main__":
    main()
