"""The durable part with DBOS itself: queued by one, done by a worker, tried again, taken over. A second each."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from makers import an_interaction

from voc.errors import StoreError, VocError
from voc.pipeline import reanalyse
from voc.pipeline.ingestion import Intake
from voc.pipeline.queues import WorkQueue, work_database
from voc.pipeline.waiting import some_worker, wait_for_interactions, wait_until_done
from voc.pipeline.worker import Worker
from voc.pipeline.worker_liveness import any_alive, process_id
from voc.settings import Settings
from voc.store import Filters, Store
from voc.store.workers import WorkerRow

Table = Callable[..., Path]


@pytest.fixture
def real_queue(settings: Settings) -> Iterator[WorkQueue]:
    with closing(WorkQueue(settings)) as queue:
        yield queue


@pytest.fixture
def door(store: Store, settings: Settings, real_queue: WorkQueue) -> Intake:
    return Intake(store, settings, real_queue)


def test_received_queued_and_done(
    door: Intake, store: Store, settings: Settings, table: Table, recording: Table, analyser: Any, real_queue: WorkQueue
) -> None:
    uploads = [door.receive_path(table("Ma facture", "poison", "Merci")), door.receive_path(recording())]
    analyser.broken = {"poison": ValueError("x")}
    seen: list[tuple[int, int]] = []
    with some_worker(store, settings):
        assert any_alive(store)
        wait_until_done(store, [one.upload.id for one in uploads], progress=lambda *at: seen.append(at))
        assert store.interactions.statuses() == {"done": 3, "failed": 1}
        assert seen[-1] == (4, 4)
        analyser.broken = {}
        ids = reanalyse(store, real_queue, filters=Filters(status="failed"))
        wait_for_interactions(store, ids)
    assert store.interactions.statuses() == {"done": 4}
    assert store.workers.all() == []
    assert not any_alive(store)


def test_a_full_disk_is_tried_again_until_there_is_room(
    door: Intake, store: Store, settings: Settings, table: Table, analyser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, refusals = store.findings.save_analyses, iter([True, False])

    def full_at_first(*results: Any, **more: Any) -> None:
        if next(refusals):
            raise StoreError("The disk that holds the database is full.")
        save(*results, **more)

    monkeypatch.setattr(store.findings, "save_analyses", full_at_first)
    upload = door.receive_path(table("Ma facture")).upload
    with some_worker(store, settings):
        wait_until_done(store, [upload.id])
    assert store.interactions.statuses() == {"done": 1}
    assert next(refusals, None) is None


def test_a_worker_starts_by_finishing_what_dead_ones_left(
    store: Store, settings: Settings, analyser: Any, table: Table, tmp_path: Path
) -> None:
    """One process died while reading, one between keeping and queueing, one while a workflow of its ran."""
    store.interactions.add([an_interaction(1)], upload_id=None, work_id="txt-lost", received_at=datetime.now(UTC))
    store.interactions.add([an_interaction(2)], upload_id=None, work_id="txt-broken", received_at=datetime.now(UTC))
    store.interactions.add([an_interaction(3)], upload_id=None, work_id="txt-running", received_at=datetime.now(UTC))
    dead = f"{os.uname().nodename}/4194999/1-00000000"
    now = datetime.now(UTC)
    store.workers.announce(WorkerRow(id=dead, host="h", pid=4194999, started_at=now, heartbeat_at=now))
    with closing(WorkQueue(settings)) as queue:
        queue.enqueue("txt-broken", recording=False)
        queue.enqueue("txt-running", recording=False)
        queue.enqueue("txt-running", recording=False)  # queueing twice is queueing once
        assert queue.statuses(["txt-broken", "txt-running", "none"]) == dict.fromkeys(
            ["txt-broken", "txt-running"], "ENQUEUED"
        )
    with closing(sqlite3.connect(work_database(settings).removeprefix("sqlite:///"))) as connection:
        update = "UPDATE workflow_status SET status = ?, executor_id = ? WHERE workflow_uuid = ?"
        connection.execute(update, ("ERROR", dead, "txt-broken"))
        connection.execute(update, ("PENDING", dead, "txt-running"))
        connection.commit()
    with some_worker(store, settings):
        wait_for_interactions(store, [an_interaction(n).id for n in (1, 2, 3)])
    assert store.interactions.statuses() == {"done": 3}
    assert store.workers.all() == []


def test_work_of_a_worker_that_was_told_to_stop_is_taken_over(
    store: Store, settings: Settings, analyser: Any, table: Table, tmp_path: Path
) -> None:
    """SIGTERM in the middle of a long call: the worker says goodbye, its work is still under way."""
    store.interactions.add([an_interaction(1)], upload_id=None, work_id="txt-running", received_at=datetime.now(UTC))
    with closing(WorkQueue(settings)) as queue:
        queue.enqueue("txt-running", recording=False)
    stopped = Worker(store, settings)
    with closing(sqlite3.connect(work_database(settings).removeprefix("sqlite:///"))) as connection:
        update = "UPDATE workflow_status SET status = 'PENDING', executor_id = ? WHERE workflow_uuid = 'txt-running'"
        connection.execute(update, (f"{os.uname().nodename}/4194998/1-00000000",))
        connection.commit()
    stopped.id = f"{os.uname().nodename}/4194998/1-00000000"
    stopped._beat()
    stopped._say_goodbye()
    assert not any_alive(store)
    with some_worker(store, settings):
        wait_for_interactions(store, [an_interaction(1).id])
    assert store.interactions.statuses() == {"done": 1}
    assert store.workers.all() == []


def test_a_worker_keeps_saying_that_it_is_alive(
    store: Store, settings: Settings, analyser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong while it looks for dead ones, and although another machine had given it up."""
    monkeypatch.setattr("voc.pipeline.worker.HEARTBEAT_SECONDS", 0.05)
    worker = Worker(store, settings)
    worker.start()
    tries: list[int] = []

    def broken() -> None:
        tries.append(1)
        raise RuntimeError("database is locked")

    monkeypatch.setattr("voc.pipeline.worker.Intake.resume", lambda _: broken())
    try:
        store.workers.forget(worker.id)
        until = time.monotonic() + 10
        while (len(tries) < 2 or not any_alive(store)) and time.monotonic() < until:
            time.sleep(0.02)
        assert len(tries) >= 2
        assert any_alive(store)
    finally:
        worker.stop()
    assert store.workers.all() == []


