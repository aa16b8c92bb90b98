# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads through the virtual address, as browsers do. One attempt each: what a user would have to reload has failed.

Any server may close a kept connection just as the next request is on its way. Browsers then ask again on a new one (RFC 9112, 9.3.1), and
nobody notices.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from http.client import RemoteDisconnected

from ansible_collections.searchstack.platform.plugins.module_utils._connection import tls_context
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.files import FollowsFiles

try:
    import urllib3
except ImportError:
    # Comes with opensearch-py, whose absence is reported.
    urllib3 = None


def reader(params: dict, keep_connections: bool) -> Callable[[int], str | None]:
    """A function that reads the URL whose turn it is, and says what is wrong with the answer."""

    def pool_of(context):
        agent = {"User-Agent": "searchstack-availability-proof"}
        return urllib3.PoolManager(ssl_context=context, timeout=float(params["timeout"]), retries=False, maxsize=64, headers=agent)

    def make():
        # Users have no client certificate.
        context = tls_context({**params, "client_cert": None})
        return nullcontext(pool_of(context)) if keep_connections else context

    made = FollowsFiles(make, [params["ca_path"]])

    def read(number):
        url = _url(params["url"], number)
        with made.get() if keep_connections else pool_of(made.get()) as pool:
            before = _connections(pool, url)
            try:
                answer = pool.request("GET", url, redirect=False)
            except urllib3.exceptions.ProtocolError as failure:
                if not _closed(failure) or _connections(pool, url) > before:
                    raise
                with pool_of(pool.connection_pool_kw["ssl_context"]) as new:
                    answer = new.request("GET", url, redirect=False)
        return None if 200 <= answer.status < 300 else f"{answer.status} {answer.reason}"  # noqa: PLR2004

    return read


def _connections(pool, url):
    """How many connections have been made there so far."""
    return pool.connection_from_url(url).num_connections


def _closed(failure):
    """Whether the connection was closed before any byte of the answer."""
    return any(isinstance(cause, (RemoteDisconnected, ConnectionResetError, BrokenPipeError)) for cause in failure.args)


def _url(urls, number):
    return urls[number % len(urls)].replace("{number}", str(number))
