"""A search as the page and the API ask for it: cache, store and metrics in one place."""

from __future__ import annotations

from papersearch import metrics
from papersearch.cache import Cache
from papersearch.models import Query, SearchResults
from papersearch.settings import Settings
from papersearch.store import PaperStore


class Service:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = PaperStore(settings)
        self.cache = Cache(settings)

    def search(self, query: Query, client: str = "") -> SearchResults:
        metrics.SEARCHES.inc()
        with metrics.SEARCH_SECONDS.time():
            key = query.cache_key()
            stored = self.cache.look_up(key, client)
            if stored is not None:
                metrics.CACHE.labels("hit").inc()
                return SearchResults.model_validate_json(stored).model_copy(update={"cached": True, "query": query.q})
            metrics.CACHE.labels("miss" if self.cache.available else "unavailable").inc()
            results = self.store.search(query)
            self.cache.store(key, results.model_dump_json().encode())
            return results
