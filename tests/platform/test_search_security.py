"""OpenSearch's security as somebody who tries it sees it: logins, certificates, what users may do, and what the audit log says."""

from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import ADDRESSES
from controller import changed_hosts

NODE = "os1"
UNTRUSTED = "os3"
PORTS = (9200, 9300)
API = "_plugins/_security/api"
AUDIT = "cat /var/log/opensearch/*_audit.json"
TLS = "/etc/searchstack/tls"
STREAM = "searchstack-logs"
# User: the file of its password.
USERS = {
    "papers_app": "app_opensearch",
    "monitoring": "watch_search",
    "logs": "logs",
    "logs_keeper": "logs_keeper",
    "snapshots": "snapshots",
    "admin": "opensearch_admin",
}
DEMO_USERS = ("admin", "anomalyadmin", "kibanaserver", "kibanaro", "logstash", "readall", "snapshotrestore")
WRONG_FIELD = '{"no-such-field": 1}'
MADE_NOT_INDEXED = '{"index": {}}\n{"message": "refused: a stream takes no such request"}\n'
# User, method, path, body. None of these changes anything: what would is of a wrong form, or of what is not there.
MAY = [
    ("papers_app", "GET", "papers/_search?size=0", None),
    ("papers_app", "GET", "papers/_count", None),
    ("papers_app", "POST", "papers/_mget", '{"ids": ["none"]}'),
    ("papers_app", "POST", "papers/_doc", WRONG_FIELD),
    ("papers_app", "POST", "papers/_bulk", '{"index": {}}\n' + WRONG_FIELD + "\n"),
    ("monitoring", "GET", "", None),
    ("monitoring", "GET", "_cluster/health", None),
    ("monitoring", "GET", "_nodes/_local/stats", None),
    ("logs", "POST", f"{STREAM}/_bulk", MADE_NOT_INDEXED),
    ("logs_keeper", "GET", f"{STREAM}/_stats", None),
    ("logs_keeper", "GET", f"_data_stream/{STREAM}", None),
    ("snapshots", "GET", "_snapshot/backups/_all", None),
    ("snapshots", "GET", "_cluster/health", None),
    ("admin", "GET", "_cat/nodes", None),
]
MUST_NOT = [
    *((user, "GET", f"{API}/internalusers", None) for user in USERS),
    *((user, "PATCH", f"{API}/securityconfig", "[]") for user in USERS),
    *((user, "PUT", "_cluster/settings", '{"transient": {"cluster.routing.rebalance.enable": null}}') for user in USERS if user != "admin"),
    *((user, "PUT", "_snapshot/other", '{"type": "fs", "settings": {"location": "other"}}') for user in USERS if user != "admin"),
    *((user, "GET", f"{STREAM}/_search?size=0", None) for user in USERS if user != "admin"),
    *((user, "GET", "papers/_search?size=0", None) for user in ("monitoring", "logs", "logs_keeper")),
    *((user, "DELETE", "papers-none", None) for user in ("papers_app", "monitoring", "logs", "logs_keeper")),
    ("papers_app", "DELETE", "papers/_doc/none", None),
    ("papers_app", "POST", "papers/_bulk", '{"delete": {"_id": "none"}}\n'),
    ("papers_app", "POST", "papers/_delete_by_query", '{"query": {"ids": {"values": []}}}'),
    ("papers_app", "PUT", "papers/_mapping", "{}"),
    ("papers_app", "POST", "papers-none/_close", None),
    ("papers_app", "PUT", "other-index", None),
    ("papers_app", "GET", "_cluster/health", None),
    ("logs", "GET", "_cluster/health", None),
    ("logs", "DELETE", f"{STREAM}/_doc/none", None),
    ("logs_keeper", "POST", f"{STREAM}/_bulk", MADE_NOT_INDEXED),
    ("snapshots", "PUT", "_snapshot/backups/none/_clone/other", '{"indices": "none"}'),
]


