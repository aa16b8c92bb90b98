"""What clients are answered, by nginx and by HAProxy alike."""

from __future__ import annotations

import json
import re
import time

import pytest
from conftest import APPLICATION, BALANCERS
from controller import changed_hosts

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def assert_protected(headers):
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert headers.get("Strict-Transport-Security") == "max-age=31536000"
    assert headers["X-Request-ID"]


def test_the_second_run_changes_nothing(edge):
    assert changed_hosts(edge.converge().stdout) == []
    assert changed_hosts(edge.converge("--check").stdout) == []


def test_http_is_redirected(edge):
    head = edge.run("curl", "-si", f"http://{edge.vip}/a?b=c").stdout
    assert re.match(r"HTTP/1.1 301 ", head)
    headers = {name.lower(): value for name, value in re.findall(r"^([\w-]+): (.*?)\r?$", head, re.MULTILINE)}
    assert headers["location"] == f"https://{edge.vip}/a?b=c"
    for name, value in HEADERS.items():
        assert headers[name.lower()] == value


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/status/404", 404), ("/metrics", 404), ("/metrics/x", 404), ("/status/503", 503)]
)
def test_every_answer_has_the_security_headers(edge, path, status):
    answered, headers, _ = edge.get(path)
    assert answered == status
    assert_protected(headers)


def test_a_page_says_that_nobody_answers(edge):
    with edge.stopped(*APPLICATION):
        status, headers, text = edge.get("/")
    assert status in (502, 503)
    assert_protected(headers)
    assert "Please try again" in text
    edge.until_all_answer()


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_both_versions_of_http_are_spoken(edge, version):
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_version}", version, "--cacert", str(edge.ca), f"https://{edge.vip}/"]
    assert edge.run(*command).stdout == {"--http1.1": "1.1", "--http2": "2"}[version]


@pytest.mark.parametrize(("version", "accepted"), [("--tls-max 1.1 --tlsv1.1", False), ("--tls-max 1.2", True), ("--tlsv1.3", True)])
def test_only_modern_tls_is_spoken(edge, version, accepted):
    done = edge.run("curl", "-s", "-o", "/dev/null", "--cacert", str(edge.ca), *version.split(), f"https://{edge.vip}/", check=False)
    assert (done.returncode == 0) is accepted


def test_the_application_learns_who_asks_and_not_what_they_claim(edge):
    claimed = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9", "X-Forwarded-Proto": "http"}
    got = edge.echoed("/", claimed)["headers"]
    assert (got["x-forwarded-for"], got["x-real-ip"], got["x-forwarded-proto"]) == ("198.18.77.1", "198.18.77.1", "https")
    assert "forwarded" not in got
    assert got["host"] == edge.vip


def test_a_request_keeps_a_plain_id_and_gets_one_otherwise(edge):
    _, headers, _ = edge.get("/", {"X-Request-ID": "order-66"})
    assert headers["X-Request-ID"] == "order-66"
    _, headers, _ = edge.get("/", {"X-Request-ID": 'a b"c'})
    assert re.fullmatch(r"[0-9a-fA-F-]{32,36}", headers["X-Request-ID"])
    assert edge.echoed("/", {"X-Request-ID": "order-67"})["headers"]["x-request-id"] == "order-67"


def test_the_log_has_the_whole_of_a_header(edge):
    agent = "Mozilla/5.0 (X11, Linux) (KHTML, like Gecko)"
    edge.get("/", {"X-Request-ID": "order-68", "User-Agent": agent})
    time.sleep(0.5)
    line = edge.logged("order-68")
    assert (line["user_agent"], line["status"], line["client"]) == (agent, "200", "198.18.77.1")


@pytest.mark.parametrize("path", ["/%6detrics", "//metrics", "/./metrics", "/x/../metrics", "/%2e/metrics", "/metrics/./x"])
def test_another_spelling_opens_no_blocked_path(edge, path):
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--path-as-is", "--cacert", str(edge.ca), f"https://{edge.vip}{path}"]
    assert edge.run(*command).stdout == "404"


def test_the_client_behind_proxies_is_the_last_that_is_none(edge):
    for claimed, client in [
        ("192.0.2.1, 192.0.2.2", "192.0.2.2"),
        ("192.0.2.1, 192.0.2.2, 203.0.113.9", "192.0.2.2"),
    ]:
        told = edge.on("edge-client2", f"curl -sk -H 'X-Forwarded-For: {claimed}' https://{edge.vip}/")
        assert json.loads(told)["headers"]["x-forwarded-for"] == client


def test_a_stream_is_passed_on_as_it_comes(edge):
    with edge.pool() as pool:
        answer = pool.request("GET", "/gradio_api/stream/3", preload_content=False)
        came = [time.monotonic() for chunk in answer.stream(1) if chunk]
    assert came[-1] - came[0] > 1.5


def test_a_request_goes_on_to_a_host_that_is_well(edge):
    with edge.answering(502, "edge-app1"):
        assert {edge.echoed()["host"] for _ in range(12)} == {"edge-app2"}
    edge.until_all_answer()


def test_a_bad_answer_of_each_host_takes_nothing_away(edge):
    with edge.answering(502, *APPLICATION):
        assert [edge.get("/")[0] for _ in range(4)] == [502] * 4
    assert edge.get("/")[0] == 200
    edge.until_all_answer()


def test_what_changes_something_is_sent_once(edge):
    for host in APPLICATION:
        edge.on(host, "rm -f /run/origin.posts")
    with edge.answering(502, *APPLICATION):
        status, _, _ = edge.get("/order", method="POST", body="one")
    assert status == 502
    assert sum(int(edge.on(host, "cat /run/origin.posts 2>/dev/null | wc -l")) for host in APPLICATION) == 1
    edge.until_all_answer()


@pytest.mark.parametrize("edge", ["nginx"], indirect=True)
def test_gixy_finds_nothing(edge, tmp_path):
    (tmp_path / "nginx.conf").write_text(edge.on("edge-lb1", "cat /etc/nginx/nginx.conf"))
    found = json.loads(edge.run("gixy", "--format", "json", str(tmp_path / "nginx.conf"), check=False).stdout)
    assert found == []


def test_the_statistics_are_for_who_has_the_password(edge):
    url = f"https://{BALANCERS['edge-lb1']}:8404/"
    ask = ["curl", "-s", "--cacert", str(edge.ca), "-w", "%{http_code}"]
    assert edge.run(*ask, "-o", "/dev/null", url).stdout == "401"
    password = (edge.root / ".lab/secrets/edge_stats").read_text().split()[0]
    told = edge.run(*ask, "-K", "-", url, stdin=f'user = "stats:{password}"').stdout
    assert told.endswith("200")
    assert re.search(r"Active connections|Statistics Report", told)
    assert edge.on("edge-client1", f"curl -s -m 3 -o /dev/null -w '%{{http_code}}' -k {url}", check=False) == "000"
