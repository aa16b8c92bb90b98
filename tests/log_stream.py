"""Lines that have arrived in the data stream of the logs, for the tests of one host and of the whole lab."""

from __future__ import annotations

STREAM = "searchstack-logs"


def numbers(search, prefix):
    """The numbers in the ids of requests that begin like this, as often as they have arrived.

    :param search: takes the body of a search of the stream and returns the hits.
    """
    found, after = [], None
    while True:
        body = {
            "size": 5000,
            "query": {"prefix": {"request_id": prefix}},
            "sort": [{"request_id": "asc"}, {"_id": "asc"}],
            "_source": ["request_id"],
            "timeout": "60s",
        }
        hits = search(body | ({"search_after": after} if after else {}))
        if not hits:
            return found
        found += [int(hit["_source"]["request_id"].removeprefix(prefix)) for hit in hits]
        after = hits[-1]["sort"]
