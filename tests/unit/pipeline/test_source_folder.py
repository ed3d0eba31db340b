"""A watched folder from the file that is put into it to its interactions: once each, whatever happens between."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from voc.errors import InputError, StoreError
from voc.pipeline import source_runs
from voc.pipeline.ingestion import Intake
from voc.pipeline.source_runs import run_part
from voc.settings import Settings
from voc.sources.folder import allowed_folder
from voc.store import Filters, Store
from voc.store.sources import SourceRow

Table = Callable[..., Path]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def source(store: Store, inbox: Path) -> SourceRow:
    row = SourceRow(
        id="s1", kind="folder", name="Calls", options={"path": str(inbox), "settle_seconds": 0}, secrets={},
        channel=None, mapping={}, roles=(), every_seconds=60, per_minute=None, backfill_per_minute=None,
        created_at=datetime.now(UTC), created_by="cli", next_at=datetime.now(UTC),
    )  # fmt: skip
    assert store.sources.add(row)
    return row


@pytest.fixture
def pull(store: Store, settings: Settings, queue: Any, source: SourceRow) -> Callable[[], Any]:
    """One run to its end; what it says of itself."""

    def once() -> Any:
        run = store.source_runs.ask(source.id, asked_by="test", now=datetime.now(UTC))
        assert run is not None
        while run_part(store, settings, queue, run.id):
            pass
        return store.source_runs.get(run.id)

    return once


def put(inbox: Path, name: str, *texts: str) -> Path:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"{name}-{n};{text};2026-11-09" for n, text in enumerate(texts)]
    path.write_text("\n".join(["id;message;date", *rows]) + "\n", encoding="utf-8")
    return path


def test_files_come_in_once_and_move_out_of_the_way(store: Store, inbox: Path, pull: Callable[[], Any]) -> None:
    put(inbox, "a.csv", "Ma facture", "Merci")
    put(inbox, "sub/b.csv", "Plus de réseau")
    run = pull()
    assert (run.status, run.taken, run.accepted, run.refused, run.reason) == ("done", 2, 3, 0, None)
    assert sorted(str(one.relative_to(inbox)) for one in inbox.rglob("*.csv")) == ["done/a.csv", "done/sub/b.csv"]
    again = pull()
    assert (again.taken, again.accepted) == (0, 0)
    assert store.interactions.count(Filters()) == 3
    row = store.sources.get("s1")
    assert row is not None
    assert row.caught_up


def test_the_same_name_with_other_content_is_another_file(inbox: Path, pull: Callable[[], Any]) -> None:
    put(inbox, "a.csv", "Ma facture")
    pull()
    put(inbox, "a.csv", "Une autre chose")
    assert pull().taken == 1
    assert sorted(one.name for one in (inbox / "done").iterdir()) == ["a-2.csv", "a.csv"]


def test_a_recording_takes_its_side_file_with_it(
    store: Store, inbox: Path, recording: Any, pull: Callable[[], Any]
) -> None:
    recording().rename(inbox / "call.wav")
    (inbox / "call.json").write_text(json.dumps({"call_id": "77", "caller": "+33612345678"}), encoding="utf-8")
    assert pull().accepted == 1
    assert sorted(one.name for one in (inbox / "done").iterdir()) == ["call.json", "call.wav"]
    [row] = store.interactions.page(Filters(), limit=5).items
    record = store.interactions.records([row.id])[0]
    assert record.external_id == "77"


def test_what_nobody_can_read_goes_to_failed_with_the_reason(
    store: Store, inbox: Path, pull: Callable[[], Any]
) -> None:
    (inbox / "notes.bin").write_bytes(bytes(range(256)) * 20)
    run = pull()
    assert (run.status, run.taken, run.refused) == ("done", 0, 1)
    assert [one.name for one in (inbox / "failed").iterdir()] == ["notes.bin"]
    [kept] = store.source_items.of("s1", ("refused",))
    assert kept.name == "notes.bin"
    assert kept.reason


def test_a_file_that_grows_is_left_for_the_next_time(
    store: Store, source: SourceRow, inbox: Path, pull: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(inbox, "a.csv", "Ma facture")

    def grows(*_: Any) -> bool:
        with path.open("a", encoding="utf-8") as file:
            file.write("x;Encore;2026-11-09\n")
        return True

    with monkeypatch.context() as patched:
        patched.setattr("voc.sources.contract.Reached.wait", grows)
        assert pull().taken == 0
    (inbox / "b.csv.part").write_text("id;message\n1;Pas fini\n", encoding="utf-8")
    assert pull().accepted == 2
    assert (inbox / "b.csv.part").exists()


def test_files_may_stay_where_they_are(store: Store, source: SourceRow, inbox: Path, pull: Callable[[], Any]) -> None:
    store.sources.change("s1", {"options": source.options | {"after": "leave"}})
    put(inbox, "a.csv", "Ma facture")
    assert pull().taken == 1
    assert pull().taken == 0
    assert [one.name for one in inbox.iterdir()] == ["a.csv"]


def test_a_folder_that_cannot_be_written_to_gives_everything_once_and_says_so(
    store: Store, inbox: Path, pull: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("voc.sources.folder.shutil.move", refuse)
    put(inbox, "a.csv", "Ma facture")
    run = pull()
    assert (run.status, run.taken) == ("done", 1)
    assert "could not be moved" in run.reason
    assert pull().taken == 0


@pytest.mark.parametrize("cut", ["add", "read", "settled", "settle"])
def test_cut_off_anywhere_the_next_run_ends_it(
    cut: str, store: Store, inbox: Path, pull: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that ends is an error that nothing catches: after it only what is in the store is left."""

    class Killed(BaseException):
        pass

    def die(*_: Any, **__: Any) -> Any:
        raise Killed

    where = {
        "add": "voc.store.uploads.keep_came",
        "read": "voc.pipeline.ingestion.Intake._read",
        "settled": "voc.sources.folder.Folder.settled",
        "settle": "voc.store.source_items.SourceItems.settle",
    }[cut]
    put(inbox, "a.csv", "Ma facture", "Merci")
    with monkeypatch.context() as patched:
        patched.setattr(where, die)
        with pytest.raises(Killed):
            pull()
    run = pull()
    assert run.status == "done"
    assert store.interactions.count(Filters()) == 2
    assert len(store.uploads.recent()) == 1
    assert [one.name for one in (inbox / "done").iterdir()] == ["a.csv"]
    assert store.source_items.counts() == {"s1": {"taken": 1}}


