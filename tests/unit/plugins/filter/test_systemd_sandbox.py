# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What systemd itself thinks of the lines (systemd-analyze, where this machine has it), and what becomes of exceptions."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from ansible_collections.searchstack.platform.plugins.filter.systemd_sandbox import systemd_sandbox


@pytest.fixture
def exposure(tmp_path):
    """exposure(lines, service): how exposed systemd finds a unit with these lines."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.fail("systemd-analyze is missing: install systemd.")

    def measure(lines, service="User=daemon"):
        unit = tmp_path / "measured.service"
        unit.write_text(f"[Service]\nExecStart=/bin/true\n{service}\n{lines}\n", encoding="utf-8")
        command = [analyze, "security", "--offline=yes", "--no-pager", str(unit)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        assert "Unknown" not in done.stderr, done.stderr
        assert "Failed to parse" not in done.stderr, done.stderr
        return float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)[1])

    return measure


def test_a_service_without_exceptions_is_closed(exposure):
    assert exposure("") > 9
    assert exposure(systemd_sandbox({})) <= 1.2


@pytest.mark.parametrize(
    "different",
    [
        {"CapabilityBoundingSet": "CAP_NET_ADMIN"},
        {"RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6 AF_PACKET"},
        {"SystemCallFilter": "@system-service"},
        {"PrivateUsers": "no"},
    ],
)
def test_an_exception_opens_what_it_names(exposure, different):
    assert exposure(systemd_sandbox(different)) > exposure(systemd_sandbox({}))


def test_what_a_package_allows_is_forgotten(exposure):
    package = "CapabilityBoundingSet=CAP_SYS_ADMIN\nSystemCallFilter=@system-service @mount\nRestrictAddressFamilies=AF_PACKET"
    ours = systemd_sandbox({"CapabilityBoundingSet": "CAP_KILL"})
    assert exposure(f"{package}\n{ours}") == exposure(ours)


def test_what_comes_on_top_is_a_line_each():
    lines = systemd_sandbox({"UMask": "0027", "ReadWritePaths": "/srv/data", "Environment": ["A=1", "B=2"]}).splitlines()
    assert [line for line in lines if line.startswith("UMask=")] == ["UMask=0027"]
    assert lines[-4:] == ["ReadWritePaths=", "ReadWritePaths=/srv/data", "Environment=A=1", "Environment=B=2"]


def test_nothing_to_write_to_is_said_once():
    assert systemd_sandbox({"ReadWritePaths": ""}).splitlines().count("ReadWritePaths=") == 1
