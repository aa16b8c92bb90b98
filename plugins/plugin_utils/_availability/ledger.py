# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents that the cluster has acknowledged, and whether it still has each of them, once."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable

from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError

PREFIX = "searchstack-availability-"
# Reads ask for one of the documents that were acknowledged last: those are what a failing node would lose.
RECENT = 100
# How long a client keeps asking, and its pause between two rounds.
PATIENCE = 30
PAUSE = 0.5
PAGE = 10000
# Whether it was done is not known: ids make it safe to send a document twice. The second is what a node says that stops meanwhile.
NO_ANSWER = ("timeout", "node_closed_exception")
# After this many seconds, the index of a proof that ended without removing it is anybody's to remove.
GRACE = 600


class Ledger:
    """As a well-behaved client: asks the next node where one does not answer, and writes each document under an id of its own."""

    def __init__(self, client: Callable, index: str, clock=time.monotonic, sleep=time.sleep):
        """:param client: gives the connection to use now."""
        self._client = client
        self._index = index
        self._clock = clock
        self._sleep = sleep
        self._acknowledged: set[int] = set()
        self._recent: deque[int] = deque(maxlen=RECENT)

    def open(self, ends: float) -> None:
        """Make the index, with a first document in it.

        :param ends: the time of day at which this proof is over at the latest.
        """
        self._sweep()
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        mappings = {"dynamic": "strict", "_meta": {"ends": ends}, "properties": {"seq": {"type": "long"}}}
        self._ask("PUT", f"/{self._index}", {"settings": settings, "mappings": mappings}, wait_for_active_shards="all")
        self.write(-1)

    def write(self, number: int) -> None:
        seq = number + 1
        try:
            self._ask("PUT", f"/{self._index}/_create/{seq}", {"seq": seq})
        except ApiError as error:
            # Nobody else writes this id: an earlier attempt had arrived, and only its answer was lost.
            if error.status != 409:  # noqa: PLR2004
                raise
        self._acknowledged.add(seq)
        self._recent.append(seq)

    def read(self, number: int) -> str | None:
        seq = self._recent[random.randrange(len(self._recent))]  # noqa: S311
        try:
            found = self._ask("GET", f"/{self._index}/_doc/{seq}")
        except ApiError as error:
            if error.status != 404:  # noqa: PLR2004
                raise
            return f"acknowledged document {seq} is missing"
        return None if found["_source"] == {"seq": seq} else f"document {seq} is {found['_source']}"

    def audit(self) -> dict:
        """Reads everything back."""
        copies = self._read_back()
        lost = sorted(self._acknowledged - set(copies))
        duplicated = sorted(seq for seq, count in copies.items() if count > 1)
        return {
            "acknowledged": len(self._acknowledged),
            "lost": len(lost),
            "duplicated": len(duplicated),
            "examples": (lost + duplicated)[:20],
        }

    def close(self) -> None:
        self._delete(self._index)

    def _read_back(self):
        self._ask("POST", f"/{self._index}/_refresh")
        copies, after = {}, None
        while True:
            pages = {"size": PAGE, "sources": [{"seq": {"terms": {"field": "seq"}}}], **({"after": after} if after else {})}
            answer = self._ask(
                "POST",
                f"/{self._index}/_search",
                {"size": 0, "aggs": {"documents": {"composite": pages}}},
                allow_partial_search_results=False,
            )
            found = answer["aggregations"]["documents"]
            copies |= {bucket["key"]["seq"]: bucket["doc_count"] for bucket in found["buckets"]}
            after = found.get("after_key")
            if not after:
                return copies

    def _sweep(self):
        """What earlier proofs have left that could not end."""
        now = time.time()
        for index, found in self._ask("GET", f"/{PREFIX}*/_mapping").items():
            if found["mappings"].get("_meta", {}).get("ends", now) + GRACE < now:
                self._delete(index)

    def _delete(self, index):
        try:
            self._ask("DELETE", f"/{index}")
        except ApiError as error:
            if error.status != 404:  # noqa: PLR2004
                raise

    def _ask(self, method, path, body=None, **query):
        give_up = self._clock() + PATIENCE
        while True:
            try:
                return self._client().request(method, path, body, query)
            except ApiError as error:
                if not (error.retryable or error.type in NO_ANSWER) or self._clock() >= give_up:
                    raise
            self._sleep(PAUSE)
