"""Three servers with sentinels: who takes writes changes by itself, and a run of the playbook takes that as it is."""

from __future__ import annotations

import json
import socket
import time

import pytest
from conftest import HOSTS, Application
from controller import ROOT, changed_hosts

TLS = ("--tls", "--cacert", "/etc/redis/tls-ca.pem")


def unchanged(servers):
    """A second run and check mode find nothing to do, and leave the roles as they are."""
    before = servers.primaries()
    for mode in ((), ("--check",)):
        assert changed_hosts(servers.converge(*mode)) == []
    assert servers.primaries() == before


def replica_of(servers):
    """One that takes no writes."""
    return next(host for host in HOSTS if host != servers.primary())


def kept(servers, name, host):
    return servers.say(host, f"GET papersearch:{name}")


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        (["redis_sentinel=true", "redis_hosts=['198.18.77.91']"], "redis_sentinel needs three or more"),
        (["redis_persistence=none"], "redis_persistence is none"),
        (["redis_replication_password=short"], "redis_replication_password must have 12"),
        (["redis_sentinel_password=short"], "redis_sentinel_password must have 12"),
        (["redis_address=198.18.77.99"], "redis_address (198.18.77.99) is none of redis_hosts"),
    ],
)
def test_what_cannot_work_is_refused(group, variables, says):
    arguments = [
        word for variable in variables for word in ("-e", variable if "[" not in variable else '{"redis_hosts": ["198.18.77.91"]}')
    ]
    assert says in group.refused("preflight.yml", *arguments)


def test_a_host_with_data_becomes_no_replica(group):
    """The first one of the list is who the others replicate; a mistake there would empty the one with data."""
    group.until_healthy()
    host, other = group.primary(), replica_of(group)
    group.say(host, "SET papersearch:own 1")
    group.on(host, "mv /var/lib/redis/replication.conf /var/lib/redis/replication.kept")
    try:
        mistaken = json.dumps({"redis_hosts": [HOSTS[other], HOSTS[host]], "redis_sentinel": False})
        assert "holds data that it would lose" in group.refused("redis.yml", "--limit", host, "-e", mistaken)
    finally:
        group.on(host, "mv /var/lib/redis/replication.kept /var/lib/redis/replication.conf")
        group.converge()
    assert kept(group, "own", host) == "1"


def test_two_servers_replicate_one(group):
    group.until_healthy()
    assert group.primaries() == dict.fromkeys(HOSTS, "redis-1")
    group.say("redis-1", "SET papersearch:grown 1")
    group.until(lambda: {kept(group, "grown", host) for host in HOSTS} == {"1"}, 10)
    for host in HOSTS:
        for path in ("/run/redis/redis.sock", "/run/sentinel/sentinel.sock"):
            assert group.say(host, "ACL LOG", options=("-s", path)) == ""
    unchanged(group)


@pytest.mark.parametrize("port", [6379, 26379])
def test_the_firewall_lets_in_who_is_declared(group, port):
    """Not the controller, but the servers among each other."""
    with pytest.raises(TimeoutError), socket.create_connection((HOSTS["redis-1"], port), timeout=2):
        pass
    command = f"echo | timeout 5 openssl s_client -connect {HOSTS['redis-1']}:{port} 2>&1"
    assert "CONNECTED" in group.on("redis-2", command)


@pytest.mark.parametrize("user", ["replication", "sentinel"])
@pytest.mark.parametrize("command", ["GET papersearch:grown", "SET a 1", "ACL LIST", "CONFIG GET *"])
def test_their_users_may_do_nothing_else(group, user, command):
    assert group.say("redis-1", command, user=user).startswith("NOPERM")


@pytest.mark.parametrize("user", ["papersearch", "sentinel"])
@pytest.mark.parametrize(
    "command", ["SENTINEL FAILOVER primary", "SENTINEL SET primary quorum 1", "SENTINEL REMOVE primary", "ACL LIST", "SHUTDOWN"]
)
def test_sentinels_obey_the_administrator_only(group, user, command):
    assert group.sentinel("redis-1", command, user=user).startswith("NOPERM")


def test_sentinels_serve_tls_and_ask_for_a_name(group):
    at = ("-h", HOSTS["redis-1"], "-p", "26379")
    ask = "SENTINEL GET-MASTER-ADDR-BY-NAME primary"
    assert HOSTS["redis-1"] in group.sentinel("redis-2", ask, user="papersearch", options=(*TLS, *at))
    assert HOSTS["redis-1"] not in group.sentinel("redis-2", ask, user="papersearch", options=at)
    assert "NOAUTH" in group.on("redis-2", " ".join(["redis-cli", *TLS, *at, ask]) + " 2>&1")


FATES = {
    # Ended, and started again by systemd later than others wait.
    "ended": ("systemctl stop redis-server redis-sentinel", "systemctl start redis-server redis-sentinel"),
    # Silent, and then back as if it had always taken writes.
    "frozen": None,
}


