# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.plugin_utils._usage import indices

GIB = 1024**3
DAY = 86400
NOW = 100 * DAY
OPTIONS = {"days": 14, "index_days": 7, "index_gb": 1}


def index(documents=100, size=10 * GIB, *, uuid="u", name="papers", age=50, **settings):
    shown = {"index.creation_date": str(int((NOW - age * DAY) * 1000)), **settings}
    return {"name": name, "uuid": uuid, "documents": documents, "bytes": size, "settings": shown}


def looks(*seen, uuid="u"):
    """(days ago, documents, bytes) of the index."""
    found = [{"papers": {"uuid": uuid, "documents": documents, "bytes": size}} for _days, documents, size in seen]
    return [{"at": NOW - days * DAY, "clusters": {"main": entry}} for (days, *_rest), entry in zip(seen, found, strict=True)]


def row(shown, history, **more):
    (found,) = indices.rows({"main": {"indices": [shown], **more}}, history, OPTIONS, NOW)
    return found


@pytest.mark.parametrize(
    ("shown", "history", "bytes_per_day", "documents_per_day", "since"),
    [
        # The oldest look within the period counts.
        (index(), looks((20, 0, 0), (10, 50, 5 * GIB), (1, 99, 9 * GIB)), GIB / 2, 5, "report"),
        (index(documents=40), looks((10, 50, 10 * GIB)), 0, -1, "report"),
        # None yet, or of another index with that name.
        (index(), [], GIB / 5, 2, "creation"),
        (index(), looks((10, 50, 5 * GIB), uuid="other"), GIB / 5, 2, "creation"),
        (index(age=0.1), [], None, None, None),
        # It was closed then.
        (index(), looks((10, None, None)), GIB / 5, 2, "creation"),
    ],
)
def test_growth(shown, history, bytes_per_day, documents_per_day, since):
    found = row(shown, history)
    assert (found["bytes_per_day"], found["documents_per_day"], found["growth_since"]) == (bytes_per_day, documents_per_day, since)


def test_indices_of_data_streams_count_and_those_of_the_system_do_not():
    there = [index(name=name) for name in (".ds-logs-000001", ".opendistro_security", "papers")]
    assert [found["name"] for found in indices.rows({"main": {"indices": there}}, [], OPTIONS, NOW)] == [".ds-logs-000001", "papers"]


SAME = (100, 10 * GIB)


@pytest.mark.parametrize(
    ("shown", "history", "warm", "days", "action"),
    [
        (index(), [], True, None, None),
        (index(), looks((10, *SAME), (5, *SAME)), True, 10, "warm"),
        (index(), looks((10, *SAME), (5, *SAME)), False, 10, "compress"),
        (index(), looks((5, *SAME)), True, 5, None),
        # Since it was last written to.
        (index(), looks((30, 1, 1), (8, *SAME), (1, *SAME)), True, 8, "warm"),
        (index(), looks((30, *SAME), (8, 1, 1), (1, *SAME)), True, 1, None),
        # An update leaves the number of documents.
        (index(), looks((10, 100, 9 * GIB)), True, 0, None),
        (index(**{"index.routing.allocation.require.temp": "warm"}), looks((10, *SAME)), True, 10, "compress"),
        (index(**{"index.codec": "best_compression"}), looks((10, *SAME)), False, 10, None),
        (index(**{"index.codec": "zstd"}), looks((10, *SAME)), True, 10, "warm"),
        (index(size=GIB // 2), looks((10, 100, GIB // 2)), True, 10, None),
    ],
)
def test_what_nobody_writes_to(shown, history, warm, days, action):
    found = row(shown, history, warm=warm)
    assert found["unwritten_days"] == days
    assert (found["suggestion"] or {}).get("action") == action


def test_system_indices_and_closed_ones_are_left_out():
    closed = {**index(name="closed"), "documents": None, "bytes": None}
    shown = {"main": {"indices": [index(name=".opendistro"), closed, index(size=1, name="b"), index()]}, "dr": {"error": "down"}}
    assert [found["name"] for found in indices.rows(shown, [], OPTIONS, NOW)] == ["papers", "b"]


def test_history_is_kept_short():
    history = looks((95, 1, 1), (10, 1, 1), (0.6, 1, 1))
    clusters = {"main": {"indices": [index()]}, "dr": {"error": "does not answer"}}
    kept = indices.remember(history, clusters, NOW)
    assert [look["at"] for look in kept] == [NOW - 10 * DAY, NOW - 0.6 * DAY, NOW]
    assert kept[-1]["clusters"] == {"main": {"papers": {"uuid": "u", "documents": 100, "bytes": 10 * GIB}}}
    # A second report on the same day, and one after the clock was set back.
    assert indices.remember(kept, clusters, NOW + 3600) == kept
    assert indices.remember(kept, clusters, NOW - DAY)[:-1] == kept[:1]
