# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module on real files. What the controller does for it is in ../action/test_files_action.py."""

from __future__ import annotations

import json
import os
import stat
import threading

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible_collections.searchstack.platform.plugins.module_utils import _files
from ansible_collections.searchstack.platform.plugins.modules import files as module


@pytest.fixture
def ended(capsys, tmp_path):
    """ended(items, check=, ...): what the module returns. The content of an item is bytes."""
    testing = pytest.importorskip("ansible.module_utils.testing", reason="ansible-core before 2.19 cannot hand options to a module")
    temporary = tmp_path / "temporary"
    temporary.mkdir()

    def call(*items, check=False, **options):
        contents = [item.pop("content", None) for item in items]
        given = {"mode": "0640", "files": items, "contents": _files.pack(contents), **options}
        given |= {
            "_ansible_check_mode": check,
            "_ansible_diff": True,
            "_ansible_remote_tmp": str(temporary),
            "_ansible_tmpdir": str(temporary),
        }
        umask = os.umask(0o022)
        try:
            with testing.patch_module_args(given), pytest.raises(SystemExit):
                module.main()
        finally:
            os.umask(umask)
        return json.loads(capsys.readouterr().out)

    return call


@pytest.fixture
def top(tmp_path):
    folder = tmp_path / "top"
    folder.mkdir()
    return folder


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_contents_survive_the_way():
    contents = [None, b"", "äöü\n".encode(), bytes(range(256))]
    assert _files.unpack(_files.pack(contents)) == contents


def test_a_second_call_changes_nothing(ended, top):
    def call(**more):
        return ended(
            {"path": f"{top}/a/b", "state": "directory", "mode": "0750"},
            {"path": f"{top}/a/b/file", "content": b"one\n"},
            {"path": f"{top}/gone", "state": "absent"},
            **more,
        )

    predicted = call(check=True)
    assert list(top.iterdir()) == []
    done = call()
    assert predicted["changed_paths"] == done["changed_paths"] == [f"{top}/a/b", f"{top}/a/b/file"]
    assert predicted["diff"] == done["diff"]
    assert (top / "a/b/file").read_bytes() == b"one\n"
    assert [mode(top / path) for path in ("a", "a/b", "a/b/file")] == [0o750, 0o750, 0o640]
    for more in ({}, {"check": True}):
        again = call(**more)
        assert (again["changed"], again["changed_paths"], again["diff"]) == (False, [], [])


def test_permissions_alone(ended, top):
    path = top / "file"
    path.write_text("one\n")
    path.chmod(0o644)
    before = path.stat()
    for check, after in ((True, 0o644), (False, 0o600)):
        answer = ended({"path": str(path), "content": b"one\n", "mode": "0600"}, check=check)
        assert answer["changed_paths"] == [str(path)]
        assert answer["diff"] == [{"before": {"path": str(path), "mode": "0644"}, "after": {"path": str(path), "mode": "0600"}}]
        assert mode(path) == after
    # Who looks for newer files finds none.
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("there", [True, False])
def test_a_new_content_is_never_seen_by_others(ended, top, monkeypatch, there):
    path = top / "password"
    if there:
        path.write_text("old")
        path.chmod(0o644)
    seen = []
    rename, chmod = os.rename, os.chmod

    def look(action):
        def step(source, *arguments, **more):
            action(source, *arguments, **more)
            if path.exists() and path.read_text() == "new":
                seen.append(mode(path))

        return step

    monkeypatch.setattr(os, "rename", look(rename))
    monkeypatch.setattr(os, "chmod", look(chmod))
    ended({"path": str(path), "content": b"new", "mode": "0600"})
    assert path.read_text() == "new"
    assert set(seen) == {0o600}


