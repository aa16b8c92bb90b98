"""What the codecs of an index cost and save: size on disk, and the time to write, merge and read, on the sample papers repeated.

Another cluster than the tests' own is measured with SEARCHSTACK_CODECS_CLUSTER: a JSON object of the options by which modules connect.
More documents (SEARCHSTACK_CODECS_DOCUMENTS) make the figures steadier: the merges of a small index say little.
"""

from __future__ import annotations

import json
import os
import random
import time

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._connection import Client, connection_argument_spec
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError
from clusters import ROOT

COUNT = int(os.environ.get("SEARCHSTACK_CODECS_DOCUMENTS", "2000"))
CLUSTER = os.environ.get("SEARCHSTACK_CODECS_CLUSTER", "")
# The server's own, and those of the plugin opensearch-custom-codecs, which the official archive has.
OWN, OF_PLUGIN = ["default", "best_compression"], ["zstd", "zstd_no_dict"]
INDEX = "codecs-measured"
BATCH = 2000
READS = 200


@pytest.fixture(scope="module")
def measured(client):
    """The client of the cluster that is measured."""
    if not CLUSTER:
        return client
    defaults = {name: spec.get("default") for name, spec in connection_argument_spec().items()}
    return Client({**defaults, "timeout": 120, **json.loads(CLUSTER)})


def documents():
    """The sample papers again and again, no two the same: copies alone would compress to nothing. The same ones in every run."""
    papers = [json.loads(line) for line in (ROOT / "app/papersearch/data/papers.jsonl").read_text(encoding="utf-8").splitlines()]
    words = sorted({word for paper in papers for word in paper["summary"].split()})
    chance = random.Random(7)
    for number in range(COUNT):
        paper = papers[number % len(papers)]
        summary = " ".join([paper["summary"], *chance.choices(words, k=60)])
        yield {**paper, "id": f"{paper['id']}-{number}", "summary": summary, "year": 1950 + chance.randrange(75)}


def bulk(batch):
    return "".join(f'{{"index": {{"_id": "{paper["id"]}"}}}}\n{json.dumps(paper)}\n' for paper in batch)


def timed(ask, *arguments, **options):
    begin = time.monotonic()
    ask(*arguments, **options)
    return time.monotonic() - begin


def measure(client, codec, papers):
    """{mb, write, merge, read}: seconds, and the size after the merge, of one index."""
    body = json.loads((ROOT / "app/papersearch/index.json").read_text())
    # Nothing happens by itself while something is timed.
    settings = {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1", "codec": codec}
    client.request("PUT", f"/{INDEX}", {"settings": {"index": settings}, "mappings": body["mappings"]})
    batches = [bulk(papers[at : at + BATCH]) for at in range(0, len(papers), BATCH)]
    write = sum(timed(client.request, "POST", f"/{INDEX}/_bulk", batch) for batch in batches)
    merge = timed(client.request, "POST", f"/{INDEX}/_forcemerge", query={"max_num_segments": 1, "flush": True})
    client.request("POST", f"/{INDEX}/_refresh")
    stats = client.request("GET", f"/{INDEX}/_stats/store,docs")["indices"][INDEX]["primaries"]
    assert stats["docs"]["count"] == len(papers)
    # Each is far from the one before: a block of documents is decompressed for each.
    ids = [papers[number * 7919 % len(papers)]["id"] for number in range(READS)]
    read = sum(timed(client.request, "GET", f"/{INDEX}/_doc/{name}") for name in ids)
    return {"mb": stats["store"]["size_in_bytes"] / 1e6, "write": write, "merge": merge, "read": read / READS * 1000}


@pytest.fixture
def index(measured):
    """A function that removes the index, which is not there at the end."""

    def remove():
        measured.request("DELETE", f"/{INDEX}", query={"ignore_unavailable": True})

    remove()
    yield remove
    remove()


def test_codecs(measured, index, capsys):
    papers = list(documents())
    figures, lines = {}, []
    # The first one would pay for everything that is cold.
    measure(measured, "default", papers[:BATCH])
    for codec in OWN + OF_PLUGIN:
        index()
        try:
            figures[codec] = measure(measured, codec, papers)
        except ApiError as error:
            if codec in OWN or error.status != 400:
                raise
            lines.append(f"{codec:<17} not on this cluster: needs the plugin opensearch-custom-codecs")
            continue
        row = figures[codec]
        share = row["mb"] / figures["default"]["mb"]
        lines.append(
            f"{codec:<17} {row['mb']:8.1f} MB ({share:4.0%})  write {row['write']:6.1f} s  merge {row['merge']:6.1f} s  "
            f"read {row['read']:5.2f} ms a document"
        )
    with capsys.disabled():
        print("\n".join(["", f"{len(papers)} documents, one shard, no replica:", *lines]))
    assert figures["best_compression"]["mb"] < figures["default"]["mb"]
    assert all(figures[codec]["mb"] < figures["default"]["mb"] for codec in OF_PLUGIN if codec in figures)
