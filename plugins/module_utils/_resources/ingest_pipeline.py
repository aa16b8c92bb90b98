# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An ingest pipeline."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._resources._pipelines import STEPS, Pipeline


class IngestPipeline(Pipeline):
    kind = "ingest pipeline"
    collection = "/_ingest/pipeline"
    options = {
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "processors": STEPS,
        "on_failure": STEPS,
        "version": {"type": "int"},
    }
    constraints = {"required_if": [("state", "present", ("processors",))]}

    def normalise(self, document):
        # The one list that must be there, even if nothing is in it.
        return {**super().normalise(document), "processors": document["processors"]}
