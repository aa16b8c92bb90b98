# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils import _ssh, _ufw

PROTOCOLS = ("tcp", "udp", "vrrp")
SSH = {"port": 22, "from": ["192.0.2.0/24"], "comment": "SSH"}
HTTPS = {"port": "443", "from": ["any"]}

# What a fresh package brings, shortened.
PRISTINE = "*filter\n:ufw-user-input - [0:0]\n### RULES ###\n-A ufw-user-limit -j REJECT\nCOMMIT\n"

POLICIES = {"input": "drop", "output": "accept", "forward": "drop"}
PARTS = ("before-logging", "before", "after", "after-logging", "reject", "track")
HOOKS = [f"-A {name.upper()} -j ufw-{part}-{name}" for name in POLICIES for part in PARTS]
LIVE = [
    "-P INPUT DROP",
    "-P FORWARD DROP",
    "-P OUTPUT ACCEPT",
    *(f"-N ufw-{part}-{name}" for name in POLICIES for part in PARTS),
    "-N ufw-user-input",
    *HOOKS,
    "-A ufw-before-input -j ufw-user-input",
    "-A ufw-user-input -s 192.0.2.0/24 -p tcp -m tcp --dport 22 -j ACCEPT",
    "-A ufw-user-input -s 192.0.2.7/32 -p 112 -j ACCEPT",
    "-A ufw-user-input -p udp -m multiport --dports 8000:8010 -j ACCEPT",
]
RULES = [SSH, {"proto": "vrrp", "from": ["192.0.2.7"]}, {"port": "8000:8010", "proto": "udp", "from": ["any"]}]


def lines(rules, family=4, protocols=PROTOCOLS):
    return _ufw.section(_ufw.declare(rules, protocols), family)


@pytest.mark.parametrize(
    ("rule", "family", "expected"),
    [
        (
            SSH,
            4,
            [
                "### tuple ### allow tcp 22 0.0.0.0/0 any 192.0.2.0/24 in comment=535348",
                "-A ufw-user-input -p tcp --dport 22 -s 192.0.2.0/24 -j ACCEPT",
            ],
        ),
        (SSH, 6, []),
        (HTTPS, 4, ["### tuple ### allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 in", "-A ufw-user-input -p tcp --dport 443 -j ACCEPT"]),
        (HTTPS, 6, ["### tuple ### allow tcp 443 ::/0 any ::/0 in", "-A ufw6-user-input -p tcp --dport 443 -j ACCEPT"]),
        (
            {"port": "8000:8010", "proto": "udp", "from": ["192.0.2.7/32"]},
            4,
            [
                "### tuple ### allow udp 8000:8010 0.0.0.0/0 any 192.0.2.7 in",
                "-A ufw-user-input -p udp -m multiport --dports 8000:8010 -s 192.0.2.7 -j ACCEPT",
            ],
        ),
        (
            {"proto": "vrrp", "from": ["192.0.2.7"]},
            4,
            ["### tuple ### allow vrrp any 0.0.0.0/0 any 192.0.2.7 in", "-A ufw-user-input -p vrrp -s 192.0.2.7 -j ACCEPT"],
        ),
        (
            {"proto": "any", "from": ["2001:DB8::0/32"]},
            6,
            ["### tuple ### allow any any ::/0 any 2001:db8::/32 in", "-A ufw6-user-input -s 2001:db8::/32 -j ACCEPT"],
        ),
        ({"port": 22, "from": []}, 4, []),
        (
            {"direction": "out", "port": 5432, "to": ["192.0.2.31"], "comment": "DB"},
            4,
            [
                "### tuple ### allow tcp 5432 192.0.2.31 any 0.0.0.0/0 out comment=4442",
                "-A ufw-user-output -p tcp -d 192.0.2.31 --dport 5432 -j ACCEPT",
            ],
        ),
        (
            {"direction": "out", "port": 53, "proto": "udp", "to": ["any"]},
            6,
            ["### tuple ### allow udp 53 ::/0 any ::/0 out", "-A ufw6-user-output -p udp --dport 53 -j ACCEPT"],
        ),
        (
            {"direction": "out", "from_port": 22, "to": ["192.0.2.0/24"]},
            4,
            ["### tuple ### allow tcp any 192.0.2.0/24 22 0.0.0.0/0 out", "-A ufw-user-output -p tcp -d 192.0.2.0/24 --sport 22 -j ACCEPT"],
        ),
        ({"direction": "out", "port": 5432, "to": []}, 4, []),
        (
            {"port": 22, "from": ["192.0.2.0/24", "2001:db8::/64"], "to": ["192.0.2.41"]},
            4,
            [
                "### tuple ### allow tcp 22 192.0.2.41 any 192.0.2.0/24 in",
                "-A ufw-user-input -p tcp -d 192.0.2.41 --dport 22 -s 192.0.2.0/24 -j ACCEPT",
            ],
        ),
        # An address of the other family has nothing to do with this one.
        ({"port": 22, "from": ["2001:db8::/64"], "to": ["192.0.2.41"]}, 6, []),
    ],
)
def test_rule_becomes_the_lines_that_ufw_itself_writes(rule, family, expected):
    assert lines([rule], family) == expected


