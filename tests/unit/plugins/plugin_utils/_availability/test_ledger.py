# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability import ledger as ledger_module
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.ledger import PREFIX, Ledger

INDEX = f"{PREFIX}now"
REFUSED = ApiError("PUT /", None, "unreachable", "refused", True)
TIMEOUT = ApiError("PUT /", None, "timeout", "timed out", False)
STOPS = ApiError("PUT /", 500, "node_closed_exception", "node closed")
NOT_READY = ApiError("PUT /", 503, "", "not ready")
DENIED = ApiError("PUT /", 403, "", "not yours")


def refuse(error):
    raise error


class Cluster:
    """Keeps documents as OpenSearch does. `script` has, for each coming request, an error, or "answer lost" after the request was done."""

    def __init__(self):
        self.indices, self.asked, self.script = {}, [], []

    def request(self, method, path, body=None, query=None):
        self.asked.append((method, path))
        event = self.script.pop(0) if self.script else ""
        if isinstance(event, ApiError):
            refuse(event)
        answer = self._answer(method, path, body)
        if event == "answer lost":
            raise TIMEOUT
        return answer

    def _answer(self, method, path, body):
        if path.endswith("/_mapping"):
            return {name: {"mappings": index["mappings"]} for name, index in self.indices.items()}
        name, document = re.fullmatch(r"/([^/]+)(?:/.*?([0-9]*))?", path).groups()
        if method == "PUT" and document is None:
            self.indices[name] = {**body, "documents": {}}
            return {}
        if name not in self.indices:
            raise ApiError(f"{method} {path}", 404, "index_not_found_exception", "no such index")
        documents = self.indices[name]["documents"]
        if method == "DELETE":
            del self.indices[name]
        elif method == "PUT":
            if document in documents:
                raise ApiError(f"{method} {path}", 409, "version_conflict_engine_exception", "exists")
            documents[document] = body
        elif method == "GET":
            if document not in documents:
                raise ApiError(f"{method} {path}", 404, "", "")
            return {"_source": documents[document]}
        elif path.endswith("/_search"):
            return self._pages(documents, body["aggs"]["documents"]["composite"])
        return {}

    @staticmethod
    def _pages(documents, composite):
        values = sorted(document["seq"] for document in documents.values())
        after = composite.get("after", {"seq": -1})["seq"]
        page = sorted({value for value in values if value > after})[: composite["size"]]
        found = {"buckets": [{"key": {"seq": value}, "doc_count": values.count(value)} for value in page]}
        return {"aggregations": {"documents": found | ({"after_key": {"seq": page[-1]}} if page else {})}}


@pytest.fixture
def cluster():
    return Cluster()


@pytest.fixture
def ledger(cluster):
    """A ledger whose pauses take no time, and whose clock they move."""
    pauses = []
    made = Ledger(lambda: cluster, INDEX, clock=lambda: sum(pauses), sleep=pauses.append)
    made.open(ends=2_000_000_000)
    cluster.asked.clear()
    return made


def test_its_index_has_a_first_document_and_two_copies_where_there_are_nodes(ledger, cluster):
    assert cluster.indices[INDEX]["settings"] == {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
    assert cluster.indices[INDEX]["documents"] == {"0": {"seq": 0}}
    assert ledger.read(0) is None


@pytest.mark.parametrize(
    ("script", "attempts"),
    [([], 1), ([REFUSED], 2), ([TIMEOUT, NOT_READY], 3), (["answer lost"], 2), ([STOPS], 2), ([REFUSED, "answer lost", REFUSED], 4)],
    ids=["at once", "refused", "timeout, not ready", "answer lost", "stops", "all of it"],
)
def test_a_document_is_acknowledged_once(ledger, cluster, script, attempts):
    cluster.script = list(script)
    ledger.write(6)
    assert len(cluster.asked) == attempts
    assert ledger.audit() == {"acknowledged": 2, "lost": 0, "duplicated": 0, "examples": []}


@pytest.mark.parametrize("error", [REFUSED, TIMEOUT, NOT_READY, DENIED])
def test_a_write_fails_when_patience_ends(ledger, cluster, error):
    cluster.script = [error] * 1000
    with pytest.raises(ApiError):
        ledger.write(6)
    # At once where asking again is of no use.
    assert len(cluster.asked) == (1 if error is DENIED else 61)
    cluster.script = []
    assert ledger.audit()["acknowledged"] == 1


def test_a_document_that_is_not_there_is_a_failed_read(ledger, cluster):
    cluster.indices[INDEX]["documents"].clear()
    assert ledger.read(0) == "acknowledged document 0 is missing"


def test_a_document_with_other_content_is_a_failed_read(ledger, cluster):
    cluster.indices[INDEX]["documents"]["0"] = {"seq": 5}
    assert ledger.read(0) == "document 0 is {'seq': 5}"


@pytest.mark.parametrize("page", [1, 2, 3, 10000])
def test_lost_and_duplicated_documents_are_found_on_every_page(ledger, cluster, monkeypatch, page):
    monkeypatch.setattr(ledger_module, "PAGE", page)
    for number in range(7):
        ledger.write(number)
    documents = cluster.indices[INDEX]["documents"]
    del documents["3"]
    documents["another id"] = {"seq": 5}
    assert ledger.audit() == {"acknowledged": 8, "lost": 1, "duplicated": 1, "examples": [3, 5]}


def test_a_document_that_was_never_acknowledged_may_be_there(ledger, cluster):
    cluster.script = ["answer lost", *[DENIED] * 5]
    with pytest.raises(ApiError):
        ledger.write(6)
    cluster.script = []
    assert ledger.audit() == {"acknowledged": 1, "lost": 0, "duplicated": 0, "examples": []}


def test_nothing_is_left(ledger, cluster):
    ledger.close()
    assert cluster.indices == {}
    # Somebody else removed it meanwhile.
    ledger.close()


@pytest.mark.parametrize(("meta", "stays"), [({"ends": 1_000}, False), ({"ends": 4_000_000_000}, True), ({}, True)])
def test_what_a_dead_proof_has_left_is_removed(cluster, meta, stays):
    cluster.indices[f"{PREFIX}earlier"] = {"mappings": {"_meta": meta} if meta else {}, "documents": {}}
    Ledger(lambda: cluster, INDEX).open(ends=2_000_000_000)
    assert (f"{PREFIX}earlier" in cluster.indices) is stays
