# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which existing indices an ISM policy manages, and giving it to those that it should manage."""

from __future__ import annotations

import re
from urllib.parse import quote

from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, EngineError
from ansible_collections.searchstack.platform.plugins.module_utils._patterns import covered

ISM = "/_plugins/_ism"
POLICY_ID = "index.plugins.index_state_management.policy_id"
# How an index stands to the policy.
CURRENT = "current version"
OLDER = "older version"
UNMANAGED = "no policy"
BACKING_INDEX = re.compile(r"\.ds-(.+)-\d{6}")


def explain(client, patterns: list) -> dict:
    """{index: what the server says about its policy} of the existing indices that the patterns of a template cover."""
    # An exclusion holds for what stands before it.
    expression = ",".join(sorted(patterns, key=lambda pattern: pattern.startswith("-")))
    try:
        answer = client.get(f"{ISM}/explain/{quote(expression, safe=',*')}") or {}
    except ApiError as error:
        if "no documents to get" in error.reason:
            return {}
        raise
    # The server takes patterns for names of aliases, too: a template does not.
    return {index: entry for index, entry in answer.items() if isinstance(entry, dict) and covers(patterns, index)}


def covers(patterns: list, index: str) -> bool:
    """Whether a template with these patterns applies to the index. That of a data stream applies to what backs the stream."""
    stream = BACKING_INDEX.fullmatch(index)
    name = stream[1] if stream else index
    # "*" does not mean the indices of the server and its plugins.
    wanted = [pattern for pattern in patterns if not pattern.startswith("-") and (pattern[0] == "." or name[0] != ".")]
    unwanted = [pattern[1:] for pattern in patterns if pattern.startswith("-")]
    return covered(name, wanted) and not covered(name, unwanted)


def holder(entry: dict) -> str | None:
    """The policy that manages an index."""
    return entry.get(POLICY_ID)


def standing(entry: dict, version: dict) -> str:
    if holder(entry) is None:
        return UNMANAGED
    if entry.get("policy_seq_no") is None:
        # The job that manages the index has not begun, and takes the newest version when it does.
        return CURRENT
    newest = (version.get("if_seq_no"), version.get("if_primary_term"))
    return CURRENT if (entry["policy_seq_no"], entry.get("policy_primary_term")) == newest else OLDER


def attach(client, policy: str, index: str) -> None:
    _post(client, "add", policy, index)


def renew(client, policy: str, index: str) -> None:
    """Makes an index go on with the newest version of its policy, from the job's next run on."""
    _post(client, "change_policy", policy, index)


def _post(client, action, policy, index):
    answer = client.post(f"{ISM}/{action}/{segment(index)}", {"policy_id": policy})
    reasons = [failed.get("reason", "") for failed in answer.get("failed_indices") or []]
    # What the server showed was older than what it holds: the next look tells by whom the index is managed.
    refused = [reason for reason in reasons if "already has a policy" not in reason]
    if refused:
        raise EngineError(f"ISM policy {policy}: index {index} does not take it: {'; '.join(refused)}")
