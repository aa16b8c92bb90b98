# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables as the text of a file in group_vars."""

from __future__ import annotations

import json

import yaml

JINJA = ("{{", "{%", "{#")


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def _represent(dumper, text):
    """Text that looks like a template (of a pipeline, say) is none of Ansible's."""
    if any(mark in text for mark in JINJA):
        return dumper.represent_scalar("!unsafe", text, style='"')
    return dumper.represent_str(text)


_Dumper.add_representer(str, _represent)


def to_group_vars(variables):
    """YAML that gives the same values when it is loaded as variables."""
    # By way of JSON: what Ansible notes about a value's origin is no part of it.
    return yaml.dump(json.loads(json.dumps(variables)), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=140, explicit_start=True)


class FilterModule:
    def filters(self):
        return {"to_group_vars": to_group_vars}
