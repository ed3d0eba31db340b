"""Waiting until uploads are analysed, with a worker of our own where none runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from voc.errors import VocError
from voc.pipeline.queues import WorkQueue
from voc.pipeline.worker import Worker
from voc.pipeline.worker_liveness import any_alive, is_alive
from voc.settings import Settings
from voc.store import Store

POLL_SECONDS = 0.25
LOOK_SHARE, POLL_AT_MOST_SECONDS = 0.05, 5.0
"""Of the time of whoever waits that goes into looking, as far as that is no longer apart: a hundred thousand rows take
a while to count."""
PATIENCE_SECONDS = 10.0

SAY_AFTER_SECONDS, SAY_EVERY_SECONDS = 20.0, 60.0
"""When nothing has been finished for so long it is said what is waited for; then again at this interval."""

Say = Callable[[str], None]


@contextmanager
def some_worker(store: Store, settings: Settings, *, say: Say | None = None) -> Iterator[None]:
    """A worker is running inside this block: one that was there already, or one in this process."""
    if any_alive(store):
        yield
        return
    if say is not None:
        say("no worker is running, so this command works itself; `voc serve` or `voc worker` would go on after it")
    worker = Worker(store, settings)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def wait_until_done(
    store: Store,
    upload_ids: Sequence[str],
    *,
    progress: Callable[[int, int], None] | None = None,
    queue: WorkQueue | None = None,
    say: Say | None = None,
) -> None:
    """Block until nothing of these uploads is waiting.

    Args:
        progress: called with done and total as they move.
        queue: where it is seen whether any worker has taken the work.
        say: called with a line for people when nothing moves.

    Raises:
        VocError: every worker is gone while work is waiting.
    """

    def look() -> tuple[int, int]:
        statuses = store.uploads.statuses(upload_ids)
        total = sum(statuses.values())
        return total - statuses.get("queued", 0), total

    _wait(store, look, progress, queue, say)


def wait_for_interactions(
    store: Store,
    ids: Sequence[str],
    *,
    progress: Callable[[int, int], None] | None = None,
    queue: WorkQueue | None = None,
    say: Say | None = None,
) -> None:
    """Block until none of these interactions is waiting; arguments as of :func:`wait_until_done`.

    Raises:
        VocError: every worker is gone while work is waiting.
    """
    _wait(store, lambda: (len(ids) - store.interactions.waiting(ids), len(ids)), progress, queue, say)


def _wait(
    store: Store,
    look: Callable[[], tuple[int, int]],
    progress: Callable[[int, int], None] | None,
    queue: WorkQueue | None,
    say: Say | None,
) -> None:
    quiet, before = 0.0, -1
    moved_at = say_at = time.monotonic()
    while True:
        began = time.monotonic()
        done, total = look()
        if progress is not None:
            progress(done, total)
        if done >= total:
            return
        now = time.monotonic()
        if done != before:
            before, moved_at, say_at = done, now, now + SAY_AFTER_SECONDS
        elif say is not None and now >= say_at:
            say(standing(store, queue, waiting=total - done, seconds=now - moved_at))
            say_at = now + SAY_EVERY_SECONDS
        rest = min(max(POLL_SECONDS, (time.monotonic() - began) / LOOK_SHARE), POLL_AT_MOST_SECONDS)
        quiet = 0.0 if any_alive(store) else quiet + rest
        if quiet > PATIENCE_SECONDS:
            raise VocError(
                f"No worker is running any more; {total - done:,} interactions wait and are kept: start `voc serve` or "
                "`voc worker`."
            )
        time.sleep(rest)


def standing(store: Store, queue: WorkQueue | None, *, waiting: int, seconds: float) -> str:
    """One line: what is waited for, whether anybody works on it, and what to do where nobody does."""
    line = f"waiting for {waiting:,} interactions, none finished for {seconds:.0f} s: "
    now = datetime.now(UTC)
    alive = [one for one in store.workers.all() if is_alive(one.id, heartbeat_at=one.heartbeat_at, now=now)]
    if not alive:
        return line + "no worker is running; start `voc serve` or `voc worker` (Ctrl-C leaves the work queued)"
    statuses = queue.statuses([work_id for work_id, _ in store.interactions.owing()]) if queue is not None else {}
    if queue is None or "PENDING" in statuses.values():
        return line + "a worker is at it; a recording takes a good part of its own length"
    names = ", ".join(f"{one.host} (pid {one.pid})" for one in alive[:3])
    return (
        line + f"{names} runs but takes none of this work. It may serve another queue only, be busy with masking, or "
        "hang: start `voc worker` beside it or restart it (Ctrl-C leaves the work queued)"
    )
