# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every alert, by promtool: quiet before its time and where all is well, then firing.

alerts/<concern>.yml has the cases: the alert, its series (a value for each minute), in which minutes it is quiet, and in which it fires.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, FileSystemLoader

HERE = Path(__file__).parent
ROLE = HERE.parents[3] / "roles/monitoring"
CASES = {path.stem: yaml.safe_load(path.read_text()) for path in sorted((HERE / "alerts").glob("*.yml"))}
# As vars/main.yml makes it of the default objective.
OTHERS = {"ansible_managed": "", "monitoring_runbook_url": "https://example.com", "__monitoring_budget": 0.001}


VARIABLES = yaml.safe_load((ROLE / "defaults/main.yml").read_text()) | OTHERS
ENVIRONMENT = Environment(  # noqa: S701
    variable_start_string="<<", variable_end_string=">>", trim_blocks=True, loader=FileSystemLoader(ROLE / "templates")
)


@pytest.fixture(scope="session")
def rules(tmp_path_factory):
    """The folder of the rules as the role writes them by default, a file for each concern."""
    folder = tmp_path_factory.mktemp("rules")
    for template in (ROLE / "templates/rules").glob("*.j2"):
        (folder / template.stem).write_text("groups:\n" + ENVIRONMENT.get_template(f"rules/{template.name}").render(VARIABLES))
    return folder


def promtool(*arguments):
    """What promtool says. It comes with Debian's package prometheus, which tests/stages/unit unpacks."""
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def expected(case, moment, count):
    labels = "".join(f',{name}="{value}"' for name, value in case.get("labels", {}).items())
    samples = [{"labels": "{}", "value": count}] if count else []
    return {
        "expr": f'count(ALERTS{{alertname="{case["alert"]}",alertstate="firing"{labels}}})',
        "eval_time": f"{moment}m",
        "exp_samples": samples,
    }


def promtool_test(case):
    """A case as promtool reads it."""
    moments = [expected(case, moment, 0) for moment in case.get("quiet", [])]
    moments += [expected(case, moment, case.get("count", 1)) for moment in case.get("fires", [])]
    # Rules are looked at until shortly before the last moment.
    last = max([*case.get("quiet", []), *case.get("fires", [])]) + 1
    moments.append({"expr": "vector(1)", "eval_time": f"{last}m", "exp_samples": [{"labels": "{}", "value": 1}]})
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in case["series"].items()],
        "promql_expr_test": moments,
    }


@pytest.mark.parametrize("concern", CASES)
def test_alerts_fire_in_time(concern, rules):
    file = rules / f"{concern}.test"
    tests = [promtool_test(case) for case in CASES[concern]]
    file.write_text(yaml.safe_dump({"rule_files": [f"{concern}.yml"], "evaluation_interval": "1m", "tests": tests}))
    promtool("test", "rules", str(file))


def declared(rules):
    """(concern, rule) of every alert."""
    for path in sorted(rules.glob("*.yml")):
        for group in yaml.safe_load(path.read_text())["groups"]:
            yield from ((path.stem, rule) for rule in group["rules"] if "alert" in rule)


def test_every_alert_and_severity_has_a_case(rules):
    shown = {(concern, case["alert"]) for concern, cases in CASES.items() for case in cases if case.get("fires")}
    assert {(concern, rule["alert"]) for concern, rule in declared(rules)} - shown == set()


def test_the_rules_are_one_file(rules, tmp_path):
    whole = tmp_path / "rules.yml"
    concerns = yaml.safe_load((ROLE / "vars/main.yml").read_text())["__monitoring_rules"]
    whole.write_text(ENVIRONMENT.get_template("rules.yml.j2").render(VARIABLES, __monitoring_rules=concerns))
    promtool("check", "rules", str(whole))
    parts = [group for path in rules.glob("*.yml") for group in yaml.safe_load(path.read_text())["groups"]]
    assert sorted(yaml.safe_load(whole.read_text())["groups"], key=str) == sorted(parts, key=str)


def test_every_alert_says_what_and_where_to_look(rules):
    promtool("check", "rules", *map(str, rules.glob("*.yml")))
    for _concern, rule in declared(rules):
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}, rule["alert"]
        assert rule["labels"]["severity"] in ("critical", "warning", "none")
        assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}


def test_every_alert_leads_to_a_page_that_has_it(rules):
    folder = ROLE.parents[1] / "playbooks/templates/runbook"
    for _concern, rule in declared(rules):
        page, _hash, section = rule["annotations"]["runbook_url"].removeprefix("https://example.com/").partition("#")
        text = (folder / f"{page}.j2").read_text()
        assert section in ("", rule["alert"].lower())
        assert not section or f"\n## {rule['alert']}\n" in text, rule["alert"]
