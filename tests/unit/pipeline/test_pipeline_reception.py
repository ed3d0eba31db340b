"""Receiving: kept and queued before it is acknowledged, each thing once, a bad file harms no other."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from voc.errors import InputError, NotFoundError, StoreError
from voc.pipeline.batch import ingest_paths
from voc.pipeline.ingestion import Intake
from voc.records import Channel
from voc.settings import Settings
from voc.store import Filters, Store

Table = Callable[..., Path]


def test_a_table_becomes_queued_interactions(reception: Intake, store: Store, queue: Any, table: Table) -> None:
    found = reception.receive_path(table("Ma facture", "Votre fibre"))
    assert (found.upload.accepted, found.upload.duplicate, found.upload.rejected) == (2, 0, 0)
    assert found.upload.status == "queued"
    assert found.statuses == {"queued": 2}
    ((work_id, recording),) = queue.queued
    assert not recording
    assert store.interactions.of_work(work_id) == found.interaction_ids
    assert list(store.blobs.keys()) == []  # every row is an interaction: no second copy of personal data


def test_the_same_file_twice_is_a_duplicate(reception: Intake, store: Store, queue: Any, table: Table) -> None:
    path = table("Ma facture", "Votre fibre")
    reception.receive_path(path)
    again = reception.receive_path(path)
    assert (again.upload.accepted, again.upload.duplicate) == (0, 2)
    assert again.upload.status == "queued"
    assert len(queue.queued) == 1
    assert store.interactions.count(Filters()) == 2


def test_what_stands_twice_in_one_file_is_counted(reception: Intake, store: Store) -> None:
    said = b'{"turns": [{"speaker": "customer", "text": "Merci."}]}\n'
    other = b'{"turns": [{"speaker": "customer", "text": "Ma facture."}]}\n'
    found = reception.receive(io.BytesIO(said + other + said), filename="chats.ndjson")
    assert (found.upload.accepted, found.upload.duplicate, found.upload.rejected) == (2, 1, 0)
    again = reception.receive(io.BytesIO(said + other + said), filename="chats.ndjson")
    assert (again.upload.accepted, again.upload.duplicate) == (0, 3)
    assert store.interactions.count(Filters()) == 2


def test_rows_that_cannot_be_used_are_kept_with_their_reason(reception: Intake, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,message\n1,Bonjour la facture\n2,\n3,Merci beaucoup\n", encoding="utf-8")
    found = reception.receive_path(path, mapping={"text": "message"})
    assert found.upload.accepted + found.upload.rejected == 3 or found.upload.accepted == 2
    for one in found.rejections:
        assert one.reason and "\n" not in one.reason


def test_a_file_nobody_can_read_failed_and_is_kept(reception: Intake, store: Store) -> None:
    found = reception.receive(io.BytesIO(b"\x00\x01\x02" * 50), filename="../../etc/strange.bin")
    assert (found.upload.status, found.upload.accepted, found.upload.rejected) == ("failed", 0, 1)
    assert found.upload.filename == "strange.bin"
    assert found.rejections or found.upload.error
    assert store.blobs.exists(str(found.upload.blob))
    retried = reception.retry(found.upload.id)
    assert (retried.upload.rejected, len(retried.rejections)) == (1, len(found.rejections))


@pytest.mark.parametrize("problem", [KeyError("secret words"), MemoryError(), RuntimeError("x")])
def test_a_file_that_breaks_its_reader_is_set_aside(
    reception: Intake, store: Store, table: Table, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise problem
        yield

    monkeypatch.setattr("voc.intake.isolated", broken)
    found = reception.receive_path(table("Ma facture"))
    assert found.upload.status == "failed"
    assert found.upload.error is not None
    assert type(problem).__name__ in found.upload.error
    assert "secret" not in found.upload.error
    monkeypatch.undo()


def test_the_same_idempotency_key_is_the_same_upload(reception: Intake, store: Store, table: Table) -> None:
    path = table("Ma facture")
    first = reception.receive_path(path, idempotency_key="k1")
    again = reception.receive(io.BytesIO(b"quite another file"), filename="other.csv", idempotency_key="k1")
    assert again.upload.id == first.upload.id
    assert store.interactions.count(Filters()) == 1


def test_the_same_request_at_once_is_one_upload(reception: Intake, store: Store, table: Table, queue: Any) -> None:
    path = table("Ma facture")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: reception.receive_path(path, idempotency_key="k"), range(4)))
    assert len({one.upload.id for one in found}) == 1
    assert len(store.uploads.recent()) == 1
    assert len(queue.queued) == 1


def test_a_request_sent_again_after_a_full_disk_is_read_to_its_end(
    reception: Intake, store: Store, queue: Any, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table("Ma facture", "Votre fibre")
    with monkeypatch.context() as full:

        def refuse(*_: Any, **__: Any) -> Any:
            raise StoreError("The disk is full; free some space and retry.")

        full.setattr(store.interactions, "add", refuse)
        for _ in range(2):
            with pytest.raises(StoreError, match="disk is full"):
                reception.receive_path(path, idempotency_key="k")
    found = reception.receive_path(path, idempotency_key="k")
    assert (found.upload.status, found.upload.accepted) == ("queued", 2)
    assert len(store.uploads.recent()) == len(queue.queued) == 1


def test_the_later_of_two_equal_requests_leaves_no_bytes_behind(
    reception: Intake, store: Store, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = reception.receive_path(table("Ma facture"), idempotency_key="k")
    look, looks = store.uploads.by_idempotency_key, iter([None])
    monkeypatch.setattr(store.uploads, "by_idempotency_key", lambda key: next(looks, look(key)))  # not there yet
    again = reception.receive_path(table("Ma facture"), idempotency_key="k")
    assert again.upload.id == first.upload.id
    assert list(store.blobs.keys()) == []


def test_bytes_let_go_of_while_they_are_sent_again_are_written_again(
    reception: Intake, store: Store, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another upload of the same export ends between our writing the bytes and our upload being known."""
    path = table("Ma facture", "Votre fibre")
    add = store.uploads.add

    def late(**fields: Any) -> bool:
        store.blobs.delete(fields["sha256"])
        return add(**fields)

    monkeypatch.setattr(store.uploads, "add", late)
    found = reception.receive_path(path)
    assert (found.upload.status, found.upload.accepted, found.upload.rejected) == ("queued", 2, 0)
    assert list(store.blobs.keys()) == []


