"""What an auditor finds on each kind of host."""

from __future__ import annotations

import pytest
from lynis import Audit


@pytest.fixture(scope="module", params=["lb1", "app1", "redis1", "os1", "mon1"])
def audit(request, lab):
    return Audit(lab, request.param)


def test_it_warns_of_nothing(audit, figures):
    figures.append(f"lynis: {audit.host} {audit.index}, {len(audit.warnings)} warnings, {len(audit.suggestions)} suggestions")
    assert audit.warnings == []


def test_its_index_is_what_a_container_can_have(audit):
    assert audit.index >= 78, audit.suggestions


def test_what_it_suggests_is_known_and_explained(audit):
    assert audit.suggestions != []
    assert audit.unexplained == []
