"""When sources run: each in its turn, one run a source at a time, and none lost between its entry and the queue."""

from __future__ import annotations

from datetime import UTC, datetime

from voc.pipeline.queues import WorkQueue
from voc.records import Rejected
from voc.store import Store

ENDED = frozenset({"ERROR", "CANCELLED", "SUCCESS", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})


def queue_due(store: Store, queue: WorkQueue) -> int:
    """Queue a run of every source whose time has come; returns how many.

    Any number of workers may do so at once: which runs there are is decided in the store, and queueing one twice is
    queueing it once.
    """
    now = datetime.now(UTC)
    due = store.source_runs.due(now=now)
    for run in due:
        queue.enqueue_source(run.id, backfill=run.backfill)
    open_runs = [one for one in store.source_runs.open() if one.id not in {run.id for run in due}]
    statuses = queue.statuses([one.id for one in open_runs]) if open_runs else {}
    for run in open_runs:
        status = statuses.get(run.id)
        if status is None:  # its process died between entering and queueing it
            queue.enqueue_source(run.id, backfill=run.backfill)
        elif status in ENDED:
            why = Rejected(
                source=run.source_id,
                reason="the worker ended several times during this run; the next one goes on.",
                code="source_run_cut_off",
            )
            store.source_runs.end(run.id, now=now, failure=why)
    return len(due)
