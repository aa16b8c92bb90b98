# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The declared state of a whole cluster: every kind in its order, each read at once, and only differences written."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, EngineError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._kinds import KINDS, PURGEABLE, SINGLE
from ansible_collections.searchstack.platform.plugins.module_utils._module import UNFORESEEN, declare, diff, options
from ansible_collections.searchstack.platform.plugins.module_utils._patterns import covered
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Change, Resource, apply, leftover, plan
from ansible_collections.searchstack.platform.plugins.module_utils._settings import flatten


@dataclass
class Outcome:
    """What was changed (or, in check mode, would be), and what went wrong."""

    changes: list = field(default_factory=list)
    diffs: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    failures: list = field(default_factory=list)

    def note(self, resource: Resource, change: Change) -> None:
        if change.changed:
            action = "created" if change.before is None else "deleted" if change.after is None else "updated"
            self.changes.append({"kind": resource.kind, "name": resource.name, "action": action})
            self.diffs.append(diff(resource, change))


def build(params: dict) -> dict:
    """{option: resources} of a module's options. All of them are checked before anything is asked."""
    built = {}
    for option, kind in KINDS.items():
        given = params.get(option)
        if given:
            declarations = [(option, given)] if option in SINGLE else [(f"{option}[{at}]", item) for at, item in enumerate(given)]
            built[option] = [resource_of(kind, where, item) for where, item in declarations]
            _refuse_doubles(option, built[option])
    return built


def check_purge(purge: dict) -> None:
    """Refuse what would not purge what somebody means."""
    for option, patterns in purge.items():
        if option not in PURGEABLE:
            raise InvalidInput(f"purge: {option} cannot be purged. What can be: {', '.join(PURGEABLE)}.")
        if not isinstance(patterns, list) or not all(isinstance(pattern, str) and pattern for pattern in patterns):
            raise InvalidInput(f"purge: {option} must be a list of patterns of names, such as [app_*], not {patterns!r}.")


def resource_of(kind: type[Resource], where: str, given: dict) -> Resource:
    """A resource of what is given as a module's options; `where` names the place in messages."""
    given = {"settings": given} if kind is SINGLE["cluster_settings"] else given
    name = f" ({given['name']})" if given.get("name") else ""
    checked = ArgumentSpecValidator(options(kind), **kind.constraints).validate(given)
    if checked.error_messages:
        raise InvalidInput(f"{where}{name}: {'; '.join(checked.error_messages)}")
    try:
        return declare(kind, checked.validated_parameters)
    except InvalidInput as error:
        raise InvalidInput(f"{where}{name}: {error}") from error


def _refuse_doubles(option: str, resources: list) -> None:
    names: set = set()
    for resource in resources:
        if resource.name in names:
            raise InvalidInput(f"{option}: {resource.name} is declared twice.")
        names.add(resource.name)


def converge_all(declared: dict, purge: dict, client, check_mode: bool = False) -> Outcome:
    """Make the cluster what is declared. What is to go, goes last and in reverse order. A kind that fails is the last one.

    A server that no longer answers ends it at once: what was done until then is told with the failure.
    """
    outcome = Outcome()
    try:
        _converge_all(declared, purge, client, check_mode, outcome)
    except EngineError as error:
        outcome.failures.append(str(error))
    return outcome


def _converge_all(declared, purge, client, check_mode, outcome):
    leaving, claimed = {}, _claimed(declared)
    for option, kind in KINDS.items():
        resources = declared.get(option, [])
        patterns = purge.get(option, [])
        if not resources and not patterns:
            continue
        known = _read(kind, client, [resource.name for resource in resources], everything=bool(patterns))
        staying = [resource for resource in resources if not resource.absent]
        going = [resource for resource in resources if resource.absent]
        going += _purged(kind, patterns, known, {*claimed.get(option, ()), *(resource.name for resource in resources)}, outcome)
        failed = _converge(staying, known, client, check_mode, outcome)
        if _are_rivals(kind, failed):
            # What stood in their way may have changed since.
            failed = _try_again(failed, known, client, outcome)
        if _are_rivals(kind, failed) and going:
            # Or it is one that is to go.
            _converge(going, known, client, check_mode, outcome)
            going = []
            _try_again(failed, known, client, outcome)
        leaving[option] = (going, known)
        if outcome.failures:
            return
    for resources, known in reversed(leaving.values()):
        _converge(resources, known, client, check_mode, outcome)


