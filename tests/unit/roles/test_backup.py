# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import argparse
import json

import pytest


@pytest.fixture
def program(load, monkeypatch, tmp_path):
    module = load("roles/backup/files/searchstack_backup.py")
    monkeypatch.setattr(module, "STATE", tmp_path)
    return module


# What restic 0.14 and 0.18 have said.
CONFIG = "Fatal: unable to open config file: "
QUESTION = "\nIs there a repository at the following location?\ns3:http://s3/b/h"
SAID = [
    ("Fatal: repository does not exist: " + CONFIG + "stat /r/config: no such file or directory" + QUESTION, "there is no repository"),
    (CONFIG + "stat /r/config: no such file or directory" + QUESTION, "there is no repository"),
    (CONFIG + "The specified key does not exist." + QUESTION, "there is no repository"),
    (CONFIG + "The specified bucket does not exist" + QUESTION, "there is no repository"),
    (CONFIG + "Lstat: file does not exist" + QUESTION, "there is no repository"),
    (CONFIG + "<config/> does not exist" + QUESTION, "there is no repository"),
    ("subprocess ssh: No ED25519 host key is known for host and you have requested strict checking.", "backup_ssh_known_hosts"),
    ("Fatal: wrong password or no key found", "backup_password"),
    (CONFIG + "Access Denied." + QUESTION, "backup_environment"),
    (CONFIG + "The Access Key Id you provided does not exist in our records." + QUESTION, "backup_environment"),
    (CONFIG + 'Get "http://s3/b/": dial tcp 198.18.77.1:5999: connect: connection refused' + QUESTION, "does not answer"),
    (" no answer within 60 s", "does not answer"),
    (CONFIG + "tls: failed to verify certificate: x509: certificate signed by unknown authority" + QUESTION, "backup_ca_certificate"),
    ("error: write /x: no space left on device", "disk is full"),
    ("Fatal: unable to create lock in backend: repository is already locked exclusively by PID 1", "is locked"),
    ("pack 1a2b contains 1 errors\nFatal: repository contains errors", "is damaged"),
    ("Fatal: something new", "restic failed at s3:http://s3/b/h: Fatal: something new"),
]


@pytest.mark.parametrize("said, meant", SAID)
def test_a_failure_names_what_mends_it(program, said, meant):
    failure = program.explain(said, "s3:http://s3/b/h")
    assert meant in str(failure)
    assert isinstance(failure, program.NoRepository) == (meant == "there is no repository")


def test_a_login_is_not_shown(program):
    assert program.without_login("rest:https://user:secret@host/a") == "rest:https://host/a"
    assert program.without_login("sftp:user@host:/a") == "sftp:user@host:/a"


@pytest.mark.parametrize(
    "text, seconds",
    [("2026-01-01T00:00:00Z", 0), ("2026-01-01T00:00:00.123456789Z", 0.123456), ("2026-01-01T01:00:00.5+01:00", 0.5)],
)
def test_times_of_any_precision(program, text, seconds):
    assert program.parse_time(text) == pytest.approx(1767225600 + seconds)


SFTP = [
    ("sftp:user@host:/a", "user@host -s sftp"),
    ("sftp://user@host:2222//a", "-p 2222 user@host -s sftp"),
    ("sftp://user@host/a", "user@host -s sftp"),
]


@pytest.mark.parametrize("repository, end", SFTP)
def test_sftp_takes_the_key_that_is_declared(program, tmp_path, repository, end):
    (tmp_path / "environment.json").write_text("{}")
    (tmp_path / "ssh_key").write_text("key")
    settings = {"repository": repository, "options": {}}
    (option,) = program.Restic(settings, tmp_path).options
    assert option.startswith(f"sftp.command=ssh -i {tmp_path}/ssh_key") and option.endswith(end)


def test_metrics_of_a_host_that_never_ran_say_so(program, tmp_path):
    text = program.State(tmp_path, None).text()
    for action in program.ACTIONS:
        assert f'searchstack_backup_last_success_timestamp_seconds{{action="{action}"}} 0.000' in text
    assert "searchstack_backup_proven 0" in text


