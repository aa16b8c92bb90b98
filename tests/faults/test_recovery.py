"""What dies comes back by itself, and clients of the virtual address go on."""

from __future__ import annotations

import time

import pytest
from client import Client


def wait_until(condition, seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.5)
    raise AssertionError(f"not within {seconds} s: {what}")


@pytest.mark.parametrize(
    ("host", "unit", "seconds"),
    [
        ("app1", "papersearch-web", 60),
        ("app2", "papersearch-worker", 60),
        ("redis1", "redis-server", 30),
        ("lb2", "nginx", 30),
        ("os2", "opensearch", 180),
    ],
)
def test_a_killed_service_comes_back(lab, host, unit, seconds):
    def main_pid():
        return lab.on(host, f"systemctl show --property=MainPID --value {unit}").strip()

    def answers():
        state = lab.on(host, f"systemctl is-active {unit}", check=False).strip()
        return state == "active" and main_pid() not in ("0", before)

    before = main_pid()
    lab.on(host, f"kill -9 {before}")
    wait_until(answers, seconds, f"{unit} on {host} runs again")


def test_the_cluster_is_green_again_after_a_killed_node(lab):
    lab.play("verify.yml", "--limit", "opensearch_clusters")


# After the cluster is whole again: a node that warms up is another fault than this one's.
def test_requests_go_on_while_an_application_host_dies(lab):
    with Client(lab) as client:
        lab.on("app3", "systemctl kill --signal=SIGKILL papersearch-web")
        time.sleep(10)
    assert len(client.answers) > 20
    assert client.failed == []


def holders(lab):
    """The balancers that have the virtual address."""
    return [host for host in ("lb1", "lb2") if f"{lab.vip}/" in lab.on(host, "ip -4 addr")]


def test_the_virtual_address_leaves_a_balancer_that_does_not_serve(lab):
    """There and back: the host is well, its balancer is not."""
    for _ in range(2):
        (holder,) = holders(lab)
        with Client(lab, "/live", patience=1.5) as client:
            lab.on(holder, "systemctl stop nginx")
            try:
                wait_until(lambda holder=holder: holders(lab) not in ([], [holder]), 10, "another balancer has the address")
            finally:
                lab.on(holder, "systemctl start nginx")
            time.sleep(3)
        assert len(holders(lab)) == 1
        assert client.longest_gap() < 6.0
        assert client.answers[-1][1].startswith("200")


@pytest.mark.parametrize("seconds", [1, 6])
def test_balancers_that_do_not_hear_each_other_agree_again(lab, seconds):
    """For a moment, nothing moves. For longer, both serve the address; afterwards it is one."""
    before = holders(lab)
    with Client(lab, "/live", patience=1.5) as client:
        deaf = f"iptables -I INPUT -p 112 -j DROP; sleep {seconds}; iptables -D INPUT -p 112 -j DROP"
        for host in ("lb1", "lb2"):
            lab.on(host, f"systemd-run --quiet --collect sh -c '{deaf}'")
        time.sleep(seconds)
        wait_until(lambda: len(holders(lab)) == 1, 6, "one balancer has the address")
        time.sleep(1)
    if seconds == 1:
        assert holders(lab) == before
        assert client.failed == []
    assert len(holders(lab)) == 1
    assert client.answers[-1][1].startswith("200")
    assert client.longest_gap() < 4.0


def test_the_virtual_address_moves_when_its_balancer_dies(lab, capsys):
    (holder,) = holders(lab)
    try:
        # One that waited for the dead balancer would not see the other one take over.
        with Client(lab, "/live", patience=1.5) as client:
            lab.run("docker", "kill", f"searchstack-lab-{holder}")
            time.sleep(12)
        gap = client.longest_gap()
        with capsys.disabled():
            print(f"[fail-over: longest gap {gap:.1f} s] ", end="")
        assert gap < 4.0
        assert client.answers[-1][1].startswith("200")
    finally:
        lab.run("lab/create")
    wait_until(lambda: lab.on(holder, "systemctl is-active nginx", check=False).strip() == "active", 60, f"nginx on {holder} runs again")
