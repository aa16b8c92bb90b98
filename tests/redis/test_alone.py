"""One Redis: who may do what, TLS, and data that stay."""

from __future__ import annotations

import json
from secrets import token_hex

import pytest
from conftest import HOSTS
from controller import changed_hosts

HOST = "redis-1"
TLS = ("--tls", "--cacert", "/etc/redis/tls-ca.pem", "-h", HOSTS[HOST])
PLAIN = ("-h", HOSTS[HOST])


def unchanged(servers, *arguments):
    """A second run and check mode find nothing to do."""
    for mode in ((), ("--check",)):
        assert changed_hosts(servers.converge(*arguments, *mode)) == []


def fingerprint(servers):
    """Of the certificate that Redis serves."""
    return servers.on(HOST, f"openssl s_client -connect {HOSTS[HOST]}:6379 </dev/null 2>/dev/null | openssl x509 -noout -fingerprint")


def test_a_second_run_changes_nothing(alone):
    unchanged(alone)


FORBIDDEN = ["GET other", "SET other 1", "KEYS *", "FLUSHALL", "CONFIG GET *", "ACL LIST", "SHUTDOWN", "REPLICAOF NO ONE"]


@pytest.mark.parametrize("command", FORBIDDEN)
def test_an_application_has_its_own_keys_only(alone, command):
    assert alone.say(HOST, command, user="papersearch").startswith("NOPERM")


def test_nobody_comes_in_without_a_name(alone):
    assert "NOAUTH" in alone.on(HOST, "redis-cli -h 127.0.0.1 PING 2>&1")
    assert alone.say(HOST, "SET papersearch:a 1", "GET papersearch:a", user="papersearch", options=PLAIN).split() == ["OK", "1"]


def test_a_transaction_outlives_a_restart(alone):
    """Redis 8.0.2 reads its file of commands as the user default, and leaves transactions out that this user may not do."""
    value = token_hex(8)
    # A transaction of one command would be kept as that command.
    alone.say(HOST, "MULTI", f"SET papersearch:sent {value}", f"SET papersearch:kept {value}", "EXEC", user="papersearch")
    alone.on(HOST, "systemctl restart redis-server")
    assert alone.say(HOST, "GET papersearch:sent", user="papersearch") == value


@pytest.mark.parametrize("login", ["AUTH default default", "HELLO 3 AUTH default default", "RESET"])
def test_nobody_comes_in_as_the_default_user(alone, login):
    said = alone.on(HOST, f"printf '%s\\n' '{login}' 'SET other 1' | redis-cli -h 127.0.0.1")
    assert "NOAUTH" in said


def test_a_new_password_is_loaded_without_a_restart(alone):
    alone.converge()
    started, former = alone.started(HOST), alone.password("admin")
    alone.converge("-e", json.dumps({"redis_password": "another-one-for-now", "redis_previous_password": former}))
    alone.converge("-e", json.dumps({"redis_password": former, "redis_previous_password": "another-one-for-now"}))
    assert alone.started(HOST) == started
    unchanged(alone)


@pytest.mark.parametrize("before", ["rdb", "aof", "both", "rdb", "both", "none"])
def test_data_outlive_another_persistence(alone, before):
    """Each of the ways is the former one of the next; a crash after the change finds the data too."""
    alone.converge("-e", f"redis_persistence={before}")
    for after in ("rdb", "aof"):
        if after == before:
            continue
        alone.say(HOST, f"SET papersearch:kept {before}-{after}")
        alone.converge("-e", f"redis_persistence={after}")
        assert alone.say(HOST, "GET papersearch:kept") == f"{before}-{after}"
        alone.on(HOST, "systemctl kill --signal=KILL redis-server; sleep 3")
        assert alone.say(HOST, "GET papersearch:kept") == f"{before}-{after}"
        break
    unchanged(alone, "-e", f"redis_persistence={after}")


def test_data_outlive_a_controller_that_dies_in_a_change_of_persistence(alone):
    """What is configured then has what the last snapshot had, whenever Redis starts."""
    for task in ("Write the configuration", "Look for changes since the start"):
        alone.converge("-e", "redis_persistence=rdb")
        alone.say(HOST, f"SET papersearch:kept {task.split()[0]}", "SAVE")
        assert alone.kill_at(task, 0, "redis.yml", "-e", "redis_persistence=aof")
        alone.on(HOST, "systemctl kill --signal=KILL redis-server; sleep 3")
        assert alone.say(HOST, "GET papersearch:kept") == task.split()[0]
    alone.converge()


def test_tls_in_place_of_plain_text(alone):
    alone.say(HOST, "SET papersearch:kept tls")
    alone.variables["platform_redis_tls"] = True
    alone.converge()
    unchanged(alone)
    for address in (HOSTS[HOST], "127.0.0.1"):
        by_tls, plain = ("--tls", "--cacert", "/etc/redis/tls-ca.pem", "-h", address), ("-h", address)
        assert alone.say(HOST, "GET papersearch:kept", user="papersearch", options=by_tls) == "tls"
        assert "tls" not in alone.say(HOST, "GET papersearch:kept", user="papersearch", options=plain)
    assert alone.on(HOST, "stat -c '%U:%G %a' /etc/redis/tls.key").strip() == "root:redis 640"
    for version, served in (("tls1_1", False), ("tls1_2", True), ("tls1_3", True)):
        command = f"openssl s_client -{version} -cipher ALL:@SECLEVEL=0 -connect {HOSTS[HOST]}:6379 </dev/null 2>&1"
        said = alone.on(HOST, command, check=False)
        assert ("Verify return code" in said and "Cipher is (NONE)" not in said) is served, said


def test_a_renewed_certificate_is_served_without_a_restart(alone):
    started, former = alone.started(HOST), fingerprint(alone)
    alone.say(HOST, "SET papersearch:kept renewed")
    alone.play("rotate_certificates.yml", "--limit", f"localhost,{HOST}", "-e", "rotate_certificates_issued_before=2999-01-01T00:00:00Z")
    assert fingerprint(alone) not in ("", former)
    assert alone.started(HOST) == started
    assert alone.say(HOST, "GET papersearch:kept", user="papersearch", options=TLS) == "renewed"
    unchanged(alone)
