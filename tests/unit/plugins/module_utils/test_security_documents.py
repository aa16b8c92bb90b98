# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils import _security_documents
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput

META = {"type": "internalusers", "config_version": 2}
USERS = {"_meta": META, "reader": {"hash": "$2y$12$a", "attributes": {"name": "Zoë"}}}
ROLES = {"_meta": {**META, "type": "roles"}, "reader": {"cluster_permissions": []}}


class Index:
    """A client of a cluster that holds these documents."""

    def __init__(self, **documents):
        self.documents, self.sent = {kind: _security_documents.encoded(document) for kind, document in documents.items()}, []

    def get(self, path, **_query):
        assert path == "/.opendistro_security/_search"
        return {"hits": {"hits": [{"_id": kind, "_source": {kind: text}} for kind, text in self.documents.items()]}}

    def put(self, path, body, **_query):
        self.sent.append(path)
        self.documents.update(body)

    def request(self, method, path):
        self.sent.append(f"{method} {path}")


def test_what_is_read_can_be_brought_back():
    kept = _security_documents.read(Index(internalusers=USERS, roles=ROLES))
    assert kept == {"internalusers": USERS, "roles": ROLES}
    cluster = Index(internalusers={"_meta": META}, roles=ROLES)
    done = _security_documents.restore(cluster, kept, check_mode=False)
    assert done == {"changed": True, "written": ["internalusers"], "documents": {"internalusers": {"_meta": META}, "roles": ROLES}}
    # All nodes load it, once it is written.
    assert cluster.sent == ["/.opendistro_security/_doc/internalusers", "DELETE /_plugins/_security/api/cache"]
    assert _security_documents.restore(cluster, kept, check_mode=False) == {"changed": False, "written": [], "documents": kept}


def test_check_mode_writes_nothing():
    cluster = Index(roles=ROLES)
    assert _security_documents.restore(cluster, {"internalusers": USERS}, check_mode=True)["changed"]
    assert cluster.sent == []


@pytest.mark.parametrize("document", [{}, "text", {"reader": {}}])
def test_what_is_no_document_is_refused(document):
    cluster = Index(roles=ROLES)
    with pytest.raises(InvalidInput, match="internalusers is no document"):
        _security_documents.restore(cluster, {"internalusers": document}, check_mode=False)
    assert cluster.sent == []
