# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How hosts, disks and indices were used, and which size they should have."""

from __future__ import annotations

# Every task that uses any filter of a collection loads all of them: what these need is imported when they are called.


def usage_problems(options):
    """What is wrong with the options of a report, a sentence for each."""
    from ansible_collections.searchstack.platform.plugins.plugin_utils._usage.options import problems  # noqa: PLC0415

    return problems(options)


def usage_history(history, clusters, now):
    """The history of indices with what they are like now."""
    from ansible_collections.searchstack.platform.plugins.plugin_utils._usage import indices  # noqa: PLC0415

    return indices.remember(history, clusters, now)


def usage_report(answers, hosts, clusters, *, history, options, now):
    """The report of what Prometheus answered."""
    from ansible_collections.searchstack.platform.plugins.plugin_utils._usage import report  # noqa: PLC0415
    from ansible_collections.searchstack.platform.plugins.plugin_utils._usage.options import read  # noqa: PLC0415

    return report.make(hosts, answers, clusters, history=history, options=read(options), now=now)


class FilterModule:
    """The collection's filters about use and size."""

    def filters(self):
        return {"usage_problems": usage_problems, "usage_history": usage_history, "usage_report": usage_report}
