"""status.yml shows what is so, also of what is down."""

from __future__ import annotations

import json
import re

import pytest
from controller import changed_hosts

# The second region takes none, and the first one only into the bucket, by and by.
EXPECTED = {f"{cluster}: repository {name} has no successful snapshot" for cluster in ("main", "dr") for name in ("backups", "s3")}


@pytest.fixture
def status(lab, tmp_path):
    def look(*arguments, check=True):
        path = tmp_path / "status.json"
        run = lab.play("status.yml", "-e", f"status_file={path}", *arguments, check=check)
        assert changed_hosts(run.stdout) == []
        return run, json.loads(path.read_text())

    return look


def test_the_standing_lab(lab, status):
    run, report = status()
    assert set(report["problems"]) <= EXPECTED
    shown = [(cluster["name"], cluster["health"], cluster["nodes"]) for cluster in report["clusters"]]
    assert shown == [("main", "green", 3), ("dr", "green", 1)]
    managers = {node["name"] for node in report["nodes"] if node["elected"]}
    assert managers == {cluster["manager"] for cluster in report["clusters"]}
    for node in report["nodes"]:
        assert (node["version"], node["restart_pending"]) == ("3.4.0", False)
    hosts = {host["name"]: host for host in report["hosts"]}
    assert len(hosts) == 11
    holder = next(host for host in ("lb1", "lb2") if f"{lab.vip}/" in lab.on(host, "ip -4 addr"))
    assert [name for name, host in hosts.items() if host["addresses"]] == [holder]
    release = lab.on("app1", "readlink /opt/papersearch/current").strip().rpartition("/")[2]
    assert {host["links"].get("/opt/papersearch/current") for host in hosts.values()} == {None, release}
    # The table is on the screen, within 120 columns.
    table = run.stdout.partition("CLUSTER  NAME")[2].partition("TASK")[0]
    assert "papers-dr" in table
    assert release in table
    assert max(len(line) for line in table.splitlines()) <= 120


def test_a_stopped_node(lab, status):
    lab.on("os3", "systemctl stop opensearch")
    try:
        run, report = status("-e", "status_fail_on_problems=true", check=False)
    finally:
        lab.on("os3", "systemctl start opensearch")
        lab.play("verify.yml", "--limit", "opensearch_clusters")
    assert run.returncode == 2
    assert {"os3: is not in the cluster main", "os3: opensearch is inactive"} <= set(report["problems"])
    assert re.search(r"! os3 +main +down", run.stdout)
    assert re.search(r"\d+ problems", run.stdout)


def test_a_host_and_a_cluster_that_are_down(lab, status, tmp_path):
    """They are in the inventory only, so that nothing needs to be broken."""
    overlay = tmp_path / "overlay.yml"
    overlay.write_text(
        json.dumps(
            {
                "all": {
                    "children": {
                        "gone": {"hosts": {"a-gone": {"ansible_host": "198.18.77.99"}}, "vars": {"lab_state": str(lab.root / ".lab")}},
                        "monitoring": {"hosts": {"a-gone": None}},
                        "opensearch_clusters": {
                            "hosts": {"lost": {"opensearch_cluster_group": "gone", "lab_state": str(lab.root / ".lab")}}
                        },
                    }
                }
            }
        )
    )
    _run, report = status("-i", "inventories/lab", "-i", str(overlay))
    problems = [problem for problem in report["problems"] if problem not in EXPECTED]
    assert [problem.partition(": ")[0] for problem in problems] == ["lost", "a-gone"]
    assert [cluster["health"] for cluster in report["clusters"] if cluster["up"]] == ["green", "green"]
    assert len(report["hosts"]) == 12
