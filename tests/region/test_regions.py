"""One region takes over from the other one: as planned, lost, and interrupted anywhere; and everything comes back."""

from __future__ import annotations

import re
import time

import pytest
from client import Client
from controller import changed_hosts


def settled(lab, *arguments):
    """A second run changes nothing."""
    assert changed_hosts(lab.play(*arguments).stdout) == []


def test_a_rehearsal_touches_nothing(lab, regions):
    before = regions.record("main")
    said = " ".join(lab.play("dr_failover.yml", "-e", "dr_rehearsal=true").stdout.split())
    assert "dr could take over" in said
    assert (regions.record("main"), regions.record("dr")) == (before, before)
    assert regions.ask("dr", "GET", "/_cat/indices/rehearsal-*?format=json") == []


@pytest.mark.parametrize("cluster", ["dr", "main"])
def test_a_planned_switch_is_not_noticed_and_loses_nothing(lab, regions, prove, cluster):
    other = {"dr": "main", "main": "dr"}[cluster]
    epoch = regions.record(other)[1]
    regions.write(other, f"last-before-{cluster}")
    proof = prove(f"planned switch to {cluster}")
    lab.play("dr_failover.yml", *proof.arguments, *regions.to(cluster))
    proof.nobody_noticed(f"planned switch to {cluster}")
    assert regions.title(cluster, f"last-before-{cluster}")
    assert regions.record(cluster) == regions.record(other) == (cluster, epoch + 1)
    assert regions.reports()[-1]["gap"] == {"seconds": 0, "documents": 0}
    # The old side is closed to writes.
    with pytest.raises(AssertionError, match="cluster_block_exception"):
        regions.write(other, "too-late")
    settled(lab, "dr_failover.yml", *regions.to(cluster))


def test_the_application_is_not_pointed_at_a_copy(lab, regions):
    assert "two sides would be written to" in lab.refused("app.yml", *regions.to("dr"))


def test_an_expired_certificate_of_the_copy_is_told_and_harms_nothing(lab, regions, expiring):
    if regions.record("main")[0] != "main":
        lab.play("dr_failover.yml", *regions.to("main"))
    (host,) = regions.nodes["dr"]
    documents = regions.ask("dr", "GET", "/papers/_count")["count"]
    certificate = "/etc/opensearch/certs/node.pem"
    # A node that runs takes it at once, and goes on with it when it ends.
    lab.on(host, f"cp -p {certificate} /root/node.pem; cat > {certificate}", stdin=expiring(host, 30))
    try:
        time.sleep(40)
        said = " ".join(lab.play("dr_status.yml").stdout.split())
        assert "dr cannot be reached" in said
        assert "certificate has expired" in said
        lab.on(host, "systemctl start searchstack-snapshot-follow@ship.service", check=False)
        metrics = lab.on(host, "cat /var/lib/prometheus/node-exporter/searchstack_snapshot_follow_ship.prom")
        assert re.search(r"^searchstack_follow_last_attempt_success.* 0$", metrics, re.MULTILINE)
        # A switch to it is refused before anything is closed.
        assert "dr cannot be reached" in lab.refused("dr_failover.yml", *regions.to("dr"))
    finally:
        lab.on(host, f"cp -p /root/node.pem {certificate}; rm /root/node.pem")
        time.sleep(15)
    assert regions.ask("dr", "GET", "/papers/_count")["count"] == documents
    lab.on(host, "systemctl start searchstack-snapshot-follow@ship.service")


# Each task, with the seconds after which the controller dies.
@pytest.mark.parametrize(
    "task", ["Ship them", "Write down who is active", "Open its indices", "Ask the other cluster", "Ship everything once"]
)
def test_a_killed_switch_goes_on(lab, regions, task):
    cluster, other = ("dr", "main") if regions.record("main")[0] == "main" else ("main", "dr")
    regions.write(other, "before-the-kill")
    lab.kill_at(task, 1, "dr_failover.yml", *regions.to(cluster))
    lab.play("dr_failover.yml", *regions.to(cluster))
    assert regions.title(cluster, "before-the-kill")
    settled(lab, "dr_failover.yml", *regions.to(cluster))


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.parametrize("lost", ["main", "dr"])
def test_a_lost_region_comes_back_with_all_it_has(lab, regions, figures, lost, turn):
    other = {"dr": "main", "main": "dr"}[lost]
    if regions.record(other)[0] != lost:
        lab.play("dr_failover.yml", *regions.to(lost))
    name = f"{lost}-{turn}"
    regions.write(lost, f"both-{name}", "as it was")
    # The timers stop, so that what follows is in the lost region alone.
    for node in regions.nodes[lost]:
        lab.on(node, "systemctl stop searchstack-snapshot-take@ship.timer")
    regions.write(lost, f"gap-{name}")
    with Client(lab, path="/api/search?q=attention+{number}", seconds=900, pause=0.5) as client:
        regions.kill(lost)
        lab.play("dr_failover.yml", *regions.to(other))
        over = len(client.answers)
        time.sleep(10)
    report = regions.reports()[-1]
    figures.append(
        f"{lost} lost, turn {turn}: RTO {report['rto_seconds']} s, gap {report['gap']['seconds']} s; clients were without for "
        f"{client.longest_gap():.0f} s, {len(client.failed)} of {len(client.answers)} requests failed"
    )
    assert report["kind"] == "emergency"
    assert report["gap"]["seconds"] > 0
    assert report["rto_seconds"] < 300
    # Once the playbook has said that the other side serves, it does.
    assert [answer for _when, answer in client.answers[over:] if not answer.startswith("200")] == []
    assert len(client.answers) > over + 5
    regions.write(other, f"meanwhile-{name}")

    regions.start(lost)
    assert "two sides would be written to" in lab.refused("app.yml", *regions.to(lost))
    assert "dr_failback.yml" in lab.refused("dr_failover.yml", *regions.to(lost))
    lab.play("dr_failback.yml", *regions.to(lost))
    assert [regions.title(lost, f"{kind}-{name}") for kind in ("gap", "meanwhile")] == [f"gap-{name}", f"meanwhile-{name}"]
    assert regions.record(lost) == regions.record(other)
    settled(lab, "dr_failback.yml", *regions.to(lost))
