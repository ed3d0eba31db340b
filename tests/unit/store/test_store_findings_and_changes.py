"""Decisions about findings and the changes a copy follows, on PostgreSQL as on SQLite."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from makers import NOW, a_customer, an_analysis, an_interaction, linked

from voc.errors import ConflictError, NotFoundError
from voc.insights.finding_review import check, check_undo, reviewed
from voc.records import Decision
from voc.store import Filters, Store
from voc.store.analyses import Analysed
from voc.store.finding_reviews import KnownFinding, NewDecision
from voc.store.interaction_changes import Position

KEY, OTHER = "topic:a:rise", "topic:b:fall"
KNOWN = {key: KnownFinding(key, "2026-W46", key[6:7], {"en": key}) for key in (KEY, OTHER)}


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'voc.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql")
    with Store(url, str(tmp_path / "blobs")) as store:
        yield store


def decide(store: Store, decision: NewDecision, key: str = KEY) -> Decision:
    return store.finding_reviews.decide(
        [KNOWN[one] for one in (key, decision.into) if one],
        decision,
        check=lambda there: check(key, decision.action, there, into=decision.into),
        now=NOW,
    )


def test_decisions_are_kept_in_order_and_refused_ones_leave_nothing(either: Store) -> None:
    made = decide(either, NewDecision("2026-W46", "assign", "k", owner="Sam", due=date(2026, 11, 20)))
    assert (made.owner, made.due, made.at) == ("Sam", date(2026, 11, 20), NOW)
    decide(either, NewDecision("2026-W46", "merge", "k", into=OTHER))
    with pytest.raises(ConflictError):
        decide(either, NewDecision("2026-W47", "close", "k"))
    assert [one.action for one in either.finding_reviews.of(KEY)] == ["assign", "merge"]
    assert set(either.finding_reviews.known()) == {KEY, OTHER}
    last = either.finding_reviews.of(KEY)[-1]
    assert (last.finding, last.into) == (KEY, OTHER)
    either.finding_reviews.undo(last.id, actor="b", check=lambda there: check_undo(last.id, there), now=NOW)
    assert reviewed(either.finding_reviews.of(KEY)).status == "assigned"
    with pytest.raises(NotFoundError):
        either.finding_reviews.undo(99, actor="b", check=lambda there: check_undo(99, there), now=NOW)


def test_a_refused_first_decision_does_not_make_a_finding_known(either: Store) -> None:
    with pytest.raises(ConflictError):
        decide(either, NewDecision("2026-W46", "reopen", "k"))
    assert either.finding_reviews.known() == {}


def test_changes_followed_page_by_page_end_with_what_there_is(either: Store) -> None:
    draw = random.Random(3)
    either.customers.save([a_customer("C1")], now=NOW)
    rows = [an_interaction(number) for number in range(24)]
    here: dict[str, float | None] = {}
    position: Position | None = None

    def read() -> bool:
        nonlocal position
        position = position or either.interaction_changes.beginning()
        found = either.interaction_changes.after(position, limit=5)
        position = found.position
        known = either.interactions.rows(found.ids, Filters())
        for one in found.ids:
            here.pop(one, None)
        here.update((one, row.sentiment_score) for one, row in known.items())
        return found.more

    for _ in range(20):
        some = draw.sample(rows, 3)
        either.interactions.add(some, upload_id=None, work_id="w", received_at=NOW)
        scored = [Analysed(an_analysis(one, score=draw.choice([-0.5, 0.5])), None) for one in some[:2]]
        either.findings.save_analyses(scored, [linked(one, "C1") for one in some[:2]], now=NOW)
        either.erasing.forget([draw.choice(rows).id])
        read()
    while read():
        pass
    stored = either.interactions.rows([one.id for one in rows], Filters())
    assert here == {one: row.sentiment_score for one, row in stored.items()}
    assert here
