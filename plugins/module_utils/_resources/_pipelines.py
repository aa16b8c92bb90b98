# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ingest pipelines and search pipelines have in common: documents that the server keeps as they are written."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document
from ansible_collections.searchstack.platform.plugins.module_utils._listed import Listed
from ansible_collections.searchstack.platform.plugins.module_utils._resource import require_plain_name

# Of a processor, what is data.
FREE = frozenset({"value", "params", "query", "default_value"})
STEPS = {"type": "list", "elements": "dict"}


class Pipeline(Listed):
    def validate(self):
        require_plain_name(self)

    def align(self, desired, current):
        return _document.align(desired, current, _same)

    def normalise(self, document):
        return _document.without_empty(document)


def _same(path, desired, current):
    """The server keeps what was written. What goes into documents and queries is something else as text than as a number."""
    return (_document.exact if FREE.intersection(path) else _document.same)(path, desired, current)
