"""Interactions: each once, in pages that miss and repeat nothing, and the work they owe."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makers import NOW, a_customer, add, an_interaction, understood
from sqlalchemy import delete

from voc.errors import InputError
from voc.records import Interaction, Recording
from voc.store import Filters, Store, schema
from voc.store.interactions import iso_week

on_one_store = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
"""The store is the same for every example: each empties it first."""


def emptied(store: Store) -> Store:
    with store.database.begin() as connection:
        for table in (schema.upload, schema.interaction, schema.customer):
            connection.execute(delete(table))
    return store


# --- adding ------------------------------------------------------------------------------------------------------


@on_one_store
@given(st.lists(st.lists(st.integers(0, 8), max_size=7), max_size=6))
def test_whatever_is_added_how_often_each_is_there_once(store: Store, batches: list[list[int]]) -> None:
    emptied(store)
    new: list[str] = []
    for number, batch in enumerate(batches):
        given_ids = [an_interaction(n).id for n in batch]
        fresh, known = store.interactions.add(
            [an_interaction(n) for n in batch], upload_id=None, work_id=f"w{number}", received_at=NOW
        )
        assert sorted(fresh + known) == sorted(given_ids)
        new += fresh
    wanted = {an_interaction(n).id for batch in batches for n in batch}
    assert sorted(new) == sorted(wanted)  # reported as new exactly once
    assert set(store.interactions.all_ids(Filters())) == wanted
    assert store.interactions.count(Filters()) == len(wanted)


def test_what_is_there_already_keeps_its_work_and_words(store: Store) -> None:
    add(store, an_interaction(1), work_id="first")
    add(store, an_interaction(1, text="changed"), work_id="second")
    assert store.interactions.of_work("first") == [an_interaction(1).id]
    assert store.interactions.of_work("second") == []
    assert store.interactions.records([an_interaction(1).id]) == [an_interaction(1)]


def test_threads_that_add_the_same_report_each_new_once(store: Store) -> None:
    everything = [an_interaction(n) for n in range(40)]

    def add_all(turn: int) -> list[str]:
        order = everything if turn % 2 else everything[::-1]  # opposite orders are what deadlocks are made of
        return store.interactions.add(order, upload_id=None, work_id=f"w{turn}", received_at=NOW)[0]

    with ThreadPoolExecutor(4) as pool:
        fresh = [one for part in pool.map(add_all, range(8)) for one in part]
    assert sorted(fresh) == sorted(one.id for one in everything)


def test_an_interaction_comes_back_as_it_came_in(store: Store) -> None:
    one = an_interaction(
        1, subject="Objet", thread_id="t", nps=3, csat=4.5, rating=2.0, attributes={"city": "Évry", "app": "5.2"},
        language="fr", recording=Recording(filename="a.wav", sha256="0" * 64, channels=2, roles=("agent", "customer")),
    )  # fmt: skip
    add(store, one)
    assert store.interactions.records([one.id, "unknown"]) == [one]


def test_without_a_date_it_stands_where_it_arrived(store: Store) -> None:
    add(store, an_interaction(1, occurred_at=None))
    found = store.interactions.get(an_interaction(1).id)
    assert found is not None
    assert (found.occurred_at, found.at) == (None, NOW)


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        ("2026-11-15T23:59:59+00:00", "2026-W46"),
        ("2026-11-16T00:30:00+01:00", "2026-W46"),
        ("2027-01-03T12:00:00+00:00", "2026-W53"),
        ("2024-12-30T00:00:00+00:00", "2025-W01"),
    ],
)
def test_weeks_are_iso_weeks_of_utc(moment: str, week: str) -> None:
    from datetime import datetime

    assert iso_week(datetime.fromisoformat(moment)) == week


def test_more_than_one_statement_holds_are_added_and_read(store: Store) -> None:
    many = [an_interaction(n) for n in range(1203)]
    add(store, *many)
    assert store.interactions.records([one.id for one in many]) == many
    assert store.interactions.waiting([one.id for one in many]) == 1203


# --- pages and filters -------------------------------------------------------------------------------------------


def pages(store: Store, filters: Filters, size: int) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = store.interactions.page(filters, limit=size, cursor=cursor)
        assert len(page.items) <= size
        found += [one.id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return found
        assert len(page.items) == size


@on_one_store
@given(st.lists(st.integers(0, 3), max_size=14), st.integers(1, 5))
def test_pages_put_together_are_everything_once_newest_first(store: Store, hours: list[int], size: int) -> None:
    emptied(store)
    many = [an_interaction(n, occurred_at=NOW - timedelta(hours=h)) for n, h in enumerate(hours)]  # many at one time
    add(store, *many)
    newest_first = sorted(many, key=lambda one: (one.occurred_at, one.id), reverse=True)
    assert pages(store, Filters(), size) == [one.id for one in newest_first]


def test_what_arrives_between_two_pages_shifts_nothing(store: Store) -> None:
    add(store, *(an_interaction(n) for n in range(4)))
    first = store.interactions.page(Filters(), limit=2)
    add(store, an_interaction(99))
    second = store.interactions.page(Filters(), limit=2, cursor=first.next_cursor)
    assert [one.id for one in first.items + second.items] == [an_interaction(n).id for n in (3, 2, 1, 0)]


FOREIGN_CURSORS = (
    *("", "x", "é", "\udc80", "e30=", "W10=", "WzEsMl0=", "W251bGwsbnVsbF0=", "bnVsbA==", "WyIyMDI2LTExLTE2Il0="),
    *("W1tb" * 30000, "WyIwMDAxLTAxLTAxVDAwOjAwKzIzOjU5IiwgImkiXQ==", "WyIyMDI2LTExLTE2IiwgImFcdTAwMDBiIl0="),
)


def test_a_cursor_that_is_not_ours_is_the_callers_fault(store: Store) -> None:
    for cursor in FOREIGN_CURSORS:
        with pytest.raises(InputError, match="cursor"):
            store.interactions.page(Filters(), cursor=cursor)


CITIES = ("Évry", "Lyon", None)
TOPICS = ((), ("billing.double_charge",), ("billing", "app.bug"))

rows = st.lists(
    st.fixed_dictionaries(
        {
            "channel": st.sampled_from(["email", "review"]),
            "language": st.sampled_from(["fr", "en", None]),
            "score": st.sampled_from([-0.8, 0.0, 0.9]),
            "customer": st.sampled_from(["C1", "C2", None]),
            "topics": st.sampled_from(TOPICS),
            "analysed": st.booleans(),
        }
    ),
    max_size=8,
)
filters = st.builds(
    Filters,
    channel=st.sampled_from([None, "email", "review"]),
    topic=st.sampled_from([None, "billing", "billing.double_charge", "app.bug", "none"]),
    topic_sentiment=st.sampled_from([None, "negative", "positive"]),
    sentiment=st.sampled_from([None, "negative", "any", "none"]),
    customer=st.sampled_from([None, "C1", "any", "none"]),
    segment=st.sampled_from([None, "pro", "none"]),
    city=st.sampled_from([None, "Lyon", "none"]),
    language=st.sampled_from([None, "fr", "none"]),
    attribute=st.sampled_from([None, "app=5.2"]),
    status=st.sampled_from([None, "done", "queued"]),
    since=st.sampled_from([None, NOW - timedelta(days=6, hours=21)]),
    week=st.sampled_from([None, "2026-W46", "2026-W01"]),
    source=st.sampled_from([None, "rows.csv", "rows.csv:1", "100%"]),
)


@on_one_store
@given(rows, filters)
def test_counts_pages_statuses_and_ids_agree_under_any_filter(
    store: Store, given_rows: list[dict[str, Any]], chosen: Filters
) -> None:
    emptied(store)
    store.customers.save([a_customer("C1", segment="pro", city="Lyon"), a_customer("C2")], now=NOW)
    for number, row in enumerate(given_rows):
        one = an_interaction(number, channel=row["channel"], attributes={"app": "5.2", "city": "Lyon"})
        if row["analysed"]:
            understood(
                store, one, customer=row["customer"], language=row["language"], score=row["score"], topics=row["topics"]
            )
        else:
            add(store, one)
    found = pages(store, chosen, 3)
    assert len(found) == len(set(found)) == store.interactions.count(chosen)
    assert sorted(found) == sorted(store.interactions.all_ids(chosen))
    assert sum(store.interactions.statuses().values()) == store.interactions.count(Filters())
    assert set(store.interactions.rows(store.interactions.all_ids(Filters()), chosen)) == set(found)


NARROWED = (
    (Filters(channel="review"), [2]),
    (Filters(sentiment="negative"), [1]),
    (Filters(sentiment="none"), [3]),
    (Filters(topic="billing"), [1]),
    (Filters(topic="billing.double_charge"), [1]),
    (Filters(topic="billing", topic_sentiment="negative"), [1]),
    (Filters(topic="billing", topic_sentiment="positive"), []),
    (Filters(topic="none"), [2, 3]),
    (Filters(customer="C1"), [1]),
    (Filters(customer="none"), [2, 3]),
    (Filters(segment="pro"), [1]),
    (Filters(city="Lyon"), [1]),
    (Filters(city="Évry"), [2]),
    (Filters(attribute="app=5.2"), [3]),
    (Filters(attribute="a\"b'c.$[0]=1"), []),
    (Filters(attribute="app"), []),
    (Filters(source="rows.csv:%"), []),
    (Filters(source="rows.csv:2"), [2]),
    (Filters(status="queued"), [3]),
    (Filters(since=NOW - timedelta(days=7) + timedelta(hours=2)), [2, 3]),
    (Filters(until=NOW - timedelta(days=7) + timedelta(hours=2)), [1]),
    (Filters(week="2026-W46"), [1, 2, 3]),
)


def test_each_filter_narrows_to_what_it_says(store: Store) -> None:
    store.customers.save([a_customer("C1", segment="pro", city="Lyon")], now=NOW)
    understood(store, an_interaction(1), customer="C1", score=-0.8, topics=["billing.double_charge"])
    understood(store, an_interaction(2, channel="review", attributes={"city": "Évry"}), score=0.9)
    add(store, an_interaction(3, attributes={"app": "5.2"}))
    wanted = {an_interaction(1).id: 1, an_interaction(2, channel="review").id: 2, an_interaction(3).id: 3}
    for chosen, numbers in NARROWED:
        assert [wanted[one] for one in store.interactions.all_ids(chosen)] == numbers, chosen


def test_a_row_of_a_list_names_the_customer_and_the_topics(store: Store) -> None:
    store.customers.save([a_customer("C1", first_name="Zoé", last_name="Martin")], now=NOW)
    one = understood(store, an_interaction(1), customer="C1", topics=["billing", "app.bug"], score=-0.7)
    row = store.interactions.get(one.id)
    assert row is not None
    assert (row.customer_name, row.topics, row.sentiment_label) == ("Zoé Martin", ("billing", "app.bug"), "negative")
    assert row.has_audio is False
    assert store.interactions.get("unknown") is None


# --- the work they owe -------------------------------------------------------------------------------------------


def a_recording(number: int) -> Interaction:
    return an_interaction(number, channel="call", text=None, recording=Recording(filename="a.wav", sha256="ab" * 32))


def test_work_is_owed_until_done_or_failed(store: Store) -> None:
    add(store, an_interaction(1), an_interaction(2), an_interaction(3), work_id="txt-a")
    add(store, a_recording(4), work_id="rec-b")
    assert sorted(store.interactions.owing()) == [("rec-b", True), ("txt-a", False)]
    assert store.interactions.of_work("txt-a") == [an_interaction(n).id for n in (1, 2, 3)]

    understood(store, an_interaction(1))
    store.interactions.fail([an_interaction(2).id], "rows.csv:2: too strange; look at it.")
    assert store.interactions.of_work("txt-a") == [an_interaction(3).id]
    store.interactions.fail([a_recording(4).id], "x" * 5000)
    assert store.interactions.owing() == [("txt-a", False)]
    assert store.interactions.statuses() == {"done": 1, "failed": 2, "queued": 1}


def test_what_failed_can_be_owed_again(store: Store) -> None:
    add(store, an_interaction(1), work_id="a")
    store.interactions.fail([an_interaction(1).id], "bad")
    store.interactions.requeue([an_interaction(1).id], work_id="b")
    row = store.interactions.get(an_interaction(1).id)
    assert row is not None
    assert (row.status, row.error) == ("queued", None)
    assert (store.interactions.of_work("a"), store.interactions.of_work("b")) == ([], [row.id])


def test_the_blob_of_a_recording_is_in_use(store: Store) -> None:
    add(store, a_recording(1))
    assert store.interactions.uses_blob("ab" * 32)
    assert not store.interactions.uses_blob("cd" * 32)
