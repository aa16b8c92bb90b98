# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of several jobs, put in order: each index comes from the newest one that has it."""

from __future__ import annotations


def restore_rounds(looks):
    """One round for each snapshot from which something comes. `looks` are results of opensearch_restore_check in a loop over sources."""
    taken, rounds = set(), []
    for look in sorted(looks, key=lambda look: look["snapshot"]["age_seconds"]):
        rows = [row for row in look["indices"] if row["name"] not in taken]
        taken |= {row["name"] for row in rows}
        if not rows:
            continue
        todo = [row for row in rows if row["source"] in look["todo"]]
        # One without documents goes before: another number of shards could not be restored over it.
        empty = [row["name"] for row in todo if row["state"] == "empty"]
        replaced = [row["source"] for row in todo if row["name"] in look["replaced"] and row["name"] not in empty]
        new = [row["source"] for row in todo if row["source"] not in replaced]
        names = tuple(row["name"] for row in rows)
        rounds.append(
            {
                "repository": look["item"]["repository"],
                "snapshot": look["snapshot"],
                "names": list(names),
                "sources": [row["source"] for row in rows],
                "empty": empty,
                # What takes the place of something apart, so that nothing else can be replaced.
                "calls": [call for call in (_call(new, False), _call(replaced, True)) if call["indices"]],
                # Each begins with the index.
                "problems": [problem for problem in look["problems"] if problem.split(" ")[0] in names],
            }
        )
    return rounds


def _call(indices, overwrite):
    return {"indices": indices, "overwrite": overwrite}


class FilterModule:
    def filters(self):
        return {"restore_rounds": restore_rounds}
