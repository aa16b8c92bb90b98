# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.searchstack.platform.plugins.filter.port_matrix import addresses, firewall_rules, port_differences, port_probes

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
