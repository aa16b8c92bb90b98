# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins that stand in a URL."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest

ROLE = ("roles/exporters/defaults/main.yml", "roles/exporters/vars/main.yml")


@pytest.mark.parametrize("password", ["plain", "sl/a/sh+=", 'p@ss:w?r#d%2F "ü', ""])
def test_a_login_of_nginx_is_what_was_declared(value, password):
    found = value("__exporters_catalogue.nginx.secrets.SCRAPE_URI", *ROLE, exporters_nginx_user="a/b", exporters_nginx_password=password)
    url = urlsplit(found)
    assert (url.scheme, url.hostname, url.port, url.path) == ("https", "127.0.0.1", 8404, "/")
    login = [unquote(text) for text in (url.username, url.password) if text]
    assert login == (["a/b", password] if password else [])
