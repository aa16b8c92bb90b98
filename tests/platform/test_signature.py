"""An archive of OpenSearch whose signature is somebody else's is not unpacked."""

from __future__ import annotations

import subprocess

import pytest
import yaml

ROLE = {"name": "searchstack.platform.opensearch", "tasks_from": "signature"}
# Whose the signature is: the key's that the site trusts, or another one's.
SIGNERS = {"trusted": "", "another": "gpgv: Can't check signature: No public key"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """sign(who, file) and the file with the trusted key."""
    home = tmp_path_factory.mktemp("gnupg")
    home.chmod(0o700)
    gpg = ["gpg", "--homedir", str(home), "--batch", "--yes", "--pinentry-mode", "loopback", "--passphrase", ""]
    for who in SIGNERS:
        subprocess.run([*gpg, "--quick-generate-key", f"{who}@example.com", "ed25519", "sign"], check=True, capture_output=True)
    exported = home / "trusted.gpg"
    subprocess.run([*gpg, "--output", str(exported), "--export", "trusted@example.com"], check=True)

    def sign(who, file):
        subprocess.run([*gpg, "--local-user", f"{who}@example.com", "--output", f"{file}.sig", "--detach-sign", str(file)], check=True)

    yield sign, exported
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False)


@pytest.mark.parametrize(("who", "refusal"), SIGNERS.items())
def test_a_signature(lab, keys, tmp_path, who, refusal):
    sign, trusted = keys
    archive = tmp_path / "archive"
    archive.write_text("what was signed")
    sign(who, archive)
    # A version that there is not: nothing of the node is touched.
    staging = "/opt/opensearch/.9.9.9.part"
    files = [{"path": f"{staging}.tar.gz", "source": str(archive)}, {"path": f"{staging}.published", "source": f"{archive}.sig"}]
    options = {
        "opensearch_version": "9.9.9",
        "opensearch_archive_signature": f"file://{staging}.published",
        "opensearch_archive_signing_key": str(trusted),
    }
    tasks = [{"searchstack.platform.files": {"files": files, "mode": "0600"}}, {"ansible.builtin.import_role": ROLE}]
    playbook = tmp_path / "playbook.yml"
    playbook.write_text(yaml.safe_dump([{"hosts": "os1", "become": True, "gather_facts": False, "vars": options, "tasks": tasks}]))
    try:
        run = lab.run("ansible-playbook", *lab.inventory, str(playbook), check=False)
    finally:
        lab.on("os1", f"rm -f {staging}.*")
    assert "signature | Verify it" in run.stdout
    assert (run.returncode == 0) == (refusal == ""), run.stdout + run.stderr
    assert refusal in run.stdout + run.stderr
