"""The pages for accidents name what there is: playbooks, options, hosts, and nothing secret."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"README", "lost_node", "lost_quorum", "lost_cluster", "lost_region", "corrupted_index", "leaked_credential", "alerts"}
# Words in the place of what only the accident tells.
COMMAND = re.compile(r"ansible-playbook [^`|\n]+")


def run(*argv):
    done = subprocess.run(
        argv, cwd=ROOT, env=os.environ | {"ANSIBLE_NOCOLOR": "1"}, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def write(inventory, folder, *before):
    playbooks = (*before, "playbooks/runbook.yml")
    said = run("ansible-playbook", "-i", f"inventories/{inventory}", *playbooks, "-e", f"runbook_directory={folder}")
    return int(re.search(r"^localhost +:.* changed=(\d+)", said, re.MULTILINE)[1])


@pytest.fixture(scope="module", params=["lab", "production"])
def inventory(request):
    return request.param


@pytest.fixture(scope="module")
def pages(inventory, tmp_path_factory):
    """The text of each page. Written again, nothing changes."""
    folder = tmp_path_factory.mktemp(inventory)
    assert write(inventory, folder) > 0
    assert write(inventory, folder) == 0
    return {path.stem: path.read_text() for path in folder.iterdir()}


# add_host, a list of what it adds, group_by. Hosts of the group absent are none of the platform.
MAKES_GROUPS = re.compile(r"^ +groups: \[?(\w[\w, ]*)\]?$|\{group: (\w+)|^ +key: \"\{\{ '(\w+)' if", re.MULTILINE)


def groups_of_runs():
    text = "\n".join(path.read_text() for path in (ROOT / "playbooks").rglob("*.yml"))
    return {name for match in MAKES_GROUPS.findall(text) for names in match if names for name in names.split(", ")} - {"absent"}


def test_groups_that_playbooks_make_are_none_of_the_inventory(inventory, tmp_path):
    """New hosts, restarts: such a run would write other pages than the next one."""
    assert groups_of_runs() >= {"joining", "leaving", "rolling_restart", "rolling_restart_clusters", "deploy_canary", "dr_nodes", "dr_app"}
    made = tmp_path / "made.yml"
    group_by = [{"ansible.builtin.group_by": {"key": name}} for name in sorted(groups_of_runs())]
    made.write_text(json.dumps([{"hosts": "app", "gather_facts": False, "tasks": group_by}]))
    assert write(inventory, tmp_path / "pages", made) > 0
    assert write(inventory, tmp_path / "pages") == 0


@pytest.fixture(scope="module")
def declared(inventory):
    """The inventory, as Ansible reads it."""
    return json.loads(run("ansible-inventory", "-i", f"inventories/{inventory}", "--list"))


def test_there_is_a_page_for_each_accident(pages):
    assert set(pages) == PAGES
    for name in PAGES - {"README"}:
        assert f"]({name}.md)" in pages["README"]
        assert {"## How to know that it worked", "## Whom to tell"} <= set(pages[name].splitlines())
        assert set(re.findall(r"\]\((\w+)\.md\)", pages[name])) <= PAGES


def commands(pages):
    return {command.strip() for text in pages.values() for command in COMMAND.findall(text)}


def test_every_playbook_and_option_is_there(pages, inventory):
    assert commands(pages)
    for command in commands(pages):
        assert f"-i inventories/{inventory} " in command
        (playbook,) = re.findall(r" (playbooks/\w+\.yml)", command)
        assert (ROOT / playbook).exists(), playbook
        head = (ROOT / playbook).read_text()
        for option in re.findall(r"-e (\w+)=", command):
            assert f"-e {option}" in head, f"{option} is no option in the head of {playbook}"


def test_limits_are_hosts_and_groups(pages, declared):
    # An alert names the host.
    known = set(declared) | set(declared["_meta"]["hostvars"]) | {"HOST"}
    for command in commands(pages):
        for limit in re.findall(r"--limit (\S+)", command):
            assert set(limit.split(",")) <= known


def test_every_group_and_host_appears(pages, declared):
    text = pages["README"]
    groups = {name for name in declared if name not in ("_meta", "all", "ungrouped", "platform", "absent", "opensearch_clusters")}
    for group in groups:
        assert f"| {group} | " in text
    for cluster in declared["opensearch_clusters"]["hosts"]:
        assert f"| {cluster} | " in text
    for group in ("loadbalancers", "app", "redis", "monitoring"):
        for host in declared[group]["hosts"]:
            assert f"| {group} | {host} | " in text
            assert re.search(rf"^- {host}: ", pages["lost_node"], re.MULTILINE)


def test_nothing_is_left_open_and_nothing_is_secret(pages):
    for text in pages.values():
        assert "{{" not in text
        assert "Undefined" not in text
        assert not re.search(r"password[=:] *\S", text, re.IGNORECASE)


def test_a_second_region_takes_over_where_there_is_one(pages, inventory):
    regions = {name for name, text in pages.items() if "dr_fail" in text}
    leads_there = {name for name, text in pages.items() if "](lost_region.md)" in text}
    if inventory == "lab":
        assert regions == {"lost_region"}
        assert "dr_failover.yml -e platform_search_group=opensearch_dr\n" in pages["lost_region"]
        assert leads_there >= {"README", "lost_cluster", "lost_quorum"}
    else:
        assert regions == set()
        assert leads_there == {"README"}


def test_people_are_named(pages, inventory):
    asked = "ops@example.com" if inventory == "production" else "set `platform_contacts`"
    assert asked in pages["lost_region"]
    if inventory == "production":
        assert "security@example.com" in pages["leaked_credential"]
        assert "security@example.com" not in pages["lost_node"]
        assert "--ask-vault-pass" in pages["lost_node"]
