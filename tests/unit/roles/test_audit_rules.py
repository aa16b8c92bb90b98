# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the audit log name only system calls that the machine has: auditctl refuses all of them for one that it does not know."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest

TEMPLATES = Path(__file__).parents[3] / "roles/hardening/templates"
# Those that take a path without a folder came before aarch64 did.
NOT_ON_AARCH64 = {
    "access",
    "chmod",
    "chown",
    "creat",
    "lchown",
    "link",
    "mkdir",
    "mknod",
    "open",
    "rename",
    "rmdir",
    "symlink",
    "unlink",
    "utime",
}


@pytest.fixture(params=["x86_64", "aarch64"])
def rules(request):
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), undefined=jinja2.StrictUndefined, trim_blocks=True)
    text = environment.get_template("audit.rules.j2").render(
        ansible_managed="managed",
        hardening_architecture=request.param,
        hardening_sudo=True,
        hardening_sudo_log="/var/log/sudo.log",
        hardening_audit_rules_extra=["-w /srv/own -p wa -k own"],
        hardening_audit_immutable=True,
    )
    return request.param, text.splitlines()


def test_every_line_is_a_rule_and_the_last_one_closes_them(rules):
    lines = rules[1]
    assert [
        line
        for line in lines
        if not re.fullmatch(r"#.*|-b \d+|--backlog_wait_time \d+|-e 2|-w \S+ -p wa -k \w+|-a always,exit -F (arch=b\d\d|path=\S+) .*", line)
    ] == []
    assert lines[-2:] == ["-w /srv/own -p wa -k own", "-e 2"]


def test_system_calls_are_those_of_the_machine(rules):
    machine, lines = rules
    calls = {call for line in lines for found in re.findall(r" -S (\S+)", line) for call in found.split(",")}
    assert {"execve", "openat", "fchmodat", "init_module"} <= calls
    assert bool(calls & NOT_ON_AARCH64) is (machine == "x86_64")


def test_programs_of_32_bits_are_seen_where_there_are_any(rules):
    machine, lines = rules
    wide = [line for line in lines if "arch=b64" in line]
    narrow = [line for line in lines if "arch=b32" in line]
    assert len(wide) == 8
    assert narrow == ([line.replace("b64", "b32") for line in wide] if machine == "x86_64" else [])
