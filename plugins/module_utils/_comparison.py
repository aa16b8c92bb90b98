# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two indices, compared document by document."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._contents import Contents, Document, Fingerprint

CLASSES = ("identical", "differs", "only_left", "only_right")
# What they become where the right index is a copy of the left one.
OF_A_COPY = ("newer", "unexplained")


def judge(left: Document, right: Document | None, complete: int | None) -> str:
    """The class of a document of the left index. `complete` is the number up to which the right one, a copy, has everything."""
    if right is not None and right.digest == left.digest:
        return "identical"
    if complete is not None:
        return "newer" if left.sequence > complete else "unexplained"
    return "only_left" if right is None else "differs"


class Tally:
    """Counts of each class, and the first ids of it."""

    def __init__(self, classes: tuple, most: int):
        self.counts = dict.fromkeys(classes, 0)
        self.ids: dict = {name: [] for name in classes if name != "identical"}
        self._most = most

    def add(self, name: str, document: Document) -> None:
        self.counts[name] += 1
        if name in self.ids and len(self.ids[name]) < self._most:
            self.ids[name].append(document.id)


def compare(left: Contents, right: Contents, copy: bool, most_ids: int, in_flight: int = 0) -> dict:
    """{same, left, right, counts, ids, complete, unrelated}. What is unrelated is compared as two indices of which none is a copy."""
    # Before anything makes the copy forget it.
    numbers = right.numbers()
    left.refresh()
    right.refresh()
    unrelated = _unrelated(left, right, numbers) if copy else ""
    copy = copy and not unrelated
    complete = [number - in_flight for number, _largest in numbers] if copy else [None] * left.shards
    tally = Tally(("identical", "only_right", *OF_A_COPY) if copy else CLASSES, most_ids)
    fingerprints = Fingerprint(), Fingerprint()
    for shard in range(left.shards):
        for page in left.pages(shard):
            there = right.find(page)
            for document in page:
                fingerprints[0].add(document)
                tally.add(judge(document, there.get(document.key), complete[shard]), document)
    for shard in range(right.shards):
        for page in right.pages(shard):
            there = left.find(page, with_source=False)
            for document in page:
                fingerprints[1].add(document)
                if document.key not in there:
                    tally.add("only_right", document)
    sides = [fingerprint.shown() for fingerprint in fingerprints]
    found = {"counts": tally.counts, "ids": tally.ids, "complete": [number for number, _largest in numbers], "unrelated": unrelated}
    return {"same": sides[0] == sides[1], "left": sides[0], "right": sides[1], **found}


def _unrelated(left, right, numbers):
    """Why the right index cannot be a copy of what the left one is now."""
    if left.created != right.created or left.shards != right.shards:
        return f"{left.index} was made anew since the copy was taken."
    if any(now[1] < then[1] for now, then in zip(left.numbers(), numbers, strict=True)):
        return f"{left.index} was restored from an older snapshot since the copy was taken."
    return ""
