"""Each mistake of cases.yml ends the preflight, which is how site.yml begins, by a message that names the variable. Nothing is changed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
# CI has the time for each fourth.
CASES = yaml.safe_load((Path(__file__).parent / "cases.yml").read_text())[:: 1 if os.environ.get("SEARCHSTACK_EVERYTHING") else 4]


def play(case, tmp_path, playbook="preflight.yml"):
    """What the playbook says to the mistake."""
    inventory = ROOT / "inventories/lab"
    arguments = []
    if "without" in case:
        inventory = tmp_path / "lab"
        shutil.copytree(ROOT / "inventories/lab", inventory)
        secrets = inventory / "group_vars/all/secrets.yml"
        kept, removed = re.subn(rf"^{case['without']}: .*\n", "", secrets.read_text(), flags=re.MULTILINE)
        assert removed == 1
        secrets.write_text(kept)
        arguments += ["--extra-vars", json.dumps({"lab_state": str(ROOT / ".lab")})]
    if "hosts" in case:
        overlay = tmp_path / "overlay.yml"
        overlay.write_text(yaml.safe_dump({"all": {"hosts": case["hosts"]}}))
        arguments += ["--inventory", str(overlay)]
    return subprocess.run(
        ["ansible-playbook", "--inventory", str(inventory), f"playbooks/{playbook}", "--limit", f"{case['limit']},localhost", *arguments]
        # Without asking the clusters who of them is active, which takes as long as all else.
        + ["--extra-vars", json.dumps({"region_just_looked": True, **case.get("vars", {})})],
        cwd=ROOT,
        env=os.environ | {"ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.timer", "ANSIBLE_NOCOLOR": "1", "COLUMNS": "1000"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def runs(request, tmp_path_factory):
    """The runs of the chosen cases, one for each core at a time: they change nothing."""
    chosen = [item.callspec.params["case"] for item in request.session.items if "runs" in item.fixturenames]
    pool = ThreadPoolExecutor(os.cpu_count())
    yield {case["case"]: pool.submit(play, case, tmp_path_factory.mktemp("case")) for case in chosen}
    pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_is_refused_before_any_change(runs, case):
    run = runs[case["case"]].result()
    output = run.stdout + run.stderr
    assert run.returncode != 0, output
    missing = [text for text in case["expect"] if text not in output]
    assert not missing, f"the message does not say {missing}:\n{output}"
    assert "Traceback" not in output
    assert not re.search(r"changed=[1-9]", output), output


def test_the_whole_platform_is_refused_before_any_other_play(tmp_path):
    run = play(CASES[0], tmp_path, "site.yml")
    assert run.returncode != 0
    plays = re.findall(r"^PLAY \[(.*)\]", run.stdout, re.MULTILINE)
    assert plays != []
    assert [play for play in plays if not play.startswith("Preflight")] == [], run.stdout
