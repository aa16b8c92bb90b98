"""backup_verify.yml proves that what was backed up can be brought back, and notices where it cannot."""

from __future__ import annotations

import json
import shlex

import pytest
from conftest import INDEX
from controller import changed_hosts

METRICS = "/var/lib/prometheus/node-exporter"


@pytest.fixture
def verify(lab, snapshots, tmp_path):
    """verify(): runs the drill of the job restore-test. verify.report(kind): what it has written."""

    def arguments(repository=snapshots.repository):
        chosen = {"backup_verify_drills": [{"name": snapshots.job, "repository": repository}], "backup_verify_indices": [INDEX]}
        return ("--limit", "main,opensearch_main", "-e", f"backups_directory={tmp_path}", "-e", json.dumps(chosen))

    def run(**more):
        return lab.play("backup_verify.yml", *arguments(**more))

    run.arguments = arguments
    run.report = lambda kind: json.loads((tmp_path / f"lab/{kind}-main.json").read_text())
    return run


def test_a_backup_is_proven(lab, snapshots, verify):
    snapshots.write(1000, 501)
    lab.on("os1", f"mkdir -p {METRICS}")
    verify()
    drill = verify.report("proven")["drills"][0]
    assert drill["documents"] == 1000
    assert drill["newer"] == 501
    assert drill["indices"][INDEX]["documents"] == 1000
    assert drill["rpo_seconds"] >= drill["rto_seconds"] > 0
    assert snapshots.indices("drill-*") == []
    metrics = lab.on("os1", f"cat {METRICS}/searchstack_drill*.prom")
    assert 'searchstack_drill_ok{cluster="main"} 1' in metrics
    assert f'searchstack_drill_rto_seconds{{cluster="main",job="{snapshots.job}"}} {drill["rto_seconds"]}' in metrics


def test_a_corrupt_backup_is_none(lab, snapshots, verify):
    verify()
    proven = verify.report("proven")
    lab.on("os1", "find /srv/shared/restore-test -type f -size +10k -exec sh -c 'printf X | dd of=$0 bs=1 seek=5000 conv=notrunc' {} \\;")
    said = lab.refused("backup_verify.yml", *verify.arguments())
    assert "CorruptIndexException" in said
    assert snapshots.indices("drill-*") == []
    assert verify.report("verify")["proven"] is False
    # What was proven before was true then.
    assert verify.report("proven") == proven
    assert len(snapshots.documents(INDEX)) == 1000


def test_what_came_and_went_since_is_no_loss(snapshots, verify):
    snapshots.write(1000, 5)
    snapshots.ask("POST", f"{INDEX}/_delete_by_query?refresh=true", {"query": {"range": {"number": {"lt": 3}}}})
    verify()
    drill = verify.report("proven")["drills"][0]
    assert (drill["documents"], drill["newer"]) == (1000, 5)


def test_a_killed_drill_is_tidied_up(lab, snapshots, verify):
    assert lab.kill_at("backup_verify_restore | Restore]", 3, "backup_verify.yml", *verify.arguments(repository=snapshots.slow))
    assert snapshots.indices("drill-*") == [f"drill-{INDEX}"]
    verify()
    assert snapshots.indices("drill-*") == []


def test_an_index_that_looks_like_a_drills_is_left_alone(lab, snapshots, verify):
    # The lab's cluster makes none of this name by itself.
    snapshots.ask("PUT", f"drill-{INDEX}")
    snapshots.ask("PUT", f"drill-{INDEX}/_doc/1?refresh=true", {"mine": True})
    said = lab.refused("backup_verify.yml", *verify.arguments())
    assert f"drill-{INDEX} is there: 1 documents" in said
    assert snapshots.documents(f"drill-{INDEX}") == {"1": {"mine": True}}


def test_a_repository_that_is_gone(lab, snapshots, verify):
    lab.on("os1", "mv /srv/shared/restore-test /srv/shared/restore-test.gone")
    try:
        said = lab.refused("backup_verify.yml", *verify.arguments())
    finally:
        lab.on("os1", "rm -rf /srv/shared/restore-test; mv /srv/shared/restore-test.gone /srv/shared/restore-test")
    assert f"repository {snapshots.repository}" in said
    assert verify.report("verify")["problems"]


def test_check_mode_changes_nothing(lab, snapshots, verify):
    run = lab.play("backup_verify.yml", "--check", *verify.arguments())
    assert "changed=0" in run.stdout
    assert snapshots.indices("drill-*") == []


def test_a_timer_proves_them(lab, snapshots, verify, tmp_path):
    """A host of the lab stands for the controller, which runs no systemd here; what its timer would run is run."""
    ssh = "-o UserKnownHostsFile=.lab/ssh/known_hosts -i .lab/ssh/id_ed25519"
    controller = {
        "ansible_connection": "ssh",
        "ansible_host": lab.address("mon1"),
        "ansible_user": "admin",
        "ansible_become": True,
        "ansible_python_interpreter": "/usr/bin/python3",
    }
    stands_for = {"all": {"hosts": {"localhost": {**controller, "ansible_ssh_common_args": ssh}}}}
    (tmp_path / "controller.json").write_text(json.dumps(stands_for))
    arguments = ("-i", "inventories/lab", "-i", str(tmp_path / "controller.json"))
    chosen = ("-e", json.dumps({"backup_verify_arguments": list(verify.arguments())}))
    unit = "searchstack-backup-verify-lab"
    said = lab.refused("backup_verify_timer.yml", *arguments, "-e", "backup_verify_schedule=sometimes")
    assert "backup_verify_schedule (sometimes): Failed to parse calendar specification" in said
    vault = tmp_path / "vault.txt"
    vault.write_text("$ANSIBLE_VAULT;1.1;AES256\n")
    said = lab.refused("backup_verify_timer.yml", *arguments)
    assert "ANSIBLE_VAULT_PASSWORD_FILE is not set, and" in said
    vault.unlink()
    try:
        told = changed_hosts(lab.play("backup_verify_timer.yml", "--check", *arguments, *chosen).stdout)
        assert told == changed_hosts(lab.play("backup_verify_timer.yml", *arguments, *chosen).stdout)
        assert changed_hosts(lab.play("backup_verify_timer.yml", *arguments, *chosen).stdout) == []
        assert unit in lab.on("mon1", "systemctl list-timers")
        service = dict(line.split("=", 1) for line in lab.on("mon1", f"systemctl cat {unit}.service").splitlines() if "=" in line)
        assert service["WorkingDirectory"] == str(lab.root)
        lab.run(*shlex.split(service["ExecStart"]), timeout=600)
        assert verify.report("proven")["drills"][0]["documents"] == 1000
    finally:
        lab.play("backup_verify_timer.yml", *arguments, "-e", "backup_verify_schedule=")
    assert unit not in lab.on("mon1", "systemctl list-timers --all; ls /etc/systemd/system /var/lib/systemd/timers")
    assert changed_hosts(lab.play("backup_verify_timer.yml", *arguments, "-e", "backup_verify_schedule=").stdout) == []
