"""Pieces that the tests against the standing lab share."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest
import testinfra
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader

ROOT = Path(__file__).resolve().parents[1]


class Lab:
    """The standing lab, as a user of its controller sees it."""

    root = ROOT
    ca = ROOT / ".lab/pki/ca.pem"
    vip = "198.18.77.10"
    # Addresses of hosts that a test adds for a while.
    guests: dict = {}

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
            *arguments, f"admin@{self.address(host)}", f"sudo sh -c {shlex.quote(command)}", timeout=120, check=check, stdin=stdin
        ).stdout

    def host(self, name):
        """A host as testinfra sees it, as root."""
        return testinfra.get_host(
            f"ssh://admin@{self.address(name)}",
            sudo=True,
            ssh_identity_file=str(ROOT / ".lab/ssh/id_ed25519"),
            ssh_extra_args=f"-o UserKnownHostsFile={ROOT}/.lab/ssh/known_hosts -o ControlMaster=auto -o ControlPersist=60",
        )

    @staticmethod
    def hosts():
        """The names of all hosts of the platform."""
        return list(ADDRESSES)

    def address(self, host):
        """The address of a host."""
        return {**ADDRESSES, **self.guests}[host]


_INVENTORY = InventoryManager(loader=DataLoader(), sources=[str(ROOT / "inventories/lab")])
ADDRESSES = {host.name: host.vars["ansible_host"] for host in _INVENTORY.get_hosts("platform")}


@pytest.fixture(scope="session")
def lab():
    """The standing lab."""
    return Lab()
