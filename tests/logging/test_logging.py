"""Lines arrive once, whatever happens; nothing secret does; and the stream does not grow without end."""

from __future__ import annotations

import base64
import datetime
import hashlib
import ipaddress
import json
import os
import socket
import ssl
import threading
import time
import uuid

import pytest
from controller import ROOT, changed_hosts
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HERE = ROOT / "tests/logging"
COUNT = 10_000
FORWARD = ("198.18.77.1", 8131)


def unique():
    return uuid.uuid4().hex[:12]


def of_request(identifier):
    return {"term": {"request_id": identifier}}


def digest(numbers):
    return hashlib.sha256(",".join(map(str, sorted(numbers))).encode()).hexdigest()


@pytest.fixture
def generate(logging):
    """generate(count, prefix): begins to write lines on shipped1."""
    logging.run("docker", "cp", str(HERE / "generate.py"), "searchstack-lab-shipped1:/root/generate.py")
    threads = []

    def begin(count, prefix):
        thread = threading.Thread(target=logging.on, args=("shipped1", f"python3 /root/generate.py {count} {prefix}"))
        thread.start()
        threads.append(thread)
        return thread

    yield begin
    for thread in threads:
        thread.join()


@pytest.fixture
def away(logging):
    """OpenSearch does not run."""
    logging.on("stored1", "systemctl stop opensearch")
    yield lambda: logging.on("stored1", "systemctl start opensearch")
    logging.on("stored1", "systemctl start opensearch")


def test_the_second_run_and_check_mode_change_nothing(logging):
    assert changed_hosts(logging.converge()) == []
    assert changed_hosts(logging.converge("--check", "--diff")) == []


