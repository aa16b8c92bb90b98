"""Many unchanged objects: one call beside a loop over the single modules, both as whole runs of ansible-playbook."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time

import pytest
from clusters import INVENTORY, ROOT

# Index templates, and as many roles; scripts/test --all measures a thousand of each.
COUNT = int(os.environ.get("SEARCHSTACK_SPEED_OBJECTS", "15"))
DECLARED = {
    "index_templates": [
        {"name": f"speed-{at}", "index_patterns": [f"speed-{at}-*"], "template": {"settings": {"refresh_interval": "30s"}}}
        for at in range(COUNT)
    ],
    "roles": [
        {"name": f"speed-{at}", "index_permissions": [{"index_patterns": [f"speed-{at}-*"], "allowed_actions": ["read"]}]}
        for at in range(COUNT)
    ],
}
ITEM = "{{ item }}"
LOOP = [
    {f"searchstack.platform.{module}": ITEM, "loop": DECLARED[option], "loop_control": {"label": "{{ item.name }}"}}
    for module, option in (("opensearch_index_template", "index_templates"), ("opensearch_role", "roles"))
]


@pytest.fixture
def run(connection, tmp_path):
    """run(tasks): (seconds, output) of a playbook of these tasks that changes nothing."""

    def play(tasks, may_change=False):
        defaults = {"group/searchstack.platform.opensearch": connection}
        plays = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "module_defaults": defaults, "tasks": tasks}]
        (tmp_path / "play.yml").write_text(json.dumps(plays))
        started = time.monotonic()
        command = ["ansible-playbook", "-i", INVENTORY, str(tmp_path / "play.yml"), "-v"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=7200, check=False)
        seconds = time.monotonic() - started
        assert done.returncode == 0, done.stdout[-3000:]
        assert may_change or re.search(r"^localhost .* changed=0 ", done.stdout, re.MULTILINE)
        return seconds, done.stdout

    return play


@pytest.mark.parametrize("cluster", ["current"], scope="module")
def test_one_call_is_faster_than_a_loop(run, cluster, capsys):
    one_call = [{"searchstack.platform.opensearch_objects": DECLARED}]
    try:
        run(one_call, may_change=True)
        once, output = run(one_call)
        requests = int(re.search(r"requests\W+(\d+)", output)[1])
        looped, _output = run(LOOP)
    finally:
        run([{"searchstack.platform.opensearch_objects": {"purge": dict.fromkeys(DECLARED, ["speed-*"])}}], may_change=True)
    with capsys.disabled():
        what = f"{COUNT} templates and {COUNT} roles unchanged: {requests} requests, {once:.1f} s"
        print(f"[{what}; looped {looped:.1f} s, {looped / once:.0f} times] ", end="")
    assert requests <= 10  # noqa: PLR2004
    assert once < looped