def _are_rivals(kind, failed):
    """Whether all that failed did so because another object of the kind stands in its way."""
    return bool(failed and kind.rivalry) and all(re.search(kind.rivalry, str(error)) for _resource, error in failed)


def _try_again(failed, known, client, outcome):
    outcome.failures.clear()
    return _converge([resource for resource, _error in failed], known, client, False, outcome)


def _read(kind, client, names, everything):
    """{name: document}. Of what a cluster has only one of, None: it is read by itself."""
    if kind in SINGLE.values():
        return None
    return kind.read_all(client, None if everything else names)


def _claimed(declared):
    """{option: names} of objects that declarations of another kind make or remove."""
    templates = [
        item.params["template"] or {} for option in ("index_templates", "component_templates") for item in declared.get(option, [])
    ]
    parts = [*(index.params for index in declared.get("indices", [])), *templates]
    rollovers = [value for part in parts for key, value in flatten(part.get("settings") or {}).items() if key.endswith("rollover_alias")]
    settings = (key for one in declared.get("cluster_settings", []) for key in flatten(one.params["settings"]))
    return {
        "aliases": {*(name for part in parts for name in part.get("aliases") or {}), *rollovers},
        "remote_clusters": {key.split(".")[2] for key in settings if key.startswith("cluster.remote.")},
    }


def _purged(kind, patterns, known, declared, outcome):
    """What is there, is covered by a pattern, is not declared, and is nobody else's."""
    found = []
    for name, document in (known or {}).items():
        if name in declared or kind.is_built_in(name, document) or not covered(name, patterns):
            continue
        try:
            found.append(resource_of(kind, "purge", {"name": name, "state": "absent"}))
        except InvalidInput as error:
            outcome.warnings.append(f"{kind.kind} {name} is not purged: {error}")
    return found


def _converge(resources, known, client, check_mode, outcome):
    """The resources that failed, and why."""
    planned, written, failed = [], [], []
    for resource in resources:
        with _going_on(resource, failed, outcome):
            current = resource.read(client) if known is None else resource.look(client, known.get(resource.name))
            planned.append((resource, *plan(resource, current)))
    changes = [] if check_mode else [(resource, change) for resource, change, _warnings in planned if change.changed]
    done = _write_together(changes, client)
    for resource, change, warnings in planned:
        with _going_on(resource, failed, outcome):
            made, more = change, []
            if change.changed and not check_mode:
                if resource not in done:
                    made, more = apply(resource, client, change)
                written.append(resource)
            outcome.warnings += [*warnings, *more]
            outcome.note(resource, made)
    if written:
        _check_written(written, known, client, outcome)
    return failed


@contextmanager
def _going_on(resource, failed, outcome):
    """What fails of one object is told, and the others go on, unless no server answers any more."""
    try:
        yield
    except (EngineError, *UNFORESEEN) as error:
        if not getattr(error, "answered", True):
            raise
        outcome.failures.append(f"{resource.label}: {error}")
        failed.append((resource, error))


def _write_together(changes, client):
    """The resources that one request wrote with others of their kind. What it refuses is left: written alone, each tells what is wrong."""
    done = []
    size = changes[0][0].together if changes else 1
    for at in range(0, len(changes), size):
        some = changes[at : at + size]
        if len(some) == 1:
            continue
        try:
            some[0][0].write_together(client, some)
        except ApiError as error:
            if not error.answered:
                raise
        else:
            done += [resource for resource, _change in some]
    return done


def _check_written(written, known, client, outcome):
    shown = None if known is None else type(written[0]).read_all(client, [resource.name for resource in written])
    for resource in written:
        current = resource.read(client) if shown is None else resource.look(client, shown.get(resource.name))
        outcome.warnings += leftover(resource, current)
