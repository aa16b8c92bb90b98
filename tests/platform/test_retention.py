"""Old documents go when retention.yml is run, and nothing else does."""

from __future__ import annotations

import json
import re
import ssl
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

INDEX = "papers-retention-test"
COUNTED = re.compile(r"^main .* changed=(\d+) ", re.MULTILINE)


@pytest.fixture
def ask(lab):
    """ask(method, path, body): what the main cluster answers its administrator."""
    pki = lab.root / ".lab/pki"
    context = ssl.create_default_context(cafile=lab.ca)
    context.load_cert_chain(pki / "admin.pem", pki / "admin.key")

    def call(method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        url = f"https://{lab.address('os1')}:9200{path}"
        request = urllib.request.Request(url, data, {"content-type": "application/json"}, method=method)
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:
            return json.load(answer)

    return call


def test_old_documents_go_and_others_stay(lab, ask):
    ages = {"old": 120, "young": 10}
    try:
        for name, days in ages.items():
            when = datetime.now(UTC) - timedelta(days=days)
            ask("PUT", f"/{INDEX}/_doc/{name}?refresh=true", {"indexed_date": when.isoformat()})
        ask("PUT", f"/{INDEX}/_doc/undated?refresh=true", {"title": "no date"})
        papers = ask("GET", "/papers/_count")["count"]
        changed = [COUNTED.search(lab.play("retention.yml", "--limit", "main", *options).stdout)[1] for options in (["--check"], [], [])]
        assert changed == ["1", "1", "0"]
        left = ask("GET", f"/{INDEX}/_search")["hits"]["hits"]
        assert sorted(hit["_id"] for hit in left) == ["undated", "young"]
        assert ask("GET", "/papers/_count")["count"] == papers
    finally:
        ask("DELETE", f"/{INDEX}")
