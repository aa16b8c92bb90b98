"""The bill of materials of the lab is valid, and names what is known to be there."""

from __future__ import annotations

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


@pytest.fixture(scope="module")
def bill(lab, tmp_path_factory):
    file = tmp_path_factory.mktemp("sbom") / "bill.cdx.json"
    lab.play("sbom.yml", "-e", f"sbom_file={file}")
    return file.read_text()


def test_it_is_valid(bill):
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None


@pytest.mark.parametrize(
    ("kind", "name", "host"),
    [
        ("deb", "nginx", "lb1"),
        ("deb", "redis-server", "redis1"),
        ("deb", "openssh-server", "mon1"),
        ("pypi", "gradio", "app1"),
        ("pypi", "papersearch", "app3"),
        ("generic", "opensearch", "os1"),
        ("generic", "lucene-core", "dr-os1"),
        ("generic", "repository-s3", "os2"),
        ("pypi", "ansible-core", "controller"),
    ],
)
def test_it_names_what_is_there(bill, kind, name, host):
    found = [entry for entry in json.loads(bill)["components"] if entry["name"] == name and entry["purl"].startswith(f"pkg:{kind}/")]
    assert [entry["version"] for entry in found if {"name": "searchstack:host", "value": host} in entry["properties"]] != []
