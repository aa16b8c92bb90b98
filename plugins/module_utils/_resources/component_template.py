# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A component template, of which index templates are composed."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._resources._templates import TEMPLATE_OPTIONS, Template


class ComponentTemplate(Template):
    kind = "component template"
    collection = "/_component_template"
    word = "component_template"
    options = TEMPLATE_OPTIONS
    constraints = {"required_if": [("state", "present", ("template",))]}
