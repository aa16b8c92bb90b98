# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


from __future__ import annotations

import pytest

pytest.importorskip("yaml")

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.searchstack.platform.plugins.filter.group_vars import to_group_vars

VALUES = {
    "pipeline": [{"set": {"field": "a", "value": "{{_ingest.timestamp}}"}}],
    "script": '{"query": "{{#words}}{{.}}{{/words}}{% raw"}',
    "text": ["a: b", "1.10", "true", "ünïcödé", "", "line\nline", "{# no comment"],
    "plain": {"number": 1, "flag": True, "nothing": None},
}


def test_what_is_written_is_loaded_as_it_was(tmp_path):
    (tmp_path / "all.yml").write_text(to_group_vars(VALUES), encoding="utf-8")
    loader = DataLoader()
    loaded = loader.load_from_file(str(tmp_path / "all.yml"))
    templar = Templar(loader=loader, variables=loaded)
    assert {name: templar.template(loaded[name]) for name in loaded} == VALUES
