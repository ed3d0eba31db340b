"""A worker: takes queued work, says it is alive, and takes over what a dead worker left."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from dbos import DBOS, DBOSConfig

from voc.delivery.writer import phrase
from voc.errors import VocError
from voc.pipeline import workflows
from voc.pipeline.alerts import look_at_alerts
from voc.pipeline.digest_upkeep import save_due
from voc.pipeline.erasing import resume_erasures
from voc.pipeline.export_writing import write_due
from voc.pipeline.handing_over import ask_for_tickets, assign_due
from voc.pipeline.ingestion import Intake
from voc.pipeline.known_numbers import settle_masks
from voc.pipeline.learning_upkeep import learn_due
from voc.pipeline.masked_audio import resume_masking
from voc.pipeline.outgoing import send_due, write_down_digests
from voc.pipeline.queues import (
    APPLICATION,
    APPLICATION_VERSION,
    ASKED,
    AT_ONCE,
    QUEUES,
    SOURCES,
    TEXT,
    TRANSCRIPTION,
    WorkQueue,
    prepare,
)
from voc.pipeline.quiet_intake import QuietIntake
from voc.pipeline.reindexing import reindex_due
from voc.pipeline.retention import run_daily
from voc.pipeline.source_schedule import queue_due
from voc.pipeline.theme_upkeep import discover_due
from voc.pipeline.transcription_requests import forget_left
from voc.pipeline.worker_liveness import is_alive, process_id
from voc.rights.mention_keys import make_due
from voc.settings import Settings
from voc.store import Store, open_store
from voc.store.workers import WorkerRow

log = logging.getLogger("voc.worker")

HEARTBEAT_SECONDS = 5.0
RETENTION_SECONDS = 600.0
"""How often a worker asks whether the day's retention is due."""
DIGEST_SECONDS = 30.0
"""How often a worker looks whether a week's digest is due."""
DIGEST_SCHEDULE = "0 * * * *"
"""When digests that are due are written down to be sent (cron): every hour, for days begin at another one elsewhere."""
POLL_SECONDS = {TRANSCRIPTION: 0.5, TEXT: 0.2, ASKED: 0.2, SOURCES: 1.0}
"""How often a worker looks at a queue: what somebody waits for, and what takes a second, at once; each look is some
milliseconds of the processor, beside whatever is computed."""
YIELD_TO_PAGES = 5
"""Added to the niceness of workers on the server's machine: an analysis may wait for a page, a reader may not."""


