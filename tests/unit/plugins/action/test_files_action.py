# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of files in whole runs of ansible-playbook, beside Ansible's own modules."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import yaml

FILES = "searchstack.platform.files"


KEEP = {
    "name": "Keep the results",
    "ansible.builtin.copy": {"content": "{{ results | to_json }}", "dest": "results.json", "mode": "0600"},
    "diff": False,
    "no_log": True,
}


@pytest.fixture
def play(tmp_path, monkeypatch):
    """play(*tasks): runs a role of these tasks; its process, and the results of the tasks."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANSIBLE_CALLBACK_RESULT_FORMAT", "json")

    def run(*tasks, arguments=(), role=None, variables=None):
        named = [{"name": f"Task {number}", **task, "register": f"result_{number}"} for number, task in enumerate(tasks)]
        results = [f"{{{{ {task['register']} }}}}" for task in named]
        written = {"tasks/main.yml": yaml.safe_dump([*named, {**KEEP, "vars": {"results": results}}]), **(role or {})}
        for path, text in written.items():
            file = tmp_path / "roles/demo" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        given = {"top": str(tmp_path), "ansible_python_interpreter": sys.executable, **(variables or {})}
        play = {"name": "Demo", "hosts": "all", "connection": "local", "gather_facts": False, "roles": ["demo"], "vars": given}
        (tmp_path / "play.yml").write_text(yaml.safe_dump([play]))
        kept = tmp_path / "results.json"
        kept.unlink(missing_ok=True)
        command = ["ansible-playbook", "-i", "localhost,", "play.yml", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        return done, json.loads(kept.read_text()) if kept.exists() else []

    return run


TEMPLATES = {
    "templates/main.j2": "#jinja2: lstrip_blocks: True\n# {{ ansible_managed }} of {{ template_path }}\n{% if who %}\n"
    "  {% include 'parts/part.j2' %}\n{% endif %}\n{{ answer }} {{ lazy }}\n\n",
    "templates/parts/part.j2": "I am {{ who }}\n",
    "files/source.bin": "äöü\n",
}


def test_templates_are_ansibles_own(play, tmp_path):
    variables = {"answer": 42, "lazy": "{{ answer * 2 }}", "who": "nobody"}
    (tmp_path / "mine").write_text("old\n")
    (tmp_path / "theirs").write_text("old\n")
    template = {"src": "main.j2", "dest": "{{ top }}/theirs", "mode": "0644"}
    files = {"mode": "0644", "files": [{"path": "{{ top }}/mine", "template": "main.j2", "vars": {"who": "{{ 'me' ~ 1 }}"}}]}
    done, (theirs, predicted, mine, again) = play(
        {"ansible.builtin.template": template, "vars": {"who": "me1"}, "diff": True},
        {FILES: files, "check_mode": True, "diff": True},
        {FILES: files, "diff": True},
        {FILES: files},
        role=TEMPLATES,
        variables=variables,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "I am me142 84\n\n" in (tmp_path / "theirs").read_text()
    assert (tmp_path / "mine").read_bytes() == (tmp_path / "theirs").read_bytes()
    assert mine["changed_paths"] == [f"{tmp_path}/mine"]
    assert predicted["diff"] == mine["diff"]
    assert again["changed"] is False
    expected = theirs["diff"][0]
    assert {**mine["diff"][0], "before_header": expected["before_header"]} == {**expected, "after_header": "main.j2"}


def test_all_ways_of_a_content(play, tmp_path):
    files = [
        {"path": "{{ top }}/new/folder", "state": "directory", "mode": "0755"},
        {"path": "{{ top }}/new/{each[name]}.json", "each": "{{ sizes }}", "content": "{each[size]}"},
        {"path": "{{ top }}/new/{each}", "each": "{{ ['part'] }}", "template": "parts/{each}.j2", "vars": {"who": "x"}},
        {"path": "{{ top }}/new/none-{each}", "each": [], "content": ""},
        {"path": "{{ top }}/new/source", "source": "source.bin"},
        {"path": "{{ top }}/new/mapping", "content": {"braces": ["{each}"]}},
        {"path": "{{ top }}/new/braces", "content": "{braces}\n"},
        {"path": "{{ top }}/new/copy", "remote_source": "{{ top }}/there"},
        {"path": "{{ top }}/new/absent", "state": "absent", "template": "no-such-template.j2"},
    ]
    (tmp_path / "there").write_text("here\n")
    done, (result,) = play(
        {FILES: {"files": files, "mode": "0600"}}, role=TEMPLATES, variables={"sizes": [{"name": "a", "size": 1}, {"name": "b", "size": 2}]}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = {path.name: path.read_text() for path in (tmp_path / "new").iterdir() if path.is_file()}
    assert found == {
        "a.json": "1",
        "b.json": "2",
        "part": "I am x\n",
        "source": "äöü\n",
        "mapping": '{"braces": ["{each}"]}',
        "braces": "{braces}\n",
        "copy": "here\n",
    }
    assert sorted(result["changed_paths"]) == sorted(f"{tmp_path}/new/{name}" for name in ("folder", *found))


def test_a_secret_is_in_no_output(play, tmp_path):
    files = [
        {"path": "{{ top }}/password", "content": "{{ password }}", "secret": True},
        {"path": "{{ top }}/login", "template": "login.j2", "vars": {"given": "{{ password }}"}, "secret": True},
        {"path": "{{ top }}/refused", "content": "{{ password }}", "validate": "cat /nowhere %s", "secret": True},
    ]
    variables = {"password": "hunter2-secret"}
    for last in (2, 3):
        task = {FILES: {"mode": "0600", "files": files[:last]}}
        done, _results = play(task, arguments=["-vvv", "--diff"], role={"templates/login.j2": "{{ given }}"}, variables=variables)
        assert (done.returncode == 0) is (last == 2), done.stdout
        assert "hunter2-secret" not in done.stdout + done.stderr
        assert f"{tmp_path}/password" in done.stdout
    assert (tmp_path / "login").read_text() == "hunter2-secret"
    assert f"files: {tmp_path}/refused: is refused (exit status 1)" in done.stdout + done.stderr


MISTAKES = [
    ("a", "files: write a list of dictionaries"),
    ([{"state": "file"}], "files: write a list of dictionaries"),
    ([{"path": "/x"}], "files: /x: a file needs one of template, content, source, remote_source"),
    ([{"path": "/x", "content": "", "template": "a"}], "files: /x: a file needs one of"),
    ([{"path": "/x", "state": "directory", "content": ""}], "files: /x: a file needs one of"),
    ([{"path": "/x", "each": "a", "content": ""}], "files: /x: each is no list"),
    ([{"path": "/x/{each[b]}", "each": [{"a": 1}], "content": ""}], "files: /x/{each[b]}: a value of each does not fit"),
    ([{"path": "/x", "template": "nowhere.j2"}], "files: /x: Could not find or access 'nowhere.j2'"),
    ([{"path": "/x", "template": "broken.j2"}], "files: /x: "),
    ([{"path": "/x", "template": "broken.j2"}], "who_knows"),
    ([{"path": "/x", "content": "", "colour": "red"}], "colour"),
    ([{"path": "x", "content": ""}], "files: x: is no absolute path"),
    ([{"path": "/x", "content": ""}], "contents: not for playbooks"),
]


def test_mistakes_are_named(play):
    tasks = [{FILES: {"mode": "0600", "files": files}, "ignore_errors": True} for files, _says in MISTAKES]
    tasks[-1][FILES]["contents"] = "x"
    done, results = play(*tasks, role={"templates/broken.j2": "{{ who_knows }}"})
    assert done.returncode == 0
    assert "Traceback" not in done.stdout + done.stderr
    for (_files, says), result in zip(MISTAKES, results, strict=True):
        assert result["failed"] is True
        assert says in result["msg"]