def test_a_reader_sees_the_old_or_the_new_content(ended, top):
    path, contents = top / "file", [letter * 300_000 for letter in (b"a", b"b")]
    path.write_bytes(contents[0])
    seen, end = set(), threading.Event()

    def read():
        while not end.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(20):
        ended({"path": str(path), "content": contents[(number + 1) % 2]})
    end.set()
    reader.join()
    assert seen <= set(contents)
    assert len(seen) == 2


def test_where_writing_fails_the_old_content_stays(ended, top, monkeypatch):
    (top / "file").write_text("old")

    def full(*_arguments, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "rename", full)
    answer = ended({"path": f"{top}/file", "content": b"new"})
    assert answer["failed"] is True
    assert f"{top}/file" in answer["msg"]
    assert [(path.name, path.read_text()) for path in top.iterdir()] == [("file", "old")]


@pytest.mark.parametrize("command", ["grep -q good %s", "no-such-program %s", "true"])
def test_what_is_refused_leaves_everything_untouched(ended, top, command):
    (top / "first").write_text("old")
    (top / "gone").touch()
    answer = ended(
        {"path": f"{top}/new", "state": "directory"},
        {"path": f"{top}/first", "content": b"good\n", "validate": "grep -q good %s"},
        {"path": f"{top}/gone", "state": "absent"},
        {"path": f"{top}/second", "content": b"bad\n", "validate": command},
    )
    assert answer["failed"] is True
    assert f"files: {top}/second:" in answer["msg"]
    assert {path.name: path.read_text() for path in top.iterdir()} == {"first": "old", "gone": ""}


def test_a_program_sees_the_name_and_tells_what_is_wrong(ended, top):
    answer = ended({"path": f"{top}/my.service", "content": b"x", "validate": "ls /nowhere %s"})
    assert "/my.service" in answer["msg"]
    assert "cannot access '/nowhere'" in answer["msg"]
    assert list(top.iterdir()) == []


def test_what_is_unchanged_is_not_validated(ended, top):
    item = {"path": f"{top}/file", "content": b"x", "mode": "0640"}
    ended(dict(item))
    assert ended({**item, "validate": "false %s"})["changed"] is False


