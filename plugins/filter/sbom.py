# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts have installed, as a bill of materials in CycloneDX."""

from __future__ import annotations


def sbom(hosts, name):
    """The bill of materials as JSON."""
    # Imported here, because every task that uses any filter of a collection loads all of them.
    from ansible_collections.searchstack.platform.plugins.plugin_utils import _sbom  # noqa: PLC0415

    return _sbom.make(hosts, name)


class FilterModule:
    """Filters of the collection."""

    def filters(self):
        """Their names."""
        return {"sbom": sbom}
