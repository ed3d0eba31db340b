"""Whatever people and the machine decide, in any order: every interaction stays with one customer or none, and taking
everything back leaves the very bytes there were before."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import closing, nullcontext, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from makers import NOW, a_customer, an_analysis, an_interaction, redactions
from sqlalchemy import text

from voc.errors import ConflictError, InputError
from voc.privacy.masking import CustomerNames
from voc.records import FieldWeight, Interaction, Link, LinkCandidate
from voc.store import Store
from voc.store.analyses import Analysed
from voc.store.identities import By

CUSTOMERS = [f"C{n}" for n in range(6)]
NAMES = ["Martin", "Bernard", "Dubois", "Moreau", "Laurent", "Girard"]
INTERACTIONS = [
    an_interaction(n, text=f"Je suis {NAMES[n % 6]}, pas {NAMES[(n + 1) % 6]} ni Petit, facture {n}.") for n in range(7)
]
MASKING = CustomerNames()
CITY = FieldWeight(field="city", level="exact", bits=0)

TABLES = {
    "customer": "id",
    "identifier": "id",
    "interaction": "id",
    "link": "interaction_id",
    "link_rejection": "interaction_id, customer_id",
    "analysis": "interaction_id",
    "interaction_fts": "interaction_id",
    "signal": "id",
    "embedding": "seq",
}
"""Everything a decision may touch, except the history of decisions itself."""


def outcome(interaction: Interaction, n: int) -> Link:
    """The ``n``-th thing that an analysis may make of an interaction."""
    first, second = CUSTOMERS[n % 6], CUSTOMERS[(n * 5 + 1) % 6]
    candidates = tuple(
        LinkCandidate(
            customer_id=one, bits=bits, probability=p, fields=(FieldWeight(field="city", level="exact", bits=bits),)
        )
        for one, bits, p in ((first, 2.0, 0.7 + n % 6 / 50), (second, -1.0, 0.1))
    )[: 1 + (first != second)]
    method = ("exact_identifier", "score", "review", "none", "review")[n % 5]
    return Link(
        interaction_id=interaction.id,
        customer_id=first if method in {"exact_identifier", "score"} else None,
        method=method,
        probability=0.99 if method == "score" else None,
        candidates=candidates if method in {"score", "review"} else (),
    )


def fill(store: Store) -> None:
    store.customers.save(
        [
            a_customer(
                one, name=f"Zoé {name}", last_name=name, first_name="Zoé", phones=[f"+3361234567{n % 4}"],
                since=NOW - timedelta(days=(n * 7) % 5),
            )
            for n, (one, name) in enumerate(zip(CUSTOMERS, NAMES, strict=True))
        ],
        now=NOW,
    )  # fmt: skip
    store.interactions.add(INTERACTIONS, upload_id=None, work_id="w", received_at=NOW)
    analysed = []
    for one in INTERACTIONS:
        found = redactions(one.text or "", "Petit")
        masked = (one.text or "").replace("Petit", "[PERSON]")
        analysed.append(Analysed(an_analysis(one, redacted=found, redacted_text=masked), None))
    store.findings.save_analyses(analysed, [outcome(one, n) for n, one in enumerate(INTERACTIONS)], now=NOW)


def dump(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every byte of the tables, JSON as it is stored."""
    with store.database.read() as connection:
        return {
            table: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY {order}"))]
            for table, order in TABLES.items()
        }


def act(store: Store, chance: random.Random) -> str:
    """One random decision; what makes no sense is refused, and leaves no trace."""
    by = By(actor=chance.choice(["k1", "k2"]), at=NOW + timedelta(minutes=1), reason=chance.choice([None, "seen"]))
    ids = [one.id for one in chance.sample(INTERACTIONS, chance.choice([1, 1, 2]))]
    kind = chance.choice(["link", "confirm", "reject", "reject all", "merge", "merge", "split", "automatic", "undo"])
    identities = store.identities
    with suppress(InputError):
        if kind == "link":
            identities.link(ids, chance.choice(CUSTOMERS), by=by, masking=MASKING)
        elif kind == "confirm":
            link = store.findings.link(ids[0])
            assert link is not None
            if link.candidates:
                identities.link(ids[:1], chance.choice(link.candidates).customer_id, by=by, masking=MASKING)
        elif kind == "reject":
            identities.reject(ids, chance.choice(CUSTOMERS), by=by, masking=MASKING)
        elif kind == "reject all":
            identities.reject(ids, None, by=by, masking=MASKING)
        elif kind == "merge":
            identities.merge(*chance.sample(CUSTOMERS, 2), by=by, masking=MASKING)
        elif kind == "split":
            identities.split(chance.choice(CUSTOMERS), by=by, masking=MASKING)
        elif kind == "automatic":
            links = [outcome(one, chance.randrange(20)) for one in INTERACTIONS if one.id in ids]
            store.findings.save_links(links, now=by.at, masking=MASKING)
        elif events := in_force(store):
            identities.undo(chance.choice(events), by=by, with_later=chance.random() < 0.5, masking=MASKING)
    return kind


