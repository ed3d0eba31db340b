"""What a process that died left behind is picked up, once, and what keeps ending its reader is set aside."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from makers import an_interaction

from voc.errors import StoreError
from voc.pipeline.ingestion import MAX_READINGS, Intake
from voc.pipeline.worker_liveness import process_id
from voc.records import UploadOptions
from voc.store import Filters, Store

Table = Callable[..., Path]


def left_by(reception: Intake, reader: str, content: bytes, *, name: str = "rows.csv") -> str:
    """An upload whose bytes are kept and whose reading never ended."""
    key, size = reception.store.blobs.put(io.BytesIO(content))
    reception.store.uploads.add(
        upload_id="u1", filename=name, sha256=key, size_bytes=size, blob=key,
        options=UploadOptions(reader=reader),
        idempotency_key=None, now=datetime.now(UTC),
    )  # fmt: skip
    return "u1"


DEAD = process_id().rpartition("/")[0].rpartition("/")[0] + "/4194999/1-00000000"
ROWS = b"id;message\n1;Bonjour la facture\n2;Merci beaucoup\n"


def test_what_a_dead_process_was_reading_is_read_again(reception: Intake, store: Store, queue: Any) -> None:
    upload_id = left_by(reception, DEAD, ROWS)
    assert reception.resume() >= 1
    found = reception.progress(upload_id)
    assert (found.upload.status, found.upload.accepted) == ("queued", 2)
    assert reception.store.uploads.unread() == []
    assert len(queue.queued) >= 1


def test_what_a_dead_process_had_half_read_is_not_doubled(reception: Intake, store: Store) -> None:
    whole = reception.receive(io.BytesIO(ROWS), filename="rows.csv")
    upload_id = left_by(reception, DEAD, ROWS + b"3;Une troisieme ligne\n")
    store.interactions.add(
        store.interactions.records(whole.interaction_ids[:1]),
        upload_id=upload_id,
        work_id="w",
        received_at=datetime.now(UTC),
    )
    reception.resume()
    assert store.interactions.count(Filters()) == 3


def test_what_a_living_process_reads_is_left_to_it(reception: Intake) -> None:
    left_by(reception, process_id(), ROWS)
    reception.resume()
    assert [one.id for one in reception.store.uploads.unread()] == ["u1"]


def test_an_upload_whose_bytes_are_gone_stops_nobody(reception: Intake, store: Store) -> None:
    upload_id = left_by(reception, DEAD, ROWS)
    store.blobs.delete(next(store.blobs.keys()))
    reception.resume()
    found = reception.progress(upload_id)
    assert found.upload.status == "failed"
    assert "send the file again" in str(found.upload.error)
    assert reception.resume() == 0


def test_work_that_was_never_queued_is_queued(reception: Intake, store: Store, queue: Any) -> None:
    store.interactions.add([an_interaction(1)], upload_id=None, work_id="txt-lost", received_at=datetime.now(UTC))
    assert reception.resume() == 1
    assert queue.queued == [("txt-lost", False)]
    queue.known["txt-lost"] = "ENQUEUED"
    assert reception.resume() == 0


@pytest.mark.parametrize("status", ["ERROR", "CANCELLED", "SUCCESS"])
def test_work_that_ended_without_its_interactions_starts_again(
    reception: Intake, store: Store, queue: Any, status: str
) -> None:
    store.interactions.add([an_interaction(1)], upload_id=None, work_id="txt-1", received_at=datetime.now(UTC))
    queue.known["txt-1"] = status
    assert reception.resume() == 1
    ((fresh, _),) = queue.queued
    assert fresh != "txt-1"
    assert store.interactions.of_work(fresh) == [an_interaction(1).id]


@pytest.mark.parametrize("status", ["ENQUEUED", "PENDING", "DELAYED"])
def test_work_that_goes_on_is_left_alone(reception: Intake, store: Store, queue: Any, status: str) -> None:
    store.interactions.add([an_interaction(1)], upload_id=None, work_id="txt-1", received_at=datetime.now(UTC))
    queue.known["txt-1"] = status
    assert reception.resume() == 0
    assert queue.queued == []


def test_what_kills_its_worker_again_and_again_is_set_aside(reception: Intake, store: Store, queue: Any) -> None:
    store.interactions.add([an_interaction(1)], upload_id=None, work_id="txt-1", received_at=datetime.now(UTC))
    queue.known["txt-1"] = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"
    reception.resume()
    row = store.interactions.get(an_interaction(1).id)
    assert row is not None and row.status == "failed"
    assert "set aside" in str(row.error)


def test_a_file_that_voc_does_not_survive_is_set_aside_and_read_again_by_hand(
    reception: Intake, store: Store, queue: Any
) -> None:
    """The process dies in the middle of it, whatever it is that takes over."""
    upload_id = left_by(reception, DEAD, ROWS)
    for number in range(MAX_READINGS):
        assert store.uploads.begin_reading(upload_id, reader=DEAD)
        found = store.uploads.get(upload_id)
        assert found is not None and (found.status, found.attempts) == ("received", number + 1)
    assert reception.resume() == 0
    found = reception.progress(upload_id).upload
    assert found.status == "failed" and f"ended {MAX_READINGS} times" in str(found.error)
    assert (store.uploads.unread(), queue.queued) == ([], [])
    again = reception.retry(upload_id)
    assert (again.upload.status, again.upload.accepted, again.upload.error) == ("queued", 2, None)


def test_a_file_whose_reading_was_cut_off_less_often_is_read(reception: Intake, store: Store) -> None:
    upload_id = left_by(reception, DEAD, ROWS)
    for _ in range(MAX_READINGS - 1):
        store.uploads.begin_reading(upload_id, reader=DEAD)
    assert reception.resume() >= 1
    assert reception.progress(upload_id).upload.accepted == 2


def test_one_of_two_processes_takes_a_reading_over(reception: Intake, store: Store) -> None:
    upload_id = left_by(reception, DEAD, ROWS)
    assert [store.uploads.begin_reading(upload_id, reader=one, left_by=DEAD) for one in ("a/1/1", "b/2/2")] == [
        True,
        False,
    ]
    found = store.uploads.get(upload_id)
    assert found is not None and (found.options.reader, found.attempts) == ("a/1/1", 1)


def test_a_full_disk_is_no_fault_of_the_file_and_says_what_is_in(
    reception: Intake, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"{n};Bonjour la facture {n}\n" for n in range(600))
    add, calls_made = store.interactions.add, iter(range(9))

    def full(*arguments: Any, **options: Any) -> Any:
        if next(calls_made):
            raise StoreError("The disk that holds the database is full; free some space and retry.")
        return add(*arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(store.interactions, "add", full)
        with pytest.raises(StoreError, match=r"rows\.csv: 256 of its interactions are in already"):
            reception.receive(io.BytesIO(("id;message\n" + rows).encode()), filename="rows.csv", idempotency_key="k")
    (left,) = store.uploads.unread()
    assert left.attempts == 0
    found = reception.receive(io.BytesIO(b""), filename="rows.csv", idempotency_key="k")
    assert (found.upload.status, found.upload.accepted, store.interactions.count(Filters())) == ("queued", 600, 600)


def test_a_reader_that_crashes_costs_its_file_only(
    reception: Intake, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as tight:
        tight.setattr("voc.intake.limits.READER_CPU_SECONDS", 0.0)
        tight.setattr("voc.intake.limits.READER_CPU_SECONDS_PER_MB", 0.0)
        found = reception.receive_path(table(*(f"Ma facture {n}" for n in range(150_000))))
    assert found.upload.error is not None and "was stopped" in found.upload.error
    assert (found.upload.status, reception.store.uploads.unread()) == ("failed", [])
    assert reception.receive_path(table("Ma facture", name="other.csv")).upload.accepted == 1
