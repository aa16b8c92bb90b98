# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every dashboard, against the schema of Grafana's authors (grafana-foundation-sdk), Prometheus's parser, and what it leads to."""

from __future__ import annotations

import enum
import json
import re
import subprocess
import types
import typing
from pathlib import Path

import pytest
import yaml
from ansible_collections.searchstack.platform.plugins.filter.grafana_dashboard import grafana_dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

ROOT = Path(__file__).resolve().parents[4]
ROLE = ROOT / "roles/grafana"
VARIABLES = yaml.safe_load((ROLE / "vars/main.yml").read_text())
RUNBOOK = "https://example.com/user"
MONITORING = yaml.safe_load((ROOT / "roles/monitoring/defaults/main.yml").read_text())
LIMITS = {name.removeprefix("monitoring_alert_"): value for name, value in MONITORING.items() if name.startswith("monitoring_alert_")}
DASHBOARDS = {
    name: grafana_dashboard(yaml.safe_load((ROLE / f"files/dashboards/{name}.yml").read_text()), LIMITS, RUNBOOK)
    for name in VARIABLES["__grafana_dashboards"]
}
PANELS = [pytest.param(panel, id=f"{name}: {panel['title']}") for name, model in DASHBOARDS.items() for panel in model["panels"]]

register_default_plugins()


def right(value, declared):
    """Whether a plain value is of the declared kind."""
    if typing.get_origin(declared) is typing.Literal:
        return value in typing.get_args(declared)
    if issubclass(declared, enum.Enum):
        return value in [member.value for member in declared]
    return isinstance(value, (int, float) if declared is float else declared) and isinstance(value, bool) == (declared is bool)


def wrong(value, declared, where):
    """Where a parsed value is not what the schema declares."""
    kind, inner = typing.get_origin(declared), typing.get_args(declared)
    found = []
    if value is None or declared in (object, typing.Any):
        pass
    elif kind in (typing.Union, types.UnionType):
        found = min((wrong(value, choice, where) for choice in inner if choice is not type(None)), key=len)
    elif kind in (list, dict) and isinstance(value, kind):
        found = [bad for entry in (value.values() if kind is dict else value) for bad in wrong(entry, inner[-1], where)]
    elif hasattr(value, "to_json") and isinstance(value, declared):
        hints = typing.get_type_hints(type(value))
        found = [bad for name, hint in hints.items() for bad in wrong(getattr(value, name), hint, f"{where}.{name}")]
    elif hasattr(declared, "from_json") and isinstance(value, dict):
        # The package leaves some of them as they are.
        found = unknown(value, declared, where)
    elif kind in (list, dict) or not right(value, declared):
        found = [where]
    return found


def missing(ours, theirs, where):
    """What of ours the schema does not know, or knows as something else: it was lost on the way through its types."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [bad for key, value in ours.items() for bad in missing(value, theirs.get(key), f"{where}.{key}")]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [bad for index, value in enumerate(ours) for bad in missing(value, theirs[index], f"{where}[{index}]")]
    # Empty is left out.
    return [] if ours == theirs or (not ours and theirs is None) else [where]


def unknown(data, declared, where):
    """What the schema says against data."""
    parsed = declared.from_json(data)
    return wrong(parsed, declared, where) + missing(data, json.loads(json.dumps(parsed, cls=JSONEncoder)), where)


def problems(model):
    return unknown(json.loads(json.dumps(model)), Dashboard, "dashboard")


@pytest.mark.parametrize("name", DASHBOARDS)
def test_the_schema_takes_it(name):
    assert problems(DASHBOARDS[name]) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schemaVersoin",), 41),
        (("panels", 0, "gridPos", "w"), "wide"),
        (("panels", 0, "targets", 0, "expression"), "up"),
        (("panels", 0, "targets", 0, "format"), "chart"),
        (("panels", 0, "fieldConfig", "defaults", "thresholds", "mode"), "relative"),
        (("panels", 0, "options", "colourMode"), "background"),
    ],
)
def test_the_schema_refuses_mistakes(path, value):
    """Else the test above would prove nothing."""
    model = json.loads(json.dumps(DASHBOARDS["overview"]))
    place = model
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert problems(model)


def test_the_role_brings_every_dashboard():
    assert {path.stem for path in (ROLE / "files/dashboards").glob("*")} == set(DASHBOARDS)


def test_dashboards_are_told_apart():
    for key in ("uid", "title"):
        assert len({model[key] for model in DASHBOARDS.values()}) == len(DASHBOARDS)
    assert all(re.fullmatch("searchstack-[a-z]+", model["uid"]) for model in DASHBOARDS.values())


def test_they_lead_to_each_other():
    for model in DASHBOARDS.values():
        (link,) = model["links"]
        assert link["type"] == "dashboards"
        assert all(set(link["tags"]) <= set(other["tags"]) for other in DASHBOARDS.values())


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_says_what_it_shows(panel):
    assert panel["title"]
    assert re.fullmatch(r"[A-Z0-9].*[.]", panel["description"])
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["targets"]


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_leads_to_a_page_that_is_there(panel):
    for link in panel["links"]:
        page, _hash, section = link["url"].removeprefix(f"{RUNBOOK}/").partition("#")
        text = (ROOT / f"playbooks/templates/runbook/{page}.j2").read_text().lower()
        assert not section or f"\n## {section}\n" in text


@pytest.mark.parametrize("name", DASHBOARDS)
def test_panels_do_not_overlap(name):
    taken = [
        (column, row)
        for place in (panel["gridPos"] for panel in DASHBOARDS[name]["panels"])
        for column in range(place["x"], place["x"] + place["w"])
        for row in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(column for column, _row in taken) < 24


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_variable_is_used(name):
    model = DASHBOARDS[name]
    text = json.dumps([model["panels"], model["templating"]])
    for variable in model["templating"]["list"]:
        assert re.search(rf"\$\{{?{variable['name']}\b", text), variable["name"]


def test_prometheus_understands_every_query(tmp_path):
    """With numbers in place of what Grafana fills in. promtool comes with Debian's package prometheus, which tests/stages/unit unpacks."""
    filled = {r"\$__(rate_interval|range)\b": "5m", r"\$price_\w+": "1", r"\$\w+": ".*"}
    rules = []
    for model in DASHBOARDS.values():
        for target in (target for panel in model["panels"] for target in panel["targets"]):
            expression = target["expr"]
            for pattern, value in filled.items():
                expression = re.sub(pattern, value, expression)
            rules.append({"record": "query", "expr": expression, "labels": {"number": str(len(rules))}})
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    done = subprocess.run(["promtool", "check", "rules", str(file)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rules)} rules found" in done.stdout


def test_lines_are_where_alerts_are():
    """The role's limits are the defaults of the role monitoring."""
    known = re.findall(r"'([a-z_]+)': ([0-9.]+)", VARIABLES["__grafana_limits"])
    assert known
    assert {name: float(value) for name, value in known} == {name: LIMITS[name] for name, _value in known}
    named = {
        part
        for path in (ROLE / "files/dashboards").glob("*.yml")
        for panel in yaml.safe_load(path.read_text())["panels"]
        for part in panel.get("limits", [])[1::2]
        if isinstance(part, str)
    }
    assert named <= {name for name, _value in known}
