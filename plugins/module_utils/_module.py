# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible edge: a module is a Resource class and its documentation."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.searchstack.platform.plugins.module_utils import _connection
from ansible_collections.searchstack.platform.plugins.module_utils._errors import EngineError, InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Change, Resource, converge

# What a declaration, or an answer, can cause that has not the form it should have.
UNFORESEEN = (LookupError, TypeError, AttributeError, ValueError)


def run(resource_class: type[Resource]) -> None:
    """A whole module: bring one object to its declared state."""
    module = make_module(options(resource_class), **resource_class.constraints)
    with failing_clearly(module):
        resource = declare(resource_class, module.params)
        result = converge(resource, connect(module), module.check_mode)
    for warning in result.warnings:
        module.warn(warning)
    module.exit_json(changed=result.change.changed, diff=diff(resource, result.change), **resource.facts)


def run_action(spec: dict, act: Callable, **constraints) -> None:
    """A whole module that looks or works instead of declaring: `act(client, params, check_mode)` gives what it returns.

    `changed` is False unless given; `warnings` are shown as such.
    """
    module = make_module(spec, **constraints)
    with failing_clearly(module):
        result = act(connect(module), module.params, module.check_mode)
    for warning in result.pop("warnings", []):
        module.warn(warning)
    module.exit_json(**{"changed": False, **result})


def options(resource_class: type[Resource]) -> dict:
    """The options that declare one object, without the connection's."""
    states = resource_class.states
    state = {"state": {"type": "str", "choices": list(states), "default": states[0]}} if states else {}
    return {**resource_class.options, **state}


def declare(resource_class: type[Resource], params: dict) -> Resource:
    """The resource of these options. What breaks it is a declaration that nobody has foreseen."""
    try:
        return resource_class(params)
    except UNFORESEEN as error:
        raise InvalidInput(
            f"The declaration of this {resource_class.kind} does not have the form that the documentation shows "
            f"({type(error).__name__}: {error})."
        ) from error


def diff(resource: Resource, change: Change) -> dict:
    """A change as Ansible shows it."""
    return {
        "before_header": f"{resource.label} (current)",
        "after_header": f"{resource.label} (declared)",
        "before": _shown(resource, change.before),
        "after": _shown(resource, change.after),
    }


def _shown(resource: Resource, document: dict | None) -> dict:
    """The name makes an object without any properties differ from none."""
    if document is None:
        return {}
    return {**({"name": resource.name} if resource.name else {}), **resource.visible(document)}


def make_module(*specs: dict, **constraints) -> AnsibleModule:
    """A module with the connection's options beside its own."""
    argument_spec = _connection.connection_argument_spec()
    for spec in specs:
        argument_spec.update(spec)
    return AnsibleModule(
        argument_spec=argument_spec,
        supports_check_mode=True,
        required_together=_connection.CONNECTION_REQUIRED_TOGETHER + constraints.pop("required_together", []),
        required_by=_connection.CONNECTION_REQUIRED_BY,
        **constraints,
    )


def connect(module: AnsibleModule, **overrides) -> _connection.Client:
    if _connection.IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("opensearch-py"), exception=_connection.IMPORT_ERROR)
    return _connection.Client({**module.params, **overrides})


def another_cluster() -> dict:
    """The specification of an option that holds the connection to a second cluster. Nothing of it comes from the environment."""
    spec = {
        name: {key: value for key, value in option.items() if key != "fallback"}
        for name, option in _connection.connection_argument_spec().items()
    }
    return {
        "type": "dict",
        "options": spec,
        "required_together": _connection.CONNECTION_REQUIRED_TOGETHER,
        "required_by": _connection.CONNECTION_REQUIRED_BY,
    }


@contextmanager
def failing_clearly(module: AnsibleModule) -> Iterator[None]:
    """What goes wrong inside ends the module with one message."""
    try:
        yield
    except EngineError as error:
        module.fail_json(msg=str(error), **error.details)
    except UNFORESEEN as error:
        where = ", ".join(module.params["hosts"])
        module.fail_json(
            msg=f"An answer does not look like OpenSearch's ({type(error).__name__}: {error}). Is OpenSearch what answers at {where}? "
            "If it is, please report this with the output of -vvv.",
            exception=traceback.format_exc(),
        )
