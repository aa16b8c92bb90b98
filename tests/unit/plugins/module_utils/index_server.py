# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An index in memory that answers as OpenSearch does, as far as documents are read and created one by one."""

from __future__ import annotations

import json


class IndexServer:
    """`documents` by shard: lists of (id, sequence number, source[, routing])."""

    def __init__(self, *shards, page=3, largest=None, complete=None, created="1"):
        self.created = created
        self.shards = [[self._document(*entry) for entry in shard] for shard in shards]
        self.largest = largest or [max((document["_seq_no"] for document in shard), default=-1) for shard in self.shards]
        self.complete = complete
        self.page = page
        # Requests to lose the first answer of, and what is done before a bulk.
        self.lost: list = []
        self.meanwhile = lambda: None
        self._open: list = []

    @staticmethod
    def _document(name, sequence, source, routing=None):
        return {"_id": name, "_seq_no": sequence, "_source": source, **({"_routing": routing} if routing else {})}

    def get(self, path, **_query):
        name = path.split("/")[1]
        return {name: {"settings": {"index.number_of_shards": str(len(self.shards)), "index.creation_date": self.created}}}

    def post(self, path, body=None, **query):
        return self.request("POST", path, body, query)

    def request(self, method, path, body=None, query=None):
        index, _slash, asked = path[1:].partition("/")
        handler = getattr(self, f"_on_{method}_{asked.strip('_').replace('/', '_').replace(',', '_')}".lower(), dict)
        return handler(index, body, query or {}) if handler is not dict else {}

    @staticmethod
    def _on_post_refresh(_index, _body, _query):
        return {"_shards": {"total": 1, "failed": 0}}

    def _on_get_stats(self, index, _body, _query):
        copies = {
            str(number): [
                {"routing": {"primary": False}, "seq_no": {"max_seq_no": 99}, "commit": {"user_data": {"local_checkpoint": "99"}}},
                {
                    "routing": {"primary": True},
                    "seq_no": {"max_seq_no": largest},
                    "commit": {"user_data": {"local_checkpoint": str((self.complete or self.largest)[number])}},
                },
            ]
            for number, largest in enumerate(self.largest)
        }
        return {"indices": {index: {"shards": copies}}}

    @staticmethod
    def _on_get_stats_docs_store(_index, _body, _query):
        return {"_all": {"primaries": {"store": {"size_in_bytes": 0}, "docs": {"count": 0}}}}

    def _on_post_mget(self, _index, body, query):
        return {"docs": [self._get(wanted, query.get("_source", True)) for wanted in body["docs"]]}

    def _on_post_bulk(self, _index, body, _query):
        self.meanwhile()
        lines = [json.loads(line) for line in body.splitlines()]
        return {"items": [{"create": self._create(*pair)} for pair in zip(lines[::2], lines[1::2], strict=True)]}

    def _on_post_search(self, _index, body, query):
        shard = int(query["preference"].removeprefix("_shards:"))
        least = body.get("query", {}).get("range", {}).get("_seq_no", {}).get("gt", -1)
        found = [document for document in self.shards[shard] if document["_seq_no"] > least]
        self._open = [found[start : start + self.page] for start in range(0, len(found), self.page)]
        return self._next(len(found))

    def _on_post_scroll(self, _index, _body, _query):
        if "scroll" in self.lost:
            self.lost.remove("scroll")
            self._next(0)
        return self._next(0)

    def _next(self, total):
        page = self._open.pop(0) if self._open else []
        return {"_scroll_id": "it", "_shards": {"total": 1, "failed": 0}, "hits": {"total": {"value": total}, "hits": page}}

    def _get(self, wanted, with_source):
        for shard in self.shards:
            for document in shard:
                if document["_id"] == wanted["_id"]:
                    hidden = () if with_source else ("_source", "_routing")
                    return {"found": True, **{key: value for key, value in document.items() if key not in hidden}}
        return {"found": False, "_id": wanted["_id"]}

    def _create(self, action, source):
        wanted = action["create"]
        if self._get(wanted, True)["found"]:
            return {"_id": wanted["_id"], "status": 409, "error": {"reason": "version conflict"}}
        if source.get("year") == "never":
            return {"_id": wanted["_id"], "status": 400, "error": {"reason": "failed to parse field [year]"}}
        self.largest[0] += 1
        self.shards[0].append(self._document(wanted["_id"], self.largest[0], source, wanted.get("routing")))
        return {"_id": wanted["_id"], "status": 201}
