# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as a page that needs nothing else: no network, no script."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.searchstack.platform.plugins.plugin_utils._availability import figures, plot
from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.schedule import Request

try:
    import jinja2
except ImportError:
    # Comes with Ansible.
    jinja2 = None


def render(report: dict, requests: list[Request]) -> str:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters |= {"clock": plot.clock, "latency": plot.latency}
    template = environment.from_string((Path(__file__).parent / "page.html.j2").read_text(encoding="utf-8"))
    return template.render(report=report, plot=plot.timeline(report, requests), problems=figures.problems(report))