def test_a_failure_keeps_the_last_success(program, tmp_path):
    metrics = tmp_path / "metrics"
    metrics.mkdir()
    state = program.State(tmp_path, metrics)
    state.begin("drill")
    state.end("drill", files=3)
    success = state.action("drill")["success"]
    state.begin("drill")
    state.fail("drill", "why")
    again = program.State(tmp_path, None)
    assert (again.action("drill")["success"], again.action("drill")["reason"]) == (success, "why")
    text = (metrics / "searchstack_backup.prom").read_text()
    assert "searchstack_backup_proven 0" in text and 'files{action="drill"} 3.000' in text
    assert [path.name for path in metrics.iterdir()] == ["searchstack_backup.prom"]


def test_a_killed_action_is_told_as_such(program, tmp_path, capfd):
    state = program.State(tmp_path, None)
    state.begin("backup")
    hook = f'echo "$BACKUP_ACTION $BACKUP_HOST" >{tmp_path}/hook'
    program.failed({"failure_command": hook, "host": "mon1"}, state, "backup")
    assert "killed" in state.action("backup")["reason"]
    assert (tmp_path / "hook").read_text() == "backup mon1\n"
    assert capfd.readouterr().out.startswith("<3>")


def test_restored_files_are_compared_with_those_that_have_not_changed(program, tmp_path):
    live, restored = tmp_path / "live", tmp_path / "restored"
    for folder in (live, restored):
        folder.mkdir()
        for name in ("same", "changed"):
            (folder / name).write_text(name)
            program.os.utime(folder / name, (1, 1))
    (live / "changed").write_text("other, later")
    (restored / "gone").write_text("gone")
    assert program.compare(restored, live) == {"files": 3, "size": 15, "compared": 1}
    (restored / "same").write_text("emas")
    program.os.utime(restored / "same", (1, 1))
    with pytest.raises(program.Failure, match="differs"):
        program.compare(restored, live)


class Repository:
    """A restic with one snapshot of one file."""

    shown, settings = "/r", {"host": "mon1"}

    def __init__(self, identity="one", breaks=False):
        self.identity, self.breaks, self.snapshots = identity, breaks, ["aaaa"]
        self.made = False

    def open(self):
        return self.identity

    def newest(self, snapshot="latest"):
        return {"id": self.snapshots[-1] if snapshot == "latest" else snapshot, "time": "2026-01-01T00:00:00Z"}

    def run(self, *arguments, **_options):
        self.made = arguments[0] == "init"
        return argparse.Namespace(stdout=json.dumps({"path": "/etc"}))

    def restore(self, _snapshot, target, _paths=()):
        (target / "file").write_text("x")
        if self.breaks:
            raise KeyboardInterrupt


def options(program, *arguments):
    return program.arguments(["restore", *map(str, arguments)])


def test_a_restore_that_broke_goes_on_with_its_snapshot(program, tmp_path):
    repository, target = Repository(breaks=True), tmp_path / "to"
    with pytest.raises(KeyboardInterrupt):
        program.restore(repository, options(program, "--target", target))
    repository.breaks = False
    repository.snapshots.append("bbbb")
    result = program.restore(repository, options(program, "--target", target))
    assert (result["changed"], result["resumed"], result["snapshot"]) == (True, True, "aaaa")
    # Done: a newer snapshot is another restore, which needs to be told.
    with pytest.raises(program.Failure, match="not empty"):
        program.restore(repository, options(program, "--target", target))
    assert not program.restore(repository, options(program, "--target", target, "--snapshot", "aaaa"))["changed"]
    assert program.restore(repository, options(program, "--target", target, "--overwrite"))["snapshot"] == "bbbb"


def test_check_mode_of_a_restore_writes_nothing(program, tmp_path):
    target = tmp_path / "to"
    assert program.restore(Repository(), options(program, "--target", target, "--check"))["changed"]
    assert not target.exists()


@pytest.mark.parametrize("arguments, message", [(["--target", "/"], "in place"), (["--target", "/tmp/x", "--path", "/no"], "has no /no")])
def test_a_restore_that_cannot_be_meant_is_refused(program, arguments, message):
    with pytest.raises(program.Failure, match=message):
        program.restore(Repository(), options(program, *arguments))


def test_another_repository_in_its_place_is_refused(program, tmp_path):
    state = program.State(tmp_path, None)
    program.init(Repository("one"), state)
    program.init(Repository("one"), state)
    with pytest.raises(program.Failure, match="is not the one"):
        program.init(Repository("two"), state)

    class Gone(Repository):
        def open(self):
            raise program.NoRepository("none")

    gone = Gone()
    with pytest.raises(program.Failure, match="is gone"):
        program.init(gone, state)
    assert not gone.made
