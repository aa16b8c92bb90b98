# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both kinds of policies of the index management plugin have in common: lists, and writes that name the version they replace."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._listed import Listed
from ansible_collections.searchstack.platform.plugins.module_utils._resource import require_plain_name

# The most that one search answers with. By itself the server lists twenty.
ALL = 10000


class Policy(Listed):
    # The keys of the policy in an answer, and of its name in the policy.
    word = ""
    name_key = ""

    def __init__(self, params: dict):
        # The version that a write replaces; a write without one creates. A race ends in a conflict, not in a lost update.
        self.version: dict = {}
        super().__init__(params)

    @classmethod
    def entries(cls, answer):
        found = answer.get("policies", [answer] if cls.word in answer else [])
        return {
            entry[cls.word][cls.name_key]: {**entry[cls.word], "_seq_no": entry["_seq_no"], "_primary_term": entry["_primary_term"]}
            for entry in found
        }

    @classmethod
    def read_all(cls, client, names=None):
        return cls.entries(client.get(cls.collection, size=ALL) or {})

    def validate(self):
        require_plain_name(self)

    def look(self, client, current):
        self.version = {} if current is None else {"if_seq_no": current["_seq_no"], "if_primary_term": current["_primary_term"]}
        return current