def test_a_rule_declared_twice_is_one_rule():
    assert lines([SSH, {**SSH, "comment": "again"}]) == lines([SSH])


def test_an_old_ufw_gets_the_sources_of_vrrp_as_a_whole():
    assert lines([{"proto": "vrrp", "from": ["192.0.2.7"]}], protocols=["tcp", "udp"]) == lines([{"proto": "any", "from": ["192.0.2.7"]}])


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"from": ["any"]}, "needs a port"),
        ({"proto": "vrrp", "port": 1, "from": ["any"]}, "has no port"),
        ({"port": "http", "from": ["any"]}, "'http'"),
        ({"port": 70000, "from": ["any"]}, "'70000'"),
        ({"port": 22, "from": ["192.0.2.1/24"]}, "host bits"),
        ({"port": 22, "from": ["lb1"]}, "lb1"),
        ({"proto": "esp", "from": ["any"]}, "esp"),
        ({"proto": "esp", "direction": "out", "to": ["any"]}, "to is any"),
        ({"direction": "out", "to": ["any"]}, "needs a port"),
        ({"direction": "out", "port": 22, "from": ["any"]}, "does not say to"),
        ({"port": 22}, "does not say from"),
        ({"direction": "out", "from_port": "ssh", "to": ["any"]}, "'ssh'"),
    ],
)
def test_what_ufw_cannot_express_is_refused(rule, message):
    with pytest.raises(ValueError, match=message):
        _ufw.declare([rule], PROTOCOLS)


def test_section_survives_the_round_trip_and_nothing_else_changes():
    first = _ufw.write_section(PRISTINE, lines([SSH]))
    assert _ufw.read_section(PRISTINE) == []
    assert _ufw.read_section(first) == lines([SSH])
    second = _ufw.write_section(first, lines([HTTPS]))
    assert _ufw.read_section(second) == lines([HTTPS])
    assert second.startswith("*filter\n") and second.endswith("-A ufw-user-limit -j REJECT\nCOMMIT\n")


