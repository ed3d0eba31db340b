"""Pages of one order, a count of everything that matches, and how the hits are spread."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makers import NOW, a_vector, an_interaction, understood
from test_store_search_filters import fill

from voc.records import Channel
from voc.store import Filters, Store
from voc.store.search import ranking
from voc.store.search.facets import Facets

WORDS = ("facture", "fibre", "panne", "remboursement")


def pages(store: Store, query: str, size: int, **more: object) -> list[str]:
    found: list[str] = []
    while hits := store.search.find(query, offset=len(found), limit=size, **more).hits:  # type: ignore[arg-type]
        found += [hit.interaction_id for hit in hits]
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    size=st.sampled_from((1, 2, 7)),
    looked_at=st.sampled_from((2, 5, 1000)),
)
def test_pages_together_are_the_whole_order_and_the_count_is_theirs(
    varied: Store, query: list[str], size: int, looked_at: int
) -> None:
    asked = " ".join(query)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "WORDED", looked_at)  # so few rows have their meaning looked at
        for vector in (None, a_vector(3)):
            more = {"vector": vector, "meaning_floor": 0.9}
            whole = store_find(varied, asked, **more)
            ids = [hit.interaction_id for hit in whole.hits]
            assert pages(varied, asked, size, **more) == ids
            assert whole.total == len(ids) == len(set(ids))
            assert sorted(whole.numbers.tolist()) == sorted(int(one[1:16], 16) for one in ids)


def store_find(store: Store, query: str, **more: object) -> ranking.SearchHits:
    return store.search.find(query, limit=1000, **more)  # type: ignore[arg-type]


@pytest.fixture
def varied(store: Store) -> Store:
    rows = [(n, ("email", "complaint", "survey")[n % 3], [WORDS[n % 4], WORDS[(n // 4) % 4]]) for n in range(24)]
    fill(store, rows)
    return store


def test_facets_count_the_hits_and_nothing_else(varied: Store) -> None:
    found = varied.search.find("facture", None, limit=3)
    facets = varied.search.facets(found)
    assert facets.counted == found.total > 3
    every = pages(varied, "facture", 50, vector=None)
    rows = varied.interactions.rows(every, Filters()).values()
    assert dict(facets.channel) == Counter(row.channel for row in rows)
    assert dict(facets.sentiment) == Counter(row.sentiment_label or "none" for row in rows)
    assert dict(facets.topic) == Counter(topic for row in rows for topic in row.topics)
    assert sum(n for _, n in facets.month) == found.total
    assert [n for _, n in facets.channel] == sorted((n for _, n in facets.channel), reverse=True)


def test_a_facet_is_what_its_filter_would_find(varied: Store) -> None:
    facets = varied.search.facets(varied.search.find("facture fibre", None))
    for channel, n in facets.channel:
        assert varied.search.find("facture fibre", None, filters=Filters(channel=channel)).total == n


def test_nothing_found_has_no_facets(varied: Store) -> None:
    found = varied.search.find("zorglub", None)
    assert (found.hits, found.total) == ([], 0)
    assert varied.search.facets(found) == Facets(0)


def test_months_are_in_order(store: Store) -> None:
    for n in range(4):
        at = NOW - timedelta(days=31 * n)
        row = an_interaction(n, channel=Channel.EMAIL, text="Ma facture.", occurred_at=at)
        understood(store, row, vector=a_vector(1))
    months = store.search.facets(store.search.find("facture", None)).month
    assert [month for month, _ in months] == sorted(month for month, _ in months)
    assert len(months) == 4


def test_the_terms_of_a_query_are_those_that_were_looked_for(varied: Store) -> None:
    assert varied.search.find("factures", None).terms == {"factur"}
    assert varied.search.find("factrue", None).terms == {"factur"}  # a slip put right
    assert varied.search.find("zorglub", None).terms == frozenset()
