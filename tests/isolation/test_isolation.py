"""What comes in, what goes out, and over what."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest
from conftest import ADDRESSES, LISTENERS
from port_scan import EVERY_PORT, UDP_PORTS

CONTROLLER = "198.18.77.1"
DENY = {
    "firewall_egress": "deny",
    "platform_egress": [{"name": "Controller", "port": 7771, "from": ["app"], "to": [CONTROLLER]}],
}


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("when", ["before a reboot", "after it"])
def test_every_port_between_all_hosts_is_as_the_matrix_says(hosts, scan, when, family):
    if (when, family) == ("after it", 4):
        hosts.reboot()
        for host in ADDRESSES:
            scan.forget_soon(host)
    assert scan.wrong_anywhere(ADDRESSES, EVERY_PORT, family=family) == []


def test_the_scan_finds_what_somebody_opened_and_what_listens_undeclared(as_declared, scan):
    """The scan itself: with all rules gone, it tells of each port."""
    as_declared.on("isolated2", "ufw allow 31337/tcp && ufw allow 40000/tcp")
    for family in (4, 6):
        assert [line.partition("port ")[2] for line in scan.wrong("isolated3", "31000-41000", targets=["isolated2"], family=family)] == [
            "31337 must be filtered, but is open",
            "40000 must be filtered, but is closed",
        ]
    assert scan.undeclared("isolated2") == {31337}
    as_declared.on("isolated2", "ufw disable")
    # Of 65,535 questions hardly one is lost, which would count as filtered.
    with pytest.raises(AssertionError, match=r"most ports are \{.*'closed': 65\d\d\d"):
        scan.wrong("isolated3", EVERY_PORT, targets=["isolated2"])


@pytest.mark.parametrize("family", [4, 6])
def test_no_port_of_udp_answers(scan, family):
    ports = ",".join(map(str, UDP_PORTS))
    for source in ADDRESSES:
        targets = [target for target in ADDRESSES if target != source]
        assert scan.ask(source, targets, ports, family=family, protocol="udp") == {target: {} for target in targets}


def test_a_link_local_network_is_one_like_others(as_declared, scan):
    as_declared.changes(platform_extra_ports=[{"name": "Link", "port": 31337, "to": ["app"], "from": ["fe80::/10"]}])
    assert scan.ask("isolated3", ["isolated2"], "31337", family=6) == {"isolated2": {31337: "open"}}
    assert scan.ask("isolated3", ["isolated2"], "31337") == {"isolated2": {}}


RECEIVE = """
import socket, struct
if {family} == 4:
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    member = socket.inet_aton({group!r}) + socket.inet_aton({address!r})
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
else:
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    member = socket.inet_pton(socket.AF_INET6, {group!r}) + struct.pack("@I", socket.if_nametoindex("eth0"))
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, member)
s.bind(("", {port}))
s.settimeout(3)
print("waits", flush=True)
print(s.recv(100))
"""
SEND = """
import socket
s = socket.socket(socket.AF_INET6 if {family} == 6 else socket.AF_INET, socket.SOCK_DGRAM)
if {family} == 6:
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex("eth0"))
s.sendto(b"hello", ({group!r}, {port}))
"""


def hears(hosts, **words):
    """Whether isolated2 receives what isolated3 sends to a multicast group."""
    words["address"] = ADDRESSES["isolated2"]
    heard = []

    def listen():
        command = ("docker", "exec", "searchstack-lab-isolated2", "python3", "-c", RECEIVE.format(**words))
        heard.append(hosts.run(*command, check=False).stdout)

    listener = threading.Thread(target=listen)
    listener.start()
    time.sleep(1)
    hosts.run("docker", "exec", "searchstack-lab-isolated3", "python3", "-c", SEND.format(**words))
    listener.join()
    assert heard[0].startswith("waits")
    return "hello" in heard[0]


@pytest.mark.parametrize(
    "words",
    [
        {"family": 4, "group": "224.0.0.251", "port": 5353},
        {"family": 6, "group": "ff02::fb", "port": 5353},
        {"family": 4, "group": "239.255.255.250", "port": 1900},
        {"family": 6, "group": "ff02::f", "port": 1900},
    ],
    ids=lambda words: f"{words['port']} over IPv{words['family']}",
)
def test_discovery_is_heard_where_it_is_declared_only(as_declared, words):
    assert not hears(as_declared, **words)
    open_ = [{"name": "Discovery", "proto": "udp", "port": words["port"], "to": ["app"], "from": ["any"]}]
    assert as_declared.changes(platform_extra_ports=open_) == ["isolated2"]
    assert hears(as_declared, **words)


def test_discovery_that_comes_back_is_closed_again(as_declared):
    """As after an upgrade of the package."""
    as_declared.on("isolated2", "cp /usr/share/ufw/iptables/before*.rules /etc/ufw/ && ufw reload")
    assert hears(as_declared, family=6, group="ff02::fb", port=5353)
    assert as_declared.changes() == ["isolated2"]
    assert not hears(as_declared, family=6, group="ff02::fb", port=5353)


def test_ipv6_that_was_switched_off_is_treated_as_ipv4_again(as_declared, scan):
    as_declared.on("isolated1", "sed -i s/IPV6=yes/IPV6=no/ /etc/default/ufw && ufw reload")
    assert not as_declared.reaches("isolated3", f"{scan.addresses['isolated1'][6]}%eth0", 80)
    assert as_declared.changes() == ["isolated1"]
    assert scan.wrong("isolated3", "1-500", targets=["isolated1"], family=6) == []


@pytest.fixture
def controller_ports():
    """Two ports of the controller."""
    servers = [socket.create_server((CONTROLLER, port)) for port in (7771, 7772)]
    yield
    for server in servers:
        server.close()


@pytest.mark.usefixtures("controller_ports")
def test_only_what_is_declared_goes_out(as_declared, scan):
    for port in (7771, 7772):
        assert as_declared.reaches("isolated2", CONTROLLER, port)
    assert as_declared.changes(**DENY) == list(ADDRESSES)
    assert as_declared.reaches("isolated2", CONTROLLER, 7771)
    assert not as_declared.reaches("isolated2", CONTROLLER, 7772)
    assert not as_declared.reaches("isolated3", CONTROLLER, 7771)
    # The matrix is what goes out, too: each pair of hosts finds what it found before.
    assert scan.wrong_anywhere(ADDRESSES, "1-1000,7860,9200,9300,31337") == []
    # Its rows name addresses of IPv4 here. What everybody may reach over IPv6 is not reached by who may not send.
    link_local = scan.addresses["isolated1"][6] + "%eth0"
    assert not as_declared.reaches("isolated2", link_local, 80)
    as_declared.reboot()
    assert as_declared.reaches("isolated2", CONTROLLER, 7771)
    assert not as_declared.reaches("isolated2", CONTROLLER, 7772)
    assert as_declared.changes() == list(ADDRESSES)
    assert as_declared.reaches("isolated2", CONTROLLER, 7772)
    assert as_declared.reaches("isolated2", link_local, 80)


def ticks_on(stream, seconds=5):
    """Whether lines still come that were not written before."""
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end and count < 10:
        count += bool(stream.readline())
    return count == 10


@pytest.mark.parametrize("before", ["enable", "disable"])
def test_connections_stay_where_only_the_server_speaks(as_declared, before):
    """Also where the firewall was off: then the kernel knows none of them."""
    as_declared.on("isolated2", f"ufw --force {before}")
    with as_declared.ssh("isolated2", "while sleep 0.2; do echo tick; done") as session:
        assert ticks_on(session.stdout)
        as_declared.apply(**DENY)
        assert ticks_on(session.stdout)
        session.kill()


def test_a_policy_that_cuts_off_its_own_answers_is_refused(as_declared):
    rules = [{"port": 22, "from": [CONTROLLER]}]
    arguments = json.dumps({"outgoing": "deny", "rules": rules})
    done = as_declared.run(
        *("ansible", *as_declared.inventory, "isolated2", "--become", "-m", "searchstack.platform.ufw_rules", "-a", arguments), check=False
    )
    assert done.returncode != 0
    assert f"TCP from port 22 to {CONTROLLER}. Nothing was changed" in " ".join(done.stdout.split())


def test_ssh_answers_on_the_management_network_only(as_declared):
    management = "198.18.77.154"
    as_declared.on("isolated2", f"ip address add {management}/24 dev eth0")
    separate = {"platform_address": ADDRESSES["isolated2"], "platform_management_address": management}
    try:
        # Over the address that would be closed, nothing is done.
        assert f"to port 22 of {ADDRESSES['isolated2']}" in as_declared.refused(
            "../tests/isolation/firewall.yml", "--limit", "isolated2", "-e", json.dumps(separate)
        )
        alias = f"-o HostKeyAlias={ADDRESSES['isolated2']}"
        as_declared.apply("--limit", "isolated2", ansible_host=management, ansible_ssh_extra_args=alias, **separate)
        socket.create_connection((management, 22), 2).close()
        with pytest.raises(TimeoutError):
            socket.create_connection((ADDRESSES["isolated2"], 22), 2)
    finally:
        as_declared.on("isolated2", "ufw disable")
        as_declared.on("isolated2", f"ip address del {management}/24 dev eth0")


def test_listeners_are_there(scan):
    """Without them, none of this would show anything."""
    for host, ports in LISTENERS.items():
        assert set(ports) <= scan.listening(host, 4) & scan.listening(host, 6)
