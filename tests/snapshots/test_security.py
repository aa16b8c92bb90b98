"""Users and roles that were made by hand are backed up, encrypted, and work again where they are brought back."""

from __future__ import annotations

import re

from controller import ROOT, changed_hosts

BACKUP = ROOT / ".lab/snapshots-backup/security-near.vault"
# The password must not be like the name.
USER, PASSWORD = "by-hand", "Made-2026-for-a-guest"
RESTORE = """
- hosts: near
  connection: local
  become: false
  gather_facts: false
  roles: [searchstack.platform.wiring]
  vars_files:
    - {playbooks}/vars/controller.yml
    - {playbooks}/vars/opensearch_client.yml
    - {playbooks}/vars/security_backup.yml
  tasks: [{{ansible.builtin.import_tasks: {playbooks}/tasks/security_restore.yml}}]
"""


def test_users_come_back(clusters, tmp_path):
    api = "/_plugins/_security/api"
    clusters.near.put(f"{api}/roles/{USER}", {"cluster_permissions": ["cluster:monitor/main"]})
    clusters.near.put(f"{api}/internalusers/{USER}", {"password": PASSWORD})
    clusters.near.put(f"{api}/rolesmapping/{USER}", {"users": [USER]})
    clusters.play("security_backup.yml", "--limit", "near")
    kept = BACKUP.read_text()
    assert kept.startswith("$ANSIBLE_VAULT;")
    assert BACKUP.stat().st_mode & 0o777 == 0o600
    assert changed_hosts(clusters.play("security_backup.yml", "--limit", "near").stdout) == []
    assert BACKUP.read_text() == kept

    for kind in ("internalusers", "rolesmapping", "roles"):
        clusters.near.delete(f"{api}/{kind}/{USER}")
    assert not clusters.near.accepts(USER, PASSWORD)
    playbook = tmp_path / "restore.yml"
    playbook.write_text(RESTORE.format(playbooks=ROOT / "playbooks"))
    clusters.run("ansible-playbook", *clusters.inventory, str(playbook))
    assert clusters.near.accepts(USER, PASSWORD)
    assert clusters.near.get(f"{api}/roles/{USER}")
    again = clusters.run("ansible-playbook", *clusters.inventory, str(playbook)).stdout
    assert re.search(r"^near +: ok=\d+ +changed=0 ", again, re.MULTILINE)


def test_another_password_does_not_open_it(clusters):
    clusters.play("security_backup.yml", "--limit", "near")
    said = clusters.refused("security_backup.yml", "--limit", "near", "-e", "platform_security_backup_password=another-password")
    assert "Decryption failed" in said
    assert "was encrypted with another platform_security_backup_password" in said
