# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time
from copy import deepcopy

import pytest
from ansible_collections.searchstack.platform.plugins.filter.status import WIDTH, status_report, status_table

NOW = 1_800_000_000
HOUR = 3600
LIMITS = {
    "certificate_days": 14,
    "disk_percent": 85,
    "snapshot_hours": 26,
    "replication_lag": 1000,
    "proven_days": 35,
    "addresses": ["192.0.2.10"],
}
GROUPS = {"opensearch_clusters": ["main"], "opensearch_main": ["os1", "os2"]}
ROLES = "cluster_manager,data,ingest,remote_cluster_client"


def node(name, **more):
    fixed = {"name": name, "version": "3.4.0", "roles": ROLES, "elected": name == "os1"}
    return {**fixed, "heap_percent": 40, "disk_used_percent": "74.34", "shards": 3, **more}


def host(**more):
    return {
        "status_host": {
            "host": {
                "services": {"opensearch": "active"},
                "packages": {},
                "links": {},
                "certificate_days": 300,
                "filesystems": {"/": 74},
                "addresses": [],
                **more,
            }
        },
        "opensearch_node": {"pending": False},
    }


def snapshot(name, hours, state="SUCCESS"):
    return {"snapshot": name, "state": state, "end_time_in_millis": (NOW - hours * HOUR) * 1000}


def proven(days):
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW - days * 24 * HOUR))
    return {"at": at, "drills": [{"rpo_seconds": 60, "rto_seconds": 9}, {"rpo_seconds": 30, "rto_seconds": 12}]}


SOUND = {
    "main": {
        "opensearch_cluster_group": "opensearch_main",
        "status_cluster": {
            "cluster": {
                "name": "papers",
                "health": {"status": "green", "unassigned_shards": 0, "active_shards": 6},
                "nodes": [node("os1"), node("os2")],
                "allocation": {"enable": "all", "interrupted": False, "excluded": {}},
                "voting_exclusions": [],
                "restart_requested": False,
            }
        },
        "status_snapshots": {"results": [{"item": "backups", "snapshots": [snapshot("a", 27), snapshot("b", 3)]}]},
        "status_replication": {"replications": [{"name": "papers", "status": "SYNCING", "lag": 2}]},
        "status_proven": proven(2),
    },
    "os1": host(),
    "os2": host(),
    "lb1": host(addresses=["192.0.2.10"], packages={"nginx": "1:1.26.3-3+deb13u1"}),
    "app1": host(links={"/opt/papersearch/current": "0.1.0-a"}),
    "app2": host(links={"/opt/papersearch/current": "0.1.0-a"}),
}


def report(*changes):
    """Of the sound platform, with what each path of keys leads to replaced."""
    found = deepcopy(SOUND)
    for *path, last, value in changes:
        place = found
        for key in path:
            place = place[key]
        place[last] = value
    return status_report(list(found), found, GROUPS, LIMITS, NOW)


def test_a_sound_platform_has_no_problems():
    assert report()["problems"] == []


