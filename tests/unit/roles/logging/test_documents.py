# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line becomes: one shape, an id that is always the same, and nothing that nobody may read."""

from __future__ import annotations

import json
import time

import pytest

JOURNAL = {
    "from": "imjournal",
    "time": "2026-03-01T10:00:00.123456+00:00",
    "service": "sshd",
    "unit": "ssh.service",
    "pid": "7",
    "level": "info",
}
FILE = {
    "from": "imfile",
    "time": "2026-03-01T10:00:09+00:00",
    "service": "nginx",
    "level": "notice",
    "file": "/var/log/nginx/access.log",
    "offset": "0",
}
NGINX = {
    "time": "2026-03-01T11:00:00+01:00",
    "request_id": "r-1",
    "client": "192.0.2.9",
    "method": "GET",
    "uri": "/api/search?q=raft",
    "status": "200",
    "bytes": "17",
    "seconds": "0.250",
    "upstream": "192.0.2.21:7860",
}
APPLICATION = {
    "time": "2026-03-01T10:00:00.500Z",
    "level": "warning",
    "message": "request",
    "request_id": "r-1",
    "path": "/api/search",
    "ms": 200.5,
}
SLOW = {
    "type": "index_search_slowlog",
    "timestamp": "2026-03-01T10:00:00,500Z",
    "level": "WARN",
    "component": "i.s.s.query",
    "message": "[papers-1][0]",
    "took_millis": "180",
    "id": "r-1",
    "source": "{}",
}


def made(logs, line, text):
    return logs.document(line | {"text": text if isinstance(text, str) else json.dumps(text)}, "app1")[1]


def test_a_line_of_the_journal(logs):
    assert made(logs, JOURNAL, "Accepted publickey for admin") == {
        "@timestamp": "2026-03-01T10:00:00.123456Z",
        "host": {"name": "app1"},
        "service": {"name": "ssh"},
        "log": {"level": "info"},
        "message": "Accepted publickey for admin",
    }


def test_a_request_of_the_balancer(logs):
    assert made(logs, FILE, NGINX) == {
        "@timestamp": "2026-03-01T10:00:00.000000Z",
        "host": {"name": "app1"},
        "service": {"name": "nginx"},
        "log": {"level": "notice", "file": "/var/log/nginx/access.log"},
        "message": "",
        "request_id": "r-1",
        "http": {"method": "GET", "path": "/api/search", "query": "q=raft", "status": 200},
        "client": {"address": "192.0.2.9"},
        "duration": 0.25,
        "fields": {"bytes": "17", "upstream": "192.0.2.21:7860"},
    }


@pytest.mark.parametrize(("text", "level", "duration"), [(APPLICATION, "warning", 0.2005), (SLOW, "warning", 0.18)])
def test_a_request_is_found_by_its_id_in_every_log(logs, text, level, duration):
    found = made(logs, JOURNAL, text)
    assert found["request_id"] == "r-1"
    assert found["log"]["level"] == level
    assert found["duration"] == pytest.approx(duration)
    assert found["@timestamp"] == "2026-03-01T10:00:00.500000Z"


@pytest.mark.parametrize(
    "text",
    ['{"broken": ', "[1, 2]", "{}", '{"level": null, "status": "abc", "time": "yesterday", "message": {"a": 1}}', '"text"', "\x00\udcff"],
)
def test_any_line_becomes_a_document(logs, text):
    found = made(logs, FILE, text)
    json.dumps(found)
    assert isinstance(found["message"], str)
    assert found["@timestamp"] == "2026-03-01T10:00:09.000000Z"


def test_what_is_too_long_for_a_field_is_in_the_message(logs):
    found = made(logs, FILE, {"message": "failed", "exception": {"trace": "x" * 40000}})
    assert found["fields"] == {"exception": {"trace": "[in message]"}}
    assert found["message"] == "failed\nexception.trace: " + "x" * 40000


def test_the_same_line_has_the_same_id(logs):
    def identity(line, text="same"):
        return logs.document(line | {"text": text}, "app1")[0]

    # rsyslog reads a file again after it was killed: at another time, in the same place.
    assert identity(FILE) == identity(FILE | {"time": "2026-03-01T10:05:00+00:00"})
    assert identity(FILE) != identity(FILE | {"offset": "5"})
    assert identity(FILE) != identity(FILE, "another")
    assert identity(JOURNAL) == identity(dict(JOURNAL))
    assert identity(JOURNAL) != identity(JOURNAL | {"time": "2026-03-01T10:00:00.123457+00:00"})
    assert identity(JOURNAL) != identity(JOURNAL | {"pid": "8"})


SECRETS = [
    "GET /x?token=S3CRET&q=1",
    "GET /x?q=1&api_key=S3CRET HTTP/1.1",
    "GET /x?X-Amz-Signature=S3CRET&a=b",
    "Authorization: Bearer S3CRET",
    "Authorization: Basic dTpTM0NSRVQ=S3CRET",
    'header "authorization": "Bearer S3CRET"',
    "authorization=S3CRET",
    "sent Bearer S3CRET.abc-def",
    "token eyJhbGciOiJIUzI1NiJ9.S3CRET.sig",
    "password=S3CRET",
    "password: 'S3CRET with words'",
    'db_password = "S3CRET with words"',
    '{\\"password\\": \\"S3CRET\\"}',
    "PGPASSWORD=S3CRET",
    "aws_secret_access_key = S3CRET/x+y",
    "key AKIAS3CRETS3CRETS3CR",
    "redis://papersearch:S3CRET@192.0.2.31:6379/0",
    "-----BEGIN PRIVATE KEY-----\nS3CRET\n-----END PRIVATE KEY-----",
    "Cookie: session=S3CRET",
    "X-API-Key: S3CRET",
    "x-api-key%3DS3CRET",
]


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_stay_out(logs, text):
    assert "S3CRET" not in json.dumps(made(logs, JOURNAL, text))
    # As part of what an application logs, under a name that says nothing.
    assert "S3CRET" not in json.dumps(made(logs, JOURNAL, {"message": text, "note": [{"deep": text}]}))


def test_a_field_is_known_by_its_name(logs):
    found = made(
        logs, FILE, {"message": "x", "password": "S3CRET", "nested": {"client_secret": ["S3CRET"]}, "token": None, "uri": "/a?token=S3CRET"}
    )
    assert "S3CRET" not in json.dumps(found)
    assert found["http"] == {"path": "/a", "query": "token=[redacted]"}


@pytest.mark.parametrize(
    "text", ["Basic authentication is off", "tokens: 512", "passwordless sudo", "the secretary: Ada", "GET /tokens/7?q=author"]
)
def test_what_is_no_secret_stays(logs, text):
    assert made(logs, JOURNAL, text)["message"] == text


@pytest.mark.parametrize(
    "text", ["a" * 65000, "token" * 13000, "a-" * 32000, '"' * 65000, "http://" * 9000, "\\" * 65000, "password=" * 7000, "eyJ." * 16000]
)
def test_no_line_takes_long(logs, text):
    started = time.perf_counter()
    made(logs, JOURNAL, text)
    assert time.perf_counter() - started < 1
