# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other way round: declarations of what a cluster holds."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._kinds import KINDS, SINGLE
from ansible_collections.searchstack.platform.plugins.module_utils._objects import resource_of
from ansible_collections.searchstack.platform.plugins.module_utils._patterns import covered
from ansible_collections.searchstack.platform.plugins.module_utils._resource import reconcile

NOT_OFFERED = "no handler found for uri"


def export(client, kinds: list | None, patterns: list) -> tuple:
    """({option: declarations}, warnings) of the named kinds, or of all. Applied to the same cluster, the declarations change nothing."""
    found, warnings = {}, []
    for option, kind in KINDS.items():
        if kinds is not None and option not in kinds:
            continue
        try:
            declared, doubtful = _single(kind, client) if option in SINGLE else _listed(kind, client, patterns)
        except EngineError as error:
            if not error.answered:
                # That is no cluster that holds nothing.
                raise
            # Without the plugin there are none.
            if NOT_OFFERED not in str(error):
                warnings.append(f"{option} could not be read: {error}")
            continue
        warnings += doubtful
        if declared:
            found[option] = _in_order(declared)
    return found, warnings


def _in_order(value):
    """Keys in one order, names first: each node answers in an order of its own. The order of lists means something."""
    if isinstance(value, list):
        return [_in_order(item) for item in value]
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value, key=lambda key: (key != "name", key))}
    return value


def _single(kind, client):
    declared = kind.declare_current(client)
    return declared, [] if declared is None or _is_true(kind, declared, client) else [_doubt(kind.kind)]


def _is_true(kind, declared, client):
    resource = resource_of(kind, "export", declared)
    return not reconcile(resource, resource.read(client)).changed


def _listed(kind, client, patterns):
    declared, warnings = [], []
    for name, document in sorted(kind.read_all(client).items()):
        if kind.is_built_in(name, document) or not covered(name, patterns):
            continue
        declaration = _declaration(kind, name, document)
        if declaration is None:
            warnings.append(_doubt(f"{kind.kind} {name}"))
        else:
            declared.append(declaration)
    return declared, warnings


def _declaration(kind, name, document):
    """What declares exactly what is there, or None."""
    declaration = kind.declare(name, document)
    try:
        true = declaration is not None and not reconcile(resource_of(kind, "export", declaration), document).changed
    except InvalidInput:
        true = False
    return declaration if true else None


def _doubt(label):
    return f"{label} is left out: no declaration would express it exactly."
