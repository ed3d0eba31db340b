"""What is sent one by one is analysed together, and what kills its worker takes nothing else with it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from makers import an_interaction

from voc.pipeline.queues import WorkQueue
from voc.pipeline.works import ALONE, gather, resume_works
from voc.settings import Settings
from voc.store import Store

NUMBERS = itertools.count(1000)
"""Of examples: a store is theirs together."""
MORNING = datetime(2026, 11, 16, 9, tzinfo=UTC)


def came(store: Store, queue: Any, work_id: str, numbers: Sequence[int], *, status: str = "ENQUEUED") -> list[str]:
    """Texts that owe their analysis to a work; later numbers came later."""
    texts = [an_interaction(number) for number in numbers]
    at = MORNING + timedelta(minutes=numbers[0])
    store.interactions.add(texts, upload_id=None, work_id=work_id, received_at=at)
    queue.known[work_id] = status
    return [one.id for one in texts]


def test_mails_sent_one_by_one_are_analysed_together(store: Store, queue: Any) -> None:
    mails = [came(store, queue, f"txt-{number}", [number])[0] for number in range(5)]
    queue.known["txt-0"] = "PENDING"
    assert gather(store, queue, "txt-0", room=4) == 3
    assert store.interactions.of_work("txt-0") == mails[:4]
    assert store.interactions.of_work("txt-4") == mails[4:]


def test_a_work_whose_turn_comes_with_nothing_left_to_do_helps_with_the_rest(store: Store, queue: Any) -> None:
    came(store, queue, "txt-1", [1])
    assert gather(store, queue, "txt-done", room=64) == 1


def test_only_what_nobody_has_begun_and_is_as_urgent_is_taken(store: Store, queue: Any) -> None:
    came(store, queue, "txt-0", [0], status="PENDING")
    came(store, queue, "txt-begun", [1], status="PENDING")
    came(store, queue, "txt-old", [2])
    queue.behind.append("txt-old")
    came(store, queue, ALONE + "1", [3])
    came(store, queue, "txt-large", range(4, 12))
    assert gather(store, queue, "txt-0", room=8) == 0
    assert gather(store, queue, ALONE + "1", room=64) == 0


def test_a_text_that_kills_its_worker_is_told_apart_from_the_others(store: Store, queue: Any) -> None:
    ids = came(store, queue, "txt-0", range(3), status="MAX_RECOVERY_ATTEMPTS_EXCEEDED")
    assert resume_works(store, queue) == 3
    alone = [work_id for work_id, _ in queue.queued]
    assert [store.interactions.of_work(one) for one in alone] == [[one] for one in ids]
    queue.known |= dict.fromkeys(alone, "ENQUEUED")
    queue.known[alone[1]] = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"
    assert resume_works(store, queue) == 0
    assert [store.interactions.get(one).status for one in ids] == ["queued", "failed", "queued"]  # type: ignore[union-attr]


@given(
    sizes=st.lists(st.integers(1, 6), min_size=1, max_size=8), begun=st.sets(st.integers(0, 7)), room=st.integers(1, 9)
)
@rules(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_gathering_loses_nothing_and_takes_whole_works(
    store: Store, queue: Any, sizes: list[int], begun: set[int], room: int
) -> None:
    for work_id, _ in store.interactions.owing():
        store.interactions.fail(store.interactions.of_work(work_id), "of the example before")
    works = {}
    for place, size in enumerate(sizes):
        name, begins = f"txt-{next(NUMBERS)}", next(NUMBERS)
        status = "PENDING" if place in begun else "ENQUEUED"
        works[name] = came(store, queue, name, [begins, *(next(NUMBERS) for _ in range(size - 1))], status=status)
    own, *others = works
    took = gather(store, queue, own, room=room)
    after = {one: store.interactions.of_work(one) for one in works}
    assert sorted(itertools.chain(*after.values())) == sorted(itertools.chain(*works.values()))
    assert len(after[own]) == len(works[own]) + took <= max(room, len(works[own]))
    assert all(sorted(after[one]) in ([], sorted(works[one])) for one in others)


def test_the_queue_tells_what_still_waits_and_is_as_urgent(settings: Settings) -> None:
    queue = WorkQueue(settings)
    try:
        for work_id, backfill in (("txt-1", False), ("txt-2", False), ("txt-3", True)):
            queue.enqueue(work_id, recording=False, backfill=backfill)
        assert queue.unbegun_like("txt-1", ["txt-2", "txt-3", "txt-unknown"]) == {"txt-2"}
        assert queue.unbegun_like("txt-3", ["txt-2"]) == set()
    finally:
        queue.close()
