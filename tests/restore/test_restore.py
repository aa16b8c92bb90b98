"""restore.yml brings back one index, or a whole cluster whose data is gone."""

from __future__ import annotations

import json

import pytest
from conftest import INDEX
from controller import changed_hosts

NODES = ("os1", "os2", "os3")
ONE = ("-e", "restore=index", "-e", f"restore_index={INDEX}", "--limit", "main")
CLUSTER = ("-e", "restore=cluster", "--limit", "main,opensearch_main,localhost")


def of(snapshots, *more):
    return ("-e", f"restore_repository={more[0] if more else snapshots.repository}", *more[1:])


def test_an_index_beside_what_is_there(lab, snapshots):
    before = snapshots.documents(INDEX)
    snapshots.write(1000, 1)
    lab.play("restore.yml", *ONE, *of(snapshots))
    assert snapshots.documents(f"restored-{INDEX}") == before
    assert len(snapshots.documents(INDEX)) == 1001
    # Once more, nothing is left to do.
    assert "changed=0" in lab.play("restore.yml", *ONE, *of(snapshots)).stdout


def test_nothing_is_replaced_without_being_told(lab, snapshots):
    before = snapshots.documents(INDEX)
    snapshots.ask("POST", "_aliases", {"actions": [{"add": {"index": INDEX, "alias": f"{INDEX}-alias"}}]})
    snapshots.write(1000, 5)
    said = lab.refused("restore.yml", *ONE, *of(snapshots), "-e", f"restore_as={INDEX}")
    assert f"{INDEX} is there: 1005 documents" in said
    assert f"aliases {INDEX}-alias would be replaced" in said
    assert "restore_overwrite=true" in said
    assert len(snapshots.documents(INDEX)) == 1005
    lab.play("restore.yml", *ONE, *of(snapshots), "-e", "restore_overwrite=true")
    assert snapshots.documents(INDEX) == before
    # Who searches through the alias still finds it.
    assert snapshots.ask("GET", f"{INDEX}/_alias")[INDEX]["aliases"] == {f"{INDEX}-alias": {}}


@pytest.mark.parametrize("delay", [1, 4])
def test_a_killed_restore_goes_on(lab, snapshots, delay):
    arguments = (*ONE, *of(snapshots, snapshots.slow))
    assert lab.kill_at("restore_indices | Restore", delay, "restore.yml", *arguments)
    lab.play("restore.yml", *arguments)
    assert snapshots.documents(f"restored-{INDEX}") == snapshots.documents(INDEX)


def test_a_corrupt_repository(lab, snapshots):
    script = """
        file=$(find /srv/shared/restore-test -type f -size +10k | head -1)
        cp "$file" /tmp/whole && printf X | dd of="$file" bs=1 seek=5000 conv=notrunc status=none && echo "$file"
    """
    damaged = lab.on("os1", script).strip()
    said = lab.refused("restore.yml", *ONE, *of(snapshots), "-e", "restore_wait=120")
    assert "CorruptIndexException" in said
    assert len(snapshots.documents(INDEX)) == 1000
    # Mended, the next run begins anew what has failed.
    lab.on("os1", f"cat /tmp/whole > {damaged}")
    lab.play("restore.yml", *ONE, *of(snapshots))
    assert snapshots.documents(f"restored-{INDEX}") == snapshots.documents(INDEX)


def test_a_full_disk(lab, snapshots):
    """The servers' own limit, set to where their disks are fuller than that."""
    limit = "cluster.routing.allocation.disk.watermark.low"
    snapshots.ask("PUT", "_cluster/settings", {"transient": {limit: "1%"}})
    try:
        said = lab.refused("restore.yml", *ONE, *of(snapshots), "-e", "restore_wait=5")
    finally:
        snapshots.ask("PUT", "_cluster/settings", {"transient": {limit: None}})
    assert f"of restored-{INDEX} has failed (no node takes it)" in said
    assert "watermark" in said, said[-3000:]
    # With room, the next run goes on.
    lab.play("restore.yml", *ONE, *of(snapshots))
    assert snapshots.documents(f"restored-{INDEX}") == snapshots.documents(INDEX)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("-e", "restore=everything"), "restore (everything) must be index, cluster or files"),
        (("-e", "restore=index", "-e", "restore_index=a"), "--limit: name the one cluster"),
        (("-e", "restore=index", "--limit", "main"), "restore_index: name the index"),
        (("-e", "restore=files"), "--limit: name the hosts"),
        ((*ONE, "-e", "restore_repository=nowhere"), "repository: nowhere is not registered"),
        ((*ONE, "-e", "restore_repository=restore-test", "-e", "restore_snapshot=no"), "snapshot: no is not in the repository"),
    ],
)
def test_what_cannot_be_meant_is_refused(lab, snapshots, arguments, says):
    assert says in lab.refused("restore.yml", *arguments)


def everything(snapshots):
    names = [name for name in snapshots.indices("*") if not name.startswith((".", "searchstack-"))]
    return {name: snapshots.documents(name) for name in names}


def test_a_lost_cluster_comes_back(lab, snapshots, tmp_path):
    """Its data is gone on all nodes; every document of the snapshot, and the users, are there after one command."""
    lab.play("security_backup.yml")
    snapshots.ask("PUT", "_plugins/_security/api/internalusers/by-hand", {"password": "Granite-Copper-17-Mica"})
    lab.play("security_backup.yml")
    body = {"indices": "*,-.*,-searchstack-*", "include_global_state": False}
    snapshots.delete("backups", "lost-20260101000000")
    assert snapshots.ask("PUT", "_snapshot/backups/lost-20260101000000?wait_for_completion=true", body)["snapshot"]["state"] == "SUCCESS"
    lost = ("-e", "restore_repository=backups", "-e", "restore_job=lost", "-e", f"backups_directory={tmp_path}")
    before = everything(snapshots)
    for node in NODES:
        lab.on(node, "systemctl stop opensearch; rm -rf /var/lib/opensearch/*")
    # Somebody tried whether it helps to start a node.
    lab.on("os1", "systemctl start --no-block opensearch; sleep 60; ls /var/lib/opensearch/nodes/0")
    lab.play("restore.yml", *CLUSTER, *lost)
    assert everything(snapshots) == before
    report = json.loads(next(tmp_path.glob("lab/restore-main-*.json")).read_text())
    assert report["rto_seconds"] < 300
    login = ["-u", "by-hand:Granite-Copper-17-Mica"]
    address = f"https://{lab.address('os1')}:9200/_plugins/_security/authinfo"
    assert "by-hand" in lab.run("curl", "-sf", "--cacert", str(lab.ca), *login, address).stdout
    lab.play("verify.yml")
    # Once more, nothing is left to do.
    assert changed_hosts(lab.play("restore.yml", *CLUSTER, *lost).stdout) == []
    # Nobody restores over what serves again.
    snapshots.register()
    said = lab.refused("restore.yml", *CLUSTER, "-e", "restore_repository=restore-test")
    assert f"{INDEX} is there: 1000 documents" in said
    snapshots.ask("DELETE", "_plugins/_security/api/internalusers/by-hand")
    snapshots.delete("backups", "lost-20260101000000")
