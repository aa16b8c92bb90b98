"""What a stranger and an auditor find at the SSH of each kind of host (ssh-audit). More of it on a host of its own: tests/hardening."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import ADDRESSES

KINDS = ["lb1", "app1", "redis1", "os1", "mon1"]


def wait_until_sshd_forgives(lab, host):
    """sshd turns away for a while who makes many connections without logging in, as an auditor does."""
    end = time.monotonic() + 120
    while lab.run("ssh-keyscan", "-t", "ed25519", ADDRESSES[host], check=False).stdout == "":
        assert time.monotonic() < end
        time.sleep(1)


@pytest.fixture(scope="module")
def audits(lab):
    """What ssh-audit says of each host, asked at the same time."""

    def audit(host):
        found = lab.run("ssh-audit", "--policy=Hardened Debian 13 (version 1)", ADDRESSES[host], check=False)
        wait_until_sshd_forgives(lab, host)
        return found

    with ThreadPoolExecutor() as pool:
        return dict(zip(KINDS, pool.map(audit, KINDS), strict=True))


@pytest.mark.parametrize("host", KINDS)
def test_ssh_is_as_auditors_want_it(audits, host):
    assert audits[host].returncode == 0, audits[host].stdout


@pytest.mark.parametrize("host", KINDS)
def test_no_password_is_asked_for(lab, host):
    options = ["-oUserKnownHostsFile=.lab/ssh/known_hosts", "-oBatchMode=yes", "-oControlPath=none", "-oPubkeyAuthentication=no"]
    refused = lab.run("ssh", *options, f"admin@{ADDRESSES[host]}", "true", check=False)
    assert "Permission denied (publickey)" in refused.stderr


@pytest.mark.parametrize("host", KINDS)
def test_what_a_host_has_is_what_is_declared(lab, host):
    effective = lab.on(host, "sshd -T").splitlines()
    assert {"permitrootlogin no", "maxauthtries 3", "allowtcpforwarding no"} <= set(effective)
    # Nothing waits to be applied or confirmed.
    assert lab.on(host, "/etc/searchstack/hardening/apply --check") == ""
    assert lab.host(host).service("fail2ban").is_running
