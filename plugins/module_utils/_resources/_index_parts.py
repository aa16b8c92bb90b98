# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing settings, mappings and aliases, as they stand in an index and in the templates of one."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils import _document, _settings


def same(path: tuple, desired: object, current: object) -> bool:
    """Notes (`_meta`) are free text, settings have units, and of the rest the server's type decides."""
    if "_meta" in path:
        return _document.exact(path, desired, current)
    if path[0] == "settings" or path[:2] == ("template", "settings"):
        return _settings.same_at(path, desired, current)
    return _document.same(path, desired, current)
