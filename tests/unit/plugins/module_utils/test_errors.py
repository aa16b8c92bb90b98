# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, from_answer


def _core(kind, reason, **more):
    return {"error": {"root_cause": [], "type": kind, "reason": reason, **more}, "status": 400}


@pytest.mark.parametrize(
    ("status", "text", "body", "kind", "says"),
    [
        (
            400,
            "",
            _core("illegal_argument_exception", "Can't update non dynamic settings [[x]]"),
            "illegal_argument_exception",
            "static setting",
        ),
        (400, "", _core("illegal_argument_exception", "mapper [a] cannot be changed from type [text] to [keyword]"), None, "reindex"),
        (
            400,
            "",
            _core("illegal_argument_exception", "Failed to parse", caused_by={"reason": 'For input string: "x"'}),
            None,
            'For input string: "x"',
        ),
        (400, "", _core("settings_exception", "unknown setting [index.nope]"), None, "misspelt"),
        (400, "", {"status": "error", "reason": "Weak password"}, "", "password rules"),
        (400, "", {"status": "error", "reason": "Invalid configuration", "invalid_keys": {"keys": "foo"}}, "", "foo"),
        (400, "", {"status": "error", "reason": "Wrong datatype", "users": "Array expected"}, "", "users: Array expected"),
        (400, "", {"error": "no handler found for uri [/x] and method [GET]"}, "", "plugin may be missing"),
        (404, "", {"status": "NOT_FOUND", "message": "role 'x' not found."}, "", "role 'x' not found."),
        (401, "Unauthorized", None, "", "does not accept these credentials"),
        (403, "", {"status": "FORBIDDEN", "message": "Access denied"}, "", "lack the permission"),
        (503, "OpenSearch Security not initialized.", None, "", "securityadmin"),
        (500, "", {"status": "INTERNAL_SERVER_ERROR", "message": "Security index not initialized"}, "", "securityadmin"),
        (409, "", _core("version_conflict_engine_exception", "conflict"), None, "run again"),
        (502, "<html>\n bad  gateway", None, "", "<html> bad gateway"),
    ],
)
def test_every_shape_of_answer_becomes_one_message(status, text, body, kind, says):
    error = from_answer("PUT /x", status, text, body)
    assert str(error).startswith(f"PUT /x: {status}")
    assert says in str(error)
    assert error.status == status
    assert kind is None or error.type == kind
    assert error.details["status"] == status


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (503, "", True),
        (429, "", True),
        (500, "Security index not initialized", True),
        (500, "null pointer", False),
        (400, "", False),
        (401, "", False),
        (409, "", False),
    ],
)
def test_what_may_heal_by_itself_is_tried_again(status, reason, retryable):
    assert ApiError("GET /x", status, "", reason).retryable is retryable
