"""Counts and distributions, the same on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from voc.errors import InputError
from voc.insights import groups
from voc.records import (
    Analysis,
    Aspect,
    Channel,
    Customer,
    Interaction,
    Link,
    Sentiment,
    TopicMention,
    interaction_id,
)
from voc.store import Filters, Store
from voc.store.analyses import Analysed
from voc.store.dimensions import DIMENSIONS
from voc.store.figures import ChannelWeek, TopicSentimentCount, TopicWeek

NOW = datetime(2026, 11, 16, tzinfo=UTC)
MONDAY = datetime(2026, 11, 9, 10, tzinfo=UTC)
SUNDAY_LATE = datetime(2026, 11, 15, 23, 59, 59, tzinfo=UTC)
BEGIN, END = datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 16, tzinfo=UTC)
LONG = "The same long message sent again and again by somebody who copies it from a page of a forum."


def fill(store: Store, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Each row is one interaction: ``topics`` maps a topic to the sentiments of its clauses."""
    interactions, results, links = [], [], []
    for number, row in enumerate(rows):
        channel = Channel(row.get("channel", "email"))
        ident = interaction_id(channel, external_id=f"x{number}", content_hash="")
        text = row.get("text", f"text {number}")
        interactions.append(
            Interaction(
                id=ident, channel=channel, source=f"f:{number}", content_hash=f"h{number}", external_id=f"x{number}",
                occurred_at=row.get("at", MONDAY), text=text, attributes=row.get("attributes", {}),
                nps=row.get("nps"), csat=row.get("csat"), rating=row.get("rating"),
            )
        )  # fmt: skip
        if not row.get("analysed", True):
            continue
        score = row.get("score", 0.0)
        label = "positive" if (score or 0) > 0.3 else "negative" if (score or 0) < -0.3 else "neutral"
        topics = row.get("topics", {})
        results.append(
            Analysed(
                analysis=Analysis(
                    id=ident, channel=channel, source=f"f:{number}", language=row.get("language", "fr"), text=text,
                    redacted_text=text, sentiment=None if score is None else Sentiment(label=label, score=score),
                    topics=tuple(TopicMention(id=one, label=one, score=0.8) for one in topics),
                    aspects=tuple(
                        Aspect(topic=one, sentiment=said, begin=0, end=4, text=text[:4])
                        for one, clauses in topics.items() for said in clauses
                    ),
                ),
                vector=None,
            )
        )  # fmt: skip
        customer = row.get("customer")
        links.append(
            Link(interaction_id=ident, customer_id=customer, method="exact_identifier" if customer else "none")
        )
    store.interactions.add(interactions, upload_id=None, work_id="w", received_at=NOW)
    store.findings.save_analyses(results, links, now=NOW)
    return [one.id for one in interactions]


@pytest.mark.parametrize("name", DIMENSIONS)
def test_cells_by_every_dimension_add_up(store: Store, name: str) -> None:
    store.customers.save([Customer(id="c1", city="Nantes", segment="pro")], now=NOW)
    fill(store, [{"customer": "c1", "topics": {"a.b": [0.5]}}, {"score": None, "at": SUNDAY_LATE}, {"score": 0.9}])
    cells = store.figures.cells(Filters(), by=[name])
    leaves = [cell for cell in cells if name != "topic" or cell.keys != ("a",)]
    assert sum(cell.n for cell in leaves) == 3
    assert sum(cell.scored for cell in leaves) == 2
    assert sum(cell.positive for cell in leaves) == 1


@pytest.mark.parametrize("by", [("week", "topic"), ("channel", "sentiment"), ("attribute:store",)])
def test_counts_are_those_of_the_cells(store: Store, by: tuple[str, ...]) -> None:
    fill(store, [{"topics": {"a.b": [0.5], "c": [0.1]}}, {"score": None, "at": SUNDAY_LATE}, {"score": 0.9}])
    cells = store.figures.cells(Filters(), by=by)
    assert store.figures.counts(Filters(), by=by) == {cell.keys: cell.n for cell in cells}


@pytest.mark.parametrize("wanted", [(), ("channel",), ("week",), ("sentiment", "week")])
def test_coarser_cells_are_those_that_are_counted(store: Store, wanted: tuple[str, ...]) -> None:
    by = ("week", "channel", "sentiment")
    fill(store, [{"score": 0.5}, {"score": None, "at": SUNDAY_LATE}, {"score": -0.9}, {"score": 0.2, "at": END}])
    found = groups.coarser(store.figures.cells(Filters(), by=by), by, wanted)
    assert sorted(found, key=str) == sorted(store.figures.cells(Filters(), by=wanted), key=str)


