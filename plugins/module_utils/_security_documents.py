# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole security configuration with its hashes, which the REST API does not show: the documents of the security plugin's index."""

from __future__ import annotations

import base64
import json

from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput

INDEX = "/.opendistro_security"


def read(client) -> dict:
    """{kind: document}; empty where there is none."""
    answer = client.get(f"{INDEX}/_search", size=1000)
    hits = answer["hits"]["hits"] if answer else []
    return {
        hit["_id"]: decoded(hit["_source"][hit["_id"]]) for hit in sorted(hits, key=lambda hit: hit["_id"]) if hit["_id"] in hit["_source"]
    }


def decoded(text: str) -> dict:
    return json.loads(base64.b64decode(text))


def encoded(document: dict) -> str:
    return base64.b64encode(json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()).decode()


def check(documents: dict) -> None:
    for kind, document in documents.items():
        if not isinstance(document, dict) or "_meta" not in document:
            raise InvalidInput(f"documents: {kind} is no document of the security plugin; give back what this module has returned.")


def restore(client, documents: dict, check_mode: bool) -> dict:
    """{changed, written, documents}: writes those that differ from the present ones, and makes all nodes load them."""
    check(documents)
    present = read(client)
    written = sorted(kind for kind, document in documents.items() if present.get(kind) != document)
    if written and not check_mode:
        for kind in written:
            client.put(f"{INDEX}/_doc/{segment(kind)}", {kind: encoded(documents[kind])}, refresh=True)
        # Of its cache, the plugin says; it also makes every node read the documents anew.
        client.request("DELETE", "/_plugins/_security/api/cache")
    return {"changed": bool(written), "written": written, "documents": present}
