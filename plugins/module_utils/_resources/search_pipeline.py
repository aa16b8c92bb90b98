# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A search pipeline."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._resources._pipelines import STEPS, Pipeline


class SearchPipeline(Pipeline):
    kind = "search pipeline"
    collection = "/_search/pipeline"
    options = {
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "request_processors": STEPS,
        "response_processors": STEPS,
        "phase_results_processors": STEPS,
        "version": {"type": "int"},
    }
