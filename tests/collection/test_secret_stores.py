"""The examples of docs/examples/secrets hand the platform what a store keeps.

AWS Secrets Manager is moto, a server of the real protocol. HashiCorp Vault is a stand-in, which answers as the documentation of its
engine KV version 2 says: no package brings the server.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs/examples/secrets"
NAMES = set(re.findall(r"\{\{ (vault_\w+)", (ROOT / "inventories/production/group_vars/all/secrets.yml").read_text()))
KEPT = {name: f'value of {name} "{{}}' for name in NAMES if not name.startswith("vault_s3_")}
PATH = "searchstack/production"
TOKEN = "s.of-the-test"  # noqa: S105
AWS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "eu-central-1"}


class Vault(BaseHTTPRequestHandler):
    """GET /v1/<mount>/data/<path> of KV version 2, for whoever has the token."""

    def do_GET(self):
        allowed = self.headers.get("X-Vault-Token") == TOKEN
        answers = {
            f"/v1/secret/data/{PATH}": {"data": {"data": KEPT, "metadata": {"version": 3, "destroyed": False}}},
            "/v1/auth/token/lookup-self": {"data": {"id": TOKEN, "policies": ["platform"]}},
        }
        known = self.path in answers
        body = json.dumps(answers[self.path] if allowed and known else {"errors": []}).encode()
        self.send_response(403 if not allowed else 200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        """Say nothing."""


@pytest.fixture
def hashicorp_vault():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vault)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {"VAULT_ADDR": f"http://127.0.0.1:{server.server_port}", "ANSIBLE_HASHI_VAULT_TOKEN": TOKEN}
    server.shutdown()


@pytest.fixture
def aws_secrets_manager():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(["moto_server", "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(300):
            with socket.socket() as answers:
                if answers.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        client = boto3.client(
            "secretsmanager", endpoint_url=url, region_name=AWS["AWS_REGION"], aws_access_key_id="test", aws_secret_access_key="test"
        )
        client.create_secret(Name=PATH, SecretString=json.dumps(KEPT))
        yield {**AWS, "AWS_URL": url}
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.mark.parametrize("store", ["hashicorp_vault", "aws_secrets_manager"])
def test_the_platform_gets_what_the_store_keeps(store, tmp_path, request):
    for name in ("inventories", "group_vars"):
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True)
    variables = tmp_path / "inventories/production/group_vars/all"
    shutil.copy(EXAMPLES / f"{store}.yml", variables / "vault.yml")
    wanted = {name: re.search(r"vault_\w+", value)[0] for name, value in yaml.safe_load((variables / "secrets.yml").read_text()).items()}
    seen = tmp_path / "seen.json"
    content = "{{ {" + ", ".join(f"'{name}': {name}" for name in wanted) + "} | to_json }}"
    task = {"ansible.builtin.copy": {"content": content, "dest": str(seen), "mode": "0600"}}
    playbook = tmp_path / "playbook.yml"
    playbook.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
    done = subprocess.run(
        ["ansible-playbook", "-i", str(tmp_path / "inventories/production"), str(playbook)],
        cwd=ROOT,
        env=os.environ | request.getfixturevalue(store),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(seen.read_text()) == {name: KEPT.get(key, "") for name, key in wanted.items()}


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.yml")), ids=lambda path: path.stem)
def test_an_example_names_every_secret(example):
    assert {name for name in yaml.safe_load(example.read_text()) if not name.startswith("__")} == NAMES