def test_a_folder_that_is_gone_is_asked_less_and_less_often(
    store: Store, settings: Settings, source: SourceRow, inbox: Path, pull: Callable[[], Any]
) -> None:
    inbox.rmdir()
    pauses = []
    for _ in range(3):
        run = pull()
        assert (run.status, run.code) == ("failed", "source_folder_missing")
        row = store.sources.get("s1")
        assert row is not None
        assert row.next_at is not None
        pauses.append((row.next_at - datetime.now(UTC)).total_seconds())
    assert pauses == pytest.approx([60, 120, 240], rel=0.12)
    inbox.mkdir()
    assert pull().status == "done"
    row = store.sources.get("s1")
    assert row is not None
    assert row.failures == 0


def test_no_pause_is_longer_than_some_hours(source: SourceRow) -> None:
    assert source_runs.back_off(replace(source, failures=500)) < timedelta(hours=7)


def test_what_lay_there_before_waits_behind_what_comes_now(
    store: Store, queue: Any, inbox: Path, pull: Callable[[], Any]
) -> None:
    put(inbox, "old.csv", "Ma facture")
    assert pull().backfill
    assert len(queue.behind) == 1
    put(inbox, "new.csv", "Merci")
    assert not pull().backfill
    assert len(queue.behind) == 1
    assert len(queue.queued) == 2


