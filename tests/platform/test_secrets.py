"""No secret leaves its place, files of root: no output, journal, command line or environment shows one, and no host has the CA's key."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from secrets import token_hex

import pytest
from conftest import ADDRESSES, ROOT

SECRETS = {path.name: path.read_text().split()[0] for path in (ROOT / ".lab/secrets").glob("*")}
# A line from the middle of each private key of the controller: no host has any of them.
KEYS = {path.name: path.read_text().splitlines()[1] for path in (ROOT / ".lab/pki").glob("*.key")}
# docs/secrets.md: what a service reads by itself, under an account of its own.
FOR_A_GROUP = [(Path("/etc/prometheus/passwords"), "root", "prometheus", "640")]
# Leaves a secret as a careless task would: in a file, a command line and an environment for others to see, and in the journal.
CARELESS = """
read -r secret
printf '%s' "$secret" >/tmp/careless
chmod 644 /tmp/careless
logger "$secret"
X=$secret setpriv --reuid 65534 --regid 65534 --clear-groups sleep 30 >/dev/null 2>&1 &
sh -c 'sleep 30; :' "$secret" >/dev/null 2>&1 &
"""


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
    assert [name for name, secret in (SECRETS | KEYS).items() if secret in output] == []


def look(lab, host, secrets):
    """What tests/platform/look.py finds on a host."""
    program = (ROOT / "tests/platform/look.py").read_text()
    return json.loads(lab.on(host, f"python3 -c {shlex.quote(program)}", stdin="\n".join(secrets)))


@pytest.fixture(scope="module", params=ADDRESSES)
def host(lab, request):
    """What of the platform's secrets is found on a host."""
    return look(lab, request.param, [*SECRETS.values(), *KEYS.values()])


def test_a_secret_is_in_files_that_root_gives_to_its_reader_alone(host):
    assert host["files"], "every host has the password that it sends its logs with"
    shared = [entry for entry in host["files"] if entry[1:] != ["root", "root", "600"]]
    assert [path for path, owner, group, mode in shared if (Path(path).parent, owner, group, mode) not in FOR_A_GROUP] == []


def test_a_private_key_is_for_its_reader_alone(host):
    keys = {path: (owner, int(mode, 8)) for path, owner, _group, mode in host["keys"]}
    assert keys["/etc/searchstack/tls/node.key"] == ("root", 0o600)
    assert {path: key for path, key in keys.items() if key[0] != "root" or key[1] & 0o027} == {}


def test_no_secret_in_the_journal(host):
    lines, found = host["journal"]
    assert lines > 100
    assert found == []


def test_no_process_shows_a_secret_to_another_service(host):
    assert host["cmdline"] == []
    assert host["environ"] == []


def test_a_careless_task_would_be_found(lab):
    secret = token_hex(16)
    lab.on("mon1", CARELESS, stdin=secret + "\n")
    try:
        found = look(lab, "mon1", [secret])
    finally:
        lab.on("mon1", "rm /tmp/careless")
    assert found["files"] == [["/tmp/careless", "root", "root", "644"]]
    assert found["journal"][1] != []
    assert found["environ"] == [[65534, "sleep"]]
    assert found["cmdline"] != []
