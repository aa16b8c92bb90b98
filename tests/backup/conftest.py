"""Backups of one host of the standing lab to an S3 of its own, which asks for keys. Nothing of it stays."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
import urllib.request

import boto3
import pytest
from controller import ROOT, Controller

HOST = "mon1"
ENDPOINT = "http://198.18.77.1:5001"
FILES = "/var/lib/backup-test"
STATE = "/var/lib/searchstack-backup"
PASSWORD = "correct-horse-battery"
METRICS = "/var/lib/prometheus/node-exporter/searchstack_backup.prom"


class Store:
    """An S3 in memory. Who has no key of it is refused."""

    def __init__(self):
        with (ROOT / ".lab/backup-s3.log").open("w") as log:
            command = ["moto_server", "-H", "198.18.77.1", "-p", ENDPOINT.rpartition(":")[2]]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        for _ in range(150):
            with contextlib.suppress(OSError):
                self.ask("/moto-api/", "GET")
                break
            time.sleep(0.2)
        iam = self.client("iam", "any", "any")
        iam.create_user(UserName="restic")
        allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
        iam.put_user_policy(UserName="restic", PolicyName="s3", PolicyDocument=json.dumps(allowed))
        key = iam.create_access_key(UserName="restic")["AccessKey"]
        self.key, self.secret = key["AccessKeyId"], key["SecretAccessKey"]
        self.ask("/moto-api/reset-auth", "POST", b"0")
        self.s3 = self.client("s3", self.key, self.secret)

    @staticmethod
    def client(kind, key, secret):
        return boto3.client(kind, endpoint_url=ENDPOINT, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret)

    @staticmethod
    def ask(path, method, data=None):
        request = urllib.request.Request(ENDPOINT + path, data=data, method=method, headers={"Content-Type": "text/plain"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.read()

    def objects(self, kind):
        found = self.s3.list_objects_v2(Bucket="backup-test", Prefix=f"{HOST}/{kind}").get("Contents", [])
        return [one["Key"] for one in found]


class Backups(Controller):
    """The backups of the host, as an operator sees them."""

    def __init__(self, store):
        self.variables = {
            "platform_backup_repository": f"s3:{ENDPOINT}/backup-test",
            "platform_backup_environment": {"AWS_ACCESS_KEY_ID": store.key, "AWS_SECRET_ACCESS_KEY": store.secret},
            "backup_password": PASSWORD,
            "backup_connect_timeout": 10,
            "backup_check_subset": "100%",
            "backup_failure_command": 'echo "$BACKUP_ACTION: $BACKUP_REASON" >/run/backup-test-failed',
            "platform_extra_backup_paths": [FILES],
        }

    def command(self, playbook, *arguments):
        return super().command(playbook, "--limit", HOST, "-e", json.dumps(self.variables), *arguments)

    def converge(self, *arguments):
        return self.play("backup.yml", *arguments).stdout

    def here(self, command, check=True):
        return self.on(HOST, command, check=check)

    def action(self, name, check=True):
        """Run an action as its timer does."""
        self.here(f"systemctl start searchstack-backup@{name}", check=check)
        if not check:
            # Its failure is told by a unit of its own.
            time.sleep(2)
        return self.known(name)

    def status(self):
        return json.loads(self.here("searchstack-backup status"))

    def known(self, name):
        return self.status()["actions"][name]

    def metric(self, name, action=None):
        wanted = f"searchstack_backup_{name}" + (f'{{action="{action}"}}' if action else "") + " "
        (line,) = [line for line in self.here(f"cat {METRICS}").splitlines() if line.startswith(wanted)]
        return float(line.split()[-1])

    def restore(self, arguments, check=True):
        done = self.run("docker", "exec", f"searchstack-lab-{HOST}", "sh", "-c", f"searchstack-backup restore {arguments}", check=check)
        return json.loads(done.stdout) if check else done.stderr

    def digests(self, folder):
        return self.here(f"cd {folder} && find . -type f -print0 | sort -z | xargs -0 sha256sum")

    @contextlib.contextmanager
    def settings(self, **changes):
        """Other settings for a while, without a run of the role."""
        former = json.loads(self.here("cat /etc/searchstack/backup/settings.json"))
        try:
            self.write(former | changes)
            yield
        finally:
            self.write(former)

    def write(self, settings):
        self.run(
            "docker", "exec", "-i", f"searchstack-lab-{HOST}", "tee", "/etc/searchstack/backup/settings.json", stdin=json.dumps(settings)
        )

    def kill_in(self, name, seconds):
        """Start an action and kill all of it."""
        self.here(
            f"systemctl start --no-block searchstack-backup@{name}; sleep {seconds}; systemctl kill -s KILL searchstack-backup@{name}"
        )
        time.sleep(3)


@pytest.fixture(scope="session")
def store():
    """The S3."""
    made = Store()
    yield made
    made.process.terminate()
    made.process.wait(timeout=10)


@pytest.fixture(scope="session")
def bare(store):
    """The host without backups, with files of different kinds."""
    backups = Backups(store)
    backups.here(
        f"mkdir -p {FILES}/deep && head -c 3000000 /dev/urandom >{FILES}/large && echo small >'{FILES}/deep/with space'"
        f" && chown 12345:12345 {FILES}/large && ln -sfn large {FILES}/link && touch {FILES}/empty"
    )
    yield backups
    backups.converge("-e", "backup_state=absent")
    backups.here(f"rm -rf {FILES} /run/backup-test-failed")


@pytest.fixture(scope="session")
def backups(bare):
    """The host with backups and one snapshot."""
    bare.converge()
    bare.action("backup")
    return bare