def test_a_recording_is_kept_under_its_hash_and_queued_alone(
    reception: Intake, store: Store, queue: Any, recording: Table
) -> None:
    found = reception.receive_path(recording(), roles=("customer",))
    assert found.upload.accepted == 1, found.rejections
    ((work_id, is_recording),) = queue.queued
    assert is_recording
    (one,) = store.interactions.records(store.interactions.of_work(work_id))
    assert one.recording is not None
    assert (one.channel, one.recording.path, one.recording.roles) == (Channel.CALL, None, ("customer",))
    assert one.recording.sha256 is not None and store.blobs.exists(one.recording.sha256)


def calls(tmp_path: Path, *names: str) -> Path:
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(["filename,date", *(f"{name},2026-11-10" for name in names)]) + "\n")
    return path


def test_a_table_on_this_machine_may_name_recordings_beside_it(
    reception: Intake, store: Store, queue: Any, recording: Table, tmp_path: Path
) -> None:
    recording("one.wav")
    recording("two.wav", pitch=3)
    found = reception.receive_path(calls(tmp_path, "one.wav", "two.wav", "../../etc/passwd.wav"))
    assert (found.upload.accepted, found.upload.rejected) == (2, 1)
    assert len(queue.queued) == 2
    for one in store.interactions.records(found.interaction_ids):
        assert one.recording is not None and one.recording.path is None
        assert one.recording.sha256 is not None and store.blobs.exists(one.recording.sha256)


def test_a_table_sent_over_the_network_names_no_file_of_this_machine(
    reception: Intake, store: Store, recording: Table, tmp_path: Path
) -> None:
    recording("one.wav")
    sent = calls(tmp_path, "one.wav", "/etc/passwd.wav").read_bytes()
    found = reception.receive(io.BytesIO(sent), filename="calls.csv")
    assert (found.upload.accepted, found.upload.status) == (0, "failed")
    assert store.interactions.count(Filters()) == 0


