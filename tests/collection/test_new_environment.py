"""scripts/new_environment: a complete environment, whose secrets are random, encrypted, and told to nobody."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "inventories/production/group_vars/all/secrets.yml"
VAULT = "inventories/mine/group_vars/all/vault.yml"


class Site:
    """A checkout and the home of whoever works in it."""

    def __init__(self, folder):
        self.root = folder / "checkout"
        self.home = folder / "home"
        self.home.mkdir()
        for name in ("inventories", "group_vars", "scripts"):
            shutil.copytree(ROOT / name, self.root / name, symlinks=True)
        self.password = self.home / ".config/searchstack/mine.vault-password"
        self.environment = {
            name: value for name, value in os.environ.items() if name not in ("ANSIBLE_VAULT_PASSWORD_FILE", "XDG_CONFIG_HOME")
        }

    def run(self, *argv, check=True, cwd=None, **environment):
        done = subprocess.run(
            argv,
            cwd=cwd or self.root,
            env=self.environment | {"HOME": str(self.home), "COLUMNS": "1000"} | environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def new(self, *arguments, **options):
        return self.run("scripts/new_environment", *arguments, **options)

    def secrets(self, password=None):
        shown = self.run("ansible-vault", "view", VAULT, ANSIBLE_VAULT_PASSWORD_FILE=str(password or self.password), PAGER="cat").stdout
        return yaml.safe_load(shown)

    def files(self):
        return {path: path.read_bytes() for path in (self.root / "inventories").rglob("*") if path.is_file()}


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def names(text):
    return set(re.findall(r"\bvault_\w+(?= )", text))


def test_every_secret_is_random_and_encrypted_and_told_to_nobody(site):
    said = site.new("mine")
    secrets = site.secrets()
    given = {"vault_s3_access_key", "vault_s3_secret_key", "vault_redis_previous_password", "vault_ingest_key_previous"}
    assert set(secrets) == names(EXAMPLE.read_text()) - given
    assert len(set(secrets.values())) == len(secrets)
    assert all(re.fullmatch("[A-Za-z0-9]{32}", secret) for secret in secrets.values())

    assert (site.root / VAULT).read_text().startswith("$ANSIBLE_VAULT;")
    assert site.password.stat().st_mode & 0o777 == 0o600
    assert site.password.parent.stat().st_mode & 0o777 == 0o700
    everywhere = said.stdout + said.stderr + "".join(content.decode(errors="replace") for content in site.files().values())
    assert [name for name, secret in secrets.items() if secret in everywhere] == []
    assert site.password.read_text().strip() not in everywhere
    assert str(site.password) in said.stdout


def test_it_passes_the_preflight_as_it_is(site):
    site.new("mine")
    # One host of each kind; this machine stands for them, because nobody has the example's addresses.
    here = ["-e", "ansible_connection=local", "-e", "ansible_become=false", "-e", f"ansible_python_interpreter={sys.executable}"]
    done = site.run(
        *("ansible-playbook", "-i", str(site.root / "inventories/mine"), "--limit", "edge1,app1,redis1,hot1,mon1,main", *here),
        "playbooks/preflight.yml",
        cwd=ROOT,
        ANSIBLE_VAULT_PASSWORD_FILE=str(site.password),
    )
    recap = re.findall(r"^(\w+) +: ok=(?!0)\d+ .*unreachable=0 +failed=0", done.stdout, re.MULTILINE)
    assert sorted(recap) == ["app1", "edge1", "hot1", "main", "mon1", "redis1"]


def test_nothing_that_is_there_is_touched(site):
    site.new("mine")
    before = site.files()
    again = site.new("mine", check=False)
    assert again.returncode != 0
    assert "is there already" in again.stderr
    assert site.files() == before


def test_an_interrupted_run_is_finished_by_another_one(site):
    # Killed after the password, in the middle of the copy: what ansible-vault would do never happens.
    (site.home / "bin").mkdir()
    killer = site.home / "bin/ansible-vault"
    killer.write_text("#!/bin/sh\nkill -9 $PPID\n")
    killer.chmod(0o755)
    died = site.new("mine", check=False, PATH=f"{killer.parent}:{os.environ['PATH']}")
    assert died.returncode == -9
    assert not (site.root / "inventories/mine").exists()
    password = site.password.read_text()

    site.new("mine")
    assert site.password.read_text() == password
    assert site.secrets()
    assert list((site.root / "inventories").glob(".*")) == []


@pytest.mark.parametrize("how", ["option", "environment"])
def test_a_password_file_of_ones_own(site, tmp_path, how):
    password = tmp_path / "password"
    password.write_text("of my own\n")
    if how == "option":
        site.new("mine", "--vault-password-file", str(password))
    else:
        site.new("mine", ANSIBLE_VAULT_PASSWORD_FILE=str(password))
    assert site.secrets(password)
    assert not site.password.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["../mine"], "NAME (../mine)"),
        (["production"], "is there already"),
        (["mine", "--vault-password-file", "/nowhere"], "/nowhere: there is no such file"),
    ],
)
def test_mistakes_are_told_and_leave_nothing(site, arguments, message):
    before = site.files()
    done = site.new(*arguments, check=False)
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert site.files() == before
    assert not site.password.exists()


def test_the_documentation_tells_where_each_secret_is():
    table = (ROOT / "docs/secrets.md").read_text().partition("## Where each is")[2]
    variables = [name for name in yaml.safe_load(EXAMPLE.read_text()) if not name.startswith("__")]
    assert [name for name in variables if not re.search(rf"^\|[^|]*`{name}`", table, re.MULTILINE)] == []
