# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.searchstack.platform.plugins.filter.port_matrix import (
    addresses,
    all_addresses,
    firewall_egress_rules,
    firewall_rules,
    port_differences,
    port_probes,
)

HOSTVARS = {
    "lb1": {"ansible_host": "192.0.2.11"},
    "app1": {"ansible_host": "bastion.example.com", "platform_address": "192.0.2.21"},
    "app2": {"ansible_host": "192.0.2.22"},
    "db1": {},
}
GROUPS = {"loadbalancers": ["lb1"], "app": ["app1", "app2"], "db": ["db1"], "all": list(HOSTVARS)}
WEB = {"name": "web", "port": 443, "to": ["loadbalancers"], "from": ["any"]}
APP = {"name": "app", "port": 7860, "to": ["app"], "from": ["loadbalancers", "198.51.100.0/24"]}
PEERS = {"name": "peers", "port": 9300, "to": ["app"], "from": ["app"]}
VRRP = {"name": "vrrp", "proto": "vrrp", "to": ["loadbalancers"], "from": ["loadbalancers"]}
MISSING_TIER = {"name": "cache", "port": 6379, "to": ["redis"], "from": ["app"]}


def test_an_address_is_the_platform_address_then_the_ansible_host_then_the_name():
    assert addresses(["app1", "lb1", "db1"], HOSTVARS) == ["192.0.2.21", "192.0.2.11", "db1"]


@pytest.mark.parametrize(
    ("host", "row", "expected"),
    [
        ("lb1", WEB, [{"proto": "tcp", "port": 443, "from": ["any"], "comment": "web"}]),
        ("app1", WEB, []),
        ("app1", APP, [{"proto": "tcp", "port": 7860, "from": ["198.51.100.0/24", "192.0.2.11"], "comment": "app"}]),
        ("app1", PEERS, [{"proto": "tcp", "port": 9300, "from": ["192.0.2.22"], "comment": "peers"}]),
        ("lb1", VRRP, []),  # a lone balancer has no peer: no rule rather than one for everybody
        ("app1", MISSING_TIER, []),
    ],
)
def test_rules_of_a_host(host, row, expected):
    assert firewall_rules([row], host, GROUPS, HOSTVARS) == expected


def test_a_group_given_as_text_is_refused_by_name():
    with pytest.raises(AnsibleFilterError, match="'app'.*must be lists"):
        firewall_rules([dict(APP, to="app")], "app1", GROUPS, HOSTVARS)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"name": "ping", "proto": "any", "to": ["192.0.2.1"]}, "row 'ping' lacks from"),
        ({"name": "ping", "from": ["app"]}, "row 'ping' lacks to, port"),
        ({"port": 22, "from": ["app"], "to": ["app"]}, "row .*'port': 22.* lacks name"),
        ("ping", "row 'ping' is no dictionary"),
    ],
)
def test_a_row_that_lacks_something_is_refused_by_name(row, says):
    for rules in (firewall_rules, firewall_egress_rules):
        with pytest.raises(AnsibleFilterError, match=says):
            rules([WEB, row], "app1", GROUPS, HOSTVARS)
    with pytest.raises(AnsibleFilterError, match=says):
        port_probes([WEB, row], "192.0.2.22", ["app1"], GROUPS, HOSTVARS)


def test_a_mistaken_network_is_refused_by_name():
    with pytest.raises(AnsibleFilterError, match="'10.0.0.300/8'.*'app' is no network"):
        firewall_rules([dict(APP, **{"from": ["10.0.0.300/8"]})], "app1", GROUPS, HOSTVARS)


@pytest.mark.parametrize(
    ("prober", "row", "target", "open_"),
    [
        ("192.0.2.11", APP, "app1", True),
        ("192.0.2.22", APP, "app1", False),
        ("198.51.100.7", APP, "app1", True),
        ("192.0.2.11", APP, "lb1", None),  # nobody probes itself
        ("192.0.2.22", WEB, "lb1", True),
        ("192.0.2.22", WEB, "app1", False),  # a port that the target does not serve must not answer
    ],
)
def test_probes_of_a_host(prober, row, target, open_):
    probes = port_probes([row], prober, [target], GROUPS, HOSTVARS)
    assert [probe["open"] for probe in probes] == ([] if open_ is None else [open_])


def test_only_tcp_is_probed():
    assert port_probes([VRRP], "192.0.2.22", ["lb1"], GROUPS, HOSTVARS) == []


@pytest.mark.parametrize(
    ("must_be_open", "state", "said"),
    [
        (True, "open", None),
        (True, "filtered", "must be open, but is filtered"),
        (True, "closed", "must be open, but is closed"),
        (False, "filtered", None),
        (False, "open", "must be filtered, but is open"),
        (False, "closed", "must be filtered, but is closed"),
    ],
)
def test_differences_are_named(must_be_open, state, said):
    probe = {"name": "app1", "service": "Application", "host": "192.0.2.21", "port": 7860, "open": must_be_open}
    expected = [] if said is None else [f"app1 port 7860 (Application) {said}"]
    assert port_differences([probe], [{"state": state}]) == expected


@pytest.mark.parametrize(("state", "said"), [("open", 0), ("closed", 0), ("filtered", 1)])
def test_a_port_on_which_something_listens_at_times_may_be_closed(state, said):
    probe = {"name": "lb1", "service": "ACME challenges", "host": "192.0.2.11", "port": 8402, "open": True, "always": False}
    assert len(port_differences([probe], [{"state": state}])) == said


