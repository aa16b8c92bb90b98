# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is confirmed to rsyslog, by what nodes answer over TLS."""

from __future__ import annotations

import datetime
import ipaddress
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        rows = self.rfile.read(int(self.headers["Content-Length"])).decode().splitlines()
        identifiers = [json.loads(row)["create"]["_id"] for row in rows[::2]]
        self.server.asked.append(identifiers)
        status, answer = self.server.answer(identifiers)
        body = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Node(ThreadingHTTPServer):
    """Answers with what `answers` has next, and then takes everything: (status, text), or {number of the document: its status}."""

    def __init__(self, certificate):
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server_port}"
        self.answers, self.asked = [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def answer(self, identifiers):
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, tuple):
            return answer
        return 200, {"items": [{"create": {"status": answer.get(number, 201)}} for number in range(len(identifiers))]}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "node")])
    now = datetime.datetime.now(datetime.timezone.utc)  # noqa: UP017
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "node.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + signed.public_bytes(pem))
    return file


@pytest.fixture
def node(certificate):
    server = Node(certificate)
    yield server
    server.shutdown()
    server.server_close()


class Shipping:
    """The program, with what it has said, and how often it has waited."""

    def __init__(self, logs, folder, certificate, urls):
        (folder / "password").write_text("secret")
        settings = {
            "output": "opensearch",
            "host_name": "app1",
            "urls": urls,
            "data_stream": "logs",
            "user": "logs",
            "password_file": str(folder / "password"),
            "ca": str(certificate),
            "refused_file": str(folder / "refused.json"),
            "metrics_file": str(folder / "metrics.prom"),
        }
        self.said, self.waits, self.refused = [], [], folder / "refused.json"
        self.shipper = logs.Shipper(settings, self.waits.append, self.said.append)

    def ship(self, count):
        assert self.shipper.answer(b"BEGIN TRANSACTION\n") == "OK"
        for number in range(count):
            line = {"from": "imfile", "file": "/a", "offset": str(number), "text": f"line {number}"}
            assert self.shipper.answer(json.dumps(line).encode() + b"\n") == "DEFER_COMMIT"
        return self.shipper.answer(b"COMMIT TRANSACTION\n")

    def counts(self):
        found = self.shipper.counts
        return {"shipped": found.shipped, "duplicates": found.duplicates, "refused": found.refused, "failures": found.failures}


@pytest.fixture
def shipping(logs, tmp_path, certificate, node):
    return Shipping(logs, tmp_path, certificate, [node.url])


@pytest.mark.parametrize(
    "answer",
    [
        (503, "OpenSearch Security not initialized."),
        (401, "Unauthorized"),
        (403, "{}"),
        (429, "{}"),
        (404, "{}"),
        (200, "{}"),
        (200, "no JSON"),
        {1: 429},
    ],
)
def test_lines_are_confirmed_when_they_have_arrived(shipping, node, answer):
    node.answers = [answer, answer]
    assert shipping.ship(3) == "OK"
    assert len(node.asked) == 3
    assert node.asked[0] == node.asked[2]
    assert len(shipping.waits) == 2
    assert shipping.counts()["failures"] == 2
    assert shipping.counts()["refused"] == 0
    # Once, and when it is over.
    assert len(shipping.said) == 2
    assert "secret" not in "".join(shipping.said)


def test_what_is_there_already_has_arrived(shipping, node):
    node.answers = [{0: 409, 2: 409}]
    assert shipping.ship(3) == "OK"
    assert shipping.counts() == {"shipped": 1, "duplicates": 2, "refused": 0, "failures": 0}


def test_a_line_that_can_never_be_taken_holds_up_no_other(shipping, node):
    node.answers = [{1: 400}]
    assert shipping.ship(3) == "OK"
    assert shipping.counts() == {"shipped": 2, "duplicates": 0, "refused": 1, "failures": 0}
    assert "line 1" in shipping.refused.read_text()
    assert shipping.refused.stat().st_mode & 0o777 == 0o600


def test_a_request_that_is_too_large_is_sent_in_parts(shipping, node):
    node.answers = [(413, ""), (413, ""), (413, "")]
    assert shipping.ship(4) == "OK"
    assert [len(asked) for asked in node.asked] == [4, 2, 1, 1, 2]
    assert shipping.counts() == {"shipped": 3, "duplicates": 0, "refused": 1, "failures": 0}


def test_another_node_takes_what_one_does_not(logs, tmp_path, certificate, node):
    other = Node(certificate)
    node.answers = [(503, "busy")]
    shipping = Shipping(logs, tmp_path, certificate, ["https://127.0.0.1:1", node.url, other.url])
    assert shipping.ship(2) == "OK"
    assert shipping.waits == []
    assert len(other.asked) == 1
    other.shutdown()
    other.server_close()


def test_a_server_that_nobody_vouches_for_gets_nothing(logs, tmp_path, node):
    shipping = Shipping(logs, tmp_path, "", [node.url])

    class Enough(Exception):
        pass

    def give_up(_seconds):
        raise Enough

    shipping.shipper.wait = give_up
    with pytest.raises(Enough):
        shipping.ship(1)
    assert node.asked == []
    assert "certificate" in shipping.said[0].lower()


def test_what_rsyslog_says_of_its_queue_is_told_and_not_sent(shipping, node, tmp_path):
    stats = {"name": "opensearch queue", "origin": "core.queue", "size": 7, "discarded.full": 2}
    shipping.shipper.add(json.dumps({"from": "impstats", "text": json.dumps(stats)}).encode())
    assert shipping.ship(1) == "OK"
    text = (tmp_path / "metrics.prom").read_text()
    assert 'searchstack_logging_queue_size{output="opensearch"} 7\n' in text
    assert 'searchstack_logging_queue_discarded_total{output="opensearch"} 2\n' in text
    assert [len(asked) for asked in node.asked] == [1]
