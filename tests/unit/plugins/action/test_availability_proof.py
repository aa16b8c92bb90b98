# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof in whole runs of ansible-playbook, of a web server that a test starts."""

from __future__ import annotations

import functools
import json
import subprocess
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml

pytest.importorskip("opensearchpy")

PROOF = "searchstack.platform.availability_proof"


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture
def site(tmp_path):
    """The URL of a server that answers for the files in a folder."""
    folder = tmp_path / "site"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def play(tmp_path, monkeypatch):
    """play(tasks): starts ansible-playbook with these tasks of the module, or others."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANSIBLE_CALLBACK_RESULT_FORMAT", "json")

    def start(*tasks, arguments=()):
        named = [{"name": f"Task {number}", **({PROOF: task} if "state" in task else task)} for number, task in enumerate(tasks)]
        play = {"name": "Operation", "hosts": "all", "gather_facts": False, "tasks": named}
        (tmp_path / "operation.yml").write_text(yaml.safe_dump([play]))
        # A host that cannot be reached: nothing is done there.
        command = ["ansible-playbook", "-i", "nowhere.invalid,", "operation.yml", *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    return start


def reports(tmp_path):
    return [json.loads(path.read_text()) for path in tmp_path.glob(".searchstack/availability/*/report.json")]


def pause(seconds):
    return {"ansible.builtin.pause": {"seconds": seconds}}


def test_an_operation_that_nobody_notices(play, site, tmp_path):
    process = play({"state": "started", "url": [site]}, {"state": "phase", "name": "a restart"}, pause(1), {"state": "stopped"})
    output = process.communicate(timeout=120)[0]
    assert process.returncode == 0, output
    assert "changed=0" in output
    assert str(next(tmp_path.glob(".searchstack/availability/*/report.html"))) in output
    (report,) = reports(tmp_path)
    assert (report["name"], report["ended_by"], report["failures"]) == ("operation", "stopped", 0)
    assert report["requests"] >= 5
    assert [phase["name"] for phase in report["phases"]] == ["a restart"]


@pytest.mark.parametrize(("accepted", "fails"), [(0, True), (1000, False)])
def test_an_operation_that_somebody_notices(play, site, tmp_path, accepted, fails):
    process = play(
        {"state": "started", "url": [f"{site}/missing"], "directory": str(tmp_path / "reports")},
        pause(1),
        {"state": "stopped", "max_failures": accepted},
    )
    output = process.communicate(timeout=120)[0]
    assert (process.returncode != 0) is fails, output
    if fails:
        assert "requests failed. See" in output
        assert "404 File not found" in output
    (path,) = (tmp_path / "reports").glob("*/report.json")
    assert json.loads(path.read_text())["failures"] > 0


def test_an_operation_that_takes_longer_than_its_proof_is_not_proven(play, site):
    process = play({"state": "started", "url": [site], "duration": 1}, pause(4), {"state": "stopped"})
    output = process.communicate(timeout=120)[0]
    assert process.returncode != 0
    assert "the proof ended before the operation" in output


@pytest.mark.parametrize("end", ["killed", "failed"])
def test_there_is_a_report_when_the_operation_does_not_come_to_its_end(play, site, tmp_path, end):
    last = pause(60) if end == "killed" else {"ansible.builtin.fail": {"msg": "broken"}}
    process = play({"state": "started", "url": [site]}, pause(1), last, {"state": "stopped"})
    if end == "killed":
        while not list(tmp_path.glob(".searchstack/availability/*")):
            time.sleep(0.1)
        time.sleep(2)
        process.kill()
    process.communicate(timeout=120)
    give_up = time.monotonic() + 30
    while not reports(tmp_path) and time.monotonic() < give_up:
        time.sleep(0.1)
    (report,) = reports(tmp_path)
    assert report["ended_by"] == "ansible-playbook had ended"
    assert report["requests"] > 0


def test_check_mode_proves_nothing(play, site, tmp_path):
    process = play({"state": "started", "url": [site]}, {"state": "phase", "name": "a"}, {"state": "stopped"}, arguments=["--check"])
    output = process.communicate(timeout=120)[0]
    assert process.returncode == 0, output
    assert "skipped=3" in output
    assert not (tmp_path / ".searchstack").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"state": "started"}, "url, hosts: name at least one URL"),
        ({"state": "started", "url": ["search.example.com"]}, "url: 'search.example.com' is not a URL"),
        ({"state": "started", "url": ["http://127.0.0.1"], "rate": 51}, "rate: 51 is not between 1 and 50"),
        ({"state": "started", "url": ["http://127.0.0.1"], "duration": 0}, "duration: 0 is not between 1 and 14400"),
        ({"state": "phase"}, "state is phase but all of the following are missing: name"),
        ({"state": "stopped"}, "No availability proof runs in this run of Ansible"),
        ({"state": "paused"}, "value of state must be one of"),
    ],
)
def test_bad_input_is_named(play, tmp_path, options, message):
    process = play(options)
    output = process.communicate(timeout=120)[0]
    assert process.returncode != 0
    assert message in output
    assert "Traceback" not in output
    assert not (tmp_path / ".searchstack").exists()
