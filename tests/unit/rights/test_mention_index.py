"""Mentions found by their keys are those found by reading everything, whatever was written and left half-done."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from makers import NOW, a_customer, add, an_interaction, understood
from sqlalchemy import Column, String, Table, delete, insert, select, update

from voc.privacy.personal_data_matcher import Traces
from voc.privacy.trace_keys import claim_keys, keys_of
from voc.records import Customer, Identifier
from voc.rights.mention_keys import Keyed, joined, make_due, owners_to_read
from voc.store import Store, mention_tables, schema
from voc.store.mention_index import by_kind
from voc.store.mention_tables import mention_due, mention_key

SALT = "salt of these tests"
FIRST, LAST = ("Léa", "Jean-Pierre", "Zoë", "Anne"), ("Lebœuf", "de la Tour", "Straß", "Roux", "O’Neill")
SAID = (
    *("Mme {last} m'a dit", "écrivez à {email}", "au {spaced}", "au {spoken}", "vu\n{first} {last}", "{last}, {first}"),
    *("contrat {contract}", "q={query}", "{folded}", "rien à signaler", "la facture de 12 500 €", "{id}"),
    "@{handle} merci",
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'voc.db'}" if request.param == "sqlite" else request.getfixturevalue("postgresql")
    opened = Store(url, str(tmp_path / "blobs"))
    yield opened
    opened.close()


def a_person(draw: random.Random, number: int) -> Customer:
    first, last = draw.choice(FIRST), draw.choice(LAST)
    return a_customer(
        f"CU-{draw.randrange(10**6):06d}", name=f"{first} {last}", first_name=first, last_name=last,
        phones=(f"+3363998{number:04d}",), emails=(f"p{number}.{draw.randrange(99)}@mail.fr",),
        contracts=(f"AZ99{number:04d}",), handles=(("x", f"roux_{number}"),),
    )  # fmt: skip


def a_sentence(draw: random.Random, people: Sequence[Customer]) -> str:
    one = draw.choice(people)
    phone, email, contract, handle = (identifier.value for identifier in one.identifiers)
    national = "0" + phone[3:]
    words = {
        "first": draw.choice([str(one.first_name), str(one.first_name).upper()]),
        "last": one.last_name,
        "email": email,
        "contract": f"{contract[:2]} {contract[2:]}",
        "spaced": " ".join(national[place : place + 2] for place in range(0, 10, 2)),
        "spoken": f"+33 (0){phone[3:]}",
        "query": f"{one.first_name}+{one.last_name}".replace("é", "%C3%A9"),
        "id": one.id,
        "handle": handle,
        "folded": f"{one.first_name} {one.last_name}".upper().replace("Œ", "OE").replace("É", "E\u0301"),
    }
    return " ".join(draw.choice(SAID).format(**words) for _ in range(draw.randrange(1, 4)))


def history(draw: random.Random, store: Store, people: Sequence[Customer]) -> Iterator[Callable[[], object]]:
    """What may happen to a store, at random: coming in, analysed, changed, erased, indexed in between."""
    ids = [an_interaction(number).id for number in range(40)]
    i, event = schema.interaction, schema.metadata.tables["event"]

    def change(number: int) -> None:
        with store.database.begin() as connection:
            named = {"snippet": a_sentence(draw, people), "thread_id": a_sentence(draw, people)}
            connection.execute(update(i).where(i.c.id == ids[number]).values(named))

    def happen() -> None:
        said = {"label": a_sentence(draw, people), "attributes": {"to": a_sentence(draw, people)}}
        whose = {"id": f"e{draw.random()}", "customer_id": draw.choice([None, draw.choice(people).id])}
        sent = {"family": "sent", "type": "mail", "at": NOW, "source": "f.csv", "received_at": NOW}
        with store.database.begin() as connection:
            connection.execute(insert(event).values(said | whose | sent))

    def transcribe(number: int) -> None:
        if store.interactions.get(ids[number]) is not None:
            store.findings.save_transcript(ids[number], {"turns": [{"text": a_sentence(draw, people)}]}, now=NOW)

    for _ in range(45):
        number = draw.randrange(len(ids))
        said = a_sentence(draw, people)
        one = an_interaction(number, text=said, author=draw.choice([None, said]))
        yield draw.choice([
            lambda one=one: understood(store, one, customer=draw.choice([None, draw.choice(people).id])),
            lambda one=one: add(store, one) if store.interactions.get(one.id) is None else None,
            lambda number=number: change(number),
            lambda number=number: transcribe(number),
            happen,
            lambda said=said: store.access.record(actor="k", action="a", target=said, now=NOW, detail={"why": said}),
            lambda number=number: store.erasing.forget([ids[number]]),
            lambda: make_due(store, salt=SALT, stopped=iter([False] * draw.randrange(2) + [True] * 9).__next__),
            lambda: make_due(store, salt=SALT),
        ])  # type: ignore[misc]  # fmt: skip


def assert_same(store: Store, people: Sequence[Customer], draw: random.Random) -> int:
    """Every table, read in full and by the keys, holds the same mentions of each person; how many were found."""
    found = 0
    for one in people:
        traces = [Traces(one, kin=draw.random() < 0.3, namesakes=draw.random() < 0.3)]
        drop = frozenset({one.id, an_interaction(draw.randrange(40)).id})

        def about(words: Sequence[str], traces: list[Traces] = traces, drop: frozenset[str] = drop) -> bool:
            text = joined(words)
            return any(each.within(text) for each in traces) or not drop.isdisjoint(words)

        owners = owners_to_read(store, keys_of(traces, drop), salt=SALT)
        of = None if owners is None else by_kind(owners)
        for table in store.mentions.tables():
            everything = store.mentions.rows(table, about)
            found += len(everything)
            by_keys = store.mentions.rows(table, about, of=of)
            assert sorted(map(repr, by_keys)) == sorted(map(repr, everything)), (table, one)
        values = [identifier.value for identifier in one.identifiers]
        pairs = [(identifier.type, identifier.value) for identifier in one.identifiers]
        owners = owners_to_read(store, claim_keys(values), salt=SALT)
        among = None if owners is None else by_kind(owners)["interaction"]
        assert sorted(store.erasing.claimed(pairs, among=among)) == sorted(store.erasing.claimed(pairs))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_what_the_keys_find_is_what_reading_everything_finds(store: Store, seed: int) -> None:
    draw = random.Random(seed)
    people = [a_person(draw, number) for number in range(5)]
    store.customers.save(people, now=NOW)
    found = 0
    for number, act in enumerate(history(draw, store, people)):
        act()
        if number % 15 == 14:
            found += assert_same(store, people, draw)
    make_due(store, salt=SALT)
    assert store.mention_index.count_due() == 0
    assert found + assert_same(store, people, draw) > 60


def owners(store: Store, person: Customer, salt: str = SALT) -> set[str] | None:
    return owners_to_read(store, keys_of([Traces(person)], ()), salt=salt)


def test_only_what_may_hold_the_person_is_read(store: Store) -> None:
    person = a_customer("CU-0000001", name="Léa Lebœuf", first_name="Léa", last_name="Lebœuf")
    spoke = understood(store, an_interaction(1, text="LÉA LEBOEUF le sait"))
    understood(store, an_interaction(2, text="Léa Roux et M. Lebon"))
    assert owners(store, person) is None  # nothing is indexed: everything is read
    make_due(store, salt=SALT)
    assert owners(store, person) == {f"interaction:{spoke.id}"}
    late = an_interaction(3)
    add(store, late)
    assert owners(store, person) == {f"interaction:{spoke.id}", f"interaction:{late.id}"}


def test_another_salt_and_another_table_begin_anew(store: Store) -> None:
    person = a_customer("CU-0000001", name="Léa Lebœuf")
    understood(store, an_interaction(1, text="Léa Lebœuf"))
    assert make_due(store, salt=SALT) == 1
    assert owners(store, person, salt="another") is None
    assert make_due(store, salt="another") == 1
    assert owners(store, person, salt="another")
    added = Table(
        "of_a_later_version",
        schema.metadata,
        Column("interaction_id", String, primary_key=True),
        Column("said", String),
    )
    try:
        assert owners(store, person, salt="another") is None
    finally:
        schema.metadata.remove(added)


def test_a_change_while_keys_are_made_is_made_again(store: Store) -> None:
    one = understood(store, an_interaction(1, text="rien"))
    make_due(store, salt=SALT)
    with store.database.begin() as connection:
        connection.execute(update(schema.interaction).values(snippet="un"))
    due = store.mention_index.due(10)
    words = store.mention_index.words(due.owners)
    with store.database.begin() as connection:
        connection.execute(update(schema.interaction).values(snippet="Léa Lebœuf"))
    store.mention_index.save({owner: Keyed(SALT).of_words(each) for owner, each in words.items()}, due)
    assert store.mention_index.owed() == {f"interaction:{one.id}"}


def test_nothing_is_left_of_what_is_gone_and_nothing_can_be_read(store: Store) -> None:
    one = understood(store, an_interaction(1, text="Léa Lebœuf, 06 39 98 11 77"))
    make_due(store, salt=SALT)
    with store.database.read() as connection:
        kept = [bytes(row.hashes) for row in connection.execute(select(mention_key))]
    assert kept
    assert all(word not in b"".join(kept) for word in (b"lea", b"98117"))
    assert set(Keyed("other").of_words(["Léa Lebœuf"])).isdisjoint(Keyed(SALT).of_words(["Léa Lebœuf"]))
    store.erasing.forget([one.id])
    with store.database.read() as connection:
        assert connection.execute(select(mention_key)).all() == connection.execute(select(mention_due)).all() == []
    again = understood(store, an_interaction(1, text="Léa"))
    make_due(store, salt=SALT)
    with store.database.begin() as connection:  # by whom it may be: the next turn takes its keys away
        connection.execute(delete(schema.interaction).where(schema.interaction.c.id == again.id))
    make_due(store, salt=SALT)
    with store.database.read() as connection:
        assert connection.execute(select(mention_key)).all() == []


def test_every_table_with_words_of_an_owner_is_watched(store: Store) -> None:
    owned = {table.name for owner in mention_tables.OWNERS for table, _ in mention_tables.owned_by(owner)}
    watched = {one.table for one in mention_tables.watched().triggers.values()}
    assert owned - watched == {"fact_change", "customer_mark"}  # logs: ids alone
    assert {"interaction", "analysis", "transcript", "signal", "link", "customer", "identifier", "event"} <= watched


def test_a_line_break_before_a_name_hides_it_from_nobody(store: Store) -> None:
    person = Traces(Customer(id="C1", identifiers=(Identifier(type="email", value="lea@mail.fr"),), name="Léa Lebœuf"))
    one = an_interaction(1, text="Cordialement,\nLéa Lebœuf")
    understood(store, one)
    found = store.mentions.rows("interaction", lambda words: person.within(joined(words)))
    assert found == [{"id": one.id}]
