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


def nodes_of_hosts(*inventories):
    """The addresses of the nodes that each host asks, in its order."""
    variables = [f"--extra-vars=@playbooks/vars/{name}.yml" for name in ("wiring", "logging")]
    done = subprocess.run(
        ["ansible", "platform", *(f"--inventory={inventory}" for inventory in inventories), *variables, "--one-line"]
        + ["--module-name=ansible.builtin.debug", "--args=msg={{ logging_opensearch_urls | to_json }}"],
        cwd=ROOT,
        env=os.environ | {"ANSIBLE_NOCOLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.findall(r"^(\S+) \| SUCCESS => (.*)$", done.stdout, re.MULTILINE)
    urls = {host: json.loads(answer)["msg"] for host, answer in found}
    return {host: re.findall(r"https://([0-9.]+):9200", json.dumps(urls[host])) for host in urls}


@pytest.fixture(scope="module")
def example():
    return nodes_of_hosts("inventories/production")


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
    assert len(nodes_of_hosts("inventories/production", tmp_path / "managers.yml")["app1"]) == 6