def test_cells_carry_what_a_mean_and_its_spread_need(store: Store) -> None:
    fill(store, [{"score": 0.5}, {"score": -1.0}, {"score": None}])
    (cell,) = store.figures.cells(Filters())
    assert (cell.n, cell.scored, cell.negative, cell.neutral, cell.positive) == (3, 2, 1, 0, 1)
    assert (cell.score_sum, cell.score_squares) == pytest.approx((-0.5, 1.25))


def test_days_are_of_utc(store: Store) -> None:
    fill(store, [{"at": SUNDAY_LATE}, {"at": END}])
    assert [cell.keys[0] for cell in store.figures.cells(Filters(), by=["day"])] == ["2026-11-15", "2026-11-16"]
    assert [cell.keys[0] for cell in store.figures.cells(Filters(), by=["week"])] == ["2026-W46", "2026-W47"]


def test_a_topic_filter_keeps_to_that_topic_and_its_children(store: Store) -> None:
    fill(store, [{"topics": {"a.b": [], "c": []}}, {"topics": {"a": []}}, {"topics": {"c": []}}])
    found = {cell.keys[0]: cell.n for cell in store.figures.cells(Filters(topic="a"), by=["topic"])}
    assert found == {"a": 2, "a.b": 1}
    assert {cell.keys[0] for cell in store.figures.cells(Filters(topic="a.b"), by=["topic"])} == {"a.b"}
    assert [cell.keys[0] for cell in store.figures.cells(Filters(topic="none"), by=["topic"])] == []


def test_the_city_is_the_customers_else_the_one_the_source_gave(store: Store) -> None:
    store.customers.save([Customer(id="c1", city="Nantes")], now=NOW)
    fill(store, [{"customer": "c1", "attributes": {"city": "Brest"}}, {"attributes": {"city": "Brest"}}, {}])
    assert {cell.keys[0]: cell.n for cell in store.figures.cells(Filters(), by=["city"])} == {
        "Nantes": 1, "Brest": 1, None: 1,
    }  # fmt: skip
    assert [store.interactions.count(Filters(city=one)) for one in ("Nantes", "Brest", "none")] == [1, 1, 1]


def test_said_is_the_mean_of_the_clauses_else_the_whole_text(store: Store) -> None:
    fill(
        store,
        [
            {"topics": {"a.b": [0.9, 0.7], "a.c": [-0.9]}, "score": 0.0},
            {"topics": {"a.b": []}, "score": -0.8},
            {"topics": {"a.b": []}, "score": None},
        ],
    )
    found = {one.topic: one for one in store.figures.said(Filters())}
    assert found["a.b"] == TopicSentimentCount("a.b", 3, negative=1, neutral=0, positive=1)
    assert found["a"] == TopicSentimentCount("a", 3, negative=1, neutral=1, positive=0), "0.9, 0.7 and −0.9 are even"
    for label in ("negative", "neutral", "positive"):
        for topic in ("a", "a.b"):
            asked = Filters(topic=topic, topic_sentiment=label)  # type: ignore[arg-type]
            assert store.interactions.count(asked) == getattr(found[topic], label)


def test_a_histogram_bin_holds_what_falls_between_its_borders(store: Store) -> None:
    fill(store, [{"score": one} for one in (-1.0, -0.95, -0.05, 0.0, 0.05, 0.999, 1.0, None)])
    assert store.figures.scores(Filters(), bins=4) == [2, 1, 2, 2]


def test_ratings_are_counted_by_value(store: Store) -> None:
    fill(store, [{"nps": 10}, {"nps": 10}, {"nps": 0}, {"rating": 4.5}, {"csat": 3.0, "score": None}])
    every = {"nps": {0.0: 1, 10.0: 2}, "csat": {3.0: 1}, "rating": {4.5: 1}}
    assert store.figures.ratings(Filters()) == every
    assert "csat" not in store.figures.ratings(Filters(sentiment="any")), "nobody scored gave any"


