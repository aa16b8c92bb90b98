"""Pieces that the tests against the standing lab share."""

from __future__ import annotations

import shlex
import subprocess

import pytest
import testinfra
from alerts import Prometheus
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from controller import ROOT, Controller, changed_hosts
from proof import FIGURES, Proof


class Lab(Controller):
    """The standing lab, as a user of its controller sees it."""

    ca = ROOT / ".lab/pki/ca.pem"
    vip = "198.18.77.10"
    # Addresses of hosts that a test adds for a while.
    guests: dict = {}

    def on(self, host, command, check=True, stdin=None):
        """Run a shell command as root on a host, over SSH as the playbooks do."""
        arguments = ["ssh", "-i", ".lab/ssh/id_ed25519", "-o", "UserKnownHostsFile=.lab/ssh/known_hosts", "-o", "BatchMode=yes"]
        return self.run(
            *arguments, f"admin@{self.address(host)}", f"sudo sh -c {shlex.quote(command)}", timeout=120, check=check, stdin=stdin
        ).stdout

    def cluster(self, path, *arguments):
        """What the main cluster answers its administrator; `arguments` are curl's."""
        base = self.ca.parent
        login = ["--cert", str(base / "admin.pem"), "--key", str(base / "admin.key"), "--cacert", str(self.ca)]
        return self.run("curl", "-sf", *login, *arguments, f"https://{self.address('os1')}:9200/{path}").stdout

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


@pytest.fixture(scope="session")
def prometheus(lab):
    """What the lab's Prometheus knows."""
    return Prometheus(lab.address("mon1"), lab.ca, ROOT / ".lab/secrets/monitoring")


@pytest.fixture
def page(lab, tmp_path):
    """The empty page of a browser that trusts the lab's authority."""
    # Most stages have no browser.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    certificates = tmp_path / ".pki/nssdb"
    certificates.mkdir(parents=True)
    store = ["certutil", "-d", f"sql:{certificates}"]
    subprocess.run([*store, "-N", "--empty-password"], check=True)
    subprocess.run([*store, "-A", "-n", "lab", "-t", "C,,", "-i", str(lab.ca)], check=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"], env={"HOME": str(tmp_path)})
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.set_default_timeout(30_000)
        yield page
        browser.close()


@pytest.fixture(scope="session")
def prove(lab, tmp_path_factory):
    """prove(operation): a Proof, whose arguments a playbook takes. prove.unnoticed(operation, playbook, ...): runs one for it, which does
    what its check mode tells."""

    def begin(operation):
        return Proof(tmp_path_factory.mktemp(operation.replace(" ", "-")))

    def unnoticed(operation, playbook, *arguments):
        told = changed_hosts(lab.play(playbook, "--check", *arguments).stdout)
        proof = begin(operation)
        # With its own verdict, the playbook fails where somebody noticed; the figures are wanted then too.
        run = lab.play(playbook, *proof.arguments, *arguments, check=False)
        proof.nobody_noticed(operation)
        assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
        assert told == changed_hosts(run.stdout)
        return run

    begin.unnoticed = unnoticed
    return begin


@pytest.fixture
def figures():
    """Lines that are shown at the end of the run."""
    return FIGURES


def pytest_terminal_summary(terminalreporter):
    """The figures of every operation."""
    if FIGURES:
        terminalreporter.section("figures")
        for line in FIGURES:
            terminalreporter.write_line(line)
