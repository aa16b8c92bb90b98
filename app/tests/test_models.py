from __future__ import annotations

import pytest
from papersearch.load import corpus
from papersearch.models import Page, Paper, Query
from pydantic import ValidationError


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"q": "Raft  Consensus"}, {"q": " raft consensus "}, True),
        ({"q": "ｒａｆｔ"}, {"q": "raft"}, True),
        ({"q": "raft"}, {"q": "raft", "page": 2}, False),
        ({"q": "raft"}, {"q": "raft", "year_from": 2000}, False),
        ({"q": "raft"}, {"q": "paxos"}, False),
    ],
)
def test_cache_key(one, other, same):
    assert (Query(**one).cache_key() == Query(**other).cache_key()) is same


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"q": ""}, "at least 1"),
        ({"q": "   "}, "at least 1"),
        ({"q": "x" * 501}, "at most 500"),
        ({"q": "x", "page": 0}, "page"),
        ({"q": "x", "size": 0}, "size"),
        ({"q": "x", "size": 101}, "size"),
        ({"q": "x", "page": 101, "size": 100}, "must not exceed 10000"),
        ({"q": "x", "year_from": 1200}, "year_from"),
        ({"q": "x", "year_from": 2001, "year_to": 2000}, "must not be after"),
        ({"q": "x", "other": 1}, "other"),
    ],
)
def test_query_bounds(arguments, field):
    with pytest.raises(ValidationError, match=field):
        Query(**arguments)


def test_query_of_500_characters_is_fine():
    assert len(Query(q="x" * 500).q) == 500


def test_last_page_of_the_window():
    assert Page(page=100, size=100).offset == 9_900


def test_a_paper_without_id_always_gets_the_same_one():
    paper = {"title": "A Title", "authors": ["A. Author"], "year": 2020}
    assert Paper(**paper).id == Paper(**paper | {"title": "a title "}).id
    assert Paper(**paper).id != Paper(**paper | {"year": 2021}).id


def test_corpus_is_valid_and_has_unique_ids():
    papers = list(corpus())
    assert len(papers) > 300
    assert len({paper.id for paper in papers}) == len(papers)
    assert all(paper.summary and paper.venue for paper in papers)