@pytest.mark.parametrize(
    ("rules", "address", "port", "expected"),
    [
        ([SSH], "192.0.2.9", 22, True),
        ([SSH], "198.51.100.9", 22, False),
        ([SSH], "192.0.2.9", 2222, False),
        ([SSH], "2001:db8::1", 22, False),
        ([{"port": "20:30", "from": ["any"]}], "2001:db8::1", 22, True),
        ([{"proto": "any", "from": ["192.0.2.9"]}], "192.0.2.9", 22, True),
        ([{"port": 22, "proto": "udp", "from": ["any"]}], "192.0.2.9", 22, False),
        ([{"port": 22, "from": ["any"], "to": ["192.0.2.41"]}], "192.0.2.9", 22, True),
        ([{"port": 22, "from": ["any"], "to": ["192.0.2.42"]}], "192.0.2.9", 22, False),
        ([{"port": 22, "direction": "out", "to": ["any"]}], "192.0.2.9", 22, False),
    ],
)
def test_admits(rules, address, port, expected):
    server = "2001:db8::41" if ":" in address else "192.0.2.41"
    assert any(allow.admits(address, server, port) for allow in _ufw.declare(rules, PROTOCOLS)) is expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"from_port": 22, "to": ["192.0.2.0/24"]}, True),
        ({"from_port": "20:30", "to": ["any"]}, True),
        ({"proto": "any", "to": ["any"]}, True),
        ({"from_port": 22, "to": ["198.51.100.0/24"]}, False),
        ({"from_port": 2222, "to": ["any"]}, False),
        ({"from_port": 22, "port": 1024, "to": ["any"]}, False),
        ({"port": 22, "to": ["any"]}, False),
    ],
)
def test_answers(rule, expected):
    allows = _ufw.declare([{"direction": "out", **rule}], PROTOCOLS)
    assert any(allow.answers("192.0.2.9", "192.0.2.41", 22) for allow in allows) is expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ((), "yes"),
        (("add", "-A ufw-user-input -p tcp -m tcp --dport 9999 -j ACCEPT"), "differs"),
        (("add", "-A ufw-user-forward -i eth0 -j ACCEPT"), "differs"),
        (("drop", LIVE[-1]), "differs"),
        (("drop", "-P INPUT DROP"), "broken"),
        (("drop", "-A ufw-before-input -j ufw-user-input"), "broken"),
        (("drop", "-N ufw-user-input"), "no"),
        # Rules of other programs are none of UFW's business.
        (("add", "-A INPUT -j f2b-sshd"), "yes"),
    ],
)
def test_what_the_kernel_has(change, expected):
    live = [*LIVE, change[1]] if change[:1] == ("add",) else [line for line in LIVE if line not in change[1:]]
    assert _ufw.loaded("\n".join(live), 4, POLICIES, lines(RULES)) == expected


def test_the_order_of_rules_counts_within_a_direction_only():
    out = {"direction": "out", "port": 5432, "to": ["192.0.2.31"]}
    live = "\n".join([*LIVE, "-A ufw-user-output -d 192.0.2.31/32 -p tcp -m tcp --dport 5432 -j ACCEPT"])
    assert _ufw.loaded(live, 4, POLICIES, lines([out, *RULES])) == "yes"
    assert _ufw.loaded(live, 4, POLICIES, lines([out, *reversed(RULES)])) == "differs"
    assert _ufw.loaded(live, 4, POLICIES, lines(RULES)) == "differs"


OWN_RULES = """*filter
-A ufw6-before-input -p icmpv6 --icmpv6-type echo-request -j ACCEPT
# allow MULTICAST mDNS for service discovery
-A ufw6-before-input -p udp -d ff02::fb --dport 5353 -j ACCEPT
-A ufw6-before-input -p udp -d ff02::f --dport 1900 -j ACCEPT
-A ufw6-before-input -p udp -s fe80::/10 --sport 547 -d fe80::/10 --dport 546 -j ACCEPT
COMMIT
"""


def test_discovery_is_found_and_taken_out_and_nothing_else():
    assert len(_ufw.discovery(OWN_RULES)) == 2
    # As the kernel tells it.
    assert _ufw.discovery("-N x\n-A ufw-before-input -d 224.0.0.251/32 -p udp -m udp --dport 5353 -j ACCEPT") != []
    # A rule that somebody declared.
    assert _ufw.discovery("-A ufw-user-input -p udp -m udp --dport 5353 -j ACCEPT") == []
    closed = _ufw.without_discovery(OWN_RULES)
    assert OWN_RULES.splitlines()[:3] + OWN_RULES.splitlines()[5:] == closed.splitlines()


def test_ipv6_is_switched_on_once():
    assert _ufw.with_ipv6('# IPV6=no\nIPV6=no\nDEFAULT_INPUT_POLICY="DROP"\n') == '# IPV6=no\nDEFAULT_INPUT_POLICY="DROP"\nIPV6=yes\n'