def test_check_mode_on_an_empty_host_predicts(ended, top):
    answer = ended(
        {"path": f"{top}/missing/file", "content": b"x", "validate": "no-such-program %s"},
        {"path": f"{top}/other", "content": b"x", "owner": "nobody-has-this-name", "group": "nor-this"},
        {"path": f"{top}/copy", "remote_source": f"{top}/not-there-yet"},
        {"path": f"{top}/folder", "state": "directory", "group": "nor-this"},
        check=True,
    )
    # Folders first.
    assert answer["changed_paths"] == [f"{top}/{name}" for name in ("folder", "missing/file", "other", "copy")]
    assert list(top.iterdir()) == []


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ({"path": "/missing/file", "content": b"x"}, "the folder {top}/missing does not exist"),
        ({"path": "/other", "content": b"x", "owner": "nobody-has-this-name"}, "owner nobody-has-this-name does not exist"),
        ({"path": "/other", "content": b"x", "group": "nor-this"}, "group nor-this does not exist"),
        ({"path": "/copy", "remote_source": "/nowhere"}, "/nowhere cannot be read: No such file or directory"),
        ({"path": "/good", "content": b"x"}, "is declared twice"),
        ({"path": "/folder", "content": b"x"}, "shall be a file, and is a directory"),
        ({"path": "/file", "state": "directory"}, "shall be a directory, and is a file"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_written(ended, top, item, says):
    (top / "folder").mkdir()
    (top / "file").touch()
    answer = ended({"path": f"{top}/good", "content": b"x"}, {**item, "path": f"{top}{item['path']}"})
    assert answer["failed"] is True
    assert answer["msg"].startswith(f"files: {top}{item['path']}: ")
    assert says.format(top=top) in answer["msg"]
    assert sorted(path.name for path in top.iterdir()) == ["file", "folder"]


def test_a_mode_is_needed(ended, top):
    answer = ended({"path": f"{top}/file", "content": b"x"}, mode=None)
    assert f"files: {top}/file: has no mode" in answer["msg"]


def test_a_copy_on_the_host(ended, top):
    (top / "source").write_bytes(b"\0key")
    (top / "source").chmod(0o600)
    item = {"path": f"{top}/copy", "remote_source": f"{top}/source", "secret": True}
    assert ended(dict(item))["changed_paths"] == [f"{top}/copy"]
    assert ((top / "copy").read_bytes(), mode(top / "copy")) == (b"\0key", 0o640)
    assert ended(dict(item))["changed"] is False


def test_a_link_becomes_a_file(ended, top):
    (top / "target").write_text("x")
    (top / "link").symlink_to(top / "target")
    assert ended({"path": f"{top}/link", "content": b"x"})["changed_paths"] == [f"{top}/link"]
    assert not (top / "link").is_symlink()
    assert (top / "target").read_text() == (top / "link").read_text() == "x"


def test_removal(ended, top):
    (top / "folder/sub").mkdir(parents=True)
    (top / "target").mkdir()
    (top / "link").symlink_to(top / "target")
    items = [{"path": f"{top}/{name}", "state": "absent"} for name in ("folder", "link", "never")]
    answer = ended(*(dict(item) for item in items), check=True)
    assert answer["changed_paths"] == [f"{top}/folder", f"{top}/link"]
    assert len(list(top.iterdir())) == 3
    assert ended(*(dict(item) for item in items))["changed_paths"] == answer["changed_paths"]
    assert [path.name for path in top.iterdir()] == ["target"]


def test_a_folder_that_holds_only_what_is_declared(ended, top):
    for name in ("rules/kept", "rules/sub/kept", "rules/old", "rules/former/old", "other"):
        (top / name).parent.mkdir(exist_ok=True, parents=True)
        (top / name).write_text("x")
    items = [
        {"path": f"{top}/rules", "state": "directory", "mode": "0755", "exclusive": True},
        {"path": f"{top}/rules/kept", "content": b"x"},
        {"path": f"{top}/rules/sub/kept", "content": b"x"},
    ]
    for item in items[1:]:
        os.chmod(item["path"], 0o640)
    (top / "rules").chmod(0o755)
    predicted = ended(*(dict(item) for item in items), check=True)
    assert predicted["changed_paths"] == [f"{top}/rules/former", f"{top}/rules/old"]
    assert ended(*items)["changed_paths"] == predicted["changed_paths"]
    assert sorted(path.name for path in top.rglob("*")) == ["kept", "kept", "other", "rules", "sub"]


def test_a_secret_is_in_no_answer_and_in_no_log(ended, top, monkeypatch):
    logged = []
    monkeypatch.setattr(AnsibleModule, "log", lambda _self, message, log_args=None: logged.append(f"{message} {log_args}"))
    (top / "password").write_text("former-secret")
    item = {"path": f"{top}/password", "content": b"hunter2-secret", "secret": True}
    # Both show the content; the second one ends with an error.
    refused = ended({**item, "validate": "sed -n -e p -e q3 %s"})
    assert "exit status 3" in refused["msg"]
    written = ended({**item, "validate": "cat %s"})
    assert written["changed_paths"] == [f"{top}/password"]
    assert f"{top}/password" in json.dumps(written["diff"])
    assert len([line for line in logged if "Invoked with" in line]) == 2
    for told in (json.dumps(refused), json.dumps(written), *logged):
        assert "hunter2-secret" not in told
        assert "former-secret" not in told


def test_what_is_large_or_no_text_is_not_shown(ended, top):
    (top / "file").write_bytes(b"\0")
    (answer,) = ended({"path": f"{top}/file", "content": b"x" * 200_000, "mode": "0644"})["diff"][:1]
    assert answer == {"dst_binary": 1, "src_larger": _files.MOST_SHOWN}
