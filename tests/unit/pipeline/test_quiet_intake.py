"""What is worked out from everything waits until nothing comes in, and not for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from makers import NOW, an_interaction, understood

from voc.pipeline import worker as workers
from voc.pipeline.quiet_intake import AT_LATEST, QuietIntake
from voc.pipeline.worker import Worker
from voc.settings import Settings
from voc.store import Store

LOOK = timedelta(seconds=30)


def receive(store: Store, number: int) -> None:
    store.interactions.add([an_interaction(number)], upload_id=None, work_id="w", received_at=NOW)


def test_nothing_to_do_is_quiet_at_the_first_look(store: Store) -> None:
    understood(store, an_interaction(1))
    assert QuietIntake(store).reached(now=NOW)


def test_it_is_not_quiet_while_something_waits_for_its_analysis(store: Store) -> None:
    intake = QuietIntake(store)
    receive(store, 1)
    assert not intake.reached(now=NOW)


def test_it_is_quiet_once_nothing_has_changed_between_two_looks(store: Store) -> None:
    intake = QuietIntake(store)
    assert intake.reached(now=NOW)
    understood(store, an_interaction(1))
    assert not intake.reached(now=NOW + LOOK), "analysed at once, and more may follow"
    assert intake.reached(now=NOW + 2 * LOOK)


def test_where_things_come_in_all_day_long_it_is_said_every_now_and_then(store: Store) -> None:
    intake = QuietIntake(store)
    receive(store, 1)
    looks = [look * LOOK for look in range(1 + 2 * (AT_LATEST + LOOK) // LOOK)]
    said = [after for after in looks if intake.reached(now=NOW + after)]
    assert said == [AT_LATEST, 2 * AT_LATEST + LOOK]


def test_a_worker_makes_digests_once_it_is_quiet(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(workers, "save_due", lambda *_, **__: made.append("digests"))
    monkeypatch.setattr(workers, "DIGEST_SECONDS", 0.0)
    worker = Worker(store, settings)
    receive(store, 1)
    worker._save_digests()
    assert made == []
    understood(store, an_interaction(1))
    worker._save_digests()
    assert made == [], "it has just come in"
    worker._save_digests()
    assert made == ["digests"]
