# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Handshakes with a real server on loopback."""

from __future__ import annotations

import hashlib
import socket
import ssl
import threading

import pytest
from ansible_collections.searchstack.platform.plugins.modules.tls_probe import context_of, probe

pytest.importorskip("cryptography")
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NOBODY = {"client_certificate": None, "client_key": None, "client_pem": None}


def pair(name, issuer=None):
    """(key, certificate), self-signed or of another pair."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[1].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(issuer[0] if issuer else key, hashes.SHA256())
    )
    return key, certificate


def pem(of):
    key, certificate = of
    return (
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    ).decode()


TRUSTED, OTHER = pair("trusted CA"), pair("other CA")
SERVER = pair("server", TRUSTED)


@pytest.fixture
def port(tmp_path):
    """Of a server that lets in those who show a certificate of the trusted authority."""
    (tmp_path / "server.pem").write_text(pem(SERVER))
    (tmp_path / "ca.pem").write_text(pem(TRUSTED))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    context.load_verify_locations(tmp_path / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED

    def serve():
        try:
            connection = listener.accept()[0]
            with connection, context.wrap_socket(connection, server_side=True):
                pass
        except OSError:
            pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
    thread.join(10)


def test_it_tells_the_served_certificate_of_a_client_that_is_trusted(port, tmp_path):
    result = probe("127.0.0.1", port, context_of({**NOBODY, "client_pem": pem(pair("client", TRUSTED))}, tmp_path), 10)
    expected = hashlib.sha256(SERVER[1].public_bytes(serialization.Encoding.DER)).hexdigest()
    assert (result["accepted"], result["unreachable_port"], result["fingerprint"]) == (True, False, expected)


def test_a_client_of_another_authority_is_refused(port, tmp_path):
    result = probe("127.0.0.1", port, context_of({**NOBODY, "client_pem": pem(pair("client", OTHER))}, tmp_path), 10)
    assert (result["accepted"], result["unreachable_port"]) == (False, False)
    assert "refused" in result["msg"]


def test_nothing_of_the_pair_stays_on_the_disk(tmp_path):
    context_of({**NOBODY, "client_pem": pem(pair("client", OTHER))}, tmp_path)
    with pytest.raises(ssl.SSLError):
        context_of({**NOBODY, "client_pem": "no certificate"}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_port_at_which_nobody_answers_refuses_nobody(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        deaf = silent.getsockname()[1]
        assert probe("127.0.0.1", deaf, context_of(NOBODY, tmp_path), 0.2)["unreachable_port"] is True
    assert probe("127.0.0.1", deaf, context_of(NOBODY, tmp_path), 0.2)["unreachable_port"] is True
