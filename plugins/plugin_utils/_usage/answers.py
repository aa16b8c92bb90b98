# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Prometheus has answered, by whom it is about."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.plugin_utils._usage.options import number

GIB = 1024**3


def figures(result: list, *keys: str) -> dict:
    """{whom: {figure: value}} of an instant query whose series have the label C(figure). Whom they are about, C(keys) say."""
    found: dict = {}
    for series in result:
        value = number(series["value"][1])
        # Nothing was divided by nothing: no figure.
        if value is not None:
            about = tuple(series["metric"].get(key, "") for key in keys)
            found.setdefault(about if len(keys) > 1 else about[0], {})[series["metric"]["figure"]] = value
    return found


def curves(result: list) -> dict:
    """{instance: [(time, value)]} of a range query."""
    found = {}
    for series in result:
        points = [(int(time), number(value)) for time, value in series["values"]]
        found[series["metric"]["instance"]] = [(time, value) for time, value in points if value is not None]
    return found
