"""The site's certificate may be of an ACME authority, here pebble, with which clients of Let's Encrypt are tested, or the site's own."""

from __future__ import annotations

import json
import ssl
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest
from conftest import BALANCERS
from controller import changed_hosts

NAME = "edge.lab.test"
CONTROLLER = "198.18.77.1"


def served(address, port=443):
    """The certificate that a balancer serves, as text."""
    pem = ssl.get_server_certificate((address, port))
    return subprocess.run(["openssl", "x509", "-noout", "-text"], input=pem, capture_output=True, text=True, check=True).stdout


def self_signed(folder, name, alternative):
    """(certificate, key)"""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    more = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={alternative}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *more], capture_output=True, check=True)
    return certificate, key


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An ACME authority on the controller, which finds every name at the virtual address: (its URL, what signs its own certificate)."""
    folder = tmp_path_factory.mktemp("pebble")
    certificate, key = self_signed(folder, "pebble", f"IP:{CONTROLLER}")
    settings = {
        "listenAddress": f"{CONTROLLER}:14000",
        "managementListenAddress": f"{CONTROLLER}:15000",
        "certificate": str(certificate),
        "privateKey": str(key),
        "httpPort": 80,
        "tlsPort": 443,
    }
    (folder / "pebble.json").write_text(json.dumps({"pebble": settings}))
    names = ["pebble-challtestsrv", "-dns01", f"{CONTROLLER}:8053", "-defaultIPv4", "198.18.77.80", "-defaultIPv6", ""]
    off = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-management", "127.0.0.1:8055"]
    started = [
        subprocess.Popen([*names, *off], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL),
        subprocess.Popen(
            ["pebble", "-config", str(folder / "pebble.json"), "-dnsserver", f"{CONTROLLER}:8053"],
            env={"PEBBLE_VA_NOSLEEP": "1", "PATH": "/usr/bin"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ),
    ]
    time.sleep(2)
    assert [process.poll() for process in started] == [None, None]
    yield f"https://{CONTROLLER}:14000/dir", certificate.read_text()
    for process in started:
        process.terminate()
        process.wait()


@pytest.fixture
def acme(edge, authority):
    """Arguments of playbooks for hosts that have never had a certificate of that authority. Afterwards all is as it was."""
    url, ca = authority
    for host in BALANCERS:
        edge.on(host, "cd /etc/letsencrypt 2>/dev/null && rm -rf accounts live archive renewal/*; rm -rf /etc/searchstack/site")
        edge.run("docker", "exec", "-i", f"searchstack-lab-{host}", "sh", "-c", "cat >/etc/ssl/pebble.pem", stdin=ca)
    options = {"platform_site_tls": "acme", "acme_domains": [NAME], "acme_directory_url": url, "acme_directory_ca": "/etc/ssl/pebble.pem"}
    yield ("-e", json.dumps(options))
    edge.play("hosts.yml")
    edge.converge()


def test_an_acme_authority_certifies_the_site(edge, load, acme):
    edge.play("hosts.yml", *acme)
    with load() as client:
        edge.converge(*acme)
    # What serves until then is the platform's own certificate; the load trusts no other one.
    assert [answer for _, answer in client.answers if not answer.startswith("200") and "CERTIFICATE_VERIFY_FAILED" not in answer] == []
    for address in BALANCERS.values():
        assert "Pebble" in served(address)
        assert f"DNS:{NAME}" in served(address)
    assert changed_hosts(edge.converge(*acme).stdout) == []
    assert changed_hosts(edge.converge(*acme, "--check").stdout) == []

    before = served(BALANCERS["edge-lb2"])
    edge.on("edge-lb2", "REQUESTS_CA_BUNDLE=/etc/ssl/pebble.pem certbot renew --quiet --force-renewal --no-random-sleep-on-renew")
    time.sleep(2)
    assert served(BALANCERS["edge-lb2"]) != before
    assert "active" in edge.on("edge-lb2", "systemctl is-active certbot.timer")


def test_an_authority_that_is_away_leaves_what_serves(edge, acme):
    said = edge.refused("loadbalancers.yml", *acme, "-e", f"acme_directory_url=https://{CONTROLLER}:1/dir")
    assert "certbot" in said
    assert edge.get("/")[0] == 200


@pytest.fixture
def responder(tmp_path):
    """(certificate with its issuer's, key) of an authority that says by OCSP, on the controller, that the certificate is good."""
    folder = tmp_path / "ocsp"
    folder.mkdir()
    issuer, issuer_key = self_signed(folder, "issuer", "DNS:issuer.lab.test")

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=True)

    openssl(
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-subj",
        f"/CN={NAME}",
        "-keyout",
        "site.key",
        "-out",
        "site.csr",
    )
    (folder / "more").write_text(f"subjectAltName=DNS:{NAME}\nauthorityInfoAccess=OCSP;URI:http://{CONTROLLER}:8056\n")
    signed = ("-CA", str(issuer), "-CAkey", str(issuer_key), "-set_serial", "4096", "-days", "2", "-extfile", "more", "-out", "site.pem")
    openssl("x509", "-req", "-in", "site.csr", *signed)
    (folder / "index").write_text(f"V\t{datetime.now(UTC) + timedelta(days=2):%y%m%d%H%M%SZ}\t\t1000\tunknown\t/CN={NAME}\n")
    (folder / "chain.pem").write_text((folder / "site.pem").read_text() + issuer.read_text())
    answers = ["openssl", "ocsp", "-index", "index", "-port", "8056", "-rsigner", str(issuer), "-rkey", str(issuer_key), "-CA", str(issuer)]
    server = subprocess.Popen([*answers, "-ndays", "1"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield folder / "chain.pem", folder / "site.key"
    server.terminate()
    server.wait()


def test_what_the_authority_says_comes_with_the_certificate(edge, responder):
    certificate, key = responder
    own = {"platform_site_tls": "files", "platform_site_certificate_file": str(certificate), "platform_site_key_file": str(key)}
    edge.converge("-e", json.dumps({**own, "loadbalancer_ocsp_stapling": True}))
    ask = f"echo | openssl s_client -connect {BALANCERS['edge-lb1']}:443 -servername {NAME} -status 2>/dev/null"
    for _ in range(20):
        # nginx asks the responder when the first client comes.
        told = edge.on("edge-client1", ask, check=False)
        if "OCSP Response Status: successful" in told:
            break
        time.sleep(1)
    assert "Cert Status: good" in told
    edge.converge()
    for host in BALANCERS:
        edge.on(host, "rm -rf /etc/searchstack/site")


def test_the_site_may_bring_its_own_certificate(edge, tmp_path):
    certificate, key = self_signed(tmp_path, "own", f"DNS:{NAME}")
    own = {"platform_site_tls": "files", "platform_site_certificate_file": str(certificate), "platform_site_key_file": str(key)}
    arguments = ("-e", json.dumps(own))
    said = edge.converge(*arguments, "-vvv", "--diff").stdout
    assert [line for line in key.read_text().splitlines()[1:-1] if line in said] == []
    for host, address in BALANCERS.items():
        assert "CN = own" in served(address)
        assert edge.on(host, "stat -c '%a %U' /etc/searchstack/site/key.pem").strip() == "600 root"
        # Who watches asks by the host's address, and knows the platform's authority.
        assert f"IP Address:{address}" in served(address, 8404)
    assert changed_hosts(edge.converge(*arguments).stdout) == []
    edge.converge()
    for host in BALANCERS:
        edge.on(host, "rm -rf /etc/searchstack/site")
