"""papersearch-load: makes the index and its alias where they are missing and stores the bundled papers, each under its own id."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any, TypeVar

from opensearchpy import OpenSearch, helpers
from opensearchpy.exceptions import ConnectionError as OpenSearchConnectionError
from opensearchpy.exceptions import NotFoundError, OpenSearchException, RequestError, TransportError

from papersearch.models import Paper
from papersearch.settings import Settings, get_settings
from papersearch.store import BUSY, connect

T = TypeVar("T")


def corpus() -> Iterator[Paper]:
    for line in files("papersearch").joinpath("data/papers.jsonl").read_text(encoding="utf-8").splitlines():
        yield Paper(**json.loads(line))


def ensure_index(client: OpenSearch, alias: str) -> bool:
    """True when the index was made. Asks by a search through the alias, the one right that every user of it has."""
    try:
        client.count(index=alias)
        return False
    except NotFoundError:
        pass
    body = json.loads(files("papersearch").joinpath("index.json").read_text(encoding="utf-8"))
    try:
        # Alias and index in one request: no moment at which one is there without the other.
        client.indices.create(index=f"{alias}-v1", body=body | {"aliases": {alias: {"is_write_index": True}}})
    except RequestError as error:
        # Another host's loader was quicker.
        if error.error != "resource_already_exists_exception":
            raise
        return False
    return True


def store(client: OpenSearch, alias: str, papers: list[Paper]) -> int:
    """How many papers were not there yet. What is there is left as it is: somebody may have corrected it."""
    found = client.mget(index=alias, body={"ids": [paper.id for paper in papers]}, _source=False)
    missing = {doc["_id"] for doc in found["docs"] if not doc.get("found")}
    actions = ({"_op_type": "index", "_id": paper.id, "_source": paper.model_dump()} for paper in papers if paper.id in missing)
    stored, _ = helpers.bulk(client, actions, index=alias, refresh=True)
    return stored


def load(settings: Settings) -> dict[str, Any]:
    client = connect(settings)
    papers = list(corpus())
    created = ensure_index(client, settings.opensearch_alias)
    stored = store(client, settings.opensearch_alias, papers)
    return {"changed": created or stored > 0, "index_created": created, "stored": stored, "corpus": len(papers)}


def patiently(work: Callable[[], T], seconds: float) -> T:
    """A cluster that starts refuses for a while; anything else than that is an error at once."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return work()
        except TransportError as error:
            busy = isinstance(error, OpenSearchConnectionError) or error.status_code in BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wait", type=float, default=60, metavar="SECONDS", help="wait this long for a cluster that starts (default: 60)")
    arguments = parser.parse_args()
    try:
        print(json.dumps(patiently(lambda: load(get_settings()), arguments.wait)))
    except OpenSearchException as error:
        sys.exit(f"papersearch-load: {error}")


if __name__ == "__main__":
    main()
