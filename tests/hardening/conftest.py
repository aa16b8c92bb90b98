"""A host that is as every host of the platform is before its tier comes, as its operator and a stranger see it."""

from __future__ import annotations

import time

import pytest
from controller import ROOT, Controller

ADDRESS = "198.18.77.141"
STATE = ROOT / ".lab/ssh"


class Hardened(Controller):
    """The host hardened1."""

    inventory = ("-i", "tests/hardening/hosts")

    def ssh(self, *arguments, user="admin"):
        """What a connection of its own says. sshd turns away for a while who has been refused before; this waits."""
        options = [
            "ControlPath=none",
            "BatchMode=yes",
            "ConnectTimeout=5",
            f"UserKnownHostsFile={STATE}/known_hosts",
            "StrictHostKeyChecking=yes",
        ]
        command = ["ssh", "-i", f"{STATE}/id_ed25519", *[f"-o{option}" for option in options], *arguments, f"{user}@{ADDRESS}"]
        command += [] if "-W" in arguments else ["id", "-un"]
        end = time.monotonic() + 120
        while True:
            done = self.run(*command, check=False, timeout=30)
            if "kex_exchange_identification" not in done.stderr or time.monotonic() > end:
                return done
            time.sleep(2)

    def lets_in(self):
        return self.ssh().stdout.strip() == "admin"

    def inside(self, command, check=True):
        return self.on("hardened1", command, check)

    def wait_until_it_lets_in(self, seconds):
        """Returns after how many seconds a new connection was made. sshd itself keeps who was refused waiting for a while."""
        begun = time.monotonic()
        while not self.lets_in():
            assert time.monotonic() - begun < seconds, f"nobody gets in for {seconds} s"
            time.sleep(1)
        return time.monotonic() - begun


@pytest.fixture(scope="session")
def hardened():
    return Hardened()