class Worker:
    """Runs workflows in this process until :meth:`stop`.

    One workflow of a queue at a time: the models use all cores already, and a second one would only wait for them.
    """

    def __init__(self, store: Store, settings: Settings, *, queues: Sequence[str] = QUEUES) -> None:
        self.store = store
        self.settings = settings
        self.queues = tuple(queues)
        self.id = process_id()
        self._stop = threading.Event()
        self._keepers: list[threading.Thread] = []
        self._look_at_retention = 0.0
        self._look_at_digests = 0.0
        self._caught_up = False
        self._quiet_for_digests = QuietIntake(store)
        self._quiet_for_contexts = QuietIntake(store)
        self.queue = WorkQueue(settings)

    def start(self) -> None:
        """Launch: finish what dead processes left, then take new work."""
        self._beat()
        stage = workflows.WorkerContext(self.store, self.settings, queue=self.queue, stopped=self._stop.is_set)
        workflows.set_worker_context(stage)
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": prepare(self.settings),
            "application_version": APPLICATION_VERSION,
            "executor_id": self.id,
            "log_level": "ERROR",
            "console_log_level": "ERROR",
        }
        DBOS(config=config)
        DBOS.listen_queues(list(self.queues))
        DBOS.launch()
        for queue in self.queues:
            DBOS.register_queue(
                queue,
                worker_concurrency=AT_ONCE.get(queue, 1),
                polling_interval_sec=POLL_SECONDS[queue],
                on_conflict="always_update",
            )
        DBOS.apply_schedules(
            [
                {
                    "schedule_name": "digests",
                    "workflow_fn": workflows.digests_of_the_day,
                    "schedule": DIGEST_SCHEDULE,
                }
            ]
        )
        self.store.masked_audio.owe_missing()
        self._take_over()
        # A thread each: taking over may mean reading a large file, and a worker silent for so long counts as dead.
        for name, act in (
            ("voc-heartbeat", self._beat),
            ("voc-takeover", self._take_over),
            ("voc-retention", self._retain),
            ("voc-masks", self._mask),
            ("voc-erasures", self._erase),
            ("voc-mentions", self._index_mentions),
            ("voc-contexts", self._mine),
            ("voc-digests", self._save_digests),
            ("voc-outgoing", self._send),
            ("voc-sources", self._pull),
            ("voc-exports", self._write_exports),
            ("voc-vectors", self._place),
        ):
            self._keepers.append(threading.Thread(target=self._every_few_seconds, args=(act,), name=name, daemon=True))
        for keeper in self._keepers:
            keeper.start()

    def stop(self) -> None:
        """Stop taking work; what is running is left to be taken over or resumed."""
        self._stop.set()
        for keeper in self._keepers:
            keeper.join(timeout=HEARTBEAT_SECONDS + 5)
        self.queue.close()
        DBOS.destroy(workflow_completion_timeout_sec=0)
        workflows.set_worker_context(None)
        self._say_goodbye()

    def _say_goodbye(self) -> None:
        """Forget this worker, unless it ends in the middle of work: then others must find whose it was."""
        queue = WorkQueue(self.settings)
        try:
            left = queue.running_of(self.id)
        finally:
            queue.close()
        if left:
            log.info("ending with %d workflows under way; the next worker takes them over", len(left))
            self.store.workers.leave_work(self.id)
        else:
            self.store.workers.forget(self.id)

    def _every_few_seconds(self, act: Callable[[], None]) -> None:
        while not self._stop.wait(HEARTBEAT_SECONDS):
            try:
                act()
            except VocError as problem:
                log.warning("%s: %s", threading.current_thread().name, problem)
            except Exception as problem:  # a work queue that does not answer now must not end this for good
                log.warning("%s: %s", threading.current_thread().name, type(problem).__name__)

    def _beat(self) -> None:
        """Say that this worker is alive; entered anew when another machine had given it up during a long silence."""
        now, host = datetime.now(UTC), self.id.split("/")[0]
        self.store.workers.announce(WorkerRow(id=self.id, host=host, pid=os.getpid(), started_at=now, heartbeat_at=now))

    def _retain(self) -> None:
        """Look once in a while whether the day's retention is due, or there is enough to learn from."""
        if time.monotonic() >= self._look_at_retention:
            self._look_at_retention = time.monotonic() + RETENTION_SECONDS
            forget_left(self.store)
            self.store.facts.prune(now=datetime.now(UTC))
            self.store.customer_marks.prune(now=datetime.now(UTC))
            run_daily(self.store, self.settings)
            learn_due(self.store, self.settings)

    def _mask(self) -> None:
        """Mask the numbers of the customer base where that is owed: after an import cut short, or in an older store."""
        settle_masks(self.store, self.settings)

    def _place(self) -> None:
        """Make vectors of an earlier version anew."""
        reindex_due(self.store, stopped=self._stop.is_set)

    def _erase(self) -> None:
        """End erasures that were cut off."""
        resume_erasures(self.store, self.settings)

    def _index_mentions(self) -> None:
        """Make the keys by which an erasure finds mentions, of what came in or changed."""
        make_due(self.store, salt=self.store.tombstones.salt(self.settings.tombstone_salt), stopped=self._stop.is_set)

    def _mine(self) -> None:
        """Answer what was asked about contexts, and make anew what something has come in for."""
        from voc.insights.context_answers import answer_due

        now = datetime.now(UTC)
        answer_due(self.store, now=now, anew=self._quiet_for_contexts.reached(now=now))

    def _save_digests(self) -> None:
        """Look once in a while whether themes or a digest are due; one of all workers makes each."""
        if time.monotonic() >= self._look_at_digests:
            self._look_at_digests = time.monotonic() + DIGEST_SECONDS
            discover_due(self.store)  # first: what nobody foresaw is the first finding of a digest
            # Every upload changes many weeks: made beside it, their digests would be made again and again.
            if self._quiet_for_digests.reached(now=datetime.now(UTC)):
                save_due(self.store, phrase=partial(phrase, settings=self.settings), stopped=self._stop.is_set)
            assign_due(self.store)

    def _write_exports(self) -> None:
        """Write the files that were asked for."""
        write_due(self.store, stopped=self._stop.is_set)

    def _send(self) -> None:
        """Look at the alerts and send what is due; what should have left while no worker ran is written down first."""
        if not self._caught_up:
            write_down_digests(self.store, self.settings)
            self._caught_up = True
        look_at_alerts(self.store, stopped=self._stop.is_set)
        send_due(self.store, self.settings, stopped=self._stop.is_set)
        ask_for_tickets(self.store, self.settings, stopped=self._stop.is_set)

    def _pull(self) -> None:
        """Queue a run of every source whose time has come, and what an ended process left unqueued."""
        if SOURCES in self.queues:
            queue_due(self.store, self.queue)

    def _take_over(self) -> None:
        """Re-queue the running workflows of dead workers, and whatever was never queued."""
        now = datetime.now(UTC)
        for other in self.store.workers.all():
            if other.id != self.id and not is_alive(other.id, heartbeat_at=other.heartbeat_at, now=now):
                handles = DBOS._recover_pending_workflows([other.id])
                self.store.workers.forget(other.id)
                log.info("took over %d workflows of a dead worker", len(handles))
        queue = WorkQueue(self.settings)
        try:
            Intake(self.store, self.settings, queue).resume()
            resume_masking(self.store, queue)
        finally:
            queue.close()


def run_worker(settings: Settings, *, queues: Sequence[str] | None = None, parent: int | None = None) -> None:
    """Run a worker in this process until SIGTERM or SIGINT, or until the process ``parent`` is gone."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if parent is not None:
        os.nice(YIELD_TO_PAGES)
    store = open_store(settings)
    worker = Worker(store, settings, queues=queues or QUEUES)
    worker.start()
    log.info("worker ready for %s", ", ".join(worker.queues))
    try:
        while not stop.wait(1.0):
            if parent is not None and os.getppid() != parent:  # the server was killed: nobody would ever stop us
                log.info("the server is gone, ending")
                break
    finally:
        worker.stop()
        store.close()
    # Model threads of a half-done step would keep the process; its work is resumed by the next worker.
    os._exit(0)
