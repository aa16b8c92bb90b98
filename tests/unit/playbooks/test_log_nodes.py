# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the hosts of an inventory send their logs."""

from __future__ import annotations

import collections
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]


def nodes_of_hosts(folder, *inventories):
    """The addresses of the nodes that each host asks, in its order."""
    # Beside a playbook, Ansible looks for what all environments share.
    (folder / "group_vars").symlink_to(ROOT / "group_vars")
    play = {
        "hosts": "platform",
        "gather_facts": False,
        "roles": ["searchstack.platform.wiring"],
        "vars_files": [str(ROOT / "playbooks/vars/logging.yml")],
        "tasks": [{"ansible.builtin.debug": {"msg": "{{ logging_opensearch_urls }}"}}],
    }
    (folder / "play.yml").write_text(yaml.safe_dump([play]))
    done = subprocess.run(
        ["ansible-playbook", *(f"--inventory={inventory}" for inventory in inventories), str(folder / "play.yml")],
        cwd=ROOT,
        env=os.environ | {"ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json", "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.timer"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # The timer speaks beside it.
    answers = json.loads(done.stdout[done.stdout.index("{") : done.stdout.rindex("}") + 1])["plays"][0]["tasks"][0]["hosts"]
    return {host: [re.fullmatch(r"https://(.+):9200", url)[1] for url in answer["msg"]] for host, answer in answers.items()}


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    return nodes_of_hosts(tmp_path_factory.mktemp("example"), "inventories/production")


def test_nodes_that_only_manage_the_cluster_get_no_logs(example):
    assert {tuple(sorted(nodes)) for nodes in example.values()} == {("192.0.2.51", "192.0.2.52", "192.0.2.61")}


def test_hosts_spread_over_the_nodes(example):
    first = collections.Counter(nodes[0] for nodes in example.values())
    assert len(first) == 3
    assert max(first.values()) <= len(example) // 3 + 2


def test_a_node_sends_to_itself_first(example):
    assert [example[host][0] for host in ("hot1", "hot2", "warm1")] == ["192.0.2.51", "192.0.2.52", "192.0.2.61"]


def test_where_all_nodes_only_manage_they_get_the_logs(tmp_path):
    managers = {host: {"opensearch_node_roles": ["cluster_manager"]} for host in ("hot1", "hot2", "warm1")}
    (tmp_path / "managers.yml").write_text(yaml.safe_dump({"all": {"hosts": managers}}))
    assert len(nodes_of_hosts(tmp_path, "inventories/production", tmp_path / "managers.yml")["app1"]) == 6
