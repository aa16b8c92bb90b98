# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, as one kind of failure: status, type, reason, and what to do about it."""

from __future__ import annotations

import re

# Two spellings: 503 for everybody, 500 for the admin certificate.
NOT_INITIALIZED = r"Security (index )?not initialized"
# What a refusal means for the person who declared the object: the first pattern found in "type: reason" wins.
HINTS = (
    (
        NOT_INITIALIZED,
        "The security index does not exist yet: bootstrap it with securityadmin, or wait with opensearch_health or more retries.",
    ),
    (
        r"non dynamic settings|final .* setting .* not updateable",
        "This is a static setting: recreate the index, or reindex into a new one.",
    ),
    (
        r"cannot be changed from type|Cannot update parameter|can't merge a non",
        "Mappings of an existing index only grow: reindex into a new index to change a field.",
    ),
    (r"unknown setting", "The setting is misspelt, or this version or its plugins do not know it."),
    (r"no handler found for uri|contains unrecognized parameter", "This server does not offer that API: the plugin may be missing."),
    (
        r"(cluster_manager|master)_not_discovered|state not recovered|no (elected )?(master|cluster.manager)",
        "The cluster has no elected manager: look whether most of its manager nodes run and reach each other.",
    ),
    (
        r"repository_verification",
        "The nodes cannot write to the bucket or folder: check that it exists and that all nodes may write there; "
        "a bucket's endpoint stands in opensearch.yml, its keys in the keystore.",
    ),
    (r"No user found for", "A client certificate is no user: log in with username and password."),
    (r"roles are mandatory", "With the security plugin, a replication needs use_roles."),
    (r"circuit_breaking|Data too large", "The node's heap is full: send less at once, or give it more memory."),
    (r"Weak password|password validation", "The server's password rules refuse this password."),
)
STATUS_HINTS = {
    401: "The server does not accept these credentials: check client_cert and client_key, or username and password.",
    403: "The credentials are valid but lack the permission. Security objects need the admin certificate, "
    "or a role named in plugins.security.restapi.roles_enabled.",
    429: "The cluster is too busy: lighten its load, or give more retries.",
    502: "A proxy in between found no server: ask the nodes themselves.",
    503: "The cluster is not ready: look at its health and its nodes' logs.",
    504: "A proxy in between gave up: ask the nodes themselves, or give it a longer timeout.",
    409: "The object was changed by somebody else at the same time: run again.",
}
RETRYABLE = frozenset({429, 503})
# A proxy gave up, while the server may be at work on it: only what changes nothing is asked again.
RETRYABLE_READS = frozenset({502, 504})


class EngineError(Exception):
    """A failure that is explained by its message alone."""

    details: dict = {}
    answered = True


class InvalidInput(EngineError):
    """What was declared cannot be meant."""


class ApiError(EngineError):
    """The server refused a request, or no server answered."""

    body: object = None

    def __init__(self, request: str, status: int | None, kind: str, reason: str, retryable: bool | None = None):
        self.status = status
        self.type = kind
        self.reason = reason
        self.request = request
        self.retryable = _retryable(request, status, reason) if retryable is None else retryable
        self.details = {"request": request, "status": status, "type": kind, "reason": reason}
        super().__init__(self._message())

    @property
    def answered(self) -> bool:
        """Whether there was a server that said so."""
        return self.status is not None

    def _message(self) -> str:
        answer = "no answer" if self.status is None else str(self.status)
        what = ": ".join(part for part in (self.type, self.reason) if part)
        return " ".join(part for part in (f"{self.request}: {answer}, {what}".rstrip(", "), self._hint()) if part)

    def _hint(self) -> str:
        text = f"{self.type}: {self.reason}"
        for pattern, hint in HINTS:
            if re.search(pattern, text, re.IGNORECASE):
                return f"({hint})"
        return f"({STATUS_HINTS[self.status]})" if self.status in STATUS_HINTS else ""


def _retryable(request: str, status: int | None, reason: str) -> bool:
    read = request.startswith("GET ")
    return status in RETRYABLE or (read and status in RETRYABLE_READS) or re.search(NOT_INITIALIZED, reason) is not None


def from_answer(request: str, status: int, text: object, body: object) -> ApiError:
    """The error of an HTTP answer: core, security and plain text ones have different shapes."""
    explained = _explain(request, status, text, body)
    explained.body = body
    return explained


def _explain(request: str, status: int, text: object, body: object) -> ApiError:
    if not isinstance(body, dict):
        return ApiError(request, status, "", " ".join(str(text or "").split()))
    error = body.get("error")
    if isinstance(error, dict):
        cause = error.get("caused_by") or {}
        reason = error.get("reason") or ""
        if cause.get("reason") and cause["reason"] not in reason:
            reason = f"{reason}: {cause['reason']}"
        return ApiError(request, status, error.get("type") or "", reason)
    reason = str(error or body.get("reason") or body.get("message") or "")
    extra = [f"{key}: {body[key]}" for key in ("invalid_keys", "missing_mandatory_keys", "specify_one_of") if body.get(key)]
    # The security plugin lists wrongly typed fields at the top level, {"status": "error", "reason": ..., "users": "Array expected"}.
    known = ("status", "reason", "message", "error")
    extra += [f"{key}: {value}" for key, value in body.items() if isinstance(value, str) and key not in known]
    return ApiError(request, status, "", "; ".join([reason, *extra]))
