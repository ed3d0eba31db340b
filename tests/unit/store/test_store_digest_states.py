"""A saved digest knows when what it was made of changed: whoever changed it, and however."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from makers import NOW, a_customer, an_interaction, understood
from sqlalchemy import delete, insert, select, update

from voc.records import Digest, Interaction, Link
from voc.store import Store, schema
from voc.store.corrections import Label
from voc.store.digest_tables import week_change
from voc.store.digests import CLAIM_LASTS

MADE = NOW + timedelta(days=30)


def week(number: int) -> datetime:
    return datetime.fromisocalendar(2026, number, 2).replace(tzinfo=UTC)


def made(number: int) -> Digest:
    return Digest(
        week=f"2026-W{number}", begins=week(number), ends=week(number), created_at=MADE, n=1, n_baseline=0,
        baseline_weeks=(),
    )  # fmt: skip


def kept(store: Store, number: int, *, reads_from: str) -> None:
    """Save a digest of a week as whoever makes one does."""
    name = f"2026-W{number}"
    store.digests.count_changes()
    made_of = store.digests.state(name).changes
    store.digests.save(made(number), made_of=made_of, reads_from=reads_from)


def outdated(store: Store) -> list[str]:
    """By the pending changes, and the same once they are counted."""
    before = [one for one in store.digests.weeks() if store.digests.is_outdated(one)]
    store.digests.count_changes()
    assert [one for one in store.digests.weeks() if store.digests.is_outdated(one)] == before
    assert [one for one, state in sorted(store.digests.states().items(), reverse=True) if state.outdated] == before
    return before


@pytest.fixture
def one(store: Store) -> Interaction:
    """An interaction of W46, and digests of W46 and W47 that read it, of W45 and W51 that do not."""
    store.customers.save([a_customer("C1"), a_customer("C2")], now=NOW)
    told = understood(store, an_interaction(1, occurred_at=week(46)), customer="C1", topics=["billing"], score=-0.8)
    for number in (45, 46, 47, 51):
        kept(store, number, reads_from=f"2026-W{number - 4}")
    assert outdated(store) == []
    return told


def drop(store: Store, one: Interaction) -> None:
    with store.database.begin() as connection:
        connection.execute(delete(schema.interaction).where(schema.interaction.c.id == one.id))


def move(store: Store, one: Interaction) -> None:
    with store.database.begin() as connection:
        where = schema.interaction.c.id == one.id
        connection.execute(update(schema.interaction).where(where).values(week="2026-W30", at=week(30)))


CHANGES: dict[str, Callable[[Store, Interaction], object]] = {
    "late data": lambda store, _: understood(store, an_interaction(2, occurred_at=week(46))),
    "a correction": lambda store, one: store.corrections.correct(
        one.id, [Label("topic", "app", title="App")], actor="k1", reason=None, now=NOW
    ),
    "a correction withdrawn": lambda store, one: store.corrections.withdraw(
        store.corrections.correct(one.id, [Label("sentiment", "neutral")], actor="k1", reason=None, now=NOW)[0].id,
        actor="k1",
        now=NOW,
    ),
    "another link": lambda store, one: store.findings.save_links(
        [Link(interaction_id=one.id, customer_id="C2", method="exact_identifier")], now=NOW
    ),
    "an erased person": lambda store, one: store.erasing.forget([one.id], customer_id="C1"),
    "an erased customer": lambda store, _: store.erasing.forget([], customer_id="C1"),
    "an analysis anew": lambda store, one: understood(store, one, customer="C1", topics=["app"], score=0.5),
    "a row that goes": drop,
    "a row that moves": move,
}


@pytest.mark.parametrize("change", list(CHANGES), ids=list(CHANGES))
def test_what_changes_a_week_outdates_the_digests_that_read_it(store: Store, one: Interaction, change: str) -> None:
    CHANGES[change](store, one)
    assert outdated(store) == ["2026-W47", "2026-W46"]
    kept(store, 46, reads_from="2026-W42")
    assert outdated(store) == ["2026-W47"]


def test_what_changes_nothing_outdates_nothing(store: Store, one: Interaction) -> None:
    store.interactions.add([an_interaction(3, occurred_at=week(46))], upload_id=None, work_id="w", received_at=NOW)
    store.interactions.fail([one.id], "x.wav: broken; send it again.")
    store.findings.save_links([Link(interaction_id=one.id, customer_id="C1", method="exact_identifier")], now=NOW)
    understood(store, an_interaction(4, occurred_at=week(30)))
    assert outdated(store) == []


def test_a_digest_with_a_short_history_reads_everything_before_it(store: Store, one: Interaction) -> None:
    kept(store, 46, reads_from="")
    understood(store, an_interaction(5, occurred_at=week(30)))
    assert outdated(store) == ["2026-W46"]


def test_what_changes_while_a_digest_is_made_outdates_it(store: Store, one: Interaction) -> None:
    store.digests.count_changes()
    made_of = store.digests.state("2026-W46").changes
    understood(store, an_interaction(6, occurred_at=week(46)))  # after its figures were read
    store.digests.save(made(46), made_of=made_of, reads_from="2026-W42")
    assert "2026-W46" in outdated(store)


def test_one_saved_without_looking_is_outdated(store: Store) -> None:
    store.digests.save(made(46))
    assert store.digests.is_outdated("2026-W46")
    assert store.digests.is_outdated("2026-W45"), "there is none: nothing is known of it"


def test_one_of_many_workers_makes_a_digest(store: Store) -> None:
    won: list[bool] = []
    start = threading.Barrier(6)

    def ask() -> None:
        start.wait()
        won.append(store.digests.claim("2026-W46", now=NOW))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won.count(True) == 1 and len(won) == 6
    assert not store.digests.claim("2026-W46", now=NOW + CLAIM_LASTS - timedelta(seconds=1))
    assert store.digests.claim("2026-W46", now=NOW + CLAIM_LASTS), "its maker is taken for dead"
    store.digests.give_up("2026-W46")
    assert store.digests.claim("2026-W46", now=NOW + CLAIM_LASTS)
    kept(store, 46, reads_from="")
    assert store.digests.claim("2026-W46", now=NOW), "saved: the claim has ended"


@pytest.mark.integration
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_a_change_not_committed_yet_is_counted_later(store: Store, one: Interaction) -> None:
    """A mark that is taken away must not take the change of a transaction still open with it."""
    understood(store, an_interaction(7, occurred_at=week(46)))
    i = schema.interaction
    with store.database.begin() as connection:
        connection.execute(update(i).where(i.c.id == one.id).values(sentiment_score=0.9))
        store.digests.count_changes()
        kept(store, 46, reads_from="2026-W42")
    assert "2026-W46" in outdated(store)


def test_many_changes_of_a_week_are_one_line(store: Store) -> None:
    rows = [an_interaction(number, occurred_at=week(46)) for number in range(20, 40)]
    store.interactions.add(rows, upload_id=None, work_id="w", received_at=NOW)
    i = schema.interaction
    with store.database.begin() as connection:
        connection.execute(update(i).values(analysed_at=NOW, sentiment_score=0.1))
        connection.execute(update(i).values(sentiment_score=0.2))
        assert len(connection.execute(select(week_change.c.id)).all()) == 1


def test_a_database_of_an_older_voc_watches_from_the_first_opening(store: Store, one: Interaction) -> None:
    """The triggers are made when a database is opened, not only when it is new."""
    with store.database.begin() as connection:
        for name in ("changed", "moved", "relinked", "added", "gone"):
            on = "" if store.database.dialect.name == "sqlite" else " ON interaction"
            connection.exec_driver_sql(f"DROP TRIGGER week_{name}{on}")
    drop(store, one)
    assert outdated(store) == []
    again = Store(store.database.url, "/nowhere")
    with again.database.begin() as connection:
        values = {
            "id": "i0",
            "channel": "email",
            "source": "x",
            "content_hash": "h",
            "received_at": NOW,
            "at": week(46),
        }
        values |= {"week": "2026-W46", "status": "done", "record": {}, "analysed_at": NOW}
        connection.execute(insert(schema.interaction).values(**values))
    assert outdated(again) == ["2026-W47", "2026-W46"]
    again.close()
