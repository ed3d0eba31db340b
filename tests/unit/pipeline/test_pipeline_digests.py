"""Digests without anybody asking: saved when a week is over and analysed, made anew when what they read changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from makers import an_interaction, understood
from store_templates import filled_once

from voc.insights import saved_digests
from voc.insights.saved_digests import OUTDATED, make, saved
from voc.pipeline.digest_upkeep import save_due
from voc.settings import Settings
from voc.store import Store, open_store

MONDAY = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)
"""2026-W46 has just ended."""


def at(number: int, day: int = 2) -> datetime:
    return datetime.fromisocalendar(2026, number, day).replace(hour=12, tzinfo=UTC)


@filled_once
def thirty_a_week(store: Store) -> None:
    """Thirty messages in each of the weeks 42 to 46, and two in the running one."""
    number = 0
    for week in range(42, 47):
        for _ in range(30):
            number += 1
            understood(store, an_interaction(number, occurred_at=at(week)), topics=["billing"], score=-0.5)
    for _ in range(2):
        number += 1
        understood(store, an_interaction(number, occurred_at=at(47, 1)), topics=["billing"], score=-0.5)


@pytest.fixture
def filled(store: Store) -> Store:
    thirty_a_week(store)
    return store


def test_each_finished_week_is_saved_once(filled: Store) -> None:
    assert save_due(filled, now=MONDAY) == [f"2026-W{n}" for n in (46, 45, 44, 43, 42)]
    assert save_due(filled, now=MONDAY + timedelta(days=6)) == [], "the running week is not over"
    assert save_due(filled, now=MONDAY + timedelta(days=7)) == ["2026-W47"]
    kept = filled.digests.get("2026-W46")
    assert kept is not None and (kept.n, kept.n_baseline) == (30, 120)


def test_a_week_waits_until_its_work_is_analysed(filled: Store) -> None:
    late = an_interaction(900, occurred_at=at(45))
    filled.interactions.add([late], upload_id=None, work_id="w", received_at=MONDAY)
    assert save_due(filled, now=MONDAY) == ["2026-W44", "2026-W43", "2026-W42"], "W46 is compared with W45"
    understood(filled, late)
    assert save_due(filled, now=MONDAY) == ["2026-W46", "2026-W45"]
    kept = filled.digests.get("2026-W46")
    assert kept is not None and kept.n_baseline == 121


def test_late_data_renew_what_read_them_and_readers_are_told_until_then(filled: Store) -> None:
    save_due(filled, now=MONDAY)
    understood(filled, an_interaction(901, occurred_at=at(44)), topics=["billing"])
    told = saved(filled, "2026-W46")
    assert told is not None and OUTDATED in told.notes and told.n_baseline == 120
    assert save_due(filled, now=MONDAY) == ["2026-W46", "2026-W45", "2026-W44"]
    told = saved(filled, "2026-W46")
    assert told is not None and OUTDATED not in told.notes and told.n_baseline == 121
    assert save_due(filled, now=MONDAY) == []


def test_what_changes_while_one_is_made_makes_it_due_again(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    save_due(filled, now=MONDAY)
    build = saved_digests.build

    def slow(store: Store, week: str, *, now: datetime) -> object:
        made = build(store, week, now=now)
        understood(store, an_interaction(902, occurred_at=at(46)), topics=["billing"])
        return made

    understood(filled, an_interaction(903, occurred_at=at(46)), topics=["billing"])
    monkeypatch.setattr(saved_digests, "build", slow)
    assert save_due(filled, now=MONDAY) == ["2026-W46"]
    monkeypatch.setattr(saved_digests, "build", build)
    assert save_due(filled, now=MONDAY) == ["2026-W46"]
    kept = filled.digests.get("2026-W46")
    assert kept is not None and kept.n == 32


def test_a_claimed_week_is_left_to_the_other_worker(filled: Store, settings: Settings) -> None:
    other = open_store(settings)
    assert other.digests.claim("2026-W46", now=MONDAY)
    assert "2026-W46" not in save_due(filled, now=MONDAY)
    other.digests.give_up("2026-W46")
    other.close()
    assert save_due(filled, now=MONDAY) == ["2026-W46"]


def test_a_failure_lets_go_of_its_claim(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(saved_digests, "build", broken)
    with pytest.raises(RuntimeError):
        save_due(filled, now=MONDAY)
    assert filled.digests.claim("2026-W46", now=MONDAY)


def test_the_running_week_is_made_and_never_kept(filled: Store) -> None:
    made = make(filled, "2026-W47", now=MONDAY + timedelta(days=3))
    assert made.n == 2 and filled.digests.weeks() == []


def test_one_made_before_its_week_was_over_is_none(filled: Store) -> None:
    part = make(filled, "2026-W47", now=MONDAY + timedelta(days=3))
    filled.digests.save(part)  # as an older voc did
    assert saved(filled, "2026-W47") is None
    assert save_due(filled, now=MONDAY + timedelta(days=7))[0] == "2026-W47"
    assert saved(filled, "2026-W47") is not None


def test_a_worker_that_ends_begins_no_other(filled: Store) -> None:
    assert save_due(filled, now=MONDAY, stopped=lambda: True) == []
