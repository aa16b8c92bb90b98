"""Secrets change while a client asks, and what they were is refused afterwards."""

from __future__ import annotations

import re
from base64 import b64encode

import pytest
from alerts import until
from controller import changed_hosts

NAMES = (
    *("app_opensearch", "app_redis", "ingest_key", "redis_admin", "opensearch_admin"),
    *("monitoring", "watch_search", "watch_redis", "stats"),
)


@pytest.fixture
def secrets(lab):
    """The lab's secrets before, all of them retired: the next run makes new ones."""
    folder = lab.root / ".lab/secrets"
    before = {name: (folder / name).read_text().strip() for name in NAMES}
    for name in NAMES:
        (folder / name).rename(folder / f"{name}.previous")
    yield before
    for name in NAMES:
        if not (folder / name).exists():
            (folder / f"{name}.previous").rename(folder / name)
        (folder / f"{name}.previous").unlink(missing_ok=True)


def opensearch_status(lab, user, password):
    """By standard input, as everywhere: passwords are no arguments."""
    header = b64encode(f"{user}:{password}".encode()).decode()
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", str(lab.ca), "--config", "-"]
    url = f"https://{lab.address('os1')}:9200/_plugins/_security/authinfo"
    return lab.run(*command, url, stdin=f'header = "Authorization: Basic {header}"').stdout


def redis_answer(lab, user, password):
    return lab.on("redis1", "redis-cli -s /run/redis/redis.sock", stdin=f"AUTH {user} {password}\n").strip()


def key_status(lab, key):
    """Asking for a task needs the key that ingesting needs."""
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", str(lab.ca), "--config", "-"]
    return lab.run(*command, f"https://{lab.vip}/api/tasks/none", stdin=f'header = "X-API-Key: {key}"').stdout


def test_all_secrets_change_while_users_ask(lab, secrets, prove, prometheus):
    started = lab.on("redis1", "systemctl show --property=ActiveEnterTimestamp redis-server")
    first = prove.unnoticed("secrets", "rotate_secrets.yml", "--diff")

    after = {name: (lab.root / ".lab/secrets" / name).read_text().strip() for name in NAMES}
    assert [name for name in NAMES if after[name] == secrets[name]] == []
    # No secret, and no digest of one, is told.
    output = first.stdout + first.stderr
    assert [value for value in [*secrets.values(), *after.values()] if value in output] == []
    assert not re.search("#[0-9a-f]{64}", output)

    assert [opensearch_status(lab, "papers_app", values["app_opensearch"]) for values in (after, secrets)] == ["200", "401"]
    assert [opensearch_status(lab, "admin", values["opensearch_admin"]) for values in (after, secrets)] == ["200", "401"]
    assert opensearch_status(lab, "papers_app_interim", after["app_opensearch"]) == "401"
    for user, name in (("papersearch", "app_redis"), ("admin", "redis_admin")):
        assert redis_answer(lab, user, after[name]) == "OK"
        assert redis_answer(lab, user, secrets[name]).startswith("WRONGPASS")
    logins = [prometheus.login(values["monitoring"]) for values in (after, secrets)]
    assert [prometheus.get(f"{prometheus.url}/-/ready", login)[0] for login in logins] == [200, 401]
    until(lambda: all(target["health"] == "up" for target in prometheus.targets().values()), 60)
    assert [labels for labels, value in prometheus.query("redis_up or elasticsearch_clusterinfo_up") if value != 1] == []
    # Loaded, not restarted.
    assert lab.on("redis1", "systemctl show --property=ActiveEnterTimestamp redis-server") == started
    # Clients that ingest have time to change.
    assert [key_status(lab, values["ingest_key"]) for values in (after, secrets)] == ["200", "200"]

    second = lab.play("rotate_secrets.yml")
    assert changed_hosts(second.stdout) == []

    for name in NAMES:
        (lab.root / ".lab/secrets" / f"{name}.previous").unlink()
    lab.play("rotate_secrets.yml")
    assert [key_status(lab, values["ingest_key"]) for values in (after, secrets)] == ["200", "401"]


def test_a_limited_run_is_refused(lab):
    run = lab.play("rotate_secrets.yml", "--limit", "app1", check=False)
    assert run.returncode != 0
    assert "--limit" in run.stdout
    assert changed_hosts(run.stdout) == []
