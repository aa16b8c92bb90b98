"""The platform as its users and neighbours see it."""

from __future__ import annotations

import json
import ssl
import time
import urllib.request

import pytest


def ask(lab, path):
    """One HTTPS request through the virtual address; the certificate must be the lab CA's."""
    context = ssl.create_default_context(cafile=str(lab.ca))
    with urllib.request.urlopen(f"https://{lab.vip}{path}", timeout=20, context=context) as answer:
        return answer.status, answer.headers, answer.read().decode()


@pytest.fixture(scope="module", autouse=True)
def _papers(lab):
    lab.play("load_corpus.yml")


def test_loading_the_papers_again_changes_nothing(lab):
    assert "changed=1" not in lab.play("load_corpus.yml").stdout


def test_a_search_through_the_balancers_finds_a_paper(lab):
    status, headers, body = ask(lab, "/api/search?q=attention+is+all+you+need")
    assert status == 200
    assert json.loads(body)["results"][0]["title"] == "Attention Is All You Need"
    assert "max-age" in headers["Strict-Transport-Security"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_health_names_every_part(lab):
    status, _, body = ask(lab, "/health")
    assert status == 200
    assert {"opensearch", "redis", "disk", "memory"} <= {name.removesuffix("_space") for name in json.loads(body)["checks"]}


@pytest.mark.parametrize(("version", "accepted"), [("--tls-max 1.1 --tlsv1.1", False), ("--tls-max 1.2", True), ("--tlsv1.3", True)])
def test_only_modern_tls_is_spoken(lab, version, accepted):
    done = lab.run("curl", "-s", "-o", "/dev/null", "--cacert", str(lab.ca), *version.split(), f"https://{lab.vip}/live", check=False)
    assert (done.returncode == 0) is accepted


def test_a_node_refuses_who_has_no_password(lab):
    done = lab.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", str(lab.ca), "https://198.18.77.41:9200/")
    assert done.stdout == "401"


def test_the_administrator_gets_in_with_the_generated_password(lab):
    password = (lab.root / ".lab/secrets/opensearch_admin").read_text().split()[0]
    login = f'user = "admin:{password}"'
    command = ["curl", "-s", "-K", "-", "--cacert", str(lab.ca), "https://198.18.77.41:9200/_cat/nodes?h=name"]
    # The guesses of tests/platform/watch.py keep the administrator out for up to a minute after the last one.
    deadline = time.monotonic() + 75
    while (answer := lab.run(*command, stdin=login).stdout) == "Unauthorized" and time.monotonic() < deadline:
        time.sleep(3)
    assert sorted(answer.split()) == ["os1", "os2", "os3"]


@pytest.mark.parametrize(
    ("host", "unit", "exposure"),
    [("os1", "opensearch", 1.5), ("app1", "papersearch-web", 1.5), ("app1", "papersearch-worker", 1.5), ("redis1", "redis-server", 1.5)],
)
def test_daemons_run_in_a_sandbox(lab, host, unit, exposure):
    report = lab.on(host, f"systemd-analyze security --no-pager {unit} | tail -n 1", check=False)
    assert float(report.split("for")[1].split(":")[1].split()[0]) <= exposure, report
