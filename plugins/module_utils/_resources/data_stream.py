# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A data stream. Its backing indices come from the index template that matches its name."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._listed import Listed
from ansible_collections.searchstack.platform.plugins.module_utils._resource import require_plain_name


class DataStream(Listed):
    kind = "data stream"
    collection = "/_data_stream"
    options = {"name": {"type": "str", "required": True}}

    @classmethod
    def entries(cls, answer):
        return {entry["name"]: entry for entry in answer.get("data_streams", [])}

    def validate(self):
        require_plain_name(self)

    def normalise(self, document):
        """It is there or not: the rest is its template's business."""
        return {}

    def write(self, client, change):
        client.put(self.path)