def in_force(store: Store) -> list[int]:
    with store.database.read() as connection:
        return list(connection.execute(text("SELECT id FROM identity_event WHERE undone_at IS NULL")).scalars())


def check(store: Store) -> None:
    """One customer or none for every interaction, the same everywhere it is kept, and never a merged record."""
    with store.database.read() as connection:
        customers = connection.execute(text("SELECT id, merged_into, since FROM customer")).all()
        links = connection.execute(text("SELECT * FROM link")).all()
        owner = {row[0]: row[1] for row in connection.execute(text("SELECT id, customer_id FROM interaction")).all()}
        rejections = connection.execute(text("SELECT interaction_id, customer_id FROM link_rejection")).all()
        left = {row.interaction_id: row.record_id for row in links}
    root = {row.id: row.merged_into or row.id for row in customers}
    for row in customers:
        assert root[root[row.id]] == root[row.id]
    for speaks in set(root.values()):
        together = [row for row in customers if root[row.id] == speaks]
        assert speaks == min(together, key=lambda row: (row.since, row.id)).id, "the oldest speaks for all"
    assert set(left) == set(owner) == {one.id for one in INTERACTIONS}
    for row in links:
        assert owner[row.interaction_id] == row.customer_id == (root[row.record_id] if row.record_id else None)
        assert row.leading_id is None or root[row.leading_id] == row.leading_id
    refused = {(one, root[customer]) for one, customer in rejections}
    for row in links:
        assert row.method == "manual" or (row.interaction_id, row.customer_id) not in refused
        assert (row.interaction_id, row.leading_id) not in refused


def live(store: Store, seed: int, steps: int) -> None:
    """A random history, then all of it taken back."""
    first = dump(store)
    check(store)
    chance = random.Random(seed)
    newer: set[object] = set()
    for _ in range(steps):
        decided = decisions(store)
        if act(store, chance) == "automatic":
            for one, record in decisions(store).items():
                assert decided[one] == record, "only a person replaces what a person decided"
            assert all(one in decisions(store) for one, record in decided.items() if record is not None)
            newer |= undecided(store) & renewed(store, first["link"])
        check(store)
    by = By(actor="k1", at=NOW + timedelta(hours=1))
    while events := in_force(store):
        chosen = chance.choice(events)
        with nullcontext() if chosen == max(events) else suppress(ConflictError):  # the newest can always be taken back
            store.identities.undo(chosen, by=by, with_later=True, masking=MASKING)
        check(store)
    last = dump(store)
    # Newer evidence for what stands undecided is no decision: of such a link what it says is taken back to, not why.
    for before, after in zip(first["link"], last["link"], strict=True):
        assert before == after if before[0] not in newer else before[:3] == after[:3]
    assert {**last, "link": []} == {**first, "link": []}


def undecided(store: Store) -> set[object]:
    """Interactions of which nothing that was decided is in force."""
    with store.database.read() as connection:
        changed = connection.execute(text(
            "SELECT c.interaction_id FROM identity_change c JOIN identity_event e ON e.id = c.event_id "
            "WHERE c.kind = 'link' AND e.undone_at IS NULL"
        )).scalars()  # fmt: skip
        return {one.id for one in INTERACTIONS} - set(changed)


def renewed(store: Store, links: list[tuple[object, ...]]) -> set[object]:
    """Interactions whose link says the same of whose they are, but for other reasons than before."""
    now = {row[0]: row for row in dump(store)["link"]}
    return {row[0] for row in links if now[row[0]][3:7] != row[3:7]}


def decisions(store: Store) -> dict[str, str | None]:
    """Whom a person gave each interaction to, nobody included."""
    with store.database.read() as connection:
        rows = connection.execute(text("SELECT interaction_id, record_id FROM link WHERE method = 'manual'")).all()
    return {row[0]: row[1] for row in rows}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    with closing(Store(f"sqlite:///{folder / 'voc.db'}", str(folder / "blobs"))) as store:
        fill(store)
    return folder / "voc.db"


@pytest.fixture
def copies(filled: Path, tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    shutil.rmtree(tmp_path)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=strategies.integers(0, 2**32), steps=strategies.integers(1, 30))
def test_any_history_can_be_taken_back_to_the_byte(filled: Path, copies: Path, seed: int, steps: int) -> None:
    copy = copies / f"{seed}-{steps}.db"
    shutil.copy(filled, copy)
    with closing(Store(f"sqlite:///{copy}", str(copies / "blobs"))) as store:
        live(store, seed, steps)
    copy.unlink()


@pytest.mark.integration
@pytest.mark.parametrize("seed", [7])
def test_on_postgresql_too(postgresql: str, tmp_path: Path, seed: int) -> None:
    with closing(Store(postgresql, str(tmp_path / "blobs"))) as store:
        fill(store)
        live(store, seed, 25)
