"""Who reaches which port, by nmap: some ports from three hosts to all. tests/day_two asks every port, from every host."""

from __future__ import annotations

import pytest
from conftest import ADDRESSES
from port_scan import UDP_PORTS, Scan


@pytest.fixture(scope="module")
def scan(lab, tmp_path_factory):
    return Scan(lab, ADDRESSES, tmp_path_factory.mktemp("matrix"))


def test_what_answers_is_what_the_matrix_says(scan):
    ports = sorted({*range(1, 301), *(int(row["port"]) for row in scan.matrix if "port" in row)})
    listening = {(host, family): scan.listening(host, family) for host in ADDRESSES for family in (4, 6)}
    chosen = ",".join(map(str, ports))
    for family in (4, 6):
        assert scan.wrong_anywhere(("lb1", "os1", "mon1"), chosen, family=family, listening=listening) == []


def test_what_listens_for_others_is_in_the_matrix(scan):
    assert {host: ports for host in ADDRESSES if (ports := scan.undeclared(host))} == {}


def test_no_port_of_udp_answers(scan):
    targets = [host for host in ADDRESSES if host != "redis1"]
    for family in (4, 6):
        found = scan.ask("redis1", targets, ",".join(map(str, UDP_PORTS)), family=family, protocol="udp")
        assert found == {target: {} for target in targets}
