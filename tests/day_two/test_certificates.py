"""Certificates, keys and the authority are replaced while a client goes on asking. What is served is asked for from outside."""

from __future__ import annotations

import socket
import ssl
import time
from datetime import UTC, datetime

import pytest
from controller import changed_hosts

HOSTS = {"lb1": 443, "lb2": 443, "os1": 9200, "os2": 9200, "os3": 9200, "dr-os1": 9200}
NODES = [host for host, port in HOSTS.items() if port == 9200]
PHASE = ".lab/pki/rotation/phase"


def served(lab):
    """The certificate that each host serves."""
    return {host: ssl.get_server_certificate((lab.address(host), port)) for host, port in HOSTS.items()}


def keys(lab):
    """Digests of all private keys: two of each search node, one of each other host, the administrator's."""
    of_hosts = {
        host: lab.on(host, "sha256sum /etc/searchstack/tls/node.key $(find /etc/opensearch/certs -name node.key 2>/dev/null)")
        for host in lab.hosts()
    }
    return of_hosts | {"admin": (lab.ca.parent / "admin.key").read_text()}


def moment():
    """Now, such that everything made before is older: certificates count in seconds."""
    time.sleep(1.1)
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def leaves_rotated(lab, prove):
    """The moment of a rotation of all keys and certificates, and what was there before."""
    before = served(lab), keys(lab)
    arguments = ["-e", f"rotate_certificates_issued_before={moment()}"]
    prove.unnoticed("certificates", "rotate_certificates.yml", *arguments)
    return arguments, before


def test_every_key_and_certificate_is_another_one(lab, leaves_rotated):
    (certificates, private), (certificates_before, private_before) = (served(lab), keys(lab)), leaves_rotated[1]
    assert [host for host, old in certificates_before.items() if certificates[host] == old] == []
    assert [name for name, old in private_before.items() if private[name] == old] == []


def test_the_same_rotation_again_changes_nothing(lab, leaves_rotated):
    before = served(lab)
    assert changed_hosts(lab.play("rotate_certificates.yml", *leaves_rotated[0]).stdout) == []
    assert served(lab) == before


def trusts(lab, host, authority):
    """Whether a client that trusts this authority alone accepts the host."""
    context = ssl.create_default_context(cadata=authority)
    try:
        with (
            socket.create_connection((lab.address(host), HOSTS[host]), 10) as plain,
            context.wrap_socket(plain, server_hostname=lab.address(host)),
        ):
            return True
    except ssl.SSLCertVerificationError:
        return False


def accepts(lab, host, certificate, key):
    """Whether the host completes a handshake with this client."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    # Up to this version a server refuses a client before the handshake ends.
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    try:
        with socket.create_connection((lab.address(host), HOSTS[host]), 10) as plain, context.wrap_socket(plain):
            return True
    except ssl.SSLError:
        return False


@pytest.fixture(scope="module")
def authority_rotated(lab, prove, tmp_path_factory):
    """A rotation of the authority whose controller is killed in its second phase, and that is run again; and what was there before."""
    folder = tmp_path_factory.mktemp("before")
    for name in ("ca.pem", "admin.pem", "admin.key"):
        (folder / name).write_text((lab.ca.parent / name).read_text())
    arguments = ["-e", f"rotate_certificates_issued_before={moment()}", "-e", "rotate_certificates_authority=true"]
    proof = prove("authority")
    run = (*proof.arguments, *arguments)
    assert lab.kill_at("rotation_advance | Begin the phase", 20, "rotate_certificates.yml", *run)
    assert (lab.root / PHASE).read_text() == "reissue\n"
    lab.play("rotate_certificates.yml", *run)
    proof.nobody_noticed("authority, killed once")
    return arguments, folder


def test_one_new_authority_is_trusted_and_the_old_one_is_not(lab, authority_rotated):
    old = (authority_rotated[1] / "ca.pem").read_text()
    assert lab.ca.read_text() != old
    assert lab.ca.read_text().count("BEGIN CERTIFICATE") == 1
    assert [host for host in HOSTS if not trusts(lab, host, lab.ca.read_text())] == []
    assert [host for host in HOSTS if trusts(lab, host, old)] == []


def test_a_client_of_the_old_authority_is_refused(lab, authority_rotated):
    before, now = authority_rotated[1], lab.ca.parent
    assert [host for host in NODES if not accepts(lab, host, now / "admin.pem", now / "admin.key")] == []
    assert [host for host in NODES if accepts(lab, host, before / "admin.pem", before / "admin.key")] == []


def test_nothing_of_the_rotation_is_left(lab, authority_rotated):
    assert not (lab.root / PHASE).parent.exists()


def test_a_node_that_starts_joins_the_others(lab, authority_rotated):
    # They connect to it and it to them, each with what it trusts since the rotation.
    lab.on("os2", "systemctl restart opensearch")
    lab.play("verify.yml", "--limit", "opensearch_clusters")


def test_a_finished_rotation_changes_nothing_when_it_is_run_again(lab, authority_rotated):
    assert changed_hosts(lab.play("rotate_certificates.yml", *authority_rotated[0]).stdout) == []


def test_site_changes_nothing_after_it(lab, authority_rotated):
    assert changed_hosts(lab.play("site.yml").stdout) == []


def test_the_platform_is_what_was_declared(lab, authority_rotated):
    lab.play("verify.yml")
