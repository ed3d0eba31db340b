"""The schedule of digests is the work queue's own: known once to all workers, and what it owes is owed once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from reviewed_weeks import MONDAY, fill

from voc.pipeline import outgoing, workflows
from voc.pipeline.queues import WorkQueue
from voc.pipeline.worker import DIGEST_SCHEDULE, Worker
from voc.settings import Settings
from voc.store import Store


@pytest.fixture
def worker(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    monkeypatch.setattr(outgoing, "send_due", lambda *_, **__: [])
    made = Worker(store, settings)
    made.start()
    yield made
    made.stop()


def test_every_hour_what_is_due_is_owed_once(
    store: Store, settings: Settings, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(WorkQueue(settings)) as queue:
        (known,) = [one for one in queue.client.list_schedules() if one["schedule_name"] == "digests"]
    assert (known["schedule"], known["workflow_name"]) == (DIGEST_SCHEDULE, "digests_of_the_day")
    fill(store)
    store.subscriptions.add(
        name="x", kind="mail", target="lea@example.com", language="fr", day=1, topics=(), segments=(), view=None,
        only_with_findings=False, paused=False, created_by="local", created_at=MONDAY, unsubscribed_at=None,
    )  # fmt: skip
    real = workflows.write_down_digests
    monkeypatch.setattr(workflows, "write_down_digests", lambda *given: real(*given, now=MONDAY))
    for _ in range(2):
        workflows.digests_of_the_day(datetime.now(UTC), None)
    (owed,) = store.deliveries.latest()
    assert owed.key == "digest:2026-W46:subscription:1"
