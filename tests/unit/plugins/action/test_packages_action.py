# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages in whole runs of ansible, on a host without Python: where nothing changes, no module is run."""

from __future__ import annotations

import json
import subprocess

import pytest

NO_MODULE = "/nonexistent/python"


def packages(**arguments):
    """(whether it was well, what it printed)"""
    command = ["ansible", "localhost", "-i", "localhost,", "-c", "local", "-e", f"ansible_python_interpreter={NO_MODULE}"]
    done = subprocess.run(
        [*command, "-m", "searchstack.platform.packages", "-a", json.dumps(arguments)], capture_output=True, text=True, check=False
    )
    return done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["dpkg", ["dpkg", "libc-bin", "coreutils"], []])
def test_what_is_installed_costs_no_module(name):
    good, output = packages(name=name, start=False)
    assert good, output
    assert "changed: false" in output


def test_what_is_gone_costs_no_module():
    good, output = packages(name=["no-such-package", "nor-this-one"], state="absent")
    assert good, output
    assert "changed: false" in output


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": ["dpkg", "no-such-package"]},
        # Only apt knows what these mean.
        {"name": "dpkg=1.0"},
        {"name": "dpkg:amd64"},
        {"name": "dpk*"},
        {"name": "dpkg", "state": "absent"},
    ],
)
def test_everything_else_is_for_apt(arguments):
    good, output = packages(**arguments)
    assert not good
    assert NO_MODULE in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"start": False}, "name must be"),
        ({"name": 5}, "name must be"),
        ({"name": ["dpkg", ""]}, "name must be"),
        ({"name": "dpkg", "state": "latest"}, "state must be present or absent, not latest"),
        ({"name": "dpkg", "upgrade": True}, "Invalid options for searchstack.platform.packages: upgrade"),
    ],
)
def test_a_mistake_is_named(arguments, message):
    good, output = packages(**arguments)
    assert not good
    assert message in output
