"""What people do, through either balancer: with a browser, with Gradio's queue, and while the one takes over from the other."""

from __future__ import annotations

import json
import re
import statistics

import pytest
from client import Client
from playwright.sync_api import expect

PROGRAMS = ("nginx", "haproxy")
APPLICATION = ("app1", "app2", "app3")
# The page as it comes, where any process answers; and with Gradio's queue, whose events come as a stream from the process that has them.
MODES = {
    "plain": {},
    "queue": {"papersearch_settings": {"PAPERSEARCH_UI_QUEUE": "true"}, "app_workers": 1, "loadbalancer_session_affinity": "cookie"},
}


def arguments(program, **variables):
    return ("-e", json.dumps({"loadbalancer_implementation": program, **variables}))


@pytest.fixture(scope="module", autouse=True)
def _as_declared(lab):
    """Afterwards, all is as the inventory says."""
    yield
    for tier in ("app", "loadbalancers"):
        lab.play(f"{tier}.yml")


@pytest.mark.parametrize(("program", "other"), [("haproxy", "nginx"), ("nginx", "haproxy")])
def test_one_takes_over_from_the_other_unnoticed(lab, program, other):
    lab.play("loadbalancers.yml", *arguments(other))
    with Client(lab, seconds=300) as client:
        lab.play("loadbalancers.yml", *arguments(program))
    assert client.failed == []
    lab.play("verify.yml", *arguments(program))


def search(page, words):
    page.get_by_placeholder("Search papers").fill(words)
    page.get_by_role("button", name="Search").click()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_person_searches_within_the_limits_and_on_any_host(lab, page, program, mode):
    """The browser is a client like any other here: it has limits."""
    given = arguments(program, loadbalancer_unlimited_sources=[], **MODES[mode])
    for tier in ("app", "loadbalancers"):
        lab.play(f"{tier}.yml", *given)
    answers = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 (Playwright sets attributes on it)
    page.goto(f"https://{lab.vip}/?q=attention+is+all+you+need")
    expect(page.locator("ol.papers")).to_contain_text("Attention Is All You Need")
    search(page, "black holes")
    expect(page.locator("ol.papers")).to_contain_text("Black")
    streams = [answer for answer in answers if answer.headers.get("content-type", "").startswith("text/event-stream")]
    assert bool([stream for stream in streams if "/queue/data" in stream.url]) is (mode == "queue")
    for host in APPLICATION:
        lab.on(host, "systemctl stop papersearch-web")
        try:
            page.reload()
            search(page, "CRISPR")
            expect(page.locator("ol.papers")).to_contain_text("CRISPR")
        finally:
            lab.on(host, "systemctl start papersearch-web")
    assert [answer.status for answer in answers if answer.status == 429] == []
    page.screenshot(path=lab.root / f".lab/page-{program}-{mode}.png")


def measured(lab, url):
    """(requests a second, p50 and p99 in milliseconds) of 8 connections that stay open, from the host of a balancer."""
    told = lab.on("lb1", f"wrk --threads 1 --connections 8 --duration 8s --latency {url}")
    assert "Non-2xx" not in told
    assert "Socket errors" not in told
    units = {"us": 0.001, "ms": 1, "s": 1000}
    times = {percent: float(number) * units[unit] for percent, number, unit in re.findall(r"(\d+)% +([\d.]+)(us|ms|s)\b", told)}
    return float(re.search(r"Requests/sec: +([\d.]+)", told).group(1)), times["50"], times["99"]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_balancer_costs_little(lab, figures, program):
    """In pairs, as the machine is never the same for long: directly, then through the balancer of the same host."""
    lab.on("lb1", "apt-get install -y -qq wrk")
    lab.play("loadbalancers.yml", *arguments(program, loadbalancer_unlimited_sources=["198.18.77.0/24"]))
    pairs = [
        (measured(lab, f"http://{lab.address('app1')}:7860/live"), measured(lab, f"https://{lab.address('lb1')}/live")) for _ in range(5)
    ]
    ratio = statistics.median(through[0] / direct[0] for direct, through in pairs)
    direct, through = (tuple(statistics.median(run[figure] for run in runs) for figure in range(3)) for runs in zip(*pairs, strict=True))
    figures.append(
        f"{program}: directly {direct[0]:.0f} requests a second (p50 {direct[1]:.1f} ms, p99 {direct[2]:.1f} ms), "
        f"through it {through[0]:.0f} (p50 {through[1]:.1f} ms, p99 {through[2]:.1f} ms), ratio {ratio:.2f}"
    )
    assert ratio > 0.5