@pytest.mark.parametrize(
    ("host", "row", "expected"),
    [
        ("lb1", APP, [{"proto": "tcp", "port": 7860, "to": ["192.0.2.21", "192.0.2.22"], "comment": "app"}]),
        ("db1", APP, []),
        # A host is never asked by itself, and everybody is whoever may ask.
        ("lb1", WEB, []),
        ("db1", WEB, [{"proto": "tcp", "port": 443, "to": ["192.0.2.11"], "comment": "web"}]),
        (
            "app1",
            {**WEB, "addresses": ["192.0.2.10"]},
            [{"proto": "tcp", "port": 443, "to": ["192.0.2.11", "192.0.2.10"], "comment": "web"}],
        ),
        # The other balancer's virtual address is reached, though no other balancer is there.
        ("lb1", {**WEB, "addresses": ["192.0.2.10"]}, [{"proto": "tcp", "port": 443, "to": ["192.0.2.10"], "comment": "web"}]),
        # Where nobody serves a row, its virtual address is nowhere.
        ("app1", {**WEB, "to": ["redis"], "addresses": ["192.0.2.10"]}, []),
        # A host of a network that may ask.
        ("app2", {**PEERS, "from": ["192.0.2.16/28"]}, [{"proto": "tcp", "port": 9300, "to": ["192.0.2.21"], "comment": "peers"}]),
        ("app1", {**PEERS, "from": ["198.51.100.0/24"]}, []),
        ("lb1", VRRP, []),
        # What is no part of the platform.
        (
            "app1",
            {**APP, "from": ["app"], "to": ["198.51.100.9", "db"]},
            [{"proto": "tcp", "port": 7860, "to": ["198.51.100.9", "db1"], "comment": "app"}],
        ),
        ("app1", {**APP, "from": ["app"], "to": ["any"]}, [{"proto": "tcp", "port": 7860, "to": ["any"], "comment": "app"}]),
    ],
)
def test_what_goes_out_of_a_host(host, row, expected):
    assert firewall_egress_rules([row], host, GROUPS, HOSTVARS) == expected


def test_a_mistaken_destination_is_refused_by_name():
    with pytest.raises(AnsibleFilterError, match="'smtp.example.com' in 'to' of row 'mail' is no network"):
        firewall_egress_rules([{"name": "mail", "port": 25, "from": ["app"], "to": ["smtp.example.com"]}], "app1", GROUPS, HOSTVARS)


def test_what_comes_in_goes_out_at_the_other_end():
    """Each pair of hosts, both ways of looking at a row."""
    hosts = ["lb1", "app1", "app2"]
    for row in (WEB, APP, PEERS, VRRP):
        for source in hosts:
            for target in hosts:
                ends = HOSTVARS[source].get("platform_address", HOSTVARS[source]["ansible_host"]), addresses([target], HOSTVARS)[0]
                out = any(ends[1] in rule["to"] for rule in firewall_egress_rules([row], source, GROUPS, HOSTVARS))
                come = any({ends[0], "any"} & set(rule["from"]) for rule in firewall_rules([row], target, GROUPS, HOSTVARS))
                assert source == target or out == come, (row, source, target)


DUAL = {
    "mon1": {"ansible_host": "10.0.0.51", "platform_address": "192.0.2.51", "platform_management_address": "10.0.0.51"},
    "app1": {
        "ansible_host": "10.0.0.21",
        "platform_address": "192.0.2.21",
        "platform_addresses": ["2001:db8::21"],
        "platform_management_address": "10.0.0.21",
    },
    "lb1": {"ansible_host": "192.0.2.11", "platform_addresses": ["2001:db8::11"]},
}
DUAL_GROUPS = {"app": ["app1"], "loadbalancers": ["lb1"], "monitoring": ["mon1"]}
EXPORTER = {"name": "exporter", "port": 9100, "to": ["app", "loadbalancers"], "from": ["monitoring"], "network": "management"}


def test_all_addresses_of_a_host():
    assert all_addresses(["app1", "lb1"], DUAL) == ["192.0.2.21", "2001:db8::21", "10.0.0.21", "192.0.2.11", "2001:db8::11"]


def test_both_families_of_a_source_may_ask():
    (rule,) = firewall_rules([{**APP, "from": ["loadbalancers"]}], "app1", DUAL_GROUPS, DUAL)
    assert rule["from"] == ["192.0.2.11", "2001:db8::11"]
    (rule,) = firewall_egress_rules([{**APP, "from": ["loadbalancers"]}], "lb1", DUAL_GROUPS, DUAL)
    assert rule["to"] == ["192.0.2.21", "2001:db8::21"]


def test_a_row_of_the_management_network_is_served_there_alone():
    (rule,) = firewall_rules([EXPORTER], "app1", DUAL_GROUPS, DUAL)
    assert (rule["from"], rule["to"]) == (["10.0.0.51"], ["10.0.0.21"])
    # A host without such an address serves it wherever it is.
    (rule,) = firewall_rules([EXPORTER], "lb1", DUAL_GROUPS, DUAL)
    assert (rule["from"], rule.get("to")) == (["10.0.0.51"], None)
    (rule,) = firewall_egress_rules([EXPORTER], "mon1", DUAL_GROUPS, DUAL)
    assert rule["to"] == ["10.0.0.21", "192.0.2.11", "2001:db8::11"]


def test_probes_ask_at_every_address_of_the_families_that_the_prober_has():
    def found(prober):
        return {(probe["name"], probe["host"], probe["open"]) for probe in port_probes([EXPORTER], prober, ["app1"], DUAL_GROUPS, DUAL)}

    assert found(all_addresses(["mon1"], DUAL)) == {("app1", "192.0.2.21", False), ("app1 (10.0.0.21)", "10.0.0.21", True)}
    assert ("app1 (2001:db8::21)", "2001:db8::21", False) in found(all_addresses(["lb1"], DUAL))
    assert found("2001:db8::99") == {("app1 (2001:db8::21)", "2001:db8::21", False)}
    assert found(["192.0.2.21"]) == set()
