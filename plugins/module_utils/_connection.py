# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options and the client. The only file that knows opensearch-py."""

from __future__ import annotations

import base64
import logging
import re
import ssl
import time
import traceback
import warnings
from collections.abc import Iterator
from urllib.parse import quote, urlencode, urlsplit

from ansible.module_utils.basic import env_fallback
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, InvalidInput, from_answer

try:
    import opensearchpy
    import urllib3
except ImportError:
    IMPORT_ERROR = traceback.format_exc()
else:
    IMPORT_ERROR = None

    class _ThroughProxy(opensearchpy.Urllib3HttpConnection):
        """Asks an HTTP proxy for the connection to the node; TLS goes through it untouched."""

        def __init__(self, *, proxy, **options):
            super().__init__(**options)
            direct = self.pool
            context = {"ssl_context": options["ssl_context"]} if options.get("use_ssl") else {}
            manager = urllib3.ProxyManager(proxy, timeout=direct.timeout, retries=False, **context)
            self.pool = manager.connection_from_host(direct.host, direct.port, direct.scheme)

    # Its log would end up on standard error, in the middle of the module's answer.
    logging.getLogger("opensearch").addHandler(logging.NullHandler())
    warnings.simplefilter("ignore", opensearchpy.OpenSearchWarning)


def connection_argument_spec() -> dict:
    return {
        "hosts": {
            "type": "list",
            "elements": "str",
            "required": True,
            "aliases": ["urls"],
            "fallback": (env_fallback, ["OPENSEARCH_HOSTS"]),
        },
        "ca_path": {"type": "path", "fallback": (env_fallback, ["OPENSEARCH_CA_PATH"])},
        "client_cert": {"type": "path", "fallback": (env_fallback, ["OPENSEARCH_CLIENT_CERT"])},
        "client_key": {"type": "path", "no_log": False, "fallback": (env_fallback, ["OPENSEARCH_CLIENT_KEY"])},
        "username": {"type": "str", "fallback": (env_fallback, ["OPENSEARCH_USERNAME"])},
        "password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["OPENSEARCH_PASSWORD"])},
        "validate_certs": {"type": "bool", "default": True, "fallback": (env_fallback, ["OPENSEARCH_VALIDATE_CERTS"])},
        "proxy": {"type": "str", "fallback": (env_fallback, ["OPENSEARCH_PROXY"])},
        # Longer than the 30 seconds for which the server itself looks for its manager, so that its reason still arrives.
        "timeout": {"type": "int", "default": 40},
        "retries": {"type": "int", "default": 3},
    }


CONNECTION_REQUIRED_TOGETHER = [("username", "password")]
CONNECTION_REQUIRED_BY = {"client_key": "client_cert"}


def segment(name: str) -> str:
    """A name as one part of a path."""
    return quote(name, safe="")


# Names of one request: a server takes no longer request line than 4096 bytes.
LONGEST_LIST = 3000


def lists(names: list) -> Iterator[str]:
    """The names as parts of paths, as many in each as fit into a request."""
    part = ""
    for name in map(segment, names):
        if part and len(part) + len(name) >= LONGEST_LIST:
            yield part
            part = ""
        part = f"{part},{name}" if part else name
    if part:
        yield part


