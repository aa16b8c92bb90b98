"""The application's release is built by tools that the project has locked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "app/build-constraints.txt").read_text()
PROJECT = """
[build-system]
requires = ["hatchling>=1.27,<2"]
build-backend = "hatchling.build"
[project]
name = "example"
version = "1.0"
"""


@pytest.fixture
def build(tmp_path):
    """build(lock): the run that builds a small project whose build tools are locked so."""
    source = tmp_path / "source"
    (source / "example").mkdir(parents=True)
    (source / "example/__init__.py").touch()
    (source / "pyproject.toml").write_text(PROJECT)

    def run(lock):
        (source / "build-constraints.txt").write_text(lock)
        program = ROOT / "roles/app/files/build_bundle.py"
        host = ("--python", "3.11", "--machine", "x86_64", "--glibc", "36")
        argv = (sys.executable, program, "--name", "example", "--version", "1.0", "--source", source, "--output", tmp_path / "out", *host)
        return subprocess.run(argv, capture_output=True, text=True, timeout=300, check=False)

    return run


def test_the_locked_version_builds(build):
    done = build(LOCK)
    assert done.returncode == 0, done.stderr
    with tarfile.open(json.loads(done.stdout)["path"]) as bundle:
        wheel = bundle.extractfile("example-1.0.dist-info/WHEEL").read().decode()
    (version,) = re.findall(r"^hatchling==(\S+)", LOCK, re.MULTILINE)
    assert f"Generator: hatchling {version}\n" in wheel


@pytest.mark.parametrize(
    ("lock", "says"),
    [
        (re.sub(r"(hatchling==.*\n)(.*\n.*\n)", rf"\1 --hash=sha256:{'0' * 64}\n", LOCK), "DO NOT MATCH THE HASHES"),
        (re.sub(r" \\\n.*--hash=.*", "", LOCK), "Hashes are required"),
        (re.sub(r"hatchling==.*\n.*\n.*\n", "", LOCK), "No matching distribution found for hatchling"),
        # The tests' own environment has it.
        (re.sub(r"packaging==.*\n.*\n.*\n", "", LOCK), "No matching distribution found for packaging"),
    ],
    ids=["another digest", "no digests", "not locked", "locked in part"],
)
def test_no_other_tool_builds(build, tmp_path, lock, says):
    done = build(lock)
    assert done.returncode != 0
    assert says in done.stderr
    assert list((tmp_path / "out").iterdir()) == []
