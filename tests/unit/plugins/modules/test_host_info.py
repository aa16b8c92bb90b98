# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import ssl

import pytest
from ansible_collections.searchstack.platform.plugins.modules import host_info


class Module:
    """Answers every command the same."""

    from_json = staticmethod(json.loads)

    def __init__(self, stdout):
        self.stdout = stdout

    def run_command(self, _argv, **_options):
        return 0, self.stdout, ""


def test_services():
    assert host_info.services(Module("active\nfailed\n"), ["nginx", "keepalived"]) == {"nginx": "active", "keepalived": "failed"}


def test_packages_that_were_removed_or_never_there_are_left_out():
    shown = "nginx installed 1.26.3-3\nredis-server config-files 5:7.0.15-1\nkeepalived not-installed \n"
    assert host_info.packages(Module(shown), ["nginx", "redis-server", "keepalived"]) == {"nginx": "1.26.3-3"}


@pytest.mark.parametrize(("hours", "days"), [(49, 2), (47, 1), (1, 0), (-1, -1)])
def test_days_of_a_certificate_are_whole_ones(tmp_path, hours, days):
    path = tmp_path / "node.pem"
    path.touch()
    end = "Jan  5 09:34:43 2027 GMT"
    now = ssl.cert_time_to_seconds(end) - hours * 3600
    assert host_info.certificate_days(Module(f"notAfter={end}\n"), str(path), now=lambda: now) == days


def test_no_certificate(tmp_path):
    assert host_info.certificate_days(Module(""), str(tmp_path / "node.pem")) is None


def test_addresses():
    shown = [{"addr_info": [{"local": "127.0.0.1"}]}, {}, {"addr_info": [{"local": "192.0.2.11"}, {"local": "192.0.2.10"}]}]
    assert host_info.held(Module(json.dumps(shown)), ["192.0.2.10", "192.0.2.1", ""]) == ["192.0.2.10"]
