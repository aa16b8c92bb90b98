# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A dashboard as Grafana reads it, from what a person writes: titles, queries, units and limits."""

from __future__ import annotations

from ansible.errors import AnsibleFilterError

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
TAG = "searchstack"
COLUMNS = 24
SIZES = {"stat": (4, 4), "table": (12, 8)}
KEYS = {"title", "about", "kind", "unit", "queries", "limits", "values", "runbook", "width", "height", "stack"}


def _variable(name, query):
    """A list to choose from, whose values Prometheus knows; all of them at first."""
    return {
        "type": "query",
        "name": name,
        "datasource": SOURCE,
        "query": {"query": query, "refId": name},
        "definition": query,
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": ["All"], "value": ["$__all"]},
    }


def _number(name, value):
    """A field to type a number into."""
    return {"type": "textbox", "name": name, "query": str(value), "current": {"text": str(value), "value": str(value)}}


def _source():
    return {"type": "datasource", "name": "datasource", "label": "Prometheus", "query": "prometheus"}


def _steps(parts, limits):
    """Colours with the numbers between them, or the names of limits, as Grafana's steps."""
    unknown = [part for part in parts[1::2] if isinstance(part, str) and part not in limits]
    if unknown or len(parts) % 2 == 0:
        raise AnsibleFilterError(f"grafana_dashboard: limits {parts} must be colours with numbers or known names between them")
    numbers = [None, *(limits[part] if isinstance(part, str) else part for part in parts[1::2])]
    return [{"color": colour, "value": number} for colour, number in zip(parts[::2], numbers, strict=True)]


def _mappings(values):
    """What numbers mean: {number: [text, colour]}."""
    options = {str(number): {"text": text, "color": colour} for number, (text, colour) in values.items()}
    return [{"type": "value", "options": options}] if values else []


def _targets(queries, kind):
    instant = kind != "timeseries"
    return [
        {
            "refId": chr(ord("A") + index),
            "datasource": SOURCE,
            "expr": expression,
            "legendFormat": legend,
            "instant": instant,
            "range": not instant,
            "format": "table" if kind == "table" else "time_series",
        }
        for index, (legend, expression) in enumerate(queries.items())
    ]


def _look(panel, kind):
    """(options, fields that only this kind of panel has)"""
    if kind == "stat":
        several = len(panel["queries"]) > 1 or "{{" in next(iter(panel["queries"]))
        reduced = {"calcs": ["lastNotNull"], "values": False}
        return {"reduceOptions": reduced, "colorMode": "background", "textMode": "value_and_name" if several else "value"}, {}
    if kind == "table":
        return {"showHeader": True}, {}
    legend = {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []}
    drawn = {"fillOpacity": 30 if panel.get("stack") else 10, "showPoints": "never", "spanNulls": False}
    if panel.get("stack"):
        drawn["stacking"] = {"mode": "normal", "group": "A"}
    if "limits" in panel:
        drawn["thresholdsStyle"] = {"mode": "dashed"}
    return {"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}}, drawn


def _columns(queries):
    """A table shows labels, and a column for each query."""
    columns = ["Value"] if len(queries) == 1 else [f"Value #{chr(ord('A') + index)}" for index in range(len(queries))]
    names = dict(zip(columns, queries, strict=True))
    shown = {"excludeByName": {"Time": True, "__name__": True, "job": True}, "renameByName": names}
    return [{"id": "merge", "options": {}}, {"id": "organize", "options": shown}]


def _panel(panel, number, place, limits, runbook):
    """A panel at its place."""
    unknown = panel.keys() - KEYS
    if unknown:
        raise AnsibleFilterError(f"grafana_dashboard: {panel.get('title')!r} has unknown keys: {', '.join(sorted(unknown))}")
    kind = panel.get("kind", "timeseries")
    options, drawn = _look(panel, kind)
    coloured = "limits" in panel and kind != "timeseries"
    fields = {
        "unit": panel["unit"],
        "color": {"mode": "thresholds" if coloured else "palette-classic"},
        "thresholds": {"mode": "absolute", "steps": _steps(panel.get("limits", ["green"]), limits)},
        "mappings": _mappings(panel.get("values", {})),
        "custom": drawn,
    }
    link = {"title": "What to do", "type": "link", "url": f"{runbook.rstrip('/')}/{panel.get('runbook')}", "targetBlank": True}
    return {
        "id": number,
        "type": kind,
        "title": panel["title"],
        "description": panel["about"],
        "datasource": SOURCE,
        "gridPos": place,
        "targets": _targets(panel["queries"], kind),
        "fieldConfig": {"defaults": fields, "overrides": []},
        "options": options,
        "links": [link] if runbook and "runbook" in panel else [],
        "transformations": _columns(panel["queries"]) if kind == "table" else [],
    }


def _places(panels):
    """Where panels are: beside each other while there is room, then below."""
    x = y = lowest = 0
    for panel in panels:
        width, height = SIZES.get(panel.get("kind"), (8, 7))
        width, height = panel.get("width", width), panel.get("height", height)
        if x + width > COLUMNS:
            x, y = 0, lowest
        yield {"x": x, "y": y, "w": width, "h": height}
        x, lowest = x + width, max(lowest, y + height)


def grafana_dashboard(description, limits=None, runbook_url=""):
    """The dashboard's model, as Grafana's files of dashboards have it."""
    variables = [_variable(name, query) for name, query in description.get("variables", {}).items()]
    variables += [_number(name, value) for name, value in description.get("numbers", {}).items()]
    panels = description["panels"]
    others = {"title": "Platform", "type": "dashboards", "tags": [TAG], "asDropdown": True, "includeVars": False, "keepTime": True}
    return {
        "uid": description["uid"],
        "title": description["title"],
        "description": description["about"],
        "tags": [TAG],
        "schemaVersion": 41,
        "editable": False,
        "graphTooltip": 1,
        "refresh": description.get("refresh", "1m"),
        "time": {"from": f"now-{description.get('range', '6h')}", "to": "now"},
        "templating": {"list": [_source(), *variables]},
        "links": [others],
        "panels": [
            _panel(panel, number, place, limits or {}, runbook_url)
            for number, (panel, place) in enumerate(zip(panels, _places(panels), strict=True), start=1)
        ],
    }


class FilterModule:
    """The collection's filter about dashboards."""

    def filters(self):
        return {"grafana_dashboard": grafana_dashboard}