class Client:
    """Sends requests: to the next host where one does not answer, and again a little later where none does."""

    def __init__(self, params: dict, transport_class=None, sleep=time.sleep):
        # How many were sent, rounds that failed included.
        self.requests = 0
        self._params = params
        # One request after the other goes to the next of them.
        self.hosts = len(params["hosts"])
        self._sleep = sleep
        self._transport_class = transport_class
        self._transport = self._connect(params)

    def get(self, path: str, **query) -> dict | None:
        """The answer, or None where there is no such object."""
        try:
            return self.request("GET", path, query=query)
        except ApiError as error:
            if error.status == 404:  # noqa: PLR2004
                return None
            raise

    def put(self, path: str, body: dict | None = None, **query) -> dict:
        return self.request("PUT", path, body, query)

    def post(self, path: str, body: dict | None = None, **query) -> dict:
        return self.request("POST", path, body, query)

    def delete(self, path: str, **query) -> dict | None:
        """Deleting what is already gone is no failure."""
        try:
            return self.request("DELETE", path, query=query)
        except ApiError as error:
            if error.status == 404:  # noqa: PLR2004
                return None
            raise

    def request(self, method: str, path: str, body: object = None, query: dict | None = None, headers: dict | None = None):
        """The answer's body.

        :param query: parameters of the URL; True and False are written the way the server expects.
        :raises ApiError: the server refused, or none answered after all rounds.
        """
        for attempt in range(self._params["retries"] + 1):
            self.requests += 1
            try:
                answer = self._transport.perform_request(method, path + _query(query), headers=headers, body=body)
            except opensearchpy.TransportError as failure:
                if failure.status_code == 404 and not isinstance(failure.info, dict):  # noqa: PLR2004
                    raise self._other_server(f"{method} {path}") from failure
                error = _explain(f"{method} {path}", failure, self._params["hosts"])
                if not error.retryable or attempt == self._params["retries"]:
                    raise error from failure
            except opensearchpy.OpenSearchException as failure:
                raise self._other_server(f"{method} {path}") from failure
            else:
                # Voting exclusions are answered with nothing.
                if answer and not isinstance(answer, (dict, list)):
                    raise self._other_server(f"{method} {path}")
                return {} if answer in (None, "") else answer
            self._sleep(min(2**attempt, 10))
        raise AssertionError("unreachable")

    def accepts(self, username: str, password: str) -> bool:
        """Whether the server lets this user in with this password. A wrong one leaves an entry in the server's audit log."""
        self.requests += 1
        identity = {**self._params, "username": username, "password": password, "client_cert": None, "client_key": None}
        try:
            Client(identity, self._transport_class, self._sleep).request("GET", "/_plugins/_security/authinfo")
        except ApiError as error:
            if error.status == 401:  # noqa: PLR2004
                return False
            raise
        return True

    def _other_server(self, request: str) -> ApiError:
        reason = f"what came is not JSON ({', '.join(self._params['hosts'])}): is it OpenSearch, or a proxy or portal in between?"
        return ApiError(request, None, "other server", reason, False)

    def _connect(self, params: dict):
        if not params["hosts"]:
            raise InvalidInput("hosts: name at least one URL such as https://search.example.com:9200.")
        for option, least in (("timeout", 1), ("retries", 0)):
            if params[option] < least:
                raise InvalidInput(f"{option}: {params[option]} is less than {least}.")
        options = {
            "timeout": params["timeout"],
            # Fail-over only: pauses between rounds are ours.
            "max_retries": len(params["hosts"]) - 1,
            "retry_on_timeout": False,
            # A node that is not ready yet. After a proxy's 502 or 504, the server may be at work on it.
            "retry_on_status": (503,),
        }
        if params["username"]:
            # Not by http_auth: that one encodes as latin-1, and the server reads UTF-8.
            options["headers"] = {"authorization": _basic(params["username"], params["password"])}
        hosts = [_host(url) for url in params["hosts"]]
        if any(host["use_ssl"] for host in hosts):
            options["ssl_context"] = tls_context(params)
        if params["proxy"]:
            options |= {"connection_class": _ThroughProxy, "proxy": _proxy(params["proxy"])}
        if self._transport_class:
            options["transport_class"] = self._transport_class
        return opensearchpy.OpenSearch(hosts, **options).transport


def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def _query(query: dict | None) -> str:
    """As part of the path: opensearch-py takes some names among its `params` (timeout, for one) for its own."""
    values = {key: str(value).lower() if isinstance(value, bool) else value for key, value in (query or {}).items()}
    return f"?{urlencode(values)}" if values else ""


def _host(url: str) -> dict:
    parts = _split("hosts", url, "https://search.example.com:9200 (credentials have their own options)")
    if parts.scheme not in ("http", "https") or parts.query:
        raise _no_url("hosts", url, "https://search.example.com:9200")
    secure = parts.scheme == "https"
    return {"host": parts.hostname, "port": parts.port or (443 if secure else 80), "use_ssl": secure, "url_prefix": parts.path.rstrip("/")}


def _proxy(url: str) -> str:
    # Credentials in it would be shown by every log.
    parts = _split("proxy", url, "http://proxy.example.com:3128 (one that asks for no credentials)")
    if parts.scheme != "http":
        raise _no_url("proxy", url, "http://proxy.example.com:3128")
    return url


def _split(option, url, example):
    """The parts of a URL without credentials."""
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        whole = False
    if not whole or "@" in url:
        raise _no_url(option, url, example)
    return parts


def _no_url(option, url, example):
    """Says so without what stands before the host's name: it may be a password."""
    shown = re.sub(r"^([a-z]+://)?.*@", r"\1***@", url, flags=re.IGNORECASE)
    return InvalidInput(f"{option}: {shown!r} is not a URL such as {example}.")


def tls_context(params: dict) -> ssl.SSLContext:
    """A context of our own: opensearch-py drops the client certificate when it does not verify the server's."""
    try:
        context = ssl.create_default_context(cafile=params["ca_path"])
    except OSError as error:
        raise InvalidInput(f"ca_path: cannot use {params['ca_path']}: {error}.") from error
    if not params["validate_certs"]:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if params["client_cert"]:
        try:
            # No pass phrase: asking for one would wait for an answer that nobody gives.
            context.load_cert_chain(params["client_cert"], params["client_key"], password=lambda: "")
        except OSError as error:
            raise InvalidInput(f"client_cert, client_key: cannot use {params['client_cert']}: {error}.") from error
    return context


def _explain(request: str, failure, hosts: list) -> ApiError:
    if isinstance(failure.status_code, int):
        return from_answer(request, failure.status_code, failure.error, failure.info)
    where = ", ".join(hosts)
    if isinstance(failure, opensearchpy.SSLError):
        return ApiError(
            request,
            None,
            "TLS",
            f"{failure.error} ({where}): check ca_path, the names in the server's certificate, and client_cert.",
            False,
        )
    if isinstance(failure, opensearchpy.ConnectionTimeout):
        # The server may be at work on it: only what changes nothing is asked again.
        return ApiError(request, None, "timeout", f"{failure.error} ({where})", request.startswith("GET "))
    return ApiError(request, None, "unreachable", f"{failure.error} ({where})", True)