def test_a_worker_may_stop_and_start_again(
    store: Store, settings: Settings, analyser: Any, door: Intake, table: Table
) -> None:
    for number in range(2):
        worker = Worker(store, settings)
        worker.start()
        upload = door.receive_path(table(f"Message {number} facture", name=f"m{number}.csv")).upload
        wait_until_done(store, [upload.id])
        worker.stop()
    assert store.interactions.statuses().get("queued", 0) == 0


def test_waiting_without_any_worker_ends_with_a_line(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voc.pipeline.waiting.PATIENCE_SECONDS", 0.3)
    store.interactions.add([an_interaction(1)], upload_id=None, work_id="w", received_at=datetime.now(UTC))
    with pytest.raises(VocError, match="start `voc serve` or `voc worker`"):
        wait_for_interactions(store, [an_interaction(1).id])


class Heard(Exception):
    """Ends a waiting when something was said."""


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("ENQUEUED", r"takes none of this work.*start `voc worker`"),
        ("PENDING", "a worker is at it"),
        (None, "no worker is running; start `voc serve`"),
    ],
)
def test_a_long_wait_says_what_it_waits_for(
    store: Store, real_queue: WorkQueue, monkeypatch: pytest.MonkeyPatch, status: str | None, says: str
) -> None:
    """A worker that is alive and serves another queue, one with a long recording, and none."""
    monkeypatch.setattr("voc.pipeline.waiting.SAY_AFTER_SECONDS", 0.2)
    store.interactions.add([an_interaction(1)], upload_id=None, work_id="txt-1", received_at=datetime.now(UTC))
    real_queue.enqueue("txt-1", recording=False)
    monkeypatch.setattr(real_queue, "statuses", lambda _: {"txt-1": status})
    if status:
        now = datetime.now(UTC)
        store.workers.announce(WorkerRow(id=process_id(), host="h", pid=os.getpid(), started_at=now, heartbeat_at=now))

    def say(line: str) -> None:
        assert "\n" not in line
        raise Heard(line)

    with pytest.raises(Heard, match=rf"^waiting for 1 interactions, none finished for \d+ s: .*{says}"):
        wait_for_interactions(store, [an_interaction(1).id], queue=real_queue, say=say)


def test_it_is_said_where_a_command_works_itself(store: Store, settings: Settings, analyser: Any) -> None:
    said: list[str] = []
    with some_worker(store, settings, say=said.append), some_worker(store, settings, say=said.append):
        pass
    (line,) = said
    assert "no worker is running, so this command works itself" in line


def test_the_work_queue_is_a_file_beside_the_data_or_the_same_server(settings: Settings, tmp_path: Path) -> None:
    assert work_database(settings) == f"sqlite:///{(settings.home / 'work.db').resolve()}"
    elsewhere = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/other/data.db"})
    assert work_database(elsewhere) == f"sqlite:///{tmp_path}/other/work.db"
    server = settings.model_copy(update={"database_url": "postgresql+psycopg://u:p%40ss@h/voc"})
    assert work_database(server) == "postgresql://u:p%40ss@h/voc"


@pytest.mark.integration
def test_a_worker_of_a_server_that_was_killed_ends_by_itself(settings: Settings) -> None:
    program = (
        "from voc.pipeline.worker import run_worker; from voc.settings import settings as s; run_worker(s(), parent=1)"
    )
    ended = subprocess.run([sys.executable, "-c", program], timeout=60, check=False, capture_output=True)
    assert ended.returncode == 0, ended.stderr.decode()
