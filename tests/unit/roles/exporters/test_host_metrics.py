# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the host tells of itself, as Prometheus reads it."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

END = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def script(load):
    """The script, as a module."""
    return load("roles/exporters/files/searchstack_host_metrics.py")


@pytest.fixture
def certificate(tmp_path):
    """A file with a certificate that ends at END."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "os1")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, END - timedelta(days=400), END)
    path = tmp_path / "node.pem"
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return str(path)


def test_the_end_of_a_certificate(script, certificate, tmp_path):
    assert script.not_after(certificate) == END.timestamp()
    assert script.not_after(str(tmp_path / "gone.pem")) == 0


def test_a_file_of_metrics(script, certificate, tmp_path, monkeypatch):
    (tmp_path / "pending").touch()
    settings = {
        "certificates": [certificate],
        "restart_files": {"opensearch": str(tmp_path / "pending"), "other": str(tmp_path / "none")},
        # An address of IPv6 is the same one in all its spellings.
        "addresses": ["192.0.2.10", "192.0.2.11", "2001:DB8:0:0::10"],
        "access_logs": [str(tmp_path / "access.log")],
        "metrics_directory": str(tmp_path),
    }
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    said = json.dumps([{"addr_info": [{"local": address}]} for address in ("127.0.0.1", "192.0.2.10", "2001:db8::10")])
    run = subprocess.run

    def ip(argv, **options):
        return subprocess.CompletedProcess(argv, 0, said) if argv[0] == "/usr/bin/ip" else run(argv, check=options.pop("check"), **options)

    monkeypatch.setattr(subprocess, "run", ip)
    monkeypatch.setattr(script.sys, "argv", ["script", str(tmp_path / "settings.json")])
    script.main()
    lines = (tmp_path / "searchstack_host.prom").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        f'searchstack_certificate_not_after_timestamp_seconds{{path="{certificate}"}} {END.timestamp():.0f}',
        'searchstack_restart_pending{service="opensearch"} 1',
        'searchstack_restart_pending{service="other"} 0',
        'searchstack_address_held{address="192.0.2.10"} 1',
        'searchstack_address_held{address="192.0.2.11"} 0',
        'searchstack_address_held{address="2001:DB8:0:0::10"} 1',
        *(f'searchstack_edge_responses_total{{code="{code}"}} 0' for code in ("1xx", "2xx", "3xx", "4xx", "5xx")),
    ]
    assert len(lines) == 11 + 2 * 4
    assert "# TYPE searchstack_edge_responses_total counter" in lines
    assert not list(tmp_path.glob("*.part"))


def answered(*statuses):
    return "".join(f'{{"time":"now","uri":"/?status=\\"999","status":"{status}","seconds":"0.1"}}\n' for status in statuses)


def test_answers_are_counted_once_whatever_becomes_of_the_file(script, tmp_path):
    log, memory = tmp_path / "access.log", tmp_path / "memory.json"

    def counted():
        return {code: count for code, count in script.answers([str(log)], memory)[str(log)].items() if count}

    log.write_text(answered(200, 200, 500))
    # What was there before it was looked at is no news.
    assert counted() == {}
    with log.open("a") as file:
        file.write(answered(200, 301, 404, 502))
        file.write('{"time":"now","stat')
    assert counted() == {"2xx": 1, "3xx": 1, "4xx": 1, "5xx": 1}
    with log.open("a") as file:
        file.write('us":"503"}\n')
    assert counted() == {"2xx": 1, "3xx": 1, "4xx": 1, "5xx": 2}
    assert counted() == {"2xx": 1, "3xx": 1, "4xx": 1, "5xx": 2}
    # Rotated, with a line that nobody has seen.
    with log.open("a") as file:
        file.write(answered(500))
    log.rename(tmp_path / "access.log.1")
    log.write_text(answered(200))
    assert counted() == {"2xx": 2, "3xx": 1, "4xx": 1, "5xx": 3}
    log.write_text("")
    assert counted() == {"2xx": 2, "3xx": 1, "4xx": 1, "5xx": 3}
    log.unlink()
    assert counted() == {"2xx": 2, "3xx": 1, "4xx": 1, "5xx": 3}


def test_where_nothing_is_looked_at_nothing_is_asked(script, tmp_path, monkeypatch):
    monkeypatch.setattr(subprocess, "run", None)
    assert script.text(script.samples({"certificates": [], "restart_files": {}, "addresses": [], "access_logs": []})) == ""
