"""Operations on balancers that serve."""

from __future__ import annotations

import pytest
from conftest import BALANCERS, changed_hosts
from test_answers import until_all_answer


def test_a_reload_is_not_noticed(edge, load):
    with load() as client:
        for _ in range(20):
            for host in BALANCERS:
                edge.on(host, f"systemctl reload {edge.implementation}")
    assert client.failed == []
    assert client.count > 100


def test_a_host_that_stops_is_not_noticed(edge, load):
    with load() as client:
        edge.on("edge-app1", "systemctl stop origin; sleep 3; systemctl start origin")
        until_all_answer(edge)
    assert client.failed == []


@pytest.mark.parametrize(
    "mistake",
    [
        "loadbalancer_tls_certificate=/nowhere.pem",
        '{"loadbalancer_security_headers": {"X-Frame-Options": "SAME\\"ORIGIN"}}',
        '{"loadbalancer_trusted_proxies": ["192.0.2.0/99"]}',
    ],
)
def test_what_cannot_work_never_goes_live(edge, mistake):
    edge.refused("loadbalancers.yml", "-e", f"loadbalancer_implementation={edge.implementation}", "-e", mistake)
    assert edge.echoed("/")["path"] == "/"
    edge.converge("-e", f"loadbalancer_implementation={edge.implementation}")


def test_the_other_program_takes_over_unnoticed(edge, load):
    other = {"nginx": "haproxy", "haproxy": "nginx"}[edge.implementation]
    for program in (other, edge.implementation):
        with load() as client:
            done = edge.converge("-e", f"loadbalancer_implementation={program}")
        assert client.failed == []
        assert set(changed_hosts(done.stdout)) == set(BALANCERS)
        for host in BALANCERS:
            assert edge.on(host, f"systemctl is-enabled {program}").strip() == "enabled"
    assert changed_hosts(edge.converge("-e", f"loadbalancer_implementation={edge.implementation}").stdout) == []
