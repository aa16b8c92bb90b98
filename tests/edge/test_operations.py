"""Operations on balancers that serve."""

from __future__ import annotations

import json
import time

import pytest
from conftest import APPLICATION, BALANCERS
from controller import changed_hosts


def test_a_reload_is_not_noticed(edge, load):
    with load() as client:
        for _ in range(20):
            for host in BALANCERS:
                edge.on(host, f"systemctl reload {edge.implementation}")
    assert client.failed == []
    assert len(client.answers) > 100


def test_a_host_that_stops_is_not_noticed(edge, load):
    with load() as client:
        with edge.stopped("edge-app1"):
            time.sleep(3)
        edge.until_all_answer()
    assert client.failed == []


def test_what_cannot_work_never_goes_live(edge):
    """Found by the program itself, with the whole configuration in front of it."""
    assert "/nowhere.pem" in edge.refused("loadbalancers.yml", "-e", "loadbalancer_tls_certificate=/nowhere.pem")
    assert edge.echoed("/")["path"] == "/"
    edge.on("edge-lb1", f"systemctl reload {edge.implementation}")
    assert edge.echoed("/")["path"] == "/"
    edge.converge()


def test_a_failure_on_one_balancer_leaves_the_other_with_what_it_was_told(edge):
    folder = f"/etc/{edge.implementation}"
    edge.on("edge-lb1", f"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder}")
    try:
        edge.refused("loadbalancers.yml", "-e", '{"loadbalancer_security_headers": {"X-Told": "yes"}}')
    finally:
        edge.on("edge-lb1", f"umount {folder}")
    head = edge.run("curl", "-sI", "--cacert", str(edge.ca), f"https://{BALANCERS['edge-lb2']}/").stdout.lower()
    assert "x-told: yes" in head
    edge.converge()


def test_a_stream_does_not_hold_up_a_restart(edge):
    for host, address in BALANCERS.items():
        stream = f"curl -skN -o /dev/null https://{address}/gradio_api/stream/60"
        edge.on("edge-client1", f"systemd-run --quiet --collect {stream}")
        time.sleep(1)
        began = time.monotonic()
        edge.on(host, f"systemctl restart {edge.implementation}")
        assert time.monotonic() - began < 20


def test_addresses_of_ipv6_serve_and_are_drained(edge):
    """The lab has IPv4 alone; these addresses lead there over sockets of IPv6."""
    hosts = [{"name": host, "address": f"::ffff:{address}", "port": 7860} for host, address in APPLICATION.items()]
    declared = {"loadbalancer_backends": hosts, "loadbalancer_listen_addresses": ["0.0.0.0", "[::]"]}
    drained = {"loadbalancer_implementation": edge.implementation, "loadbalancer_drain": hosts[:1]}
    role = ("-m", "ansible.builtin.include_role", "-a", "name=searchstack.platform.loadbalancer tasks_from=drain")
    edge.converge("-e", json.dumps(declared))
    try:
        edge.until_all_answer()
        assert edge.on("edge-lb1", "curl -sk -o /dev/null -w '%{http_code}' https://[::1]/") == "200"
        edge.run("ansible", *edge.inventory, "loadbalancers", "--become", *role, "-e", json.dumps(drained))
        assert {edge.echoed()["host"] for _ in range(12)} == {"edge-app2"}
    finally:
        edge.converge()


# One that begins with the one program goes both ways.
@pytest.mark.parametrize("edge", ["haproxy"], indirect=True)
def test_the_other_program_takes_over_unnoticed(edge, load):
    for program in ("nginx", "haproxy"):
        with load() as client:
            done = edge.converge("-e", f"loadbalancer_implementation={program}")
        assert client.failed == []
        assert set(changed_hosts(done.stdout)) == set(BALANCERS)
        for host in BALANCERS:
            assert edge.on(host, f"systemctl is-enabled {program}").strip() == "enabled"
    assert changed_hosts(edge.converge().stdout) == []