CLUSTER = ("main", "status_cluster", "cluster")
HOST = ("os1", "status_host", "host")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            (*CLUSTER, "health", {"status": "red", "unassigned_shards": 2, "active_shards": 4}),
            "main: health is red, unassigned shards: 2",
        ),
        ((*CLUSTER, "nodes", [node("os1")]), "os2: is not in the cluster main"),
        ((*CLUSTER, "nodes", [node("os1"), node("os2"), node("os9")]), "os9: is in the cluster main, but not in the inventory"),
        ((*CLUSTER, "nodes", [node("os1"), node("os2", version="2.19.4")]), "main: the nodes have different versions: 2.19.4, 3.4.0"),
        (
            (*CLUSTER, "allocation", {"enable": "primaries", "interrupted": True, "excluded": {}}),
            "main: allocation of shards is restricted to primaries, by an operation that was interrupted or goes on",
        ),
        (
            (*CLUSTER, "allocation", {"enable": "all", "interrupted": False, "excluded": {"_name": "os2"}}),
            "main: shards are kept away from nodes with _name os2",
        ),
        ((*CLUSTER, "restart_requested", True), "main: a rolling restart was interrupted or goes on"),
        ((*CLUSTER, "voting_exclusions", ["os2"]), "main: excluded from voting: os2"),
        (("main", "status_cluster", {"msg": "no answer"}), "main: does not answer: no answer"),
        (
            ("main", "status_snapshots", {"results": [{"item": "backups", "snapshots": [snapshot("a", 72), snapshot("b", 1, "FAILED")]}]}),
            "main: the last successful snapshot in backups is 3 d old",
        ),
        (
            ("main", "status_snapshots", {"results": [{"item": "backups", "snapshots": []}]}),
            "main: repository backups has no successful snapshot",
        ),
        (
            ("main", "status_snapshots", {"results": [{"item": "backups", "msg": "no bucket"}]}),
            "main: repository backups cannot be read: no bucket",
        ),
        (
            ("main", "status_replication", {"replications": [{"name": "papers", "status": "PAUSED", "reason": "AutoPaused: x"}]}),
            "main: replication of papers is PAUSED: AutoPaused: x",
        ),
        (
            ("main", "status_replication", {"replications": [{"name": "papers", "status": "SYNCING", "lag": 1001}]}),
            "main: papers lacks 1001 operations of its leader",
        ),
        (("main", "status_replication", {"msg": "refused"}), "main: replication cannot be read: refused"),
        (("main", "status_proven", {}), "main: backups are unproven: backup_verify.yml restores and compares them"),
        (("main", "status_proven", proven(40)), "main: backups were last proven 40 d ago"),
        (("os2", "opensearch_node", "pending", True), "os2: a restart is pending"),
        (("os1", "status_host", {"unreachable": True, "msg": "timed\nout"}), "os1: cannot be reached: timed out"),
        ((*HOST, "services", {"opensearch": "failed"}), "os1: opensearch is failed"),
        ((*HOST, "certificate_days", 13), "os1: its certificate expires in 13 days"),
        ((*HOST, "certificate_days", -1), "os1: its certificate has expired"),
        ((*HOST, "certificate_days", None), "os1: has no certificate"),
        ((*HOST, "filesystems", {"/": 20, "/var/lib/opensearch": 85}), "os1: /var/lib/opensearch is 85 % full"),
        (
            ("app2", "status_host", "host", "links", {"/opt/papersearch/current": "0.1.0-b"}),
            "/opt/papersearch/current: hosts differ: 0.1.0-a on app1; 0.1.0-b on app2",
        ),
        (("lb1", "status_host", "host", "addresses", []), "192.0.2.10 is on no host that answers"),
        (("app1", "status_host", "host", "addresses", ["192.0.2.10"]), "192.0.2.10 is on lb1, app1"),
    ],
)
def test_each_problem_is_named_and_no_other(change, problem):
    found = report(change)
    assert found["problems"] == [problem]
    assert status_table(found).endswith(f"! {problem}\n1 problem")


def test_when_the_backups_were_proven():
    found = report()
    assert found["clusters"][0]["proven"] == {"at": "2027-01-13T08:00:00Z", "days": 2.0, "rpo_seconds": 60, "rto_seconds": 12}
    assert "Backups: main proven 2027-01-13\n" in status_table(found)
    unproven = report(("main", "status_proven", {}))
    assert "Backups: main unproven\n" in status_table(unproven)
    # Where the site does not ask for it, that is no problem.
    without = {key: value for key, value in LIMITS.items() if key != "proven_days"}
    sound = {**SOUND, "main": {**SOUND["main"], "status_proven": {}}}
    assert status_report(list(sound), sound, GROUPS, without, NOW)["problems"] == []


def test_what_nobody_asked_is_no_problem():
    found = report(("main", "status_replication", {"skipped": True}), ("main", "status_snapshots", {"results": [], "skipped": True}))
    assert found["problems"] == []


def test_of_a_cluster_that_is_down_its_nodes_are_unknown():
    found = report(("main", "status_cluster", {"msg": "refused " * 40}))
    lines = status_table(found).splitlines()
    assert "! main     down" in lines
    assert "  os1   main     unknown" in lines
    assert max(map(len, lines)) <= WIDTH
    assert lines[-1] == "1 problem"


def test_the_table():
    assert status_table(report()).splitlines() == [
        "  CLUSTER  NAME    VERSION  HEALTH  NODES  SHARDS  UNASSIGNED  ALLOCATION  LAST SNAPSHOT  REPLICATION",
        "  main     papers  3.4.0    green   2/2    6       0           all         backups: 3 h   papers: syncing, lag 2",
        "",
        "  NODE  CLUSTER  VERSION  ROLES                       MANAGER  HEAP %  DISK %  SHARDS  RESTART",
        "  os1   main     3.4.0    manager,data,ingest,remote  elected  40      74      3       -",
        "  os2   main     3.4.0    manager,data,ingest,remote  -        40      74      3       -",
        "",
        "  HOST  SERVICES  VERSIONS             CERTIFICATE  / %  DATA %  ADDRESS",
        "  os1   1 active  -                    300 days     74   -       -",
        "  os2   1 active  -                    300 days     74   -       -",
        "  lb1   1 active  nginx 1.26.3         300 days     74   -       192.0.2.10",
        "  app1  1 active  papersearch 0.1.0-a  300 days     74   -       -",
        "  app2  1 active  papersearch 0.1.0-a  300 days     74   -       -",
        "",
        "  Backups: main proven 2027-01-13",
        "",
        "No problems",
    ]
