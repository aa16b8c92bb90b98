"""One host of its own (hosts/), and S3 on the controller."""

from __future__ import annotations

import json
import subprocess
import time

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from controller import Controller

HOST = "storage-1"
PATH = "/srv/up-loads"
ENDPOINT = ("198.18.77.1", "5096")


class Storage(Controller):
    """The host, as an operator sees it."""

    inventory = ("-i", "tests/storage/hosts")

    @staticmethod
    def declared(*mounts, **variables):
        """Arguments that declare other mounts than the inventory does."""
        return "-e", json.dumps({"shared_storage_mounts": list(mounts), **variables})

    def mounted(self):
        """Kinds of file systems at the path, the lowest one first. Does not make systemd mount it."""
        return self.on(HOST, f"findmnt --noheadings --output FSTYPE --mountpoint {PATH} || true").split()

    def until_up(self, seconds=60):
        """Wait until the host has started."""
        end = time.monotonic() + seconds
        while self.on(HOST, "systemctl is-system-running || true").strip() not in ("running", "degraded"):
            assert time.monotonic() < end, f"not up within {seconds} s"
            time.sleep(0.5)

    def state(self):
        """What must not change where a mount is refused."""
        mounts = "cat /etc/fstab; findmnt --noheadings --output TARGET,FSTYPE"
        return self.on(HOST, f"{mounts}; ls -A {PATH} 2>&1; ls -d /run/searchstack* /srv/* 2>&1 || true")


class Bucket:
    """A server of S3 that keeps all in memory, with the bucket `uploads`."""

    def __init__(self):
        url = "http://" + ":".join(ENDPOINT)
        self.client = boto3.client("s3", endpoint_url=url, aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1")
        self.start()

    def start(self):
        self.process = subprocess.Popen(["moto_server", "-H", ENDPOINT[0], "-p", ENDPOINT[1]], stderr=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while True:
            try:
                self.client.create_bucket(Bucket="uploads")
                self.client.put_object(Bucket="uploads", Key="app/", Body=b"")
                return
            except EndpointConnectionError:
                assert time.monotonic() < end
                time.sleep(0.3)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def holds(self, key):
        """The content of an object, or None."""
        try:
            return self.client.get_object(Bucket="uploads", Key=key)["Body"].read()
        except ClientError:
            return None


@pytest.fixture(scope="session")
def storage():
    return Storage()


@pytest.fixture
def bucket(storage):
    """S3, and a host that uses nothing of it."""
    server = Bucket()
    yield server
    storage.play("shared_storage.yml", *storage.declared({"path": PATH, "type": "s3", "source": "uploads:/app", "state": "absent"}))
    server.stop()
