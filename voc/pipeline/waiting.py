"""Waiting until uploads are analysed, with a worker of our own where none runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from voc.errors import VocError
from voc.pipeline.worker import Worker, any_alive
from voc.settings import Settings
from voc.store import Store

POLL_SECONDS = 0.25
PATIENCE_SECONDS = 10.0


@contextmanager
def some_worker(store: Store, settings: Settings) -> Iterator[None]:
    """A worker is running inside this block: one that was there already, or one in this process."""
    if any_alive(store):
        yield
        return
    worker = Worker(store, settings)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def wait_until_done(
    store: Store, upload_ids: Sequence[str], *, progress: Callable[[int, int], None] | None = None
) -> None:
    """Block until nothing of these uploads is waiting; ``progress(done, total)`` is called as it moves.

    Raises:
        VocError: every worker is gone while work is waiting.
    """

    def look() -> tuple[int, int]:
        found = [store.uploads.progress(upload_id, ids_limit=1) for upload_id in upload_ids]
        total = sum(sum(one.statuses.values()) for one in found if one is not None)
        return total - sum(one.statuses.get("queued", 0) for one in found if one is not None), total

    _wait(store, look, progress)


def wait_for_interactions(
    store: Store, ids: Sequence[str], *, progress: Callable[[int, int], None] | None = None
) -> None:
    """Block until none of these interactions is waiting.

    Raises:
        VocError: every worker is gone while work is waiting.
    """
    _wait(store, lambda: (len(ids) - store.interactions.waiting(ids), len(ids)), progress)


def _wait(store: Store, look: Callable[[], tuple[int, int]], progress: Callable[[int, int], None] | None) -> None:
    quiet = 0.0
    while True:
        done, total = look()
        if progress is not None:
            progress(done, total)
        if done >= total:
            return
        quiet = 0.0 if any_alive(store) else quiet + POLL_SECONDS
        if quiet > PATIENCE_SECONDS:
            raise VocError("No worker is running any more; the work is kept: start `voc serve` or `voc worker`.")
        time.sleep(POLL_SECONDS)