def test_links_into_ufw_are_made_again():
    assert _ufw.rehook("\n".join(LIVE), 4) == ""
    assert _ufw.rehook("-P INPUT ACCEPT\n-N f2b-sshd", 4) == ""
    flushed = [line for line in LIVE if line not in HOOKS[:1]]
    script = _ufw.rehook("\n".join(flushed), 4).splitlines()
    assert [line for line in script if line.startswith("-A")] == HOOKS
    assert [line for line in script if line.startswith("-D")] == [line.replace("-A", "-D") for line in HOOKS[1:]]
    assert ":ufw-track-input - [0:0]" in _ufw.rehook("\n".join(line for line in LIVE if line != "-N ufw-track-input"), 4)


DESIRED = _ufw.State(
    enabled=True,
    logging="low",
    policies={"incoming": "deny", "outgoing": "allow", "routed": "deny"},
    rules={4: lines([SSH]), 6: []},
    loaded="yes",
)
ENABLE = ["ufw", "--force", "enable"]


@pytest.mark.parametrize(
    ("current", "expected"),
    [
        ({}, []),
        ({"enabled": False, "loaded": "no", "rules": {4: [], 6: []}}, ["write", ENABLE]),
        ({"rules": {4: lines([SSH, HTTPS]), 6: []}}, ["write", "restore"]),
        ({"loaded": "differs"}, ["restore"]),
        ({"loaded": "no"}, [ENABLE]),
        ({"loaded": "broken"}, [["ufw", "reload"]]),
        ({"loaded": "broken", "hooked": False}, ["hook", ["ufw", "reload"]]),
        ({"loaded": "no", "hooked": False, "enabled": False}, ["hook", ENABLE]),
        ({"enabled": False, "loaded": "differs"}, [ENABLE, "restore"]),
        ({"logging": "high"}, [["ufw", "logging", "low"]]),
        ({"discovery": True}, ["close"]),
        ({"ipv6": False, "loaded": "broken"}, ["ipv6", ["ufw", "reload"]]),
        ({"policies": {**DESIRED.policies, "outgoing": "deny"}}, [["ufw", "default", "allow", "outgoing"]]),
        ({"policies": {**DESIRED.policies, "incoming": "allow"}}, [["ufw", "default", "deny", "incoming"]]),
    ],
)
def test_steps(current, expected):
    assert _ufw.steps(replace(DESIRED, **current), DESIRED) == expected


def test_steps_to_a_disabled_firewall():
    off = replace(DESIRED, enabled=False, loaded="no")
    assert _ufw.steps(DESIRED, off) == [["ufw", "disable"]]
    assert _ufw.steps(replace(off, hooked=False), off) == []


def test_description_uses_the_words_of_ufw():
    text = _ufw.describe(
        replace(DESIRED, rules={4: [*lines([SSH]), "### tuple ### route:allow any any 10.0.0.1 53 0.0.0.0/0 in_eth0!out_eth1"], 6: []})
    )
    assert "allow in proto tcp from 192.0.2.0/24 to any port 22  # SSH\n" in text
    assert "route:allow in_eth0!out_eth1 proto any from 0.0.0.0/0 port 53 to 10.0.0.1\n" in text


def test_settings_are_read_over_those_of_a_fresh_package():
    settings = _ufw.read_settings('# comment\nIPV6=no\nDEFAULT_INPUT_POLICY="ACCEPT"\n')
    assert (settings["ipv6"], settings["default_input_policy"], settings["enabled"]) == ("no", "accept", "no")


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("SSH_CONNECTION=192.0.2.1 50000 192.0.2.41 2222", ("192.0.2.1", "192.0.2.41", 2222)),
        ("SSH_CONNECTION=::ffff:192.0.2.1 50000 ::ffff:192.0.2.41 22", ("192.0.2.1", "192.0.2.41", 22)),
        ("SSH_CONNECTION=fe80::1%eth0 50000 fe80::2%eth0 22", ("fe80::1", "fe80::2", 22)),
        ("HOME=/root", None),
    ],
)
def test_ssh_connection_is_found_above_sudo(tmp_path, variable, expected):
    for pid, parent, environ in (("40", "30", "SUDO_USER=admin"), ("30", "1", f"HOME=/home/admin\0{variable}\0")):
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "stat").write_text(f"{pid} (a (b) c) S {parent} 0 0")
        (tmp_path / pid / "environ").write_text(environ)
    assert _ssh.connection(str(tmp_path), 40) == expected
