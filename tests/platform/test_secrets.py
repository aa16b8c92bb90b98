"""No secret leaves its place: not in the output of a run, on a command line, in a world-readable file, nor the CA key on any host."""

from __future__ import annotations

import hashlib
import json

import pytest
from conftest import ADDRESSES, ROOT

# Where a playbook could have left something.
PLACES = "/etc /opt /var /run /tmp /home /root"
SECRETS = {path.name: path.read_text().split()[0] for path in (ROOT / ".lab/secrets").glob("*")}


@pytest.fixture(scope="module")
def watched():
    """What tests/platform/watch.py saw during the first converge."""
    return json.loads((ROOT / ".lab/watch.json").read_text())


def test_there_are_secrets_to_look_for():
    assert len(SECRETS) >= 5


def test_no_well_known_password_ever_opened_a_node(watched):
    assert watched["answers"].get("401", 0) > 0, f"the nodes were never asked: {watched['answers']}"
    assert watched["opened"] == []


def test_no_secret_ever_stood_on_a_command_line(watched):
    assert watched["samples"] > 100
    assert watched["secrets"] == len(SECRETS)
    assert watched["exposed"] == []


def test_no_secret_in_the_output_of_a_verbose_run():
    output = (ROOT / ".lab/ansible.log").read_text()
    assert "TASK [searchstack.platform.opensearch" in output
    assert [name for name, secret in SECRETS.items() if secret in output] == []


@pytest.mark.parametrize("host", ADDRESSES)
def test_no_secret_in_a_world_readable_file(lab, host):
    search = f"find {PLACES} -xdev -type f -perm -o=r -size -2M -print0 | xargs -0 -r grep -lsFf $list || true"
    found = lab.on(host, f"umask 077; list=$(mktemp); cat >$list; {search}; rm $list", stdin="\n".join(SECRETS.values()))
    assert found.split() == []


@pytest.mark.parametrize("host", ADDRESSES)
def test_the_key_of_the_authority_is_on_no_host(lab, host):
    keys = lab.on(
        host, f"find {PLACES} -xdev -type f -size -64k -print0 | xargs -0 -r grep -lsZ 'PRIVATE KEY-----' | xargs -0 -r sha256sum"
    ).splitlines()
    authority = hashlib.sha256((lab.root / ".lab/pki/ca.key").read_bytes()).hexdigest()
    assert any("/etc/searchstack/tls/node.key" in line for line in keys)
    assert [line for line in keys if line.startswith(authority)] == []
