"""Files of a host to S3 and back, and what may go wrong on the way."""

from __future__ import annotations

import json
import re
import time

import pytest
from conftest import FILES, PASSWORD, STATE
from controller import changed_hosts

SCRATCH = "/var/tmp/backup-test-restored"


@pytest.fixture
def target(backups):
    """A folder to restore to."""
    backups.here(f"rm -rf {SCRATCH}")
    yield SCRATCH
    backups.here(f"rm -rf {SCRATCH}")


def test_check_mode_on_a_host_without_writes_nothing(bare):
    assert changed_hosts(bare.converge("--check"))
    assert bare.here("ls -d /etc/searchstack/backup /usr/local/sbin/searchstack-backup 2>/dev/null", check=False) == ""


def test_a_second_run_changes_nothing(backups):
    for mode in ((), ("--check",)):
        assert changed_hosts(backups.converge(*mode)) == []


def test_a_backup_is_unproven_until_a_drill(backups):
    assert backups.known("backup")["files"] > 100
    assert not backups.status()["proven"]
    assert backups.metric("proven") == 0
    found = backups.action("drill")
    assert found["compared"] > 100
    assert backups.status()["proven"]
    assert backups.metric("proven") == backups.metric("last_result", "drill") == 1
    assert backups.here(f"ls {STATE}").split() == ["lock", "state.json"]


def test_old_snapshots_are_forgotten_and_the_repository_checked(backups):
    backups.action("backup")
    for action in ("forget", "check"):
        assert backups.action(action)["ok"]
        assert backups.metric("last_success_timestamp_seconds", action) > time.time() - 100


def test_secrets_are_roots_and_in_no_process_list(backups):
    assert (
        backups.here("stat -c '%U %a' /etc/searchstack/backup /etc/searchstack/backup/*").split("\n")[:-1]
        == ["root 700"] + ["root 600"] * 3
    )
    with backups.settings(limit_download=200):
        backups.here("systemctl start --no-block searchstack-backup@drill; sleep 3")
        shown = backups.here("ps -eo args")
        assert "restic" in shown
        for secret in (PASSWORD, backups.variables["platform_backup_environment"]["AWS_SECRET_ACCESS_KEY"]):
            assert secret not in shown
            assert secret not in backups.here(
                "journalctl --no-pager -u 'searchstack-backup@*'; cat /etc/systemd/system/searchstack-backup*"
            )
        backups.here("systemctl stop searchstack-backup@drill", check=False)
    assert backups.action("drill")["ok"]


def test_files_come_back_as_they_were(backups, target):
    before = backups.digests(FILES)
    result = backups.restore(f"--target {target} --path {FILES}")
    assert result["changed"] and backups.digests(target + FILES) == before
    owners = "stat -c '%u:%g %a %N' large link empty"
    shown = backups.here(f"cd {FILES} && {owners}")
    assert backups.here(f"cd {target}{FILES} && {owners}") == shown
    assert not backups.restore(f"--target {target} --path {FILES}")["changed"]


def test_a_folder_that_holds_something_is_refused(backups, target):
    backups.here(f"mkdir -p {target}{FILES} && echo mine >{target}{FILES}/large")
    assert "backup_restore_overwrite" in backups.restore(f"--target {target}", check=False)
    assert backups.here(f"cat {target}{FILES}/large") == "mine\n"
    assert backups.restore(f"--target {target} --path {FILES} --overwrite")["changed"]
    assert backups.digests(target + FILES) == backups.digests(FILES)


def test_a_path_that_no_snapshot_has_is_refused(backups, target):
    assert "backup_restore_paths" in backups.restore(f"--target {target} --path /nowhere", check=False)


def test_an_interrupted_restore_goes_on_with_its_snapshot(backups, target):
    first = backups.status()["actions"]["backup"]["snapshot"]
    with backups.settings(limit_download=300):
        backups.here(f"timeout -s KILL 4 searchstack-backup restore --target {target}", check=False)
    backups.here("pkill -KILL -x restic", check=False)
    backups.here(f"echo changed >>{FILES}/empty")
    assert backups.action("backup")["snapshot"] != first
    result = backups.restore(f"--target {target}")
    assert (result["resumed"], result["snapshot"]) == (True, first)
    assert backups.here(f"cat {target}{FILES}/empty") == ""
    backups.here(f": >{FILES}/empty")


def test_in_place_only_when_told(backups):
    before = backups.digests(FILES)
    backups.action("backup")
    backups.here(f"rm {FILES}/large")
    assert "in place" in backups.restore(f"--target / --path {FILES}", check=False)
    assert backups.restore(f"--in-place --path {FILES}")["changed"]
    assert backups.digests(FILES) == before


