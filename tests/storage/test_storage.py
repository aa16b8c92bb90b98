"""S3 as a folder of hosts. The kernel of a container's machine rarely has NFS: of that, what happens before a mount is tested."""

from __future__ import annotations

import pytest
from controller import changed_hosts

HOST, PATH = "storage-1", "/srv/up-loads"

S3 = {"path": PATH, "type": "s3", "source": "uploads:/app", "owner": "admin", "group": "0", "mode": "0770"}
NFS = {"path": PATH, "type": "nfs", "source": "198.18.77.1:/export"}
# The application's sandbox, as far as files go.
SANDBOX = "-p ProtectSystem=strict -p PrivateUsers=yes -p PrivateTmp=yes -p NoNewPrivileges=yes -p User=admin --wait --quiet --collect"


@pytest.fixture
def mounted(storage, bucket):
    told = changed_hosts(storage.play("shared_storage.yml", "--check").stdout)
    assert told == [HOST]
    assert "autofs" not in storage.mounted()
    assert changed_hosts(storage.play("shared_storage.yml").stdout) == [HOST]
    return bucket


def test_files_reach_the_bucket_and_a_second_run_changes_nothing(storage, mounted):
    assert storage.mounted() == ["autofs", "fuse.s3fs"]
    storage.on(HOST, f"echo hello >{PATH}/a.txt")
    assert mounted.holds("app/a.txt") == b"hello\n"
    assert "admin root 770" in storage.on(HOST, f"stat -c '%U %G %a' {PATH}/a.txt")
    assert changed_hosts(storage.play("shared_storage.yml").stdout) == []
    assert changed_hosts(storage.play("shared_storage.yml", "--check").stdout) == []


def test_nothing_in_it_is_run_and_no_secret_is_for_all(storage, mounted):
    storage.on(HOST, f"cp /bin/true {PATH}/true")
    assert "denied" in storage.on(HOST, f"{PATH}/true 2>&1 || true")
    assert storage.on(HOST, "stat -c '%U %a' /etc/searchstack/shared_storage.s3") == "root 600\n"
    for place in ("cat /etc/fstab", "findmnt", "ps -ef"):
        assert "secretsecret" not in storage.on(HOST, place)


def test_only_a_sandbox_that_names_it_may_write(storage, mounted):
    storage.on(HOST, f"systemd-run {SANDBOX} -p ReadWritePaths={PATH} touch {PATH}/good")
    storage.on(HOST, f"systemd-run {SANDBOX} touch {PATH}/bad || true")
    assert mounted.holds("app/good") == b""
    assert mounted.holds("app/bad") is None


def test_a_changed_option_holds_at_once(storage, mounted):
    storage.play("shared_storage.yml", *storage.declared({**S3, "options": ["ro"]}))
    assert "Read-only" in storage.on(HOST, f"touch {PATH}/x 2>&1 || true")
    storage.play("shared_storage.yml")
    storage.on(HOST, f"touch {PATH}/x")


def test_absent_keeps_what_it_holds(storage, mounted):
    storage.on(HOST, f"echo hello >{PATH}/a.txt")
    given = storage.declared({**S3, "state": "absent"})
    assert changed_hosts(storage.play("shared_storage.yml", *given).stdout) == [HOST]
    assert storage.mounted() == []
    assert "s3fs" not in storage.on(HOST, "cat /etc/fstab")
    assert storage.on(HOST, "ls /etc/searchstack") == ""
    assert mounted.holds("app/a.txt") == b"hello\n"
    assert changed_hosts(storage.play("shared_storage.yml", *given).stdout) == []


def test_a_lost_server_hangs_no_boot_and_hides_nothing(storage, mounted):
    mounted.stop()
    storage.run("docker", "restart", "--time", "20", f"searchstack-lab-{HOST}")
    storage.until_up()
    assert storage.mounted() == ["autofs"]
    # A write fails instead of landing below the mount.
    assert "wrote" not in storage.on(HOST, f"touch {PATH}/lost 2>&1 && echo wrote || true")
    assert "does not answer within 8 seconds" in storage.refused("shared_storage.yml")
    mounted.start()
    storage.play("shared_storage.yml")
    storage.on(HOST, f"touch {PATH}/back")
    assert mounted.holds("app/back") == b""


@pytest.mark.parametrize(
    ("mount", "said"),
    [
        ({**S3, "source": "missing-bucket"}, "missing-bucket cannot be mounted"),
        ({**S3, "owner": "nobody-here"}, "nobody-here"),
        # Nobody listens there, and somebody who knows no NFS.
        ({**NFS, "options": ["port=5097"]}, "does not answer on port 5097"),
        ({**NFS, "options": ["port=5096"]}, "198.18.77.1:/export cannot be mounted"),
        ({**NFS, "type": "efs", "options": ["port=5096"], "tls": True}, "needs amazon-efs-utils"),
    ],
)
def test_what_cannot_be_mounted_leaves_the_host_as_it_was(storage, bucket, mount, said):
    before = storage.state()
    assert said in storage.refused("shared_storage.yml", *storage.declared(mount))
    assert storage.state() == before


def test_a_killed_run_is_gone_on_with(storage, bucket):
    """Killed while the new one is tried, and while it is declared."""
    assert storage.kill_at("try | Read it", 0.2, "shared_storage.yml")
    assert storage.kill_at("mount | Declare it", 0.2, "shared_storage.yml")
    storage.play("shared_storage.yml")
    assert storage.mounted() == ["autofs", "fuse.s3fs"]
    assert "searchstack-shared-storage" not in storage.on(HOST, "findmnt; ls /run")


def test_files_are_not_hidden(storage, bucket):
    storage.on(HOST, f"mkdir -p {PATH}; touch {PATH}/.mine")
    before = storage.state()
    assert f"shared_storage_mounts: {PATH} holds files" in storage.refused("shared_storage.yml")
    assert storage.state() == before
    storage.on(HOST, f"rm {PATH}/.mine")


@pytest.mark.parametrize(
    ("mount", "said"),
    [
        ({**S3, "path": "/srv"}, '"/srv" is no path such as /srv/uploads'),
        ({**S3, "path": "/srv/../etc"}, '"/srv/../etc" is no path'),
        ({**S3, "source": "Uploads"}, 'the source "Uploads" must be a bucket'),
        ({**NFS, "source": "/export"}, 'the source "/export" must be a server and its export'),
        ({**S3, "mode": "0999"}, 'the mode "0999" must be written'),
        ({**NFS, "options": ["ro,exec"]}, 'the option "ro,exec" must be one word'),
        ({**NFS, "tls": True}, "tls of /srv/up-loads is for the type efs"),
    ],
)
def test_a_mistake_is_told(storage, mount, said):
    assert said in storage.refused("shared_storage.yml", *storage.declared(mount))
