# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The prober as it runs: a process of its own, started by the control and asked for its report."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._connection import connection_argument_spec
from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.control import Control

pytest.importorskip("opensearchpy")

CONNECTION = {**{name: spec.get("default") for name, spec in connection_argument_spec().items()}, "hosts": [], "timeout": 1, "retries": 0}


@pytest.fixture
def ansible():
    """A process in the place of ansible-playbook."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


@pytest.fixture
def control(tmp_path, ansible):
    (tmp_path / "run").mkdir()
    return Control(tmp_path / "run", ansible.pid)


@pytest.fixture
def start(control, tmp_path):
    def begin(url, **more):
        settings = {"name": "test", "url": [url], "rate": 20, "duration": 30, "directory": str(tmp_path), "connection": CONNECTION}
        return control.start({**settings, **more})

    return begin


def report_of(directory: Path, seconds=20):
    """The report that appears by itself."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if (directory / "report.json").exists():
            assert (directory / "report.html").exists()
            return json.loads((directory / "report.json").read_text())
        time.sleep(0.05)
    raise AssertionError(f"no report in {directory}: {(directory / 'prober.log').read_text()}")


def until_asked(web, count=10):
    give_up = time.monotonic() + 20
    while len(web.seen) < count and time.monotonic() < give_up:
        time.sleep(0.05)


def test_it_asks_until_it_is_stopped(web, start, control):
    directory = start(web.url)
    until_asked(web)
    control.mark("something happens")
    time.sleep(0.3)
    stopped, report = control.stop()
    assert stopped == directory
    assert report == report_of(directory)
    assert report["ended_by"] == "stopped"
    assert report["requests"] >= 10
    # What was asked is what the server saw.
    assert report["requests"] == len(web.seen)
    assert report["failures"] == 0
    assert [phase["name"] for phase in report["phases"]] == ["something happens"]
    assert 0 < report["phases"][0]["at_s"] < report["seconds"]
    assert {path.name for path in directory.iterdir()} == {"report.json", "report.html", "phases.jsonl", "prober.log"}
    assert (directory / "prober.log").read_text() == ""
    assert directory.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("path", ["/503", "/404", "/reset", "/half", "/slow"])
def test_each_failure_counts(web, start, control, path):
    start(web.url)
    until_asked(web)
    before = len(web.seen)
    web.behaviour["/"] = path
    until_asked(web, before + 20)
    web.behaviour.clear()
    report = control.stop()[1]
    assert 15 <= report["failures"] < report["requests"]
    assert len(report["first_failures"]) >= 15
    assert all(stream["failures"] > 0 for stream in report["streams"])


def test_nobody_listens(refusing, start, control):
    start(refusing)
    time.sleep(0.5)
    report = control.stop()[1]
    assert report["failures"] == report["requests"] > 0
    assert {failure["message"] for failure in report["first_failures"]} == {"ConnectionRefusedError: [Errno 111] Connection refused"}
    assert report["streams"][0]["longest_gap_s"] == pytest.approx(report["seconds"], abs=0.2)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_a_report_when_ansible_has_gone(web, start, ansible, number):
    directory = start(web.url)
    until_asked(web)
    # Nobody collects the dead process until the test ends.
    os.kill(ansible.pid, number)
    assert report_of(directory)["ended_by"] == "ansible-playbook had ended"


def test_it_ends_with_a_report_when_its_time_is_over(web, start):
    assert report_of(start(web.url, duration=1))["ended_by"] == "its time was over"


def test_it_ends_with_a_report_when_it_is_told_to_by_a_signal(web, start, tmp_path):
    directory = start(web.url)
    until_asked(web)
    os.kill(json.loads((tmp_path / "run/availability_proof.json").read_text())["pid"], signal.SIGTERM)
    assert report_of(directory)["ended_by"] == f"signal {signal.SIGTERM.value}"


def test_a_killed_prober_proves_nothing(web, start, control, tmp_path):
    directory = start(web.url)
    os.kill(json.loads((tmp_path / "run/availability_proof.json").read_text())["pid"], signal.SIGKILL)
    with pytest.raises(EngineError, match=f"no report in {directory}"):
        control.stop()


def test_the_outermost_of_nested_operations_has_the_proof(web, start, control):
    directory = start(web.url)
    assert start(web.url) == directory
    assert control.stop() == (directory, None)
    assert control.stop()[1]["ended_by"] == "stopped"
    with pytest.raises(EngineError, match="state=started begins one"):
        control.stop()


def test_a_phase_without_a_proof_is_nothing(control):
    assert control.mark("something happens") is False


def test_a_proof_that_cannot_begin_says_why(start, control, tmp_path):
    missing = {**CONNECTION, "hosts": ["https://127.0.0.1:9"], "ca_path": str(tmp_path / "missing.pem")}
    with pytest.raises(EngineError, match="The proof cannot begin: ca_path: cannot use .*missing.pem"):
        start("http://127.0.0.1:9", connection=missing)
    assert control.mark("something happens") is False


def test_no_secret_is_in_the_process_list_or_in_a_file(web, start, control, tmp_path):
    directory = start(web.url, connection={**CONNECTION, "username": "admin", "password": "a-secret-word"})
    pid = json.loads((tmp_path / "run/availability_proof.json").read_text())["pid"]
    shown = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
    control.stop()
    written = b"".join(path.read_bytes() for path in [*directory.iterdir(), *(tmp_path / "run").iterdir()])
    assert b"a-secret-word" not in shown + written