def test_attributes_are_counted_and_ids_left_out(store: Store) -> None:
    rows = [{"attributes": {"app_version": "9.4" if n % 3 else "9.3", "ticket": f"T{n}"}} for n in range(60)]
    fill(store, [*rows, {"attributes": {"app version": 'it\'s 100% "odd"'}}])
    found = store.figures.attributes(Filters())
    assert store.figures.attribute_names(Filters()) == list(found)
    assert found == {"app version": {'it\'s 100% "odd"': 1}, "app_version": {"9.3": 20, "9.4": 40}}
    assert store.figures.attributes(Filters(), least=30)["app_version"] == {"9.4": 40}
    assert store.interactions.count(Filters(attribute="app_version=9.4")) == 40
    assert store.interactions.count(Filters(attribute='app version=it\'s 100% "odd"')) == 1


def test_first_and_last_of_an_empty_store_are_nothing(store: Store) -> None:
    assert store.figures.first_and_last() is None
    fill(store, [{}, {"at": SUNDAY_LATE}])
    assert store.figures.first_and_last(now=NOW) == (MONDAY, SUNDAY_LATE)


def test_what_is_dated_after_the_present_week_stretches_nothing(store: Store) -> None:
    fill(store, [{}, {"at": SUNDAY_LATE}, {"at": datetime(2031, 1, 1, tzinfo=UTC)}])
    assert store.figures.first_and_last(now=MONDAY) == (MONDAY, SUNDAY_LATE)
    assert store.figures.first_and_last() == (MONDAY, SUNDAY_LATE)


def test_a_customer_and_a_repeated_text_are_one_voice(store: Store) -> None:
    store.customers.save([Customer(id="c1")], now=NOW)
    rows: list[dict[str, Any]] = [{"customer": "c1", "topics": {"a.b": [-0.9]}} for _ in range(6)]
    rows += [{"channel": "social", "text": LONG, "topics": {"a.b": [-0.9]}} for _ in range(30)]
    rows += [{"channel": "survey", "text": "too slow", "topics": {"a.b": [0.9]}} for _ in range(3)]
    rows += [{"analysed": False}]
    fill(store, rows)
    assert store.figures.channel_weeks(BEGIN, END) == [
        ChannelWeek("2026-W46", "email", 6, 1),
        ChannelWeek("2026-W46", "social", 30, 1),
        ChannelWeek("2026-W46", "survey", 3, 3),
    ]
    by_channel = {one.channel: one for one in store.figures.topic_weeks(BEGIN, END, level="label")}
    assert by_channel["email"] == TopicWeek("2026-W46", "email", "a.b", 6, 1, complaints=1, praise=0)
    assert by_channel["survey"] == TopicWeek("2026-W46", "survey", "a.b", 3, 3, complaints=0, praise=3)
    assert {one.topic for one in store.figures.topic_weeks(BEGIN, END, level="parent")} == {"a"}


def test_mentions_of_a_parent_are_each_interaction_once(store: Store) -> None:
    first, second, third = fill(
        store,
        [
            {"topics": {"a.b": [-0.5], "a.c": [0.1]}},
            {"topics": {"a": []}, "score": 0.6, "at": SUNDAY_LATE},
            {"topics": {"a.b": []}, "at": END},
        ],
    )
    found = store.figures.mentions("a", BEGIN, END)
    assert [(one.id, one.sentiment, one.score) for one in found["a"]] == [
        (first, pytest.approx(-0.2), 0.8),
        (second, pytest.approx(0.6), 0.8),
    ]
    later = store.figures.mentions("a", BEGIN, datetime(2026, 12, 1, tzinfo=UTC))
    assert {topic: [one.id for one in rows] for topic, rows in later.items()} == {
        "a": [first, second, third], "a.b": [first, third], "a.c": [first],
    }  # fmt: skip
    assert store.figures.mentions("z", BEGIN, END) == {"z": []}


def test_snippets_are_limited(store: Store) -> None:
    ids = fill(store, [{"text": f"message {n}"} for n in range(5)])
    assert len(store.figures.snippets(Filters(), limit=3)) == 3
    assert store.figures.snippets(Filters(), limit=9) == {ident: f"message {n}" for n, ident in enumerate(ids)}


@pytest.mark.parametrize("by", [["planet"], ["week", "week"], ["week", "topic", "channel", "city"]])
def test_unknown_or_too_many_dimensions_are_refused(store: Store, by: list[str]) -> None:
    with pytest.raises(InputError, match="by="):
        store.figures.cells(Filters(), by=by)
