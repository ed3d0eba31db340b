"""A filter narrows what is searched, not what was found: as in a store that holds the filtered rows alone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makers import NOW, a_customer, a_vector, add, an_analysis, an_interaction, anonymous, linked, understood
from store_templates import begin_empty

from voc.records import Channel, Interaction
from voc.store import Filters, Store
from voc.store.analyses import Analysed
from voc.store.search import Hit

WORDS = ("facture", "factures", "technicien", "fibre", "panne", "deux", "fois", "prélevé", "refund", "the", "le")
CHANNELS = ("email", "review", "complaint")


def a_row(number: int, channel: str, words: Sequence[str]) -> Interaction:
    return an_interaction(number, channel=channel, text=" ".join(words), external_id=f"r{number}")


def fill(store: Store, rows: Sequence[tuple[int, str, Sequence[str]]]) -> None:
    store.customers.save([a_customer("C1", segment="pro")], now=NOW)
    for number, channel, words in rows:
        topics = ("billing.amount",) if number % 2 else ("internet.outage",)
        customer = "C1" if number % 3 == 0 else None
        understood(store, a_row(number, channel, words), customer=customer, vector=a_vector(number), topics=topics)


@contextmanager
def a_store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        begin_empty(f"sqlite:///{folder}/voc.db")
        opened = Store(f"sqlite:///{folder}/voc.db", f"{folder}/blobs")
        try:
            yield opened
        finally:
            opened.close()


def looked_up(store: Store, query: str, seed: int, floor: float, filters: Filters, limit: int) -> list[Hit]:
    return store.search.find(
        query, a_vector(seed), centre=a_vector(77) * 0.5, filters=filters, limit=limit, meaning_floor=floor
    ).hits


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(CHANNELS), st.lists(st.sampled_from(WORDS), min_size=1, max_size=5)),
        min_size=1,
        max_size=14,
    ),
    query=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
    filters=st.sampled_from(
        (
            Filters(channel="complaint"),
            Filters(topic="billing"),
            Filters(segment="pro"),
            Filters(customer="none", channel="email"),
            Filters(week="2026-W46"),
            Filters(sentiment="negative"),
            Filters(channel=("complaint", "review"), topic=("billing", "internet.outage")),
        )
    ),
    floor=st.sampled_from((-1.0, 0.0, 0.1)),
    limit=st.sampled_from((1, 3, 50)),
)
def test_a_search_with_filters_is_the_search_over_the_filtered_rows_alone(
    rows: list[tuple[str, list[str]]], query: list[str], filters: Filters, floor: float, limit: int
) -> None:
    numbered = [(number, channel, words) for number, (channel, words) in enumerate(rows)]
    asked = " ".join(query)
    with a_store() as whole, a_store() as alone:
        fill(whole, numbered)
        kept = set(whole.interactions.all_ids(filters))
        fill(alone, [row for row in numbered if a_row(*row).id in kept])
        found = looked_up(whole, asked, 3, floor, filters, limit)
        expected = looked_up(alone, asked, 3, floor, Filters(), limit)
    assert [(hit.interaction_id, hit.words, hit.meaning) for hit in found] == [
        (hit.interaction_id, hit.words, hit.meaning) for hit in expected
    ]
    assert np.allclose([hit.score for hit in found], [hit.score for hit in expected], atol=1e-6)


@pytest.fixture
def crowded(store: Store) -> Store:
    """600 e-mails about a bill, newer and nearer to the query than the six complaints about one."""
    told = []
    rows = [an_interaction(n, text="Ma facture.") for n in range(100, 700)]
    rows += [an_interaction(n, channel=Channel.COMPLAINT, text="La facture de mon père, longue.") for n in range(6)]
    add(store, *rows)
    for row in rows:
        vector = a_vector(1) if row.channel == "email" else a_vector(2)
        told.append((Analysed(an_analysis(row), vector), anonymous(row)))
    store.findings.save_analyses([one for one, _ in told], [link for _, link in told], now=NOW)
    return store


def test_a_full_store_does_not_hide_what_the_filter_asks_for(crowded: Store) -> None:
    wanted = Filters(channel="complaint")
    assert len(crowded.search.words("facture", wanted)) == 6
    hits = crowded.search.find("facture", a_vector(1), filters=wanted, limit=50, meaning_floor=-1.0).hits
    assert len(hits) == 6
    assert all(hit.words is not None and hit.meaning is not None for hit in hits)
    assert len(crowded.search.find("", a_vector(1), filters=wanted, meaning_floor=-1.0).hits) == 6
    assert crowded.search.words("facture", Filters(channel="chat")) == []


def test_filters_on_the_customer_are_looked_through_too(store: Store) -> None:
    store.customers.save([a_customer("C9", city="Nantes")], now=NOW)
    for number in range(3):
        one = an_interaction(number, text="La fibre est en panne.")
        add(store, one)
        link = linked(one, "C9") if number == 1 else anonymous(one)
        store.findings.save_analyses([Analysed(an_analysis(one), a_vector(number))], [link], now=NOW)
    assert store.search.words("fibre panne", Filters(city="Nantes")) == [an_interaction(1).id]