def test_no_more_a_minute_than_was_said(
    store: Store, inbox: Path, pull: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("voc.sources.contract.Reached.wait", lambda _, seconds: waits.append(seconds) or True)
    store.sources.change("s1", {"per_minute": 6})
    for n in range(3):
        put(inbox, f"{n}.csv", f"Texte {n}")
    assert pull().taken == 3
    assert waits[0] == 0  # settling
    assert all(0 < one <= 10 for one in waits[1:])  # what taking it took is not waited for again
    assert len(waits) == 4


def test_a_full_disk_ends_no_run(
    store: Store, settings: Settings, queue: Any, source: SourceRow, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step is tried again by the work queue: the run is open until then."""
    put(inbox, "a.csv", "Ma facture")
    run = store.source_runs.ask(source.id, asked_by="test", now=datetime.now(UTC))
    assert run is not None
    with monkeypatch.context() as patched, pytest.raises(StoreError):
        patched.setattr(store.blobs, "put", lambda _: (_ for _ in ()).throw(StoreError("The disk is full.")))
        run_part(store, settings, queue, run.id)
    assert [one.id for one in store.source_runs.open()] == [run.id]
    assert not run_part(store, settings, queue, run.id)
    assert store.interactions.count(Filters()) == 1


def test_links_lead_nowhere(inbox: Path, tmp_path: Path, pull: Callable[[], Any], store: Store) -> None:
    secret = put(tmp_path / "elsewhere", "secret.csv", "Privé")
    (inbox / "link.csv").symlink_to(secret)
    (inbox / "folder").symlink_to(secret.parent)
    assert pull().taken == 0
    assert store.interactions.count(Filters()) == 0


@pytest.mark.parametrize("link", ["done", "failed", "done/2026"])
def test_files_are_moved_nowhere_else(
    link: str, inbox: Path, tmp_path: Path, pull: Callable[[], Any], store: Store
) -> None:
    """Whoever may write to the folder had files of their own written wherever the service may write."""
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (inbox / link).parent.mkdir(exist_ok=True)
    (inbox / link).symlink_to(outside)
    put(inbox, "2026/mails.csv" if "/" in link else "mails.csv", "Ma facture")
    (inbox / "nothing.csv").write_bytes(b"\x00\x01")
    run = pull()
    assert run.status == "done"
    assert run.code == "source_not_moved"
    assert list(outside.iterdir()) == []
    assert store.interactions.count(Filters()) == 1


def test_what_holds_secrets_or_the_store_is_not_watched(settings: Settings, tmp_path: Path) -> None:
    """Wherever they lie: what is in a watched folder is read, and shown to whoever may read interactions."""
    elsewhere = settings.model_copy(
        update={"source_secrets": tmp_path / "run" / "secrets", "database_url": f"sqlite:///{tmp_path}/db/voc.db"}
    )
    for path in ("run/secrets", "run/secrets/more", "run", "db"):
        with pytest.raises(InputError) as refused:
            allowed_folder(str(tmp_path / path), elsewhere)
        assert refused.value.code == "source_path_not_allowed"
    assert allowed_folder(str(tmp_path / "db" / "calls"), elsewhere) == tmp_path / "db" / "calls"


def test_a_paused_source_runs_only_when_somebody_asks(store: Store, settings: Settings, source: SourceRow) -> None:
    now = datetime.now(UTC)
    store.sources.change("s1", {"paused_at": now})
    assert store.source_runs.due(now=now) == []
    store.sources.change("s1", {"paused_at": None})
    [run] = store.source_runs.due(now=now)
    assert store.source_runs.due(now=now + timedelta(hours=1)) == []  # one at a time
    assert store.source_runs.ask("s1", asked_by="x", now=now) == run


def test_a_removed_source_leaves_what_came(
    store: Store, settings: Settings, queue: Any, source: SourceRow, inbox: Path, pull: Callable[[], Any]
) -> None:
    put(inbox, "a.csv", "Ma facture")
    pull()
    assert store.sources.remove("s1")
    assert store.interactions.count(Filters()) == 1
    assert len(store.uploads.recent()) == 1
    assert not run_part(store, settings, queue, "r-gone")


def test_reading_that_another_process_goes_on_with_is_left_to_it(
    store: Store, settings: Settings, queue: Any, inbox: Path, pull: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, "a.csv", "Ma facture")
    with monkeypatch.context() as patched:
        patched.setattr(Intake, "_read", lambda self, upload_id, **_: self.progress(upload_id))
        pull()
    [upload] = store.uploads.recent()
    store.uploads.begin_reading(upload.id, reader=f"{os.uname().nodename}/1/-")
    monkeypatch.setattr("voc.pipeline.ingestion.is_alive", lambda *_, **__: True)
    pull()
    assert store.source_items.counts() == {"s1": {"reading": 1}}


def test_a_worker_that_ends_leaves_the_rest_for_the_next_run(
    store: Store, settings: Settings, queue: Any, source: SourceRow, inbox: Path, pull: Callable[[], Any]
) -> None:
    """Stopped while it waits for files to settle: nothing was taken, so nothing is caught up with."""
    store.sources.change("s1", {"options": source.options | {"settle_seconds": 5}})
    put(inbox, "a.csv", "Ma facture")
    run = store.source_runs.ask("s1", asked_by="test", now=datetime.now(UTC))
    assert run is not None
    assert not run_part(store, settings, queue, run.id, stopped=lambda: True)
    row = store.sources.get("s1")
    assert row is not None
    assert (row.caught_up, row.next_at is not None and row.next_at <= datetime.now(UTC)) == (False, True)
    store.sources.change("s1", {"options": source.options})
    assert pull().taken == 1
