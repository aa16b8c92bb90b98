"""verify.yml passes on a sound platform and names what is wrong on one that is not."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

FAULTS = {
    "a port opened by hand": {
        "host": "app1",
        "break": "ufw allow 8080/tcp",
        "names": ["app1", "8080"],
        "mend": "ufw delete allow 8080/tcp",
    },
    "a node that is stopped": {
        "host": "os3",
        "break": "systemctl stop opensearch",
        "names": ["main", "nodes"],
        "mend": "systemctl start opensearch",
    },
    "a worker that is stopped": {
        "host": "app2",
        "break": "systemctl stop papersearch-worker",
        "names": ["app2", "papersearch-worker is inactive"],
        "mend": "systemctl start papersearch-worker",
    },
    "packages without a signature": {
        "host": "redis1",
        "break": "echo 'APT::Get::AllowUnauthenticated \"true\";' >/etc/apt/apt.conf.d/99careless",
        "names": ["redis1", "AllowUnauthenticated"],
        "mend": "rm /etc/apt/apt.conf.d/99careless",
    },
    "hardening undone by hand": {
        "host": "lb2",
        "break": "echo 'MaxAuthTries 9' >/etc/ssh/sshd_config.d/00-careless.conf && sysctl -qw net.ipv4.conf.all.log_martians=0"
        " && mount -o remount,suid /dev/shm",
        "names": ["lb2", "maxauthtries 9", "net.ipv4.conf.all.log_martians is 0, and must be 1", "/dev/shm is mounted without nosuid"],
        "mend": "rm /etc/ssh/sshd_config.d/00-careless.conf && sysctl -qw net.ipv4.conf.all.log_martians=1 && mount -o remount /dev/shm",
    },
    "a certificate that is about to expire": {
        "host": "mon1",
        "break": "cp -a /etc/searchstack/tls/node.pem /root/node.pem && openssl req -x509 -new -key /etc/searchstack/tls/node.key"
        " -subj /CN=mon1 -days 3 -out /etc/searchstack/tls/node.pem",
        "names": ["mon1", "node.pem", "expires"],
        "mend": "mv /root/node.pem /etc/searchstack/tls/node.pem",
    },
}


@pytest.fixture(scope="module")
def found(lab):
    """What verify.yml says of a platform with all of these faults, each on another host."""
    with ExitStack() as mends:
        for fault in FAULTS.values():
            lab.on(fault["host"], fault["break"])
            mends.callback(lab.on, fault["host"], fault["mend"])
        run = lab.play("verify.yml", check=False)
    assert run.returncode != 0, run.stdout
    return run.stdout + run.stderr


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_and_named(found, fault):
    assert [text for text in fault["names"] if text not in found] == [], found


def test_a_sound_platform_passes_without_a_change(lab):
    run = lab.play("verify.yml")
    assert "changed=1" not in run.stdout
