# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How hosts, disks and indices were used, and which size they should have."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.plugin_utils._usage import indices, report
from ansible_collections.searchstack.platform.plugins.plugin_utils._usage.options import problems, read


def usage_problems(options):
    """What is wrong with the options of a report, a sentence for each."""
    return problems(options)


def usage_history(history, clusters, now):
    """The history of indices with what they are like now."""
    return indices.remember(history, clusters, now)


def usage_report(answers, hosts, clusters, *, history, options, now):
    """The report of what Prometheus answered."""
    return report.make(hosts, answers, clusters, history=history, options=read(options), now=now)


class FilterModule:
    """The collection's filters about use and size."""

    def filters(self):
        return {"usage_problems": usage_problems, "usage_history": usage_history, "usage_report": usage_report}
