"""What the clusters hold, written as group_vars and applied to them again."""

from __future__ import annotations

import re

import pytest
from conftest import Lab

CLUSTERS = ("main", "dr")
RECAP = re.compile(r"^(main|dr) .* changed=(\d+) ", re.MULTILINE)


def changed(done):
    """How many tasks changed something, by cluster."""
    found = {name: int(count) for name, count in RECAP.findall(done.stdout)}
    assert set(found) == set(CLUSTERS)
    return found


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """(the folder, what check mode predicted, what the first run changed)"""
    folder = tmp_path_factory.mktemp("exported") / "objects"
    predicted = changed(export(folder, "--check"))
    return folder, predicted, changed(export(folder))


def export(folder, *arguments):
    return Lab().play("export_objects.yml", "-e", f"export_directory={folder}", *arguments)


def test_check_mode_predicts_what_is_written(exported):
    _folder, predicted, real = exported
    assert predicted == real


def test_a_second_export_changes_nothing(exported):
    done = export(exported[0], "--diff")
    assert changed(done) == dict.fromkeys(CLUSTERS, 0), done.stdout


def test_what_is_written_is_for_its_owner_only(exported):
    assert {(exported[0] / f"{name}.yml").stat().st_mode & 0o777 for name in CLUSTERS} == {0o600}


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_applied_to_its_cluster_it_changes_nothing(exported, cluster):
    done = Lab().play("opensearch_objects.yml", "--limit", cluster, "-e", f"@{exported[0]}/{cluster}.yml")
    assert RECAP.findall(done.stdout) == [(cluster, "0")]