def test_nothing_is_acknowledged_when_the_disk_is_full(
    reception: Intake, store: Store, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("voc.store.blobs.os.fsync", full)
    with pytest.raises(StoreError, match="free space"):
        reception.receive_path(table("Ma facture"))
    assert store.uploads.recent() == []


@pytest.mark.parametrize(("name", "says"), [("missing.csv", "no such file"), (".", "folder")])
def test_a_path_that_is_no_file_is_one_line(reception: Intake, tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        reception.receive_path(tmp_path / name)
    with pytest.raises(NotFoundError, match="no such upload"):
        reception.progress("u0")
    with pytest.raises(NotFoundError, match="no such upload"):
        reception.retry("u0")


def test_a_file_that_changed_since_is_read_as_it_was_sent(reception: Intake, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(b"\x00\x01" * 40)
    found = reception.receive_path(path)
    path.write_bytes(b"id;message\n" + b"1;bonjour la facture\n" * 3 + b"1;xxxx")  # the same size, other bytes
    assert path.stat().st_size == found.upload.size_bytes
    assert reception.retry(found.upload.id).upload.accepted == 0


def test_one_bad_file_of_several_harms_no_other(store: Store, settings: Settings, table: Table, tmp_path: Path) -> None:
    (tmp_path / "empty.wav").write_bytes(b"")
    report = ingest_paths(store, settings, [tmp_path / "none.csv", tmp_path / "empty.wav", table("Ma facture")])
    assert (report.accepted, report.duplicate, report.rejected) == (1, 0, 2)
    assert len(report.rejections) == 2
    assert all(one.reason and "\n" not in one.reason for one in report.rejections)


def test_a_file_that_holds_nothing_of_a_customer_says_so(reception: Intake, tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("texte,inbound\nBonjour à vous,false\nNous revenons vers vous,false\n", "utf-8")
    found = reception.receive_path(path)
    assert (found.upload.status, found.upload.rejected) == ("failed", 1)
    assert found.upload.error and "nothing in it is a customer's words" in found.upload.error


def test_a_remark_is_no_failure(reception: Intake, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "avis.csv"
    path.write_text(
        "id,commentaire,date\nA-10001,Très bon accueil,un jour\nA-10002,Facture fausse,2081-01-01\n", "utf-8"
    )
    found = reception.receive_path(path, roles=("agent", "customer"))
    assert (found.upload.status, found.upload.accepted, found.upload.rejected) == ("queued", 2, 0)
    assert found.rejections == []
    words = " | ".join(one.reason for one in found.remarks)
    for part in ("could not be read", "lies in the future", "roles name the channels of a recording"):
        assert part in words
    assert len(found.remarks) == 3
    assert list(store.blobs.keys()) == []  # nothing is left to be looked at


def test_roles_of_a_recording_have_their_effect(reception: Intake, recording: Table) -> None:
    assert reception.receive_path(recording(), roles=("customer",)).remarks == []
    found = reception.receive_path(recording("other.wav", pitch=5), mapping={"text": "x"})
    assert [one.reason for one in found.remarks] == [
        "a mapping names columns of a table; this is none, so it had no effect."
    ]


def test_the_same_remark_on_many_files_is_one_line(store: Store, settings: Settings, table: Table) -> None:
    paths = [table(f"Ma facture {n}", name=f"m{n}.csv") for n in range(3)]
    report = ingest_paths(store, settings, paths, roles=("agent", "customer"))
    assert (report.rejected, [one.source for one in report.remarks]) == (0, ["m0.csv and 2 more"])


def test_what_changed_is_written_anew_and_analysed_again(
    reception: Intake, store: Store, queue: Any, tmp_path: Path
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("id;date;message\nRC-20417;2026-11-03;Ma box est en panne\nRC-20418;2026-11-03;Merci\n", "utf-8")
    first = reception.receive_path(path)
    path.write_text(
        "id;date;message\nRC-20417;2026-11-03;Ma box est en panne et personne ne répond\nRC-20418;2026-11-03;Merci\n",
        "utf-8",
    )
    again = reception.receive_path(path)
    assert (again.upload.accepted, again.upload.duplicate, again.upload.rejected) == (0, 2, 0)
    assert [(one.code, one.parameters) for one in again.remarks] == [("updated", {"n": 1})]
    assert len(queue.queued) == 2
    changed = store.interactions.of_work(queue.queued[1][0])
    (record,) = store.interactions.records(changed)
    assert record.text == "Ma box est en panne et personne ne répond"
    assert record.id in first.interaction_ids


def test_what_an_erasure_masked_is_not_brought_back(
    reception: Intake, store: Store, queue: Any, tmp_path: Path
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("id;date;message\nRC-20417;2026-11-03;████ m'a rappelée\n", "utf-8")
    reception.receive_path(path)
    path.write_text("id;date;message\nRC-20417;2026-11-03;Karim m'a rappelée\n", "utf-8")
    again = reception.receive_path(path)
    assert again.remarks == []
    (record,) = store.interactions.records(again.interaction_ids)
    assert record.text == "████ m'a rappelée"
