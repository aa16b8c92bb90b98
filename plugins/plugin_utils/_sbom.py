# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts have installed, as a bill of materials in CycloneDX."""

from __future__ import annotations

import re
import uuid

from ansible.errors import AnsibleFilterError

try:
    from cyclonedx.model import Property
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL
except ImportError as error:
    MISSING = str(error)
else:
    MISSING = ""

# A file's name tells which Python distribution or Java library it is.
_NAMED = [
    ("pypi", re.compile(r"/([A-Za-z0-9._]+)-([^-/]+)\.dist-info$")),
    ("generic", re.compile(r"/([^/]+?)-(\d[^/]*)\.jar$")),
]


def _packages(host):
    """The host's Debian packages: dpkg-query tells status, name, version and architecture, one package a line."""
    for line in host["packages"]:
        status, name, version, architecture = line.split("\t")
        if status == "installed":
            yield PackageURL("deb", host["vendor"], name, version, {"arch": architecture, "distro": host["distro"]})


def _libraries(host):
    """What the names of the host's files tell."""
    for path in host["files"]:
        for kind, pattern in _NAMED:
            found = pattern.search(path)
            if found:
                name = found[1].replace("_", "-").lower() if kind == "pypi" else found[1]
                yield PackageURL(kind, None, name, found[2])


def make(hosts, name):
    """The bill of materials as JSON. The same input gives the same text, so that a platform that has not changed changes no file."""
    if MISSING:
        raise AnsibleFilterError(f"cyclonedx-python-lib is needed on the controller (requirements.txt): {MISSING}")
    where = {}
    for host in hosts:
        for package in {*_packages(host), *_libraries(host)}:
            where.setdefault(package, []).append(host["name"])
    components = [
        Component(
            type=ComponentType.LIBRARY,
            name=package.name,
            version=package.version,
            purl=package,
            bom_ref=str(package),
            properties=[Property(name="searchstack:host", value=host) for host in names],
        )
        for package, names in where.items()
    ]
    described = "\n".join(sorted(f"{package} {sorted(names)}" for package, names in where.items()))
    bom = Bom(components=components, serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"{name}\n{described}"))
    bom.metadata.component = Component(type=ComponentType.PLATFORM, name=name, bom_ref=name)
    bom.register_dependency(bom.metadata.component, components)
    # When it was asked is no part of what is installed.
    bom.metadata.timestamp = None
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"
