"""The papers in OpenSearch. The application reads and writes through the alias alone; only `load` makes an index."""

from __future__ import annotations

import logging
from typing import Any

from opensearchpy import OpenSearch, OpenSearchException
from opensearchpy.exceptions import ConnectionError as OpenSearchConnectionError
from opensearchpy.exceptions import NotFoundError, TransportError

from papersearch import logs
from papersearch.models import Hit, Page, Paper, Query, Results, SearchResults
from papersearch.settings import Settings

log = logging.getLogger(__name__)
FIELDS = ["title^3", "title.exact^2", "authors^2", "summary", "venue"]
FUZZY = {"fuzziness": "AUTO:4,7", "prefix_length": 1}
BUSY = (429, 502, 503, 504)


class StoreUnavailable(Exception):
    """OpenSearch cannot answer now; asking later may help."""


def connect(settings: Settings) -> OpenSearch:
    tls: dict[str, Any] = {}
    if any(url.startswith("https://") for url in settings.opensearch_hosts):
        tls = {"verify_certs": True, "ssl_show_warn": False}
        if settings.opensearch_ca:
            tls["ca_certs"] = str(settings.opensearch_ca)
    auth = (settings.opensearch_username, settings.opensearch_password.get_secret_value()) if settings.opensearch_username else None
    return OpenSearch(
        hosts=settings.opensearch_hosts,
        http_auth=auth,
        http_compress=True,
        timeout=settings.opensearch_timeout,
        pool_maxsize=settings.opensearch_pool_size,
        max_retries=settings.opensearch_retries,
        retry_on_timeout=True,
        # A node that restarts answers 503 ("Security not initialized"), one that is full 429: ask another one.
        retry_on_status=BUSY,
        # A host that failed is asked again soon: rolling restarts take seconds, not minutes.
        dead_timeout=5,
        **tls,
    )


class PaperStore:
    def __init__(self, settings: Settings) -> None:
        self._alias = settings.opensearch_alias
        self._client = connect(settings)

    def search(self, query: Query) -> SearchResults:
        years = {key: value for key, value in (("gte", query.year_from), ("lte", query.year_to)) if value}
        body = {
            "from": query.offset,
            "size": query.size,
            "track_total_hits": True,
            "query": {
                "bool": {
                    # What matches: words of a query may be spread over title, authors and summary ("vaswani attention").
                    "must": {"match": {"all": {"query": query.q, "minimum_should_match": "2<-35%", **FUZZY}}},
                    # What comes first: the same words in the fields that say most.
                    "should": {"multi_match": {"query": query.q, "fields": FIELDS, "type": "most_fields"}},
                    "filter": [{"range": {"year": years}}] if years else [],
                }
            },
            "sort": ["_score", {"year": "desc"}, {"id": "asc"}],
            "track_scores": True,
        }
        answer = self._ask("search", index=self._alias, body=body)
        return SearchResults(query=query.q, took_ms=answer["took"], **self._page(answer, query))

    def list(self, page: Page) -> Results:
        body = {"from": page.offset, "size": page.size, "track_total_hits": True, "sort": [{"year": "desc"}, {"id": "asc"}]}
        return Results(**self._page(self._ask("search", index=self._alias, body=body), page))

    def get(self, paper_id: str) -> Paper | None:
        try:
            return Paper(**self._ask("get", index=self._alias, id=paper_id)["_source"])
        except NotFoundError as error:
            if error.error == "index_not_found_exception":
                raise StoreUnavailable("the index is missing") from error
            return None

    def put(self, paper: Paper) -> str:
        """created or updated"""
        return self._ask("index", index=self._alias, id=paper.id, body=paper.model_dump())["result"]

    def check(self, timeout: float = 2) -> dict[str, Any]:
        """Counts through the alias: needs no more rights than a search, and fails when a shard is missing."""
        answer = self._ask("count", index=self._alias, params={"request_timeout": timeout})
        shards = answer["_shards"]
        if shards["failed"]:
            raise StoreUnavailable(f"{shards['failed']} of {shards['total']} shards are missing")
        return {"papers": answer["count"], "shards": shards["total"]}

    def _ask(self, operation: str, **arguments: Any) -> Any:
        """One request. What a caller can do nothing about becomes StoreUnavailable; the log has the cause."""
        if logs.request_id.get():
            # OpenSearch writes it into its slow log.
            arguments["headers"] = {"X-Opaque-Id": logs.request_id.get()}
        try:
            return getattr(self._client, operation)(**arguments)
        except OpenSearchConnectionError as error:
            log.warning("OpenSearch did not answer", extra={"operation": operation, "error": type(error).__name__})
            raise StoreUnavailable("no host answers") from error
        except NotFoundError as error:
            if operation == "get":
                raise
            raise StoreUnavailable("the index is missing") from error
        except TransportError as error:
            log.warning("OpenSearch refused", extra={"operation": operation, "status": error.status_code, "error": error.error})
            raise StoreUnavailable(f"answered {error.status_code}") from error
        except OpenSearchException as error:
            log.warning("OpenSearch failed", extra={"operation": operation, "error": repr(error)})
            raise StoreUnavailable("failed") from error

    @staticmethod
    def _page(answer: dict[str, Any], page: Page) -> dict[str, Any]:
        hits = answer["hits"]
        results = [Hit(**hit["_source"], score=hit.get("_score")) for hit in hits["hits"]]
        return {"page": page.page, "size": page.size, "total": hits["total"]["value"], "results": results}
