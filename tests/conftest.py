"""Pieces that the tests against the standing lab share."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import testinfra

ROOT = Path(__file__).resolve().parents[1]


class Lab:
    """The standing lab, as a user of its controller sees it."""

    root = ROOT
    ca = ROOT / ".lab/pki/ca.pem"
    vip = "198.18.77.10"

    @staticmethod
    def run(*argv, timeout=600, check=True, stdin=None):
        """Run a command in the checkout and return what it did."""
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False, input=stdin)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(argv)} ended with {done.returncode}:\n{done.stdout[-6000:]}{done.stderr[-3000:]}")
        return done

    def play(self, playbook, *arguments, check=True):
        """Run one of the playbooks."""
        return self.run("ansible-playbook", f"playbooks/{playbook}", *arguments, check=check, timeout=1500)

    def on(self, host, command, check=True, stdin=None):
        """Run a shell command as root on a host, over SSH as the playbooks do."""
        arguments = ["ssh", "-i", ".lab/ssh/id_ed25519", "-o", "UserKnownHostsFile=.lab/ssh/known_hosts", "-o", "BatchMode=yes"]
        return self.run(
            *arguments, f"admin@{self.address(host)}", f"sudo sh -c {_quoted(command)}", timeout=120, check=check, stdin=stdin
        ).stdout

    def host(self, name):
        """A host as testinfra sees it, as root."""
        return testinfra.get_host(
            f"ssh://admin@{self.address(name)}",
            sudo=True,
            ssh_identity_file=str(ROOT / ".lab/ssh/id_ed25519"),
            ssh_extra_args=f"-o UserKnownHostsFile={ROOT}/.lab/ssh/known_hosts -o ControlMaster=auto -o ControlPersist=60",
        )

    def address(self, host):
        """The address of an inventory host."""
        return ADDRESSES[host]


def _quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


ADDRESSES = {
    "lb1": "198.18.77.11",
    "lb2": "198.18.77.12",
    "app1": "198.18.77.21",
    "app2": "198.18.77.22",
    "app3": "198.18.77.23",
    "redis1": "198.18.77.31",
    "os1": "198.18.77.41",
    "os2": "198.18.77.42",
    "os3": "198.18.77.43",
    "mon1": "198.18.77.51",
    "dr-os1": "198.18.77.61",
}


@pytest.fixture(scope="session")
def lab():
    """The standing lab."""
    return Lab()
