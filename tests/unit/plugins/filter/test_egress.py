# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.filter.egress import egress_problems

DNS = {"proto": "udp", "port": 53, "to": ["192.0.2.53"]}
S3 = {"name": "snapshots", "url": "https://s3.example.com/bucket"}


@pytest.mark.parametrize(
    ("need", "rules", "missing"),
    [
        (S3, [], ["snapshots (tcp s3.example.com port 443)", "name servers (udp port 53)"]),
        (S3, [{"proto": "tcp", "port": 443, "to": ["any"]}], ["name servers"]),
        # Where a name leads to is not known: a destination is one.
        (S3, [DNS, {"proto": "tcp", "port": "443", "to": ["198.51.100.0/24"]}], []),
        (S3, [DNS, {"proto": "udp", "port": 443, "to": ["any"]}], ["snapshots"]),
        (S3, [{"proto": "any", "to": ["any"]}], []),
        ({"name": "s", "url": "http://192.0.2.9:5000"}, [{"proto": "tcp", "port": "4000:6000", "to": ["192.0.2.0/28"]}], []),
        ({"name": "s", "url": "http://192.0.2.99"}, [{"proto": "tcp", "port": "1:6000", "to": ["192.0.2.0/28"]}], ["192.0.2.99 port 80"]),
        ({"name": "s", "url": "https://[2001:db8::9]/"}, [{"proto": "tcp", "port": 443, "to": ["192.0.2.0/28"]}], ["2001:db8::9 port 443"]),
        ({"name": "backups", "url": "sftp://backup@192.0.2.99"}, [], ["192.0.2.99 port 22"]),
        ({"name": "mail", "url": "smtp://192.0.2.25"}, [], ["port 25"]),
        ({"name": "time", "port": 123, "proto": "udp"}, [], ["time (udp port 123)"]),
        ({"name": "time", "port": 123, "proto": "udp"}, [{"proto": "udp", "port": 123, "to": ["192.0.2.123"]}], []),
        # These lead to no other host.
        ({"name": "archive", "url": "file:///srv/archives/x.tar.gz"}, [], []),
        ({"name": "backups", "url": "/srv/shared"}, [], []),
    ],
)
def test_what_is_missing_is_named(need, rules, missing):
    problems = egress_problems([need], rules, "os1")
    assert len(problems) == len(missing)
    for problem, text in zip(problems, missing, strict=True):
        assert text in problem
        assert problem.startswith("platform_egress: os1 needs ")
