# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.filter.urls import url, url_host


@pytest.mark.parametrize(
    ("address", "host"),
    [("192.0.2.1", "192.0.2.1"), ("os1.example.org", "os1.example.org"), ("2001:db8::1", "[2001:db8::1]"), ("::1", "[::1]"), ("", "")],
)
def test_an_address_of_ipv6_stands_in_brackets(address, host):
    assert url_host(address) == host


def test_the_port_follows():
    assert url_host("2001:db8::1", 9300) == "[2001:db8::1]:9300"
    assert url_host("192.0.2.1", "26379") == "192.0.2.1:26379"


def test_a_service_is_https_unless_said():
    assert url("2001:db8::1", 9200) == "https://[2001:db8::1]:9200"
    assert url("192.0.2.1", "6379", "redis") == "redis://192.0.2.1:6379"