def strike(group, host, fate, back):
    if fate == "frozen":
        group.run("docker", "unpause" if back else "pause", f"searchstack-lab-{host}")
    else:
        group.on(host, FATES[fate][back])


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("doing", ["writes", "queue"])
@pytest.mark.parametrize("fate", FATES)
def test_another_one_takes_writes(group, fate, doing, record_property):
    """Clients go on within seconds; who is back replicates, and a run of the playbook leaves it at that."""
    group.until_healthy()
    group.say(group.primary(), "DEL papersearch:celery:papersearch")
    former = group.primary()
    others = [host for host in HOSTS if host != former]
    with Application(doing) as application:
        time.sleep(2)
        strike(group, former, fate, back=False)
        try:
            took = group.until(
                lambda: group.info(others[0], "replication")["role"] == "master" or group.info(others[1], "replication")["role"] == "master"
            )
            time.sleep(8)
        finally:
            strike(group, former, fate, back=True)
        back = group.until_healthy()
        time.sleep(2)
    gap = application.longest_gap()
    print(f"{fate}, {doing}: promoted after {took:.1f} s, clients waited {gap:.1f} s, healthy {back:.1f} s after the return")
    record_property("seconds", round(gap, 1))
    assert gap < 20
    assert application.answers[-1]["done"]
    primary = group.primary()
    assert primary != former
    assert group.info(former, "replication")["role"] == "slave"
    done = [answer["number"] for answer in application.answers if answer["done"]]
    if doing == "queue":
        # Replication is asynchronous: what was sent in the last moment may be gone.
        assert int(group.say(primary, "LLEN papersearch:celery:papersearch")) >= len(done) - 5
    else:
        missing = [number for number in done if kept(group, f"test:{number}", primary) == ""]
        assert len(missing) < 5
    unchanged(group)


@pytest.mark.usefixtures("client")
def test_a_worker_goes_on(group):
    """Tasks that are sent after the change reach a worker that was there before it."""
    group.until_healthy()
    queue = "papersearch:celery:papersearch"
    group.say(group.primary(), f"DEL {queue}")
    environment = {"PAPERSEARCH_OPENSEARCH_TIMEOUT": "1", "PAPERSEARCH_OPENSEARCH_RETRIES": "0"}
    worker = Application.start(
        "-m", "celery", "-A", "papersearch.tasks:celery", "worker", "-P", "solo", "--without-gossip", "--without-mingle", **environment
    )
    try:
        time.sleep(8)
        former = group.primary()
        group.on(former, FATES["ended"][0])
        group.until(lambda: former not in group.primaries().values())
        time.sleep(10)
        with Application("queue"):
            time.sleep(1)
        taken = group.until(lambda: group.say(group.primary(), f"LLEN {queue}") == "0", 120)
        print(f"taken after {taken:.1f} s")
    finally:
        group.on(former, FATES["ended"][1])
        worker.terminate()
        worker.wait(30)


def test_a_renewed_certificate_changes_no_roles(group):
    group.until_healthy()
    started = {host: group.started(host) for host in HOSTS}
    primary = group.primary()
    group.play("rotate_certificates.yml", "-e", "rotate_certificates_issued_before=2999-01-01T00:00:00Z")
    assert {host: group.started(host) for host in HOSTS} == started
    group.until_healthy()
    assert group.primary() == primary
    unchanged(group)


def test_new_passwords_of_replicas_and_sentinels(group):
    group.until_healthy()
    primary, started = group.primary(), {host: group.started(host) for host in HOSTS}
    for name in ("replication", "sentinel"):
        (ROOT / f".lab/secrets/redis_test_{name}").write_text(f"{name}{time.time_ns()}\n")
    group.converge()
    group.until_healthy()
    assert group.primary() == primary
    assert {host: group.started(host) for host in HOSTS} == started
    # Also who begins anew.
    group.on(replica_of(group), "systemctl restart redis-server redis-sentinel")
    group.until_healthy()
    unchanged(group)


def test_a_host_that_is_made_anew_replicates(group):
    """Even the first one of the list, which took writes at the very beginning."""
    group.until_healthy()
    if group.primary() == "redis-1":
        group.sentinel("redis-2", "SENTINEL FAILOVER primary")
        group.until(lambda: group.primaries() in (dict.fromkeys(HOSTS, "redis-2"), dict.fromkeys(HOSTS, "redis-3")))
        group.until_healthy()
    primary = group.primary()
    group.say(primary, "SET papersearch:anew 1")
    group.on("redis-1", "systemctl stop redis-server redis-sentinel; rm -rf /var/lib/redis/*")
    group.converge()
    group.until_healthy()
    assert group.primary() == primary
    assert group.info("redis-1", "replication")["role"] == "slave"
    assert kept(group, "anew", "redis-1") == "1"


def test_all_hosts_at_once(group):
    """A loss of power: they come back with the roles that they had."""
    group.until_healthy()
    primary = group.primary()
    group.say(primary, "SET papersearch:power 1", "WAIT 2 5000")
    time.sleep(2)
    for host in HOSTS:
        group.on(host, "systemctl kill --signal=KILL redis-server redis-sentinel")
    group.until_healthy()
    assert {kept(group, "power", host) for host in HOSTS} == {"1"}
    unchanged(group)
