"""A controller that dies, a node that hangs or is dead: nothing is left restricted, no node restarts twice, and the next run finishes."""

from __future__ import annotations

import pytest
from controller import changed_hosts

# Before a node restarts.
MOMENTS = [
    ("compare | Compare the running", 0.3),
    ("rolling_restart_plan | Plan", 1.5),
    ("Wait until the cluster can spare", 0.5),
    ("Allocate primaries only", 0.3),
]


def test_a_controller_that_is_killed_ten_times(cluster):
    before = cluster.starts()
    for task, delay in [*MOMENTS, *cluster.moments]:
        cluster.kill_at(task, delay, "rolling_restart.yml", "-e", "rolling_restart_all=true")
    # The request is finished, not made anew.
    cluster.play("rolling_restart.yml")
    assert cluster.since(before) == dict.fromkeys(cluster.hosts, 1)
    assert cluster.allocation() is None
    assert cluster.health() == "green"
    assert changed_hosts(cluster.play("rolling_restart.yml").stdout) == []


@pytest.mark.parametrize("limit", ["days", "opensearch_days", "days,day1", "dyas,opensearch_days"])
def test_half_a_cluster_is_refused(cluster, limit):
    assert "--limit: name clusters and the groups of their nodes" in cluster.refused("rolling_restart.yml", "--limit", limit)


@pytest.mark.parametrize(
    ("harm", "mend"),
    [
        ("systemctl kill --signal=SIGSTOP opensearch.service", "systemctl kill --signal=SIGCONT opensearch.service"),
        # So that systemd does not bring it back within seconds.
        (
            "chmod a-x /opt/opensearch/current/bin/opensearch && systemctl kill --signal=SIGKILL opensearch.service",
            "chmod a+x /opt/opensearch/current/bin/opensearch",
        ),
    ],
    ids=["frozen", "killed"],
)
def test_a_lost_node_stops_it_before_the_next_one(cluster, harm, mend):
    before = cluster.starts()
    assert cluster.kill_at("Wait until the node is back", 0, "rolling_restart.yml", "-e", "rolling_restart_all=true")
    assert sum(cluster.since(before).values()) == 1
    lost = cluster.elected()
    cluster.on(lost, harm)
    try:
        limits = ("-e", "rolling_restart_timeout=60", "-e", "opensearch_start_timeout=60")
        assert "Nothing more is restarted." in cluster.refused("rolling_restart.yml", *limits)
        assert sum(cluster.since(before).values()) == 1
    finally:
        cluster.on(lost, mend)
    cluster.play("rolling_restart.yml")
    assert cluster.since(before) == dict.fromkeys(cluster.hosts, 1)
    assert cluster.allocation() is None
    assert cluster.health() == "green"


def test_a_host_that_is_not_reached_any_more_leaves_nothing_restricted(cluster):
    before = cluster.starts()
    first = min(set(cluster.hosts) - {cluster.elected()})

    def cut():
        cluster.on(first, "systemctl stop ssh.socket ssh.service; pkill -KILL sshd-session", check=False)

    try:
        told = cluster.refused_when("switch | Stop", cut, "rolling_restart.yml", "-e", "rolling_restart_all=true")
        assert f"{first} does not answer any more: its node may be stopped." in told
        assert "Nothing more is restarted." in told
        assert cluster.allocation() is None
        assert sum(cluster.since(before).values()) == 0
    finally:
        cluster.on(first, "systemctl start ssh.service")
    cluster.play("rolling_restart.yml")
    assert cluster.since(before) == dict.fromkeys(cluster.hosts, 1)
    assert cluster.health() == "green"