def ask(lab, login, asked, body=None, headers=()):
    """(status, text) of a node. The password takes no command line."""
    method, path = asked
    config = f'user = "{":".join(login)}"\n' + "".join(f'header = "{header}"\n' for header in headers)
    command = ["curl", "-s", "-K", "-", "--cacert", str(lab.ca), "-X", method, "-w", "\n%{http_code}"]
    kind = ["-H", "Content-Type: application/json", "--data-binary", body] if body is not None else []
    text, _, status = lab.run(*command, *kind, f"https://{lab.address(NODE)}:9200/{path}", stdin=config).stdout.rpartition("\n")
    return int(status), text


def password_of(lab, user):
    return (lab.root / ".lab/secrets" / USERS[user]).read_text().split()[0]


def refused(status, text):
    """Also a part of a bulk request."""
    return status == 403 or "security_exception" in text


def logs_in(lab, user, password):
    return ask(lab, (user, password), ("GET", "_plugins/_security/authinfo"))[0] == 200


def events(lab, category, user):
    """What the audit log of the node has of a user."""
    lines = [json.loads(line) for line in lab.on(NODE, AUDIT).splitlines()]
    return [line for line in lines if line["audit_category"] == category and line.get("audit_request_effective_user") == user]


def wait_for(what, seconds):
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(1)
    return found


@pytest.fixture
def guest(lab):
    """A user of its own, so that nobody else is kept out."""
    name, password = f"guest-{uuid.uuid4().hex[:8]}", f"Granite-{uuid.uuid4().hex}"
    body = json.dumps({"password": password})
    lab.cluster(f"{API}/internalusers/{name}", "-X", "PUT", "-H", "Content-Type: application/json", "-d", body)
    yield name, password
    lab.cluster(f"{API}/internalusers/{name}", "-X", "DELETE")


@pytest.mark.parametrize("user", DEMO_USERS)
def test_no_demo_user_gets_in(lab, user):
    assert not logs_in(lab, user, user)
    assert not logs_in(lab, user, "myStrongPassword123!")


def test_only_declared_users_are_there(lab):
    assert set(json.loads(lab.cluster(f"{API}/internalusers"))) == {*USERS}


def test_nobody_is_anonymous(lab):
    done = lab.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", str(lab.ca), f"https://{lab.address(NODE)}:9200/")
    assert done.stdout == "401"


@pytest.mark.parametrize(("user", "method", "path", "body"), MAY)
def test_a_user_may_do_what_it_is_for(lab, user, method, path, body):
    status, text = ask(lab, (user, password_of(lab, user)), (method, path), body)
    assert status != 401
    assert not refused(status, text), text


@pytest.mark.parametrize(("user", "method", "path", "body"), MUST_NOT)
def test_a_user_may_do_nothing_else(lab, user, method, path, body):
    status, text = ask(lab, (user, password_of(lab, user)), (method, path), body)
    assert status != 401
    assert refused(status, text), f"{status}: {text}"


# From a node, which alone reaches the transport port of another one. With a level of 0, openssl offers what is old.
OFFERS = [
    ("-tls1", False),
    ("-tls1_1", False),
    ("-tls1_2", True),
    ("-tls1_3", True),
    ("-tls1_2 -cipher AES128-SHA:ECDHE-ECDSA-AES128-SHA", False),
]


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize(("offer", "accepted"), OFFERS)
def test_only_modern_tls_is_spoken(lab, port, offer, accepted):
    level = "" if accepted or "-cipher" in offer else "-cipher DEFAULT@SECLEVEL=0"
    if "-cipher" in offer:
        offer += "@SECLEVEL=0"
    certificate = f"-cert {TLS}/node.pem -key {TLS}/node.key -CAfile {TLS}/ca.pem"
    said = lab.on(NODE, f"openssl s_client -connect {lab.address(NODE)}:{port} {certificate} {offer} {level} </dev/null 2>&1 || true")
    assert "CONNECTED" in said
    assert ("Verify return code: 0 (ok)" in said and "Cipher is (NONE)" not in said) is accepted, said[-2000:]


