# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from ansible_collections.searchstack.platform.plugins.filter.sbom import sbom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

OPENSSH = "installed\topenssh-server\t1:10.0p1-7\tamd64"


def host(name, packages=(OPENSSH,), files=()):
    return {"name": name, "vendor": "debian", "distro": "debian-13", "packages": list(packages), "files": list(files)}


def components(*hosts):
    """{purl: hosts} of a valid document."""
    text = sbom(list(hosts), "papers")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    return {entry["purl"]: [item["value"] for item in entry["properties"]] for entry in json.loads(text).get("components", [])}


def test_a_package_of_several_hosts_is_one_component():
    assert components(host("app1"), host("app2")) == {
        "pkg:deb/debian/openssh-server@1:10.0p1-7?arch=amd64&distro=debian-13": ["app1", "app2"]
    }


def test_what_was_removed_is_not_installed():
    assert components(host("app1", ["config-files\tnano\t8.4\tamd64"])) == {}


@pytest.mark.parametrize(
    ("path", "purl"),
    [
        ("/opt/papersearch/current/hf_xet-1.8.0.dist-info", "pkg:pypi/hf-xet@1.8.0"),
        ("/opt/papersearch/current/Flask-3.1.dist-info", "pkg:pypi/flask@3.1"),
        ("/opt/opensearch/current/lib/opensearch-cli-3.4.0.jar", "pkg:generic/opensearch-cli@3.4.0"),
        ("/opt/opensearch/current/modules/transport-netty4/netty-buffer-4.2.7.Final.jar", "pkg:generic/netty-buffer@4.2.7.Final"),
        ("/opt/opensearch/current/modules/lang-painless/antlr4-runtime-4.13.1.jar", "pkg:generic/antlr4-runtime@4.13.1"),
    ],
)
def test_a_file_tells_by_its_name_what_it_is(path, purl):
    assert components(host("os1", (), [path])) == {purl: ["os1"]}


def test_the_same_platform_gives_the_same_text():
    assert sbom([host("a"), host("b")], "papers") == sbom([host("a"), host("b")], "papers")
    assert sbom([host("a")], "papers") != sbom([host("a", [OPENSSH.replace("p1-7", "p1-8")])], "papers")
