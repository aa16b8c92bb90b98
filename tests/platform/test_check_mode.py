"""What check mode says on empty hosts comes true, by what molecule's runs said. On converged hosts: tests/day_two/test_check_mode.py."""

from __future__ import annotations

import re

import pytest
from conftest import ADDRESSES, ROOT

LINE = re.compile(r"^\S+ \S+ p=(\d+) \S+ \S+ \w+\| (.*)")


@pytest.fixture(scope="module")
def runs():
    """What each run of site.yml changed, as a set of (host, task): on empty hosts in check mode, for real, again."""
    changed, task = {}, {}
    for line in (ROOT / ".lab/ansible.log").read_text().splitlines():
        found = LINE.match(line)
        if not found:
            continue
        process, text = found.groups()
        if text.startswith("PLAYBOOK: site.yml"):
            changed[process] = set()
        elif text.startswith(("TASK [", "RUNNING HANDLER [")):
            task[process] = text.partition("[")[2].rpartition("]")[0]
        elif text.startswith("changed: [") and process in changed:
            changed[process].add((re.split(r"[\]\s]", text[10:])[0], task[process]))
    assert len(changed) == 3
    return list(changed.values())


def test_what_is_predicted_on_empty_hosts_comes_true(runs):
    predicted, real, _again = runs
    assert predicted - real == set()


@pytest.mark.parametrize("host", ADDRESSES)
def test_every_empty_host_is_predicted_to_change(runs, host):
    predicted, *_ = runs
    assert len([task for name, task in predicted if name == host]) >= 10


def test_nothing_is_changed_again(runs):
    assert runs[2] == set()
