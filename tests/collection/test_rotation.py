"""The authority's rotation on the controller: each phase is what the folder says, lasts until it is told to end, and can be repeated."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from cryptography import x509

ROOT = Path(__file__).resolve().parents[2]
ROLE = "searchstack.platform.certificates"
LATER = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def pki(tmp_path):
    return tmp_path / "pki"


@pytest.fixture
def changes(tmp_path, pki):
    """changes(entry point, ...): runs the entry points of the role one after the other and returns how many tasks changed something."""

    def run(*entry_points, check=False, **variables):
        options = {"certificates_ca_dir": str(pki), "certificates_ip_addresses": ["127.0.0.1"], **variables}
        tasks = [{"ansible.builtin.import_role": {"name": ROLE, "tasks_from": entry_point}} for entry_point in entry_points]
        playbook = tmp_path / "playbook.yml"
        playbook.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "vars": options, "tasks": tasks}]))
        done = subprocess.run(
            ["ansible-playbook", "--inventory", "localhost,", "--connection", "local", str(playbook), *(["--check"] if check else [])],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return int(re.search(r"changed=(\d+)", done.stdout)[1])

    return run


def names(pem):
    """Who is in a file of certificates."""
    return [found.subject.rfc4514_string() for found in x509.load_pem_x509_certificates(pem.read_bytes())]


def issuer(pem):
    return x509.load_pem_x509_certificate(pem.read_bytes()).issuer.rfc4514_string()


def test_three_phases(changes, pki):
    changes("authority")
    [old] = names(pki / "ca.pem")
    old_key = (pki / "ca.key").read_bytes()

    # Nothing begins by itself, or because of an authority that is young enough.
    assert changes("rotation_begin") == 0
    assert changes("rotation_begin", certificates_renew_issued_before="2020-01-01T00:00:00Z") == 0
    assert changes("rotation_begin", certificates_renew_issued_before=LATER, check=True) > 0
    assert not (pki / "rotation").exists()

    # Both are trusted, the old one issues; site.yml keeps it so.
    assert changes("rotation_begin", certificates_renew_issued_before=LATER) > 0
    assert names(pki / "ca.pem")[0] == old
    new = names(pki / "ca.pem")[1]
    assert changes("rotation_begin", "authority") == 0
    assert issuer(pki / "admin.pem") == old

    # A phase is left in one direction only.
    assert changes("rotation_end") == 0
    assert changes("rotation_advance", certificates_rotation_to="drop") == 0

    # Both are trusted, the new one issues.
    assert changes("rotation_advance", certificates_rotation_to="reissue") == 1
    assert changes("authority") == 1
    assert issuer(pki / "admin.pem") == new
    assert names(pki / "ca.pem") == [old, new]
    assert changes("rotation_begin", "authority", certificates_renew_issued_before="2020-01-01T00:00:00Z") == 0

    # The new one alone.
    assert changes("rotation_advance", certificates_rotation_to="drop") == 2
    assert names(pki / "ca.pem") == [new]
    assert changes("authority") == 0
    assert changes("rotation_end") == 3
    assert (pki / "ca.key").read_bytes() != old_key
    assert changes("authority", "rotation_begin", "rotation_end") == 0
    assert sorted(path.name for path in pki.iterdir()) == ["admin.key", "admin.pem", "ca.key", "ca.pem"]


@pytest.mark.parametrize("lost", [["phase", "previous.pem", "probe_new.pem", "probe_previous.pem"], ["phase"]])
def test_a_beginning_that_was_interrupted_goes_on(changes, pki, lost):
    changes("authority", "rotation_begin", certificates_renew_issued_before=LATER)
    old = (pki / "rotation/previous.pem").read_bytes()
    both = (pki / "ca.pem").read_bytes()
    # As it is before its last step, and without some earlier ones.
    (pki / "ca.pem").write_bytes(old)
    for name in lost:
        (pki / "rotation" / name).unlink()
    changes("rotation_begin", certificates_renew_issued_before=LATER)
    assert (pki / "ca.pem").read_bytes() == both
    assert (pki / "rotation/phase").read_text() == "trust\n"


def test_an_end_that_was_interrupted_leaves_nothing_to_the_next_rotation(changes, pki):
    changes("authority", "rotation_begin", certificates_renew_issued_before=LATER)
    changes("rotation_advance", certificates_rotation_to="reissue")
    changes("rotation_advance", certificates_rotation_to="drop")
    key = (pki / "rotation/ca.key").read_bytes()
    # As it is when the last step was not reached.
    (pki / "ca.key").write_bytes(key)
    (pki / "rotation/phase").unlink()
    present = names(pki / "ca.pem")
    assert changes("authority") == 1
    changes("rotation_begin", certificates_renew_issued_before=LATER)
    assert names(pki / "ca.pem")[0] == present[0]
    assert (pki / "rotation/ca.key").read_bytes() != key


def test_a_renewed_client_has_a_new_key(changes, pki):
    changes("authority", certificates_clients=["reader"])
    before = {name: (pki / name).read_bytes() for name in ("admin.key", "admin.pem", "reader.key", "reader.pem")}
    assert changes("authority", certificates_clients=["reader"], certificates_renew_issued_before=LATER) == 2
    assert [name for name, old in before.items() if (pki / name).read_bytes() == old] == []
