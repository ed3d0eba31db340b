"""Facts beside the store: whatever is written, in whatever order, figures from the facts are those from the store."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from makers import NOW, a_customer, add, an_interaction, understood
from sqlalchemy import Connection

from voc.insights.drilldown import from_href, href
from voc.records import Intent
from voc.store import Filters, Store, columns
from voc.store.categories import CategoryRows
from voc.store.contexts import Contexts
from voc.store.corrections import Label
from voc.store.dimensions import DIMENSIONS
from voc.store.fact_changes import Position
from voc.store.facts import reading
from voc.store.facts.dialect import _Connection
from voc.store.facts.remembered import Answer, Remembered
from voc.store.figures import Cell, Figures
from voc.store.interactions import Interactions
from voc.store.issues import Issues
from voc.store.pressure import Pressures
from voc.store.shapes import Source, StoreSource
from voc.store.signal_counts import Meanings, SignalCount

BEGIN, END = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
TOPICS = ("app.bug", "app", "billing.refund", "billing.amount", "network.mobile")
OFFERS: tuple[dict[str, str], ...] = ({}, {"offer": "Fibre"}, {"offer": "Mobile", 'l\'autre "nom"': "x"})
LONG = "Bonjour, le réseau est coupé depuis trois jours et personne ne me rappelle, c'est insupportable."

CUTS = [
    (),
    *((name,) for name in DIMENSIONS),
    *(("week", "topic"), ("segment", "city"), ("topic", "channel")),
    *(("week", "segment", "attribute:store"), ("topic", "channel", "language")),
]

Question = Callable[[Store, Source, Filters], object]

QUESTIONS: dict[str, Question] = {
    **{
        f"cells by {by}": lambda _, source, filters, by=by: Figures(source).cells(filters, by=by)  # type: ignore[misc]
        for by in CUTS
    },
    "counts": lambda _, source, filters: Figures(source).counts(filters, by=("topic", "channel")),
    "wish places": lambda _, source, filters: Meanings(source).wish_places(
        filters, Meanings(source).wishes(filters), each=2
    ),
    "scores": lambda _, source, filters: Figures(source).scores(filters),
    "nps": lambda _, source, filters: Figures(source).ratings(filters),
    "said": lambda _, source, filters: Figures(source).said(filters),
    "attributes": lambda _, source, filters: Figures(source).attributes(filters),
    "attribute names": lambda _, source, filters: Figures(source).attribute_names(filters),
    "snippets": lambda _, source, filters: Figures(source).snippets(filters, limit=5),
    "first and last": lambda _, source, __: Figures(source).first_and_last(now=NOW),
    "latest before": lambda _, source, __: Figures(source).latest_before(NOW),
    "has any": lambda _, source, __: Figures(source).has_any(BEGIN, NOW),
    "channel weeks": lambda _, source, __: Figures(source).channel_weeks(BEGIN, END),
    "topic weeks": lambda _, source, __: sorted(map(repr, Figures(source).topic_weeks(BEGIN, END, level="label"))),
    "parent weeks": lambda _, source, __: sorted(map(repr, Figures(source).topic_weeks(BEGIN, END, level="parent"))),
    "mentions": lambda _, source, __: Figures(source).mentions("billing", BEGIN, END),
    "intents": lambda _, source, filters: Meanings(source).signals("intent", filters, of="label", by="topic"),
    "effort": lambda _, source, filters: Meanings(source).signals("effort", filters, of="value", by="week"),
    "wishes": lambda _, source, filters: Meanings(source).wishes(filters),
    "contacts": lambda _, source, __: Meanings(source).contacts(None, since=BEGIN, until=END),
    "issues": lambda _, source, filters: Issues(source).contacts(filters),
    "spoken": lambda store, source, filters: list(Pressures(store.database, source).spoken(filters)),
    "listened": lambda store, source, filters: Contexts(store.database, source).contacts(filters, limit=7),
    "categories": lambda store, source, filters: CategoryRows(store.database, source).counts(filters),
    "count": lambda store, source, filters: Interactions(store.database, source).count(filters),
}

FILTERS: Sequence[Filters] = (
    Filters(),
    Filters(topic="billing"),
    Filters(topic="billing.refund", topic_sentiment="negative"),
    Filters(topic="none"),
    Filters(intent="cancel", sentiment="any"),
    Filters(effort="hard"),
    Filters(city="Nantes"),
    Filters(segment="none", channel="email"),
    Filters(customer="C1"),
    Filters(customer="none", language="fr"),
    Filters(attribute="store=Lyon"),
    Filters(customer_attribute="offer=Fibre"),
    Filters(customer_attribute="offer", channel="email"),
    Filters(since=NOW - timedelta(days=3), until=NOW),
    Filters(week="2026-W46", status="done"),
    Filters(source="rows.csv:1"),
    Filters(upload="u1"),
    Filters(context="no-such-set"),
    Filters(topic=("billing", "network.mobile")),
    Filters(topic=("app.bug", "billing.refund", "none"), channel=("email", "chat")),
    Filters(topic=("app", "billing.amount"), topic_sentiment=("negative", "neutral")),
    Filters(sentiment=("negative", "none"), language=("en", "fr"), status=("done", "queued")),
    Filters(customer=("C1", "none"), segment=("Pro", "none"), city=("Brest", "Nantes")),
    Filters(attribute=("store=Lyon", "store=Nantes", "city=Brest")),
    Filters(customer_attribute=("offer=Fibre", "offer=Mobile"), source=("rows.csv:1", "rows.csv:2")),
    Filters(intent=("cancel", "praise"), effort=("hard", "none")),
)

HAPPENS = ("come", "come", "come", "queue", "again", "move", "forget", "copy", "correct", "fail")


def alike(one: Any, other: Any) -> bool:
    """Equal, numbers up to the rounding of a sum."""
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < 1e-9
    if is_dataclass(one):
        return type(one) is type(other) and all(
            alike(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)
        )
    if isinstance(one, dict):
        return list(one) == list(other) and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)


def compare(store: Store, asked: Sequence[tuple[str, Filters]]) -> None:
    truth = StoreSource(store.database)
    for name, chosen in asked:
        expected, found = (in_order(QUESTIONS[name](store, source, chosen)) for source in (truth, store.facts))
        assert alike(expected, found), (name, chosen, expected, found)


def in_order(found: object) -> object:
    """Groups in one order: databases disagree on where a group without a name stands."""
    if isinstance(found, list) and found and isinstance(found[0], Cell | SignalCount):
        return sorted(
            found, key=lambda one: str([getattr(one, name, None) for name in ("keys", "key", "label", "value")])
        )
    return found


def write(store: Store, chance: random.Random, number: int) -> str:
    """One thing that happens to a store; says which."""
    everybody = [one.id for one in store.interactions.page(Filters(), limit=100).items]
    some = chance.sample(everybody, min(2, len(everybody)))
    fields: dict[str, Any] = {
        "topics": chance.sample(TOPICS, chance.randint(0, 3)),
        "score": round(chance.uniform(-1, 1), 2),
        "customer": chance.choice([None, "C1", "C2", "C3"]),
        "intents": tuple(
            Intent(label=one, score=0.9, begin=0, end=7)
            for one in chance.sample(["cancel", "praise"], chance.randint(0, 1))
        ),
        "effort": chance.choice([None, -4]),
    }
    interaction = an_interaction(
        number,
        channel=chance.choice(["email", "review", "chat"]),
        text=chance.choice([LONG, f"Message {number}"]),
        attributes=chance.choice([{}, {"store": "Lyon"}, {"city": "Brest", "store": "Nantes"}]),
        nps=chance.choice([None, 3, 9]),
        language=chance.choice(["fr", "en"]),
    )
    happens = chance.choice(
        ["come", "come", "come", "queue", "again", "move", "merge", "forget", "copy", "correct", "fail"]
    )
    if happens == "come":
        understood(store, interaction, **fields)
    elif happens == "queue":
        add(store, interaction)
    elif happens == "move":
        store.customers.save(
            [
                a_customer(
                    "C1", city=chance.choice(["Nantes", "Paris"]), segment="Pro", attributes=chance.choice(OFFERS)
                )
            ],
            now=NOW,
        )
    elif not some:
        return "nothing"
    elif happens == "again":
        understood(store, store.interactions.records(some[:1])[0], **fields)
    elif happens == "forget":
        store.erasing.forget(some[:1])
    elif happens == "copy":
        store.anonymising.copy(some[:1])
        store.erasing.forget(some[:1])
    elif happens == "correct" and store.findings.analysis(some[0]) is not None:
        store.corrections.correct(some[0], [Label("topic", "app.bug")], actor="a", reason=None, now=NOW)
    elif happens == "fail":
        store.interactions.fail(some[:1], "no reason")
    return happens


@pytest.mark.parametrize("seed", range(4))
def test_figures_from_the_facts_are_those_from_the_store_after_any_history(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    every = [(name, chosen) for name in sorted(QUESTIONS) for chosen in FILTERS]
    store.customers.save([a_customer(f"C{n}", city="Nantes", segment=None) for n in (1, 2, 3)], now=NOW)
    for number in range(24):
        happened = write(store, chance, number)
        assert happened
        compare(store, chance.sample(every, 2))
    compare(store, chance.sample(every, 90))


SINGLES: dict[str, tuple[str, ...]] = {
    "channel": ("email", "chat"), "topic": ("billing", "app.bug", "none"), "topic_sentiment": ("negative", "positive"),
    "sentiment": ("positive", "none"), "customer": ("C1", "none"), "segment": ("Pro", "none"),
    "city": ("Nantes", "Brest"), "language": ("fr", "none"), "status": ("queued", "done"),
    "source": ("rows.csv:1", "rows.csv:2"), "attribute": ("store=Lyon", "store=Nantes"),
    "customer_attribute": ("offer=Fibre", "offer=Mobile"), "intent": ("cancel", "praise"), "effort": ("hard", "none"),
}  # fmt: skip


def test_several_values_of_a_filter_leave_what_any_of_them_leaves(store: Store) -> None:
    chance = random.Random(7)
    store.customers.save([a_customer(f"C{n}", city="Nantes", segment=None) for n in (1, 2, 3)], now=NOW)
    for number in range(40):
        write(store, chance, number)
    for name, several in SINGLES.items():
        about = {"topic": ("billing", "app")} if name == "topic_sentiment" else {}
        each = [set(store.interactions.all_ids(Filters.model_validate({**about, name: one}))) for one in several]
        both = Filters.model_validate({**about, name: several})
        assert set(store.interactions.all_ids(both)) == set().union(*each), name
        assert store.figures.cells(both)[0].n == len(set().union(*each)), name
        assert from_href(href(both)) == both
        assert Filters.model_validate({**about, name: tuple(reversed(several))}) == both


def test_attributes_of_two_names_must_both_be_so(store: Store) -> None:
    for number, attributes in enumerate(({"a": "1", "b": "1"}, {"a": "2", "b": "1"}, {"a": "1"}, {"a": "3", "b": "1"})):
        understood(store, an_interaction(number, attributes=attributes))
    asked = Filters(attribute=("a=1", "a=2", "b=1"))
    assert set(store.interactions.all_ids(asked)) == {an_interaction(0).id, an_interaction(1).id}


def test_what_another_process_writes_is_in_the_next_figure(database_url: str, tmp_path: Path) -> None:
    with Store(database_url, str(tmp_path / "blobs")) as here, Store(database_url, str(tmp_path / "blobs")) as there:
        assert here.interactions.count(Filters()) == 0
        understood(there, an_interaction(1), topics=("app.bug",))
        assert here.interactions.count(Filters(topic="app")) == 1
        there.erasing.forget([an_interaction(1).id])
        assert here.interactions.count(Filters()) == 0


def test_a_figure_is_worked_out_once_while_nothing_changed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    understood(store, an_interaction(1), topics=("app.bug",))
    worked_out: list[str] = []
    asked = _Connection._asked

    def counted(self: _Connection, statement: str, parameters: tuple[Any, ...]) -> Answer:
        worked_out.append(statement)
        return asked(self, statement, parameters)

    monkeypatch.setattr(_Connection, "_asked", counted)
    first = store.figures.cells(Filters(), by=("topic",))
    once = len(worked_out)
    assert once > 0
    assert store.figures.cells(Filters(), by=("topic",)) == first
    assert len(worked_out) == once
    understood(store, an_interaction(2), topics=("app.bug",))
    assert store.figures.cells(Filters(), by=("topic",)) != first
    assert len(worked_out) == 2 * once


def test_what_is_remembered_fits_its_bytes_and_is_of_one_version() -> None:
    answer = Answer(rows=((1,),) * 10, names=("n",))
    kept = Remembered(limit=3 * answer.size)
    for number in range(5):
        kept.keep(1, number, answer)
    assert [kept.get(1, number) is not None for number in range(5)] == [False, False, True, True, True]
    assert kept.get(0, 4) is None
    kept.keep(0, 9, answer)
    assert kept.get(0, 9) is None
    kept.keep(2, 9, answer)
    assert (kept.get(1, 4), kept.get(2, 9)) == (None, answer)
    kept.keep(2, 10, Answer(rows=((1,),) * 1000, names=("n",)))
    assert kept.get(2, 10) is None


def test_figures_may_lag_behind_only_as_long_as_they_are_let(store: Store) -> None:
    assert store.interactions.count(Filters()) == 0
    store.facts.lag = 60.0
    understood(store, an_interaction(1))
    assert store.interactions.count(Filters()) == 0
    store.facts.wake()
    assert store.interactions.count(Filters()) == 1
    understood(store, an_interaction(2))
    assert store.interactions.count(Filters()) == 1
    store.facts.lag = 0.0
    assert store.interactions.count(Filters()) == 2


@pytest.mark.integration
def test_a_transaction_that_commits_late_is_not_missed(postgresql: str, tmp_path: Path) -> None:
    """On SQLite one writes at a time."""
    with Store(postgresql, str(tmp_path / "blobs")) as store:
        slow, quick = an_interaction(1), an_interaction(2)
        add(store, slow, quick)
        assert store.interactions.count(Filters(status="queued")) == 2
        with store.database.begin() as connection:
            connection.exec_driver_sql(f"UPDATE interaction SET status = 'failed' WHERE id = '{slow.id}'")
            store.interactions.fail([quick.id], "sooner")
            assert store.interactions.count(Filters(status="failed")) == 1
        assert store.interactions.count(Filters(status="failed")) == 2
        assert store.interactions.count(Filters(status="queued")) == 0


def test_nothing_anybody_said_is_in_the_facts(store: Store) -> None:
    understood(store, an_interaction(1, text=LONG), text=LONG, customer=None, topics=("app.bug",))
    store.facts.follow()
    for table in store.facts.tables():
        for row in table.to_pylist():
            assert not any(isinstance(value, str) and "réseau" in value for value in row.values()), row


def test_what_is_read_in_one_block_is_of_one_state(store: Store) -> None:
    store.customers.save([a_customer("C1")], now=NOW)
    understood(store, an_interaction(1), customer="C1", topics=("app.bug",))
    with store.facts.one_state():
        before = store.figures.cells(Filters(), by=("topic",))
        understood(store, an_interaction(2), customer="C1", topics=("app.bug",))
        assert store.figures.cells(Filters(), by=("topic",)) == before
        assert store.interactions.count(Filters(source=an_interaction(1).source)) == 1
        assert store.interactions.count(Filters(customer="C1")) == 1
    assert store.interactions.count(Filters(customer="C1")) == 2
    assert store.interactions.count(Filters(source=an_interaction(1).source)) >= 1


def test_what_is_decided_while_changes_are_read_counts_in_the_next_figure(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread may be bringing the facts in step, from before the decision, when somebody asks to count it."""
    assert store.interactions.count(Filters()) == 0
    store.facts.lag = 3600.0
    read = Position.next

    def decided_meanwhile(self: Position, connection: Connection) -> tuple[Position | None, list[str]]:
        found = read(self, connection)
        assert store.facts._followed == -math.inf  # nobody goes past it now
        monkeypatch.undo()
        understood(store, an_interaction(1))
        store.facts.wake()
        return found

    monkeypatch.setattr(Position, "next", decided_meanwhile)
    store.facts.wake()
    assert store.interactions.count(Filters()) == 0
    assert store.interactions.count(Filters()) == 1


