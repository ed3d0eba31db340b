"""The work queue: two DBOS queues on a database of their own, and enqueuing from any process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from dbos import DBOSClient, EnqueueOptions, run_dbos_database_migrations

from voc.settings import Settings
from voc.store.database import database_beside, prepare_beside

APPLICATION = "voc"
APPLICATION_VERSION = "1"
"""Fixed, so that work begun before an upgrade is finished after it (DBOS recovers only its own version)."""

TRANSCRIPTION = "transcription"
TEXT = "text"
ASKED = "asked"
"""Files somebody waits for: a queue of their own, so that they do not wait behind a day's recordings."""
SOURCES = "sources"
"""Runs of sources: they wait for other machines most of the time, so several go on at once."""
QUEUES = (TRANSCRIPTION, TEXT, ASKED, SOURCES)
AT_ONCE = {SOURCES: 4}
"""Workflows of a queue that one worker runs at a time, where it is not one."""

BACKFILL = 1000
"""Priority of what lay in a source before it was added; what comes in now has the highest, 0."""

TEXT_BATCH = 256
"""Text interactions in one workflow: the encoder batches and 100,000 rows are a few hundred workflows."""

UNFINISHED = frozenset({"ENQUEUED", "PENDING", "DELAYED"})


def work_database(settings: Settings) -> str:
    """URL of the work queue: a SQLite file beside the data, so that neither waits for the other's lock, or the same
    PostgreSQL server (schema ``dbos``) when the data is there."""
    return database_beside(settings.database, settings.home)


def prepare(settings: Settings) -> str:
    """Create the work database when it is absent; returns its URL."""
    logging.getLogger("dbos").setLevel(logging.ERROR)  # it tells its start-up at length; ours are the lines to see
    url = work_database(settings)
    prepare_beside(url)
    run_dbos_database_migrations(url)
    return url


class WorkQueue:
    """Enqueue and look at workflows without running any: what the API process and ``voc ingest`` use."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._client: DBOSClient | None = None
        self._lock = threading.Lock()

    @property
    def client(self) -> DBOSClient:
        """The client, connected at first use."""
        with self._lock:
            if self._client is None:
                self._client = DBOSClient(system_database_url=prepare(self.settings), application_name=APPLICATION)
            return self._client

    def enqueue(self, work_id: str, *, recording: bool, backfill: bool = False) -> None:
        """Queue the workflow that owes the analysis of ``work_id``; queueing it twice is queueing it once.

        ``backfill`` goes behind everything that is not.
        """
        self._enqueue(
            work_id,
            queue=TRANSCRIPTION if recording else TEXT,
            workflow="analyse_recordings" if recording else "analyse_texts",
            priority=BACKFILL if backfill else 0,
        )

    def enqueue_masking(self, work_id: str) -> None:
        """Queue the workflow that owes the masked copies of ``work_id``."""
        self._enqueue(work_id, queue=TRANSCRIPTION, workflow="mask_recordings")

    def enqueue_asked(self, asked_id: str) -> None:
        """Queue the transcription that somebody waits for."""
        self._enqueue(asked_id, queue=ASKED, workflow="transcribe_asked")

    def enqueue_source(self, run_id: str, *, backfill: bool) -> None:
        """Queue a run of a source."""
        self._enqueue(run_id, queue=SOURCES, workflow="run_source", priority=BACKFILL if backfill else 0)

    def _enqueue(self, work_id: str, *, queue: str, workflow: str, priority: int = 0) -> None:
        options: EnqueueOptions = {
            "queue_name": queue,
            "workflow_name": workflow,
            "workflow_id": work_id,
            "app_version": APPLICATION_VERSION,
        }
        if priority:
            options["priority"] = priority
        self.client.enqueue(options, work_id)

    def statuses(self, work_ids: Sequence[str]) -> dict[str, str]:
        """DBOS status by workflow id; unknown ones are left out."""
        found: dict[str, str] = {}
        for start in range(0, len(work_ids), 500):
            part = list(work_ids[start : start + 500])
            for status in self.client.list_workflows(workflow_ids=part, load_input=False, load_output=False):
                found[status.workflow_id] = status.status
        return found

    def unbegun_like(self, work_id: str, others: Sequence[str]) -> set[str]:
        """Those of ``others`` that still wait in the queue, with the priority of ``work_id``."""
        if not others:
            return set()
        found = self.client.list_workflows(workflow_ids=[work_id, *others], load_input=False, load_output=False)
        priorities = {one.workflow_id: one.priority or 0 for one in found}
        own = priorities.get(work_id, 0)
        unbegun = {one.workflow_id for one in found if one.status == "ENQUEUED" and one.workflow_id != work_id}
        return {one for one in unbegun if priorities[one] == own}

    def running_of(self, executor_id: str) -> list[str]:
        """Ids of the workflows that a worker took and has not ended."""
        found = self.client.list_workflows(
            status="PENDING", executor_id=executor_id, load_input=False, load_output=False
        )
        return [one.workflow_id for one in found]

    def close(self) -> None:
        """Disconnect."""
        with self._lock:
            if self._client is not None:
                self._client.destroy()
                self._client = None
