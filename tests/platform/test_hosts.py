"""What stands on the hosts (testinfra)."""

from __future__ import annotations

import pytest
from conftest import ADDRESSES

SERVICES = {
    "lb1": ["nginx", "keepalived"],
    "lb2": ["nginx", "keepalived"],
    "app1": ["papersearch-web", "papersearch-worker"],
    "redis1": ["redis-server"],
    "os1": ["opensearch"],
    "dr-os1": ["opensearch"],
}


@pytest.mark.parametrize(("host", "service"), [(host, service) for host, services in SERVICES.items() for service in services])
def test_services_run_and_start_at_boot(lab, host, service):
    found = lab.host(host).service(service)
    assert found.is_running
    assert found.is_enabled


@pytest.mark.parametrize("host", ADDRESSES)
def test_the_key_of_a_host_belongs_to_root_alone(lab, host):
    key = lab.host(host).file("/etc/searchstack/tls/node.key")
    assert (key.user, key.mode) == ("root", 0o600)


@pytest.mark.parametrize(
    ("host", "service", "user"),
    [("os1", "opensearch", "opensearch"), ("app1", "papersearch-web", "papersearch"), ("redis1", "redis-server", "redis")],
)
def test_daemons_do_not_run_as_root(lab, host, service, user):
    pid = lab.on(host, f"systemctl show --property=MainPID --value {service}").strip()
    assert lab.on(host, f"stat -c %U /proc/{pid}").strip() == user


def test_redis_listens_only_where_the_application_reaches_it(lab):
    sockets = lab.host("redis1").socket.get_listening_sockets()
    redis = [socket for socket in sockets if socket.endswith(":6379")]
    assert sorted(redis) == ["tcp://127.0.0.1:6379", "tcp://198.18.77.31:6379"]


def test_security_updates_are_on_and_nothing_else_is(lab):
    origins = lab.on("mon1", "apt-config dump Unattended-Upgrade::Origins-Pattern")
    assert "-security" in origins
    assert "-updates" not in origins
    assert 'APT::Periodic::Unattended-Upgrade "1"' in lab.on("mon1", "apt-config dump APT::Periodic")


def test_a_release_is_switched_by_a_link(lab):
    assert lab.host("app1").file("/opt/papersearch/current").is_symlink
    assert lab.host("os1").file("/opt/opensearch/current").linked_to == "/opt/opensearch/3.4.0"