def test_a_certificate_of_another_authority_is_no_node(lab):
    """The same name as a node's, signed by itself. TLS 1.2: with 1.3 a client would hear of it later."""
    subject = lab.on(NODE, f"openssl x509 -in {TLS}/node.pem -noout -subject -nameopt compat").removeprefix("subject=").strip()
    make = f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj '{subject}' -keyout $d/key -out $d/pem"
    connect = f"openssl s_client -connect {lab.address(NODE)}:9300 -tls1_2 -CAfile {TLS}/ca.pem"
    said = lab.on(NODE, f"d=$(mktemp -d); {make} 2>/dev/null; {connect} -cert $d/pem -key $d/key </dev/null 2>&1; rm -r $d")
    assert "alert" in said
    assert "Cipher is (NONE)" in said or "handshake failure" in said or "certificate" in said.partition("alert")[2][:40], said[-2000:]
    own = lab.on(NODE, f"{connect} -cert {TLS}/node.pem -key {TLS}/node.key </dev/null 2>&1 || true")
    assert "alert" not in own


# Has a node's certificate, and tells what its first client makes of it.
SERVER = f"""
import socket, ssl, sys
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile="{TLS}/ca.pem")
context.load_cert_chain("{TLS}/node.pem", "{TLS}/node.key")
context.verify_mode = ssl.CERT_REQUIRED
with socket.create_server((sys.argv[1], 19300)) as server:
    server.settimeout(60)
    try:
        context.wrap_socket(server.accept()[0], server_side=True).recv(1)
        print("goes on")
    except ssl.SSLError as error:
        print(error.reason)
"""


def what_a_node_says_of_its_certificate(lab, address):
    """A node as the client, of a remote cluster that is said to be at this address of its own."""

    def set_seeds(seeds):
        body = json.dumps({"transient": {"cluster.remote.other.seeds": seeds}})
        lab.cluster("_cluster/settings", "-X", "PUT", "-H", "Content-Type: application/json", "-d", body)

    with ThreadPoolExecutor() as pool:
        server = pool.submit(lab.on, NODE, f"python3 - {address}", stdin=SERVER)
        wait_for(lambda: f"{address}:19300" in lab.on(NODE, "ss -ltn"), 30)
        try:
            set_seeds([f"{address}:19300"])
            return server.result().strip()
        finally:
            set_seeds(None)


def test_a_node_compares_the_address_it_asked_with_the_certificate(lab):
    """Else each host that has a certificate could stand in for a node."""
    assert what_a_node_says_of_its_certificate(lab, lab.address(NODE)) == "goes on"
    assert what_a_node_says_of_its_certificate(lab, "127.0.0.2") == "SSLV3_ALERT_CERTIFICATE_UNKNOWN"


def test_the_certificate_of_a_node_is_no_administrator(lab):
    login = f"--cert {TLS}/node.pem --key {TLS}/node.key --cacert {TLS}/ca.pem"
    for path in ("", f"{API}/internalusers", ".opendistro_security/_search"):
        url = f"https://{lab.address(NODE)}:9200/{path}"
        answer = lab.on(NODE, f"curl -s -o /dev/null -w '%{{http_code}}' {login} {url}")
        assert answer in {"401", "403"}, f"{path}: {answer}"


@pytest.fixture(scope="module")
def short_blocks(lab):
    """Limits of logins that are declared anew hold at once, without a restart. One host of the platform is not trusted."""
    main = ("opensearch_objects.yml", "--limit", "main")
    trusted = [address for host, address in ADDRESSES.items() if host != UNTRUSTED] + ["198.18.77.1/32"]
    limits = {
        "platform_login_block": 20,
        "platform_login_address_tries": 20,
        "platform_login_address_block": 20,
        "platform_login_trusted": trusted,
    }
    assert changed_hosts(lab.play(*main, "-e", json.dumps(limits)).stdout) == ["main"]
    yield
    assert changed_hosts(lab.play(*main).stdout) == ["main"]


@pytest.mark.usefixtures("short_blocks")
def test_wrong_passwords_block_and_the_block_ends(lab, guest):
    name, password = guest
    wait_for(lambda: logs_in(lab, name, password), 30)
    assert not any(logs_in(lab, name, "wrong") for _ in range(10))
    assert not logs_in(lab, name, password)
    # Nobody else is kept out, from the same address.
    assert logs_in(lab, "papers_app", password_of(lab, "papers_app"))
    began = time.monotonic()
    wait_for(lambda: logs_in(lab, name, password), 50)
    assert time.monotonic() - began > 5