def test_nothing_is_counted_before_everything_was_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """However far figures may lag: half of the facts would be wrong figures."""
    understood(store, an_interaction(1))
    store.facts.lag = 3600.0
    seen: list[float] = []
    everything = reading.everything

    def watched(connection: Connection) -> Iterator[reading.Piece]:
        seen.append(store.facts._followed)
        yield from everything(connection)

    monkeypatch.setattr(reading, "everything", watched)
    store.facts.close()
    assert store.interactions.count(Filters()) == 1
    assert seen == [-math.inf]


def test_columns_of_names_are_the_same_however_they_are_kept() -> None:
    names = [*("c", None, "a", "c", "b") * 3, *(f"n{number}" for number in range(200))]
    table = pa.table({"name": pa.chunked_array([names[:4], names[4:]]), "n": list(range(len(names)))})
    kept = columns.named_once(table)
    plain, once = columns.coded(table, "name"), columns.coded(kept, "name")
    assert once.names == plain.names
    assert once.codes.tolist() == plain.codes.tolist()
    assert kept.column("name").to_pylist() == names
    assert kept.column("n") == table.column("n")
    ranks = columns.in_order(once)
    assert [names[place] for place in np.argsort(ranks, kind="stable")] == [
        *sorted(one for one in names if one is not None), None, None, None
    ]  # fmt: skip
