# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import datetime
import ipaddress
import ssl

import pytest
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.schedule import explain
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.site import reader

pytest.importorskip("urllib3")
pytest.importorskip("cryptography")

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PARAMS = {"ca_path": None, "validate_certs": True, "timeout": 1}


def outcome(read, number=0):
    try:
        return read(number)
    except Exception as failure:
        return explain(failure)


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", None),
        ("/503", "503 Service Unavailable"),
        ("/404", "404 Not Found"),
        ("/moved", "302 Found"),
        ("/slow", "TimeoutError: timed out"),
        ("/reset", "ConnectionResetError: [Errno 104] Connection reset by peer"),
        ("/half", "IncompleteRead: IncompleteRead(4 bytes read, 96 more expected)"),
    ],
)
def test_an_answer_is_good_or_says_why_not(web, path, expected, kept):
    read = reader({**PARAMS, "url": [web.url + path]}, keep_connections=kept)
    assert outcome(read) == expected
    # One attempt.
    assert len(web.seen) == 1


def test_a_kept_connection_that_closes_is_no_failure_as_browsers_ask_again(web):
    read = reader({**PARAMS, "url": [web.url + "/", web.url + "/reloading"]}, keep_connections=True)
    assert [outcome(read, number) for number in range(2)] == [None, None]
    assert len({port for port, _path in web.seen}) == 2
    web.behaviour["/"] = "/reset"
    assert outcome(read, 2) == "ConnectionResetError: [Errno 104] Connection reset by peer"


@pytest.mark.parametrize("kept", [True, False])
def test_a_server_that_is_not_there(refusing, kept):
    read = reader({**PARAMS, "url": [refusing]}, keep_connections=kept)
    assert outcome(read) == "ConnectionRefusedError: [Errno 111] Connection refused"


@pytest.mark.parametrize(("kept", "connections"), [(True, 1), (False, 4)])
def test_connections_are_kept_or_new(web, kept, connections):
    read = reader({**PARAMS, "url": [f"{web.url}/a", f"{web.url}/b"]}, keep_connections=kept)
    assert [read(number) for number in range(4)] == [None] * 4
    assert [path for _port, path in web.seen] == ["/a", "/b", "/a", "/b"]
    assert len({port for port, _path in web.seen}) == connections


@pytest.mark.parametrize("kept", [True, False])
def test_a_number_in_the_url_is_another_one_each_time(web, kept):
    read = reader({**PARAMS, "url": [f"{web.url}/plain", web.url + "/search?q={number}"]}, keep_connections=kept)
    assert [read(number) for number in range(4)] == [None] * 4
    assert [path for _port, path in web.seen] == ["/plain", "/search?q=1", "/plain", "/search?q=3"]


@pytest.fixture
def authority(tmp_path, web):
    """The file of a certificate that the server shows from now on."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "site")])
    today = datetime.datetime(2020, 1, 1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, today, today + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    both = tmp_path / "site.pem"
    both.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    web.socket = context.wrap_socket(web.socket, server_side=True)
    web.url = web.url.replace("http:", "https:")
    return str(both)


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize(("known", "verified"), [(True, True), (False, True), (False, False)])
def test_certificates_are_verified(web, authority, kept, known, verified):
    read = reader(
        {**PARAMS, "timeout": 10, "url": [web.url], "ca_path": authority if known else None, "validate_certs": verified},
        keep_connections=kept,
    )
    result = outcome(read)
    assert (result is None) is (known or not verified)
    assert result is None or "certificate verify failed" in result
