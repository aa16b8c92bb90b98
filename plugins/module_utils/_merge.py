# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents that only one of two indices has, brought to the other one. What is there is never overwritten."""

from __future__ import annotations

import json

from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._contents import Contents, Document
from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError, InvalidInput

EXISTS = 409


class Merge:
    """From one index into another one."""

    def __init__(self, client, source: Contents, dest: Contents, most: int):
        self._client = client
        self._source, self._dest = source, dest
        self._most = most
        self.counts = {"total": 0, "identical": 0, "created": 0, "conflicts": 0}
        self.created: list = []
        self.conflicts: list = []

    def run(self, after: list | None, check_mode: bool) -> dict:
        """{changed, counts, created, conflicts}. With `after`, of each shard what is newer than its number."""
        if after and len(after) != self._source.shards:
            raise InvalidInput(f"after: {len(after)} numbers for {self._source.shards} shards of {self._source.index}.")
        self._source.refresh()
        for shard in range(self._source.shards):
            for page in self._source.pages(shard, after[shard] if after else -1):
                self._page(page, check_mode)
        if self.counts["created"] and not check_mode:
            self._dest.refresh()
        shown = {"counts": self.counts, "created": self.created, "conflicts": self.conflicts}
        return {"changed": self.counts["created"] > 0, **shown}

    def _page(self, page: list, check_mode: bool) -> None:
        self.counts["total"] += len(page)
        missing = self._judge(page)
        # Somebody else may have been quicker: what is refused is looked at again.
        refused = [] if check_mode else self._create(missing)
        again = {document.key for document in refused}
        for document in missing:
            if document.key not in again:
                self._note("created", document.id, self.created)
        left = self._judge(refused)
        if left:
            raise EngineError(f"{self._dest.index}: {left[0].id} is refused as there, but cannot be found. Run again.")

    def _judge(self, page: list) -> list:
        """Counts what is there, and gives what is not."""
        there = self._dest.find(page)
        for document in page:
            other = there.get(document.key)
            if other is not None and other.digest == document.digest:
                self.counts["identical"] += 1
            elif other is not None:
                self._note("conflicts", _conflict(document, other), self.conflicts)
        return [document for document in page if document.key not in there]

    def _create(self, documents: list) -> list:
        """Writes them, and gives those whose ids were taken meanwhile."""
        if not documents:
            return []
        body = "".join(map(_lines, documents))
        # As they are: a pipeline has worked on them already.
        answer = self._client.request("POST", f"/{segment(self._dest.index)}/_bulk", body, {"pipeline": "_none", "require_alias": False})
        results = [item["create"] for item in answer["items"]]
        failed = [result for result in results if "error" in result and result["status"] != EXISTS]
        if failed:
            reason = failed[0]["error"].get("reason")
            raise EngineError(f"{self._dest.index}: {len(failed)} documents were refused, the first ({failed[0]['_id']}) because: {reason}")
        return [document for document, result in zip(documents, results, strict=True) if "error" in result]

    def _note(self, count: str, entry: object, entries: list) -> None:
        self.counts[count] += 1
        if len(entries) < self._most:
            entries.append(entry)


def _lines(document: Document) -> str:
    action = {"create": {"_id": document.id, **({"routing": document.routing} if document.routing else {})}}
    return f"{json.dumps(action)}\n{json.dumps(document.source)}\n"


def _conflict(document: Document, other: Document) -> dict:
    return {"id": document.id, "routing": document.routing, "source": document.source, "dest": other.source}