def test_playbooks_restore_and_verify(backups, target):
    """By the entry points of the role."""
    to = ("-e", f"backup_restore_target={target}", "-e", json.dumps({"backup_restore_paths": [FILES]}))
    playbook = "../tests/backup/entry_points.yml"
    assert changed_hosts(backups.play(playbook, *to, "--check").stdout) and backups.here(f"ls {target} 2>&1", check=False).startswith(
        "ls: cannot"
    )
    said = " ".join(backups.play(playbook, *to).stdout.split())
    assert backups.digests(target + FILES) == backups.digests(FILES)
    found = json.loads(re.search(r"found (\{.*\})", said).group(1))
    assert (found["ok"], found["proven"], found["problems"]) == (True, True, [])
    assert 0 < found["rto_seconds"] < found["rpo_seconds"]
    assert changed_hosts(backups.play(playbook, *to).stdout) == []
    backups.here(f"rm {target}{FILES}/large")
    assert "backup_restore_target" in backups.refused(playbook, *to[:2])


MISTAKES = {
    "backup_password": {"backup_password": "another-horse-battery"},
    "backup_environment": {"platform_backup_environment": {"AWS_ACCESS_KEY_ID": "AKIANOBODY", "AWS_SECRET_ACCESS_KEY": "nothing"}},
    "backup_repository": {"platform_backup_repository": "s3:http://198.18.77.1:5999/backup-test"},
}


@pytest.mark.parametrize("variable", MISTAKES)
def test_a_mistake_names_its_variable(backups, variable):
    """The role refuses it, and so does an action. The next run with the right value heals it."""
    said = backups.refused("backup.yml", "-e", json.dumps(MISTAKES[variable]))
    assert f"Action failed: {variable}" in said
    assert not backups.action("backup", check=False)["ok"]
    assert backups.known("backup")["reason"].startswith(variable)
    assert backups.metric("last_result", "backup") == 0
    assert backups.here("cat /run/backup-test-failed").startswith(f"backup: {variable}")
    backups.converge()
    assert backups.action("backup")["ok"]


def test_a_path_that_is_gone_is_a_failure_with_a_snapshot(backups):
    former = backups.known("backup")["snapshot"]
    with backups.settings(paths=[FILES, "/nowhere"]):
        found = backups.action("backup", check=False)
    assert "/nowhere is not there" in found["reason"]
    assert found["snapshot"] != former
    assert backups.action("backup")["ok"]


def test_a_full_disk_fails_a_drill_and_harms_nothing(backups):
    backups.here(f"mkdir -p {STATE}/drill-place && mount -t tmpfs -o size=1m none {STATE}/drill-place")
    try:
        with backups.settings(drill_directory=f"{STATE}/drill-place/drill"):
            found = backups.action("drill", check=False)
        assert "bytes free" in found["reason"]
        assert backups.here(f"ls {STATE}/drill-place") == ""
        assert backups.metric("proven") == 0
    finally:
        backups.here(f"umount {STATE}/drill-place; rmdir {STATE}/drill-place")
    assert backups.action("drill")["ok"]


def test_a_killed_backup_is_told_and_heals(backups, store):
    backups.here(f"head -c 4000000 /dev/urandom >{FILES}/new")
    with backups.settings(limit_upload=200):
        backups.kill_in("backup", 6)
    assert "killed" in backups.known("backup")["reason"]
    assert store.objects("locks")
    for action in ("backup", "forget", "check"):
        assert backups.action(action)["ok"]
    assert not store.objects("locks")


def test_a_damaged_repository_is_told(backups, store):
    keys = store.objects("data/")
    kept = {key: store.s3.get_object(Bucket="backup-test", Key=key)["Body"].read() for key in keys}
    for key, content in kept.items():
        store.s3.put_object(Bucket="backup-test", Key=key, Body=content[:40] + bytes([content[40] ^ 1]) + content[41:])
    for action in ("check", "drill"):
        found = backups.action(action, check=False)
        assert not found["ok"]
        assert "is damaged" in found["reason"], found["reason"]
    for key, content in kept.items():
        store.s3.put_object(Bucket="backup-test", Key=key, Body=content)
    for action in ("check", "drill"):
        assert backups.action(action)["ok"]


def test_a_repository_that_is_gone_is_not_made_anew(backups, store):
    config = store.s3.get_object(Bucket="backup-test", Key="mon1/config")["Body"].read()
    store.s3.delete_object(Bucket="backup-test", Key="mon1/config")
    said = backups.refused("backup.yml")
    assert "had this host's backups" in said and "is gone" in said
    store.s3.put_object(Bucket="backup-test", Key="mon1/config", Body=config)
    assert changed_hosts(backups.converge()) == []


def test_taken_off_nothing_is_left(backups, store):
    backups.converge("-e", "backup_state=absent")
    assert backups.here("find / -xdev \\( -name '*searchstack*backup*' -o -name restic \\) -not -path '/usr/share/*'") == ""
    assert "searchstack-backup@" not in backups.here("systemctl list-units --all --no-legend; systemctl list-timers --all --no-legend")
    assert store.objects("snapshots/")
    for mode in ((), ("--check",)):
        assert changed_hosts(backups.converge("-e", "backup_state=absent", *mode)) == []
