"""Snapshots are taken, kept and deleted; what goes wrong is told, and does no damage."""

from __future__ import annotations

import base64
import os
import time

from controller import changed_hosts


def test_check_mode_of_what_is_there(clusters):
    assert changed_hosts(clusters.play("snapshots.yml", "--check").stdout) == []


def test_only_the_elected_manager_takes_one(clusters):
    before = set(clusters.snapshots("daily-*"))
    code, said = clusters.start("near2", "take@daily")
    assert (code, set(clusters.snapshots("daily-*")) - before) == (0, set())
    assert "Another node is the elected cluster manager" in said
    code, said = clusters.take("daily")
    assert code == 0, said
    (new,) = set(clusters.snapshots("daily-*")) - before
    taken = clusters.near.get(f"/_snapshot/s3/{new}")["snapshots"][0]
    assert taken["state"] == "SUCCESS"
    assert "papers-test" in taken["indices"]
    assert ".opendistro_security" not in taken["indices"]
    values = clusters.metrics("near1", "searchstack_snapshot_take_daily")
    assert values["searchstack_snapshot_last_attempt_success"] == 1
    assert abs(values["searchstack_snapshot_last_success_timestamp_seconds"] - time.time()) < 120
    assert values["searchstack_snapshot_size_bytes"] > 0
    assert clusters.metrics("near2", "searchstack_snapshot_take_daily") == {}


def test_the_playbook_takes_one_now(clusters):
    before = len(clusters.snapshots("daily-*"))
    clusters.play("snapshot_now.yml", "-e", "snapshot_job=daily")
    assert len(clusters.snapshots("daily-*")) == before + 1
    assert "is none of" in clusters.refused("snapshot_now.yml", "-e", "snapshot_job=weekly")


def test_old_ones_go_and_others_stay(clusters):
    kept = ["daily-hand", "dailies-20200101000000"]
    for name in [*kept, "daily-20200101000000", "daily-20200102000000"]:
        clusters.near.put(f"/_snapshot/s3/{name}", {"indices": "papers-test"}, wait_for_completion=True)
    assert clusters.take("daily")[0] == 0
    there = clusters.snapshots()
    assert "daily-20200101000000" not in there
    assert set(kept) < set(there)


def test_a_run_that_is_killed_is_finished_by_the_next(clusters):
    clusters.near.put("/papers-big", {"settings": {"number_of_replicas": 0}, "mappings": {"enabled": False}})
    for number in range(20):
        # Random, or it is compressed to nothing, and the snapshot is complete before it can be killed.
        clusters.near.put(f"/papers-big/_doc/{number}", {"text": base64.b64encode(os.urandom(150_000)).decode()})
    repository = clusters.near.get("/_snapshot/s3")["s3"]
    slow = {**repository["settings"], "max_snapshot_bytes_per_sec": "200kb", "buffer_size": "5mb", "chunk_size": "5mb"}
    clusters.near.put("/_snapshot/s3", {"type": "s3", "settings": slow})
    try:
        before = set(clusters.snapshots("ship-*"))
        unit = "searchstack-snapshot-take@ship"
        clusters.on("near1", f"systemctl start --no-block {unit}")
        for _ in range(60):
            if clusters.near.get("/_snapshot/s3/_current")["snapshots"]:
                break
            time.sleep(0.5)
        clusters.on("near1", f"systemctl kill --signal KILL {unit}; until systemctl is-failed --quiet {unit}; do sleep 0.2; done")
        assert clusters.metrics("near1", "searchstack_snapshot_take_ship")["searchstack_snapshot_last_attempt_success"] == 0
        code, said = clusters.take()
        assert code == 0, said
        assert "is running already" in said
        assert len(set(clusters.snapshots("ship-*")) - before) == 1
    finally:
        clusters.near.put("/_snapshot/s3", repository)
        clusters.near.delete("/papers-big")


def told(clusters):
    return clusters.on("near1", "journalctl --identifier told --output cat --since -30s", check=False)


def test_wrong_keys(clusters, s3):
    with s3.refusing_keys():
        code, said = clusters.take()
    assert code == 74
    assert "S3 refuses the keys: correct platform_s3_access_key" in said
    assert "searchstack-snapshot-take@ship.service" in told(clusters)
    assert clusters.take()[0] == 0


def test_a_bucket_out_of_reach(clusters):
    known = clusters.metrics("near1", "searchstack_snapshot_take_ship")["searchstack_snapshot_last_success_timestamp_seconds"]
    with clusters.cut_off("near1"), clusters.cut_off("near2"):
        code, said = clusters.take()
        values = clusters.metrics("near1", "searchstack_snapshot_take_ship")
    assert code in (65, 74), said
    assert "does not answer" in said
    assert values["searchstack_snapshot_last_attempt_success"] == 0
    assert values["searchstack_snapshot_last_success_timestamp_seconds"] == known
    assert clusters.take()[0] == 0


def test_a_repository_that_is_not_registered(clusters):
    registered = clusters.near.get("/_snapshot/s3")["s3"]
    clusters.near.delete("/_snapshot/s3")
    try:
        code, said = clusters.take()
    finally:
        clusters.near.put("/_snapshot/s3", registered)
    assert code == 74
    assert "opensearch_objects_snapshot_repositories" in said


def test_a_red_index(clusters):
    settings = {"number_of_replicas": 0, "routing.allocation.require._name": "nobody"}
    clusters.near.put("/papers-red", {"settings": settings}, wait_for_active_shards=0, timeout="1s")
    try:
        code, said = clusters.take()
    finally:
        clusters.near.delete("/papers-red")
    assert code == 69
    assert "shards of papers-red are lost" in said


def test_the_units_are_sandboxed(clusters):
    exposure = clusters.on("near1", "systemd-analyze security --no-pager searchstack-snapshot-take@daily.service | tail -1")
    assert float(exposure.split(":")[1].split()[0]) < 2
    assert clusters.on("near1", "stat --format '%a %U' /etc/searchstack/snapshots.password") == "600 root\n"


def test_what_is_not_declared_any_more_goes(clusters):
    clusters.play("snapshots.yml", "-e", '{"snapshots_jobs": [], "snapshots_follow": []}')
    for host in ("near1", "near2", "far1"):
        assert clusters.on(host, "find /etc/systemd/system -name 'searchstack-snapshot-*.timer'") == ""
    clusters.play("snapshots.yml")
    assert "searchstack-snapshot-take@daily.timer" in clusters.on("near1", "systemctl list-timers")