def test_every_line_arrives_once(logging, generate, away):
    """OpenSearch is away, and rsyslog is killed again and again, and restarted, while lines come."""
    prefix = f"once-{unique()}-"
    writing = generate(COUNT, prefix)
    for _ in range(6):
        time.sleep(0.7)
        logging.on("shipped1", "kill -9 $(pgrep rsyslogd)", check=False)
    logging.on("shipped1", "systemctl restart rsyslog")
    writing.join()
    away()
    logging.until(lambda: len(logging.numbers(f"{prefix}file-")) >= COUNT, 240)
    logging.until(lambda: len(logging.numbers(f"{prefix}journal-")) >= COUNT // 2, 60)
    time.sleep(2)
    assert digest(logging.numbers(f"{prefix}file-")) == digest(range(COUNT))
    assert digest(logging.numbers(f"{prefix}journal-")) == digest(range(1, COUNT, 2))


def test_rotated_files_are_read_to_their_end(logging, generate, away):
    prefix = f"rotated-{unique()}-"
    writing = generate(3000, prefix)
    for _ in range(2):
        time.sleep(0.3)
        logging.on("shipped1", "logrotate --force /etc/logrotate.d/generated")
    writing.join()
    assert logging.on("shipped1", "ls /var/log/generated/").split().count("lines.log.1") == 1
    away()
    logging.until(lambda: len(logging.numbers(f"{prefix}file-")) >= 3000, 240)
    assert digest(logging.numbers(f"{prefix}file-")) == digest(range(3000))


def test_files_are_rotated_by_size_and_bounded_in_number(logging):
    logging.on("shipped1", "truncate -s 51M /var/log/generated/big.log; logrotate /etc/logrotate.d/generated")
    assert "big.log.1" in logging.on("shipped1", "ls /var/log/generated/")
    for _ in range(12):
        logging.on("shipped1", "echo more >>/var/log/generated/big.log; logrotate --force /etc/logrotate.d/generated")
    assert len(logging.on("shipped1", "ls /var/log/generated/big.log.*").split()) == 10
    logging.on("shipped1", "rm /var/log/generated/big.log*")
    assert "OnCalendar=hourly" in logging.on("shipped1", "systemctl cat logrotate.timer")


def test_nothing_secret_arrives(logging):
    identifier = unique()
    lines = [
        json.dumps({"request_id": identifier, "uri": f"/api/search?q={number}&{text}"})
        for number, text in enumerate(["token=S3CRET", "password=S3CRET&page=2", "api_key=S3CRET", "X-Amz-Signature=S3CRET"])
    ]
    lines += [
        json.dumps({"request_id": identifier, "message": text, "headers": {"Authorization": "Bearer S3CRET", "Cookie": "a=S3CRET"}})
        for text in (
            "Authorization: Basic S3CRET==",
            "redis://papersearch:S3CRET@192.0.2.31:6379/0",
            "aws_secret_access_key = S3CRET",
            "AKIAS3CRETS3CRETS3CR",
        )
    ]
    logging.write("lines", *lines)
    logging.on("shipped1", f"logger -t generator '{json.dumps({'request_id': identifier, 'message': 'password: S3CRET'})}'")
    found = logging.wait_for(of_request(identifier), len(lines) + 1)
    assert "S3CRET" not in json.dumps(found)
    assert json.dumps(found).count("[redacted]") >= len(lines) + 1
    assert "S3CRET" not in logging.on("shipped1", "cat /var/log/searchstack-refused.json", check=False)


def test_a_request_is_found_from_the_balancer_to_the_slow_log(logging):
    identifier = unique()
    ca = str(ROOT / ".lab/logging-pki/ca.pem")
    logging.run(
        "curl", "--silent", "--cacert", ca, "-H", f"X-Request-ID: {identifier}", "https://198.18.77.132/api/search?q=raft&token=S3CRET"
    )
    line = json.dumps({"level": "info", "message": "request", "request_id": identifier, "path": "/api/search", "status": 200, "ms": 12.5})
    logging.on("shipped1", f"systemd-run --quiet --wait --unit papersearch-web echo '{line}'")
    logging.ask("PUT", "/papers-slow", {"settings": {"index.search.slowlog.threshold.query.info": "0ms", "number_of_replicas": 0}})
    try:
        status, _answer = logging.ask("GET", "/papers-slow/_search", {"query": {"match_all": {}}}, {"X-Opaque-Id": identifier})
        assert status == 200
        found = {entry["service"]["name"]: entry for entry in logging.wait_for(of_request(identifier), 3)}
    finally:
        logging.ask("DELETE", "/papers-slow")
    assert set(found) == {"nginx", "papersearch-web", "opensearch-slow"}
    assert found["nginx"]["http"] == {
        "method": "GET",
        "path": "/api/search",
        "query": "[redacted]",
        "status": found["nginx"]["http"]["status"],
    }
    assert found["nginx"]["client"] == {"address": "198.18.77.1"}
    assert found["papersearch-web"]["http"] == {"path": "/api/search", "status": 200}
    assert found["papersearch-web"]["duration"] == 0.0125
    assert {name: entry["host"]["name"] for name, entry in found.items()} == {
        "nginx": "shipped1", "papersearch-web": "shipped1", "opensearch-slow": "stored1",
    }  # fmt: skip


def test_an_entry_of_several_lines_is_one_document(logging):
    identifier = unique()
    logging.write("traces", f"2026-03-01 {identifier} failed", "  at one", "  at two", "2026-03-01 next")
    found = logging.wait_for({"match_phrase": {"message": identifier}})
    assert [entry["message"] for entry in found] == [f"2026-03-01 {identifier} failed\n  at one\n  at two"]


def test_unknown_fields_do_not_grow_the_mapping(logging):
    identifier = unique()

    def mapping():
        return list(logging.ask("GET", "/searchstack-logs/_mapping")[1].values())

    before = mapping()
    logging.write(
        "lines",
        *(json.dumps({"request_id": identifier, f"key{number}": number, "deep": {f"k{number}": [{"x": None}]}}) for number in range(500)),
        json.dumps({"request_id": identifier, "status": "none", "bytes": {"a": 1}, "exception": "x" * 40_000}),
    )
    logging.wait_for(of_request(identifier), 100)
    logging.until(lambda: logging.ask("GET", "/searchstack-logs/_count", {"query": of_request(identifier)})[1]["count"] == 501, 60)
    assert mapping() == before
    assert len(logging.found({"bool": {"filter": [of_request(identifier), {"term": {"fields.key77": "77"}}]}})) == 1


def test_who_writes_logs_can_do_nothing_else(logging):
    password = (ROOT / ".lab/secrets/logging_test_logs").read_text().strip()
    login = {"Authorization": "Basic " + base64.b64encode(f"logs:{password}".encode()).decode()}
    for method, path, body in (
        ("GET", "/searchstack-logs/_search", None),
        ("DELETE", "/_data_stream/searchstack-logs", None),
        ("POST", "/searchstack-logs/_rollover", None),
        ("PUT", "/papers-new", None),
        ("POST", "/papers-new/_doc", {"a": 1}),
        ("GET", "/_cluster/settings", None),
        ("GET", "/_plugins/_security/api/internalusers", None),
    ):
        assert logging.ask(method, path, body, login, logging.context_without_certificate)[0] == 403, path


def test_secrets_of_the_role_are_readable_by_root_alone(logging):
    modes = logging.on(
        "shipped1",
        "stat -c '%a %U' /etc/searchstack/logging/opensearch.password /var/spool/rsyslog /etc/searchstack/logging/opensearch.json",
    )
    assert modes.splitlines() == ["600 root", "700 root", "600 root"]
    password = (ROOT / ".lab/secrets/logging_test_logs").read_text().strip()
    assert password not in logging.on("shipped1", "cat /proc/[0-9]*/cmdline /etc/rsyslog.conf | tr '\\0' ' '")


def test_a_wrong_password_tells_and_loses_nothing(logging):
    identifier = unique()
    file = "/etc/searchstack/logging/opensearch.password"
    failures = logging.metric("failures_total")
    logging.on("shipped1", f"echo wrong >{file}")
    logging.write("lines", json.dumps({"request_id": identifier}))
    logging.until(lambda: "401" in logging.on("shipped1", "journalctl -t searchstack-logs --no-pager -o cat -n 3"), 60)
    logging.until(lambda: logging.metric("failures_total") > failures, 30)
    assert logging.found(of_request(identifier)) == []
    assert changed_hosts(logging.converge()) == ["shipped1"]
    assert len(logging.wait_for(of_request(identifier))) == 1


@pytest.fixture
def lines_taken(logging):
    """A server of TLS on the controller that takes JSON lines, and the lines."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "taker")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(FORWARD[0]))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    folder = ROOT / ".lab"
    file = folder / "logging-taker.pem"
    file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + pem)
    file.chmod(0o600)
    logging.run("docker", "exec", "-i", "searchstack-lab-shipped1", "sh", "-c", "cat >/etc/ssl/taker.pem", stdin=pem.decode())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    taken, server = [], socket.create_server(FORWARD)

    def serve(connection):
        try:
            with context.wrap_socket(connection, server_side=True) as secured, secured.makefile("rb") as stream:
                taken.extend(json.loads(line) for line in stream)
        except (OSError, ValueError):
            return

    def accept():
        while True:
            try:
                connection, _address = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield taken
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    file.unlink()


def test_another_place_gets_the_same_documents(logging, lines_taken):
    identifier = unique()
    forward = {"logging_forward": {"host": FORWARD[0], "port": FORWARD[1], "ca": "/etc/ssl/taker.pem"}}
    assert changed_hosts(logging.converge("--limit", "shipped1", "-e", json.dumps(forward))) == ["shipped1"]
    try:
        logging.write("lines", json.dumps({"request_id": identifier, "uri": "/x?token=S3CRET"}))
        stored = logging.wait_for(of_request(identifier))
        logging.until(lambda: any(entry.get("request_id") == identifier for entry in lines_taken), 30)
        [sent] = [entry for entry in lines_taken if entry.get("request_id") == identifier]
        assert sent.pop("event")["id"]
        assert [sent] == stored
        assert "S3CRET" not in json.dumps(sent)
    finally:
        logging.converge("--limit", "shipped1")
    assert logging.on("shipped1", "pgrep -fc '[f]orward.json'", check=False).strip() == "0"


def test_another_place_that_is_not_wanted_any_more_leaves_nothing_behind(logging):
    """Not even where it never answered, and lines wait for it."""
    left = "find /etc/searchstack/logging /var/spool/rsyslog /var/lib/prometheus/node-exporter -name '*forward*' -printf '%f\n'"
    forward = {"logging_forward": {"host": FORWARD[0], "port": FORWARD[1], "tls": False}}
    logging.converge("--limit", "shipped1", "-e", json.dumps(forward))
    try:
        logging.until(lambda: "searchstack_logging_forward.prom" in logging.on("shipped1", left), 60)
        assert {"forward.json", "forward.00000001"} <= set(logging.on("shipped1", left).split())
    finally:
        logging.converge("--limit", "shipped1")
    assert logging.on("shipped1", left) == ""
    assert "searchstack_logging_opensearch.prom" in logging.on("shipped1", "ls /var/lib/prometheus/node-exporter")


def test_the_stream_begins_anew_in_time_and_loses_what_is_old(logging):
    """In sizes of a test: an index for each MiB, and two MiB of them."""

    def indices():
        return [index["index_name"] for index in logging.ask("GET", "/_data_stream/searchstack-logs")[1]["data_streams"][0]["indices"]]

    small = {"logging_retention_rollover_size": 1, "logging_retention_size": 2}
    logging.converge("--limit", "stored1", "-e", json.dumps(small))
    try:
        seen = set(indices())
        for _ in range(4):
            identifier = unique()
            logging.write("lines", *(json.dumps({"request_id": identifier, "message": os.urandom(4000).hex()}) for _ in range(400)))
            logging.until(
                lambda identifier=identifier: (
                    logging.ask("GET", "/searchstack-logs/_count", {"query": of_request(identifier)})[1]["count"] == 400
                ),
                60,
            )
            logging.ask("POST", "/searchstack-logs/_flush")
            logging.on("stored1", "systemctl start searchstack-log-retention")
            seen |= set(indices())
        stats = logging.ask("GET", "/searchstack-logs/_stats/store")[1]["_all"]["total"]["store"]["size_in_bytes"]
        assert len(seen) >= 3
        assert len(indices()) < len(seen)
        assert stats < 6 * 1024 * 1024
    finally:
        logging.converge("--limit", "stored1")


def test_a_host_that_does_not_run_the_retention_any_more_has_no_timer(logging):
    without = ("--limit", "stored1", "-e", json.dumps({"logging_retention": False}))
    state = "systemctl is-active searchstack-log-retention.timer; systemctl is-enabled searchstack-log-retention.timer"
    assert logging.on("stored1", state).split() == ["active", "enabled"]
    assert changed_hosts(logging.converge(*without, "--check", "--diff")) == ["stored1"]
    assert changed_hosts(logging.converge(*without)) == ["stored1"]
    try:
        assert changed_hosts(logging.converge(*without)) == []
        assert logging.on("stored1", state, check=False).split()[:1] == ["inactive"]
        assert logging.on("stored1", "ls /etc/searchstack/logging").split() == ["logs.py", "opensearch.json", "opensearch.password"]
    finally:
        logging.converge("--limit", "stored1")
    assert logging.on("stored1", state).split() == ["active", "enabled"]


def test_switched_off_nothing_of_it_runs_and_on_again_nothing_is_lost(logging):
    identifier = unique()
    off = ("-e", json.dumps({"platform_logging": False}))
    assert changed_hosts(logging.converge(*off, "--check", "--diff")) == ["shipped1", "stored1"]
    assert changed_hosts(logging.converge(*off)) == ["shipped1", "stored1"]
    try:
        assert changed_hosts(logging.converge(*off)) == []
        assert changed_hosts(logging.converge(*off, "--check", "--diff")) == []
        for host, units in (("shipped1", ["rsyslog.service"]), ("stored1", ["rsyslog.service", "searchstack-log-retention.timer"])):
            left = "/etc/rsyslog.conf /etc/searchstack/logging /etc/systemd/system/rsyslog.service.d"
            assert logging.on(host, f"ls -d {left} /var/lib/prometheus/*/searchstack_logging*", check=False) == ""
            # Nor does the next boot, or a line of syslog, start any of it.
            logging.on(host, f"logger -t generator {identifier}")
            for unit in units:
                assert logging.on(host, f"systemctl is-active {unit}", check=False).split() == ["inactive"], (host, unit)
                assert logging.on(host, f"systemctl is-enabled {unit}", check=False).split() in (["disabled"], ["not-found"], []), unit
        assert "nginx" in logging.on("shipped1", "ls /etc/logrotate.d")
        logging.write("lines", json.dumps({"request_id": identifier}))
    finally:
        logging.converge()
    assert len(logging.wait_for(of_request(identifier))) == 1
    assert changed_hosts(logging.converge()) == []


def test_check_mode_on_a_host_without_rsyslog(logging):
    logging.on(
        "shipped1",
        "apt-get purge -y -qq rsyslog && rm -rf /etc/searchstack/logging /etc/systemd/system/rsyslog.service.d && systemctl daemon-reload",
    )
    assert changed_hosts(logging.converge("--check", "--diff")) == ["shipped1"]
    assert changed_hosts(logging.converge()) == ["shipped1"]
    assert changed_hosts(logging.converge()) == []
    identifier = unique()
    logging.write("lines", json.dumps({"request_id": identifier}))
    assert len(logging.wait_for(of_request(identifier))) == 1
