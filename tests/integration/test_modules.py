"""The modules against real servers of both supported versions."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INVENTORY = "tests/integration/inventory.yml"
CLUSTERS = ("current", "previous")


def run(*argv, timeout=1500):
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def servers():
    for command in (
        ["lab/archive", "3.4.0", "2.19.4"],
        ["lab/create", "-i", INVENTORY],
        ["ansible-playbook", "-i", INVENTORY, "tests/integration/servers.yml"],
    ):
        status, output = run(*command)
        assert status == 0, f"{' '.join(command)}:\n{output[-6000:]}"
    yield
    run("lab/destroy", "-i", INVENTORY)


@pytest.fixture(scope="module")
def outcome(servers):
    """What one run against all clusters at the same time said."""
    return run("ansible-playbook", "-i", INVENTORY, "tests/integration/modules.yml")[1]


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_every_module_keeps_its_promises(outcome, cluster):
    recap = re.search(rf"^{cluster}\s*: ok=(\d+) .*unreachable=0 +failed=0 ", outcome, re.MULTILINE)
    assert recap, _failures(outcome, cluster)
    assert int(recap[1]) > 300, "the play ended early"


def _failures(output, cluster):
    """The tasks that failed: the whole output is long, and its end is another cluster's."""
    tasks = re.split(r"^(?=TASK |PLAY )", output, flags=re.MULTILINE)
    return "\n".join(task for task in tasks if f"[{cluster}]: FAILED" in task) or output[-6000:]
