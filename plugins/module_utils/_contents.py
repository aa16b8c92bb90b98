# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an index holds, document by document: read page by page, so that memory is bounded whatever its size."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError, InvalidInput

# Of one page. A source takes several times its place on the disk, where it is compressed.
PAGE_DOCUMENTS = 500
PAGE_BYTES = 4 * 2**20
# For how long the server keeps its place between two pages.
KEPT = "5m"
MODULO = 2**256


@dataclass(frozen=True)
class Document:
    """A document as the server shows it."""

    id: str
    routing: str | None
    sequence: int
    source: dict

    @property
    def key(self) -> tuple:
        """Two shards may hold the same id, with different routings."""
        return self.id, self.routing

    @property
    def digest(self) -> int:
        """The same for the same content, however it is written."""
        content = json.dumps([self.id, self.routing, self.source], sort_keys=True, separators=(",", ":"))
        return int.from_bytes(hashlib.sha256(content.encode()).digest(), "big")


class Fingerprint:
    """Number and hash of documents, in whatever order they come: the sum of their digests."""

    def __init__(self):
        self.documents = 0
        self._sum = 0

    def add(self, document: Document) -> None:
        self.documents += 1
        self._sum = (self._sum + document.digest) % MODULO

    def shown(self) -> dict:
        return {"documents": self.documents, "sha256": f"{self._sum:064x}"}


class Contents:
    """The documents of one index."""

    def __init__(self, client, index: str):
        self._client = client
        self.index = index
        self._path = f"/{segment(index)}"
        found = client.get(f"{self._path}/_settings/index.number_of_shards,index.creation_date", flat_settings=True)
        if found is None:
            raise InvalidInput(f"index: {index} is not there.")
        if list(found) != [index]:
            raise InvalidInput(f"index: {index} is not the name of one index, but of {', '.join(sorted(found)) or 'none'}.")
        self.shards = int(found[index]["settings"]["index.number_of_shards"])
        # A snapshot keeps it.
        self.created = found[index]["settings"]["index.creation_date"]

    def refresh(self) -> None:
        """What was acknowledged is found from here on."""
        _whole(self._client.post(f"{self._path}/_refresh"), self.index)

    def numbers(self) -> list:
        """(complete, largest) of each shard: it has all sequence numbers up to the first one, and has given out none above the other.

        What a snapshot lacks in between was under way when it was made. A restored shard shows that until it is flushed.
        """
        parts = ",".join(f"indices.*.shards.*.{part}" for part in ("routing.primary", "seq_no.max_seq_no", "commit.user_data"))
        answer = self._client.request("GET", f"{self._path}/_stats", query={"level": "shards", "filter_path": parts})
        copies = answer.get("indices", {}).get(self.index, {}).get("shards", {})
        primaries = [copy for shard in range(self.shards) for copy in copies.get(str(shard), []) if copy["routing"]["primary"]]
        if len(primaries) != self.shards or not all("commit" in copy for copy in primaries):
            raise EngineError(f"{self.index}: shards are missing: wait until the index is healthy.")
        return [(int(copy["commit"]["user_data"]["local_checkpoint"]), copy["seq_no"]["max_seq_no"]) for copy in primaries]

    def pages(self, shard: int, after: int = -1) -> Iterator[list]:
        """Lists of the documents of one shard; with `after`, of those with a greater sequence number."""
        body = {"size": self._page(), "sort": ["_doc"], "seq_no_primary_term": True, "track_total_hits": True}
        if after >= 0:
            body["query"] = {"range": {"_seq_no": {"gt": after}}}
        query = {"scroll": KEPT, "preference": f"_shards:{shard}", "allow_partial_search_results": False}
        answer = self._client.request("POST", f"{self._path}/_search", body, query)
        total, seen = answer["hits"]["total"]["value"], 0
        try:
            while _whole(answer, self.index)["hits"]["hits"]:
                documents = [self._document(hit) for hit in answer["hits"]["hits"]]
                seen += len(documents)
                yield documents
                answer = self._client.request("POST", "/_search/scroll", {"scroll": KEPT, "scroll_id": answer["_scroll_id"]})
        finally:
            # One that is gone already is no trouble, and what went wrong before is the better reason.
            with suppress(EngineError):
                self._client.request("DELETE", "/_search/scroll", {"scroll_id": [answer["_scroll_id"]]})
        # A page whose answer was lost on the way is not given again.
        if seen != total:
            raise EngineError(f"{self.index}: {seen} of {total} documents of shard {shard} came, because an answer was lost. Run again.")

    def find(self, documents: list, with_source: bool = True) -> dict:
        """The documents that are here under the same ids, by the key that was asked for."""
        if not documents:
            return {}
        wanted = [{"_id": document.id, **({"routing": document.routing} if document.routing else {})} for document in documents]
        query = {} if with_source else {"_source": False}
        found = self._client.request("POST", f"{self._path}/_mget", {"docs": wanted}, query)["docs"]
        for answer in found:
            if "error" in answer:
                raise EngineError(f"{self.index}: document {answer['_id']} cannot be read: {answer['error'].get('reason')}")
        # In the order of the request. Without its source, a document comes without its routing, too.
        pairs = zip(documents, found, strict=True)
        return {document.key: self._document(answer, with_source) for document, answer in pairs if answer["found"]}

    def _document(self, answer: dict, with_source: bool = True) -> Document:
        if with_source and "_source" not in answer:
            raise EngineError(f"{self.index} does not keep what was sent (_source is disabled): its content cannot be compared.")
        return Document(answer["_id"], answer.get("_routing"), answer["_seq_no"], answer.get("_source", {}))

    def _page(self) -> int:
        """As many documents as are bounded in size."""
        path = f"{self._path}/_stats/docs,store"
        numbers = self._client.request("GET", path)["_all"]["primaries"]
        average = numbers["store"]["size_in_bytes"] // max(numbers["docs"]["count"], 1)
        return max(1, min(PAGE_DOCUMENTS, PAGE_BYTES // max(average, 1)))


def _whole(answer: dict, index: str) -> dict:
    """The answer, if all shards have given theirs."""
    shards = answer["_shards"]
    if shards["failed"] or answer.get("timed_out"):
        raise EngineError(f"{index}: {shards['failed']} of {shards['total']} shards did not answer: wait until the index is healthy.")
    return answer
