"""Who reaches which port: every TCP port, from every host to every other, over IPv4 and IPv6, before and after all of them reboot."""

from __future__ import annotations

import time

import pytest
from port_scan import EVERY_PORT, Scan


@pytest.fixture(scope="module")
def scan(lab, tmp_path_factory):
    return Scan(lab, {host: lab.address(host) for host in lab.hosts()}, tmp_path_factory.mktemp("matrix"))


def reboot(lab):
    """All hosts at the same time, as after a power cut."""
    lab.run("docker", "restart", "--time", "60", *(f"searchstack-lab-{host}" for host in lab.hosts()))
    for host in lab.hosts():
        end = time.monotonic() + 180
        while (
            lab.run("docker", "exec", f"searchstack-lab-{host}", "systemctl", "is-system-running", check=False).stdout.strip() != "running"
        ):
            assert time.monotonic() < end, f"{host} is not up"
            time.sleep(1)
    end = time.monotonic() + 300
    while lab.play("verify.yml", check=False).returncode != 0:
        assert time.monotonic() < end, "the platform is not sound"


@pytest.mark.parametrize("when", ["before a reboot", "after it"])
def test_every_port_between_all_hosts_is_as_the_matrix_says(lab, scan, figures, when):
    if when == "after it":
        reboot(lab)
    listening = {(host, family): scan.listening(host, family) for host in lab.hosts() for family in (4, 6)}
    for host in lab.hosts():
        scan.forget_soon(host)
    pairs = len(lab.hosts()) * (len(lab.hosts()) - 1)
    wrong = []
    for family in (4, 6):
        began = time.monotonic()
        wrong += scan.wrong_anywhere(lab.hosts(), EVERY_PORT, family=family, listening=listening)
        figures.append(f"scan       {pairs} pairs over IPv{family} {when}: 65,535 ports each, {time.monotonic() - began:.0f} s")
    assert wrong == []
