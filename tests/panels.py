"""What panels of dashboards and alerts ask, asked of Prometheus as Grafana and Prometheus itself do."""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import promql_parser
import yaml
from ansible_collections.searchstack.platform.plugins.filter.grafana_dashboard import grafana_dashboard
from controller import ROOT

# Of binary operators, those that choose among series. What they choose from must be there, whether or not they find something.
CHOOSING = {"==", "!=", ">", "<", ">=", "<=", "and", "or", "unless"}


@dataclass
class Question:
    """An expression, who asks it, and whether for now or for a time."""

    asked_by: str
    expression: str
    instant: bool = True

    def metrics(self):
        """The names of the metrics that it is about."""
        return {node.name for node in walk(promql_parser.parse(self.expression)) if isinstance(node, promql_parser.VectorSelector)}


def walk(node):
    """An expression and all that is in it."""
    yield node
    for name in ("lhs", "rhs", "expr", "vector_selector", "args"):
        inner = getattr(node, name, None)
        for part in inner if isinstance(inner, list) else [inner] if inner is not None else []:
            yield from walk(part)


def sides(node):
    """What an alert chooses from: the operands of its comparisons and of and, or, unless. A number is always there."""
    if isinstance(node, promql_parser.ParenExpr):
        yield from sides(node.expr)
    elif isinstance(node, promql_parser.BinaryExpr) and str(node.op) in CHOOSING:
        yield from sides(node.lhs)
        yield from sides(node.rhs)
    elif any(isinstance(part, promql_parser.VectorSelector) for part in walk(node)):
        yield node.prettify()


def dashboards(runbook="https://example.com/user"):
    """{name: Grafana's model} of the role's dashboards, with the limits of the role monitoring."""
    known = yaml.safe_load((ROOT / "roles/monitoring/defaults/main.yml").read_text())
    limits = {name.removeprefix("monitoring_alert_"): value for name, value in known.items() if name.startswith("monitoring_alert_")}
    files = sorted((ROOT / "roles/grafana/files/dashboards").glob("*.yml"))
    return {file.stem: grafana_dashboard(yaml.safe_load(file.read_text()), limits, runbook) for file in files}


class Asker:
    """Asks a Prometheus (alerts.Prometheus)."""

    def __init__(self, prometheus):
        self.prometheus = prometheus

    def ask(self, path, **arguments):
        return self.prometheus.ask(f"{path}?{urlencode(arguments)}")

    def has_answer(self, question, minutes=15):
        """Whether there is at least one number."""
        if question.instant:
            found = self.ask("query", query=question.expression)
        else:
            now = int(time.time())
            found = self.ask("query_range", query=question.expression, start=now - 60 * minutes, end=now, step=15)
        # Of a plain number, the one sample itself.
        series = [{"value": found["result"]}] if found["resultType"] == "scalar" else found["result"]
        values = (value for row in series for _when, value in row.get("values") or [row["value"]])
        return any(not math.isnan(float(value)) for value in values)

    def empty(self, questions, excused):
        """({who asks: expression} without an answer, {who asks: why that is right}). Excused are metrics, by patterns of their names."""
        lost, right = {}, {}
        for question in questions:
            if self.has_answer(question):
                continue
            why = [reason for name in question.metrics() for pattern, reason in excused.items() if re.fullmatch(pattern, name or "")]
            (right if why else lost)[question.asked_by] = why[0] if why else question.expression
        return lost, right

    def choices(self, model):
        """What a dashboard's variables are when everything is chosen: {name: text}, as Grafana puts it into expressions."""
        chosen = {"__rate_interval": self.rate_interval(), "__range": "1h"}
        for variable in model["templating"]["list"]:
            if variable["type"] == "textbox":
                chosen[variable["name"]] = variable["query"]
            elif variable["type"] == "query":
                selector, label = re.fullmatch(r"label_values\((.+), *(\w+)\)", variable["definition"]).groups()
                values = self.ask(f"label/{label}/values", **{"match[]": filled(selector, chosen)})
                assert values, f"{model['title']}: nothing to choose from in {variable['name']}"
                chosen[variable["name"]] = f"({'|'.join(map(re.escape, values))})".replace("\\", "\\\\")
        return chosen

    def rate_interval(self):
        """Four times what lies between two samples, as Grafana's $__rate_interval."""
        return f"{4 * int(min(float(target['scrapeInterval'].rstrip('s')) for target in self.ask('targets')['activeTargets']))}s"

    def panels(self, models):
        """The questions of all panels of dashboards."""
        for model in models:
            chosen = self.choices(model)
            for panel in model["panels"]:
                for target in panel["targets"]:
                    about = f"{model['title']}: {panel['title']}: {target['legendFormat']}"
                    yield Question(about, filled(target["expr"], chosen), target["instant"])

    def alerts(self):
        """The questions of all alerts, each side of their comparisons by itself."""
        for group in self.ask("rules", type="alert")["groups"]:
            for rule in group["rules"]:
                for number, side in enumerate(sides(promql_parser.parse(rule["query"])), start=1):
                    severity = rule["labels"].get("severity")
                    yield Question(f"{rule['name']} ({severity}, {rule['labels'].get('window', rule['query'][-12:])}) {number}", side)


def filled(expression, chosen):
    """An expression with variables filled in."""
    return re.sub(r"\$\{?(\w+)\}?", lambda found: chosen[found[1]], expression)
