"""From 2.19.4 to 3.4.0: refused with reasons, taken back where the new version does not start, killed ten times, finished."""

from __future__ import annotations

import pytest
from controller import changed_hosts

NEW = ("-e", "opensearch_version=3.4.0")
# Before a node restarts.
MOMENTS = [
    ("Ask what speaks against it", 0.3),
    ("unpack | Unpack the archive", 2.0),
    ("plugins | List the plugins", 0.3),
    ("configure | Write the configuration", 0.5),
]
OLD = {"day1": "2.19.4", "day2": "2.19.4", "day3": "2.19.4"}


@pytest.fixture(autouse=True)
def _the_document_is_there(cluster):
    yield
    assert cluster.client.get("/papers-days/_doc/1")["_source"] == {"title": "kept"}


def test_a_changed_version_is_refused_by_every_other_playbook(cluster):
    for playbook in ("opensearch.yml", "rolling_restart.yml"):
        assert "opensearch_version is 3.4.0 and day1 has 2.19.4: playbooks/upgrade.yml" in cluster.refused(playbook, *NEW)


def test_what_speaks_against_it_is_told_before_anything_changes(cluster):
    cluster.client.put("/single", {"settings": {"number_of_replicas": 0}})
    before = cluster.starts()
    try:
        assert "index single would not answer" in cluster.refused("upgrade.yml", *NEW)
    finally:
        cluster.client.delete("/single")
    assert "The last successful snapshot (backups) is missing" in cluster.refused("upgrade.yml", *NEW)
    assert cluster.on("day1", "ls -A /opt/opensearch").split() == ["2.19.4", "current"]
    assert cluster.since(before) == dict.fromkeys(cluster.hosts, 0)


def test_a_node_that_does_not_start_gets_its_version_back(cluster):
    take = ("-e", "upgrade_take_snapshot=backups")
    assert cluster.kill_at("Plan the restarts", 0, "upgrade.yml", *NEW, *take)
    program = "/opt/opensearch/3.4.0/bin/opensearch"
    for host in cluster.hosts:
        cluster.on(host, f"mv {program} {program}.kept && printf '#!/bin/sh\\nexit 1\\n' > {program} && chmod 755 {program}")
    try:
        # The lab's archive does not tell systemd when it is ready, so that a failed start is known by the time it takes.
        told = cluster.refused("upgrade.yml", *NEW, "-e", "opensearch_start_timeout=120")
        assert "OpenSearch 3.4.0 did not start, and 2.19.4 serves again on this node." in told
        assert "Nothing more is restarted." in told
        assert cluster.versions() == OLD
        assert cluster.allocation() is None
    finally:
        for host in cluster.hosts:
            cluster.on(host, f"mv {program}.kept {program}")


def test_an_upgrade_whose_controller_is_killed_ten_times(cluster):
    before = cluster.starts()
    for task, delay in [*MOMENTS, *cluster.moments]:
        cluster.kill_at(task, delay, "upgrade.yml", *NEW)
    cluster.play("upgrade.yml", *NEW)
    assert cluster.versions() == dict.fromkeys(cluster.hosts, "3.4.0")
    assert cluster.since(before) == dict.fromkeys(cluster.hosts, 1)
    assert cluster.allocation() is None
    assert cluster.health() == "green"
    for playbook in ("upgrade.yml", "opensearch.yml"):
        assert changed_hosts(cluster.play(playbook, *NEW).stdout) == []


def test_no_way_leads_back(cluster):
    assert "day1 has 3.4.0: no way leads back to 2.19.4 but a restored snapshot." in cluster.refused("upgrade.yml")