@pytest.mark.usefixtures("short_blocks")
def test_wrong_passwords_of_many_users_block_their_address(lab):
    login = f'user = "papers_app:{password_of(lab, "papers_app")}"'
    curl = f"curl -s -o /dev/null -w '%{{http_code}}' --cacert {TLS}/ca.pem"
    url = f"https://{lab.address(NODE)}:9200/_plugins/_security/authinfo"

    def status(host):
        return lab.on(host, f"{curl} -K - {url}", stdin=login)

    assert {status(NODE), status(UNTRUSTED)} == {"200"}
    for host in (NODE, UNTRUSTED):
        lab.on(host, f"for i in $(seq 30); do {curl} -u nobody-$i:wrong {url}; done")
    assert (status(NODE), status(UNTRUSTED)) == ("200", "401")
    began = time.monotonic()
    wait_for(lambda: status(UNTRUSTED) == "200", 50)
    assert time.monotonic() - began > 5


def test_a_failed_login_is_written_down_without_its_password(lab):
    user, password, body = (f"{word}-{uuid.uuid4().hex}" for word in ("stranger", "secret", "looked-for"))
    query = json.dumps({"query": {"match": {"title": body}}})
    status, _ = ask(lab, (user, password), ("POST", "papers/_search"), query, [f"X-Api-Key: {password}"])
    assert status == 401
    line = wait_for(lambda: events(lab, "FAILED_LOGIN", user), 20)[0]
    assert line["audit_request_layer"] == "REST"
    assert line["audit_rest_request_path"] == "/papers/_search"
    assert_not_in_the_logs(lab, password, body)


def test_a_refusal_is_written_down_without_its_body(lab):
    marker = f"looked-for-{uuid.uuid4().hex}"
    query = json.dumps({"query": {"match": {"title": marker}}})
    assert ask(lab, ("monitoring", password_of(lab, "monitoring")), ("POST", "papers/_search"), query)[0] == 403
    wait_for(lambda: events(lab, "MISSING_PRIVILEGES", "monitoring"), 20)
    assert_not_in_the_logs(lab, marker, password_of(lab, "monitoring"))


def assert_not_in_the_logs(lab, *texts):
    for text in texts:
        assert lab.on(NODE, "cat >/run/marker; grep -rlsFf /run/marker /var/log/opensearch; rm /run/marker", stdin=text, check=False) == ""


def test_a_change_of_a_user_is_written_down_without_its_hash(lab, guest):
    name, _ = guest

    def changes():
        # Of the node that holds the security index, whichever that is.
        nodes = [host for host in ADDRESSES if host.startswith("os")]
        return [line for node in nodes for line in lab.on(node, AUDIT).splitlines() if "COMPLIANCE_INTERNAL_CONFIG_WRITE" in line]

    written = wait_for(changes, 30)
    assert [line for line in written if "$2y$" in line or name in line] == []


def test_right_requests_are_not_written_down(lab):
    categories = {json.loads(line)["audit_category"] for line in lab.on(NODE, AUDIT).splitlines()}
    assert categories
    assert not categories & {"AUTHENTICATED", "GRANTED_PRIVILEGES"}


def test_the_audit_log_is_found_among_the_logs_by_user(lab):
    user = f"stranger-{uuid.uuid4().hex}"
    assert not logs_in(lab, user, "wrong")
    terms = [{"term": {"service.name": "opensearch-audit"}}, {"term": {"fields.audit_request_effective_user": user}}]
    query = {"query": {"bool": {"filter": [*terms, {"term": {"fields.audit_category": "FAILED_LOGIN"}}]}}}

    def found():
        body = ("-X", "POST", "-H", "Content-Type: application/json", "-d", json.dumps(query))
        return json.loads(lab.cluster(f"{STREAM}/_search", *body))["hits"]["hits"]

    assert wait_for(found, 60)[0]["_source"]["host"]["name"] == NODE
