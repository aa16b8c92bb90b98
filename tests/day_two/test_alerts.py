"""The lab is watched: every host, with no edit but the inventory; and faults of real services are told in their time, to a webhook."""

from __future__ import annotations

import json
from contextlib import ExitStack

import pytest
from alerts import LONG_CERTIFICATE, RECEIVER, SHORT_CERTIFICATE, Fault, come_and_go, receiver, small_disk
from client import Client

# Told at once, and asked often, so that a test need not wait.
RECEIVES = {
    "name": "tests",
    "severities": ["critical", "warning", "none"],
    "repeat_interval": "30s",
    "webhook": {"url": "http://{}:{}/".format(*RECEIVER)},
}
QUICK = {
    "monitoring_scrape_interval": "5s",
    "monitoring_group_wait": "1s",
    "monitoring_group_interval": "5s",
    "monitoring_receivers": [RECEIVES],
}
SMALL_DISK = "/srv/small"
NODES = "os1 os2 os3"
STORE = "OUTPUT -p tcp -d 198.18.77.1 --dport 5000 -j REJECT"


@pytest.fixture(scope="module")
def received(lab, tmp_path_factory):
    """The receiver of the lab's alerts, for as long as this takes."""
    variables = tmp_path_factory.mktemp("quick") / "quick.json"
    variables.write_text(json.dumps(QUICK))
    lab.play("monitoring.yml", "--limit", "mon1", "-e", f"@{variables}")
    with receiver() as box:
        yield box
    lab.play("monitoring.yml", "--limit", "mon1")


@pytest.fixture(scope="module")
def disk(lab):
    with small_disk(lab, "mon1", SMALL_DISK):
        yield


def test_every_host_is_watched_and_no_target_is_down(lab, prometheus):
    targets = prometheus.targets()
    assert {instance for job, instance in targets if job == "node"} == set(lab.hosts())
    assert [name for name, target in targets.items() if target["health"] != "up"] == []


def faults_of_one_host_each():
    timer = [f"systemctl {do} searchstack-snapshot-take@daily.timer" for do in ("stop", "start")]
    return [
        Fault("BackendDown", "app3", 180, "app3", "systemctl stop papersearch-web", "systemctl start papersearch-web"),
        Fault("OpenSearchNodeMissing", "main", 240, "os3", "systemctl stop opensearch", "systemctl start opensearch"),
        Fault("RedisDown", "redis1", 120, "redis1", "systemctl stop redis-server", "systemctl start redis-server"),
        Fault("TimerStopped", "os2", 420, "os2", *timer),
        # Within five minutes there is a snapshot to take, and five later it has been failing long enough.
        Fault("SnapshotFailed", "main", 720, NODES, f"iptables -I {STORE}", f"iptables -D {STORE}"),
        Fault("DiskAlmostFull", "mon1", 390, "mon1", f"fallocate -l 50M {SMALL_DISK}/full", f"rm {SMALL_DISK}/full"),
        Fault("CertificateExpires", "app1", 690, "app1", SHORT_CERTIFICATE, LONG_CERTIFICATE),
    ]


@pytest.mark.usefixtures("disk")
def test_a_fault_is_told_and_forgotten(lab, received):
    with Client(lab, path="/api/search?q=attention+{number}", seconds=2000, pause=0.5):
        come_and_go(lab, faults_of_one_host_each(), received, lambda: None)


def faults_of_all_searches():
    hang, go_on = "systemctl kill --signal=STOP opensearch", "systemctl kill --signal=CONT opensearch"
    return [
        Fault("OpenSearchClusterSilent", "main", 240, NODES, hang, go_on),
        Fault("HighErrorRate", "search", 480, "mon1", "true", "true"),
        Fault("SlowSearches", "", 480, "mon1", "true", "true"),
    ]


def test_searches_that_hang_are_told(lab, received):
    """The application waits for the search nodes, and then says that it cannot search."""
    clients = [Client(lab, path=f"/api/search?q=hang+{number}+{{number}}", seconds=1500, pause=0.5, patience=60) for number in range(4)]
    with ExitStack() as asking:
        for client in clients:
            asking.enter_context(client)
        come_and_go(lab, faults_of_all_searches(), received, lambda: None)
    assert len([answer for client in clients for answer in client.failed if answer.startswith("5")]) > 5
