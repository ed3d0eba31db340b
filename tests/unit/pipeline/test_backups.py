"""Backups: consistent while others write, whole when put back, and safe to unpack from anywhere."""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from makers import add, an_interaction, understood

from voc import backups
from voc.backups import back_up, put_back
from voc.errors import InputError, StoreError
from voc.pipeline.queues import prepare
from voc.records import UploadOptions
from voc.settings import Settings
from voc.store import Filters, Store, open_store


def elsewhere(settings: Settings, tmp_path: Path, **changes: object) -> Settings:
    return settings.model_copy(update={"home": tmp_path / "restored", **changes})


def test_what_was_backed_up_comes_back_whole(settings: Settings, store: Store, tmp_path: Path) -> None:
    understood(store, an_interaction(1))
    key, _ = store.blobs.put(io.BytesIO(b"sound"))
    prepare(settings)
    assert back_up(settings, tmp_path / "voc.tar.gz") == (tmp_path / "voc.tar.gz").stat().st_size
    there = elsewhere(settings, tmp_path)
    put_back(there, tmp_path / "voc.tar.gz")
    with closing(open_store(there)) as restored:
        assert restored.interactions.statuses() == {"done": 1}
        assert restored.search.words("facture") == [an_interaction(1).id]
        with restored.blobs.open(key) as stream:
            assert stream.read() == b"sound"
    with tarfile.open(tmp_path / "voc.tar.gz") as file:
        assert "work.db" not in file.getnames()


def test_it_is_consistent_while_others_write(settings: Settings, store: Store, tmp_path: Path) -> None:
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            key, _ = store.blobs.put(io.BytesIO(b"%d" % number * 2000))
            add(store, an_interaction(2 * number), an_interaction(2 * number + 1))  # two in one transaction
            if number % 3 == 0:
                store.blobs.delete(key)
            written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 3:
            pass
        for turn in range(3):
            back_up(settings, tmp_path / f"{turn}.tar.gz")
    finally:
        stop.set()
        writer.join()
    for turn in range(3):
        there = elsewhere(settings, tmp_path, home=tmp_path / f"restored-{turn}")
        put_back(there, tmp_path / f"{turn}.tar.gz")
        with closing(open_store(there)) as restored:
            count = restored.interactions.count(Filters())
            assert count >= 6
            assert count % 2 == 0  # no half of a transaction
            assert len(restored.interactions.records(restored.interactions.all_ids(Filters()))) == count
            with restored.database.read() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def test_what_is_being_read_is_in_the_archive_although_the_reading_ends_meanwhile(
    settings: Settings, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy of the data knows an export that is half read; its bytes go before the archive comes to them."""
    key, size = store.blobs.put(io.BytesIO(b"id,message\n1,Bonjour\n"))
    store.uploads.add(
        upload_id="u1", filename="a.csv", sha256=key, size_bytes=size, blob=key, options=UploadOptions(),
        idempotency_key=None,
        now=datetime.now(UTC),
    )  # fmt: skip
    listed = backups._blobs

    def late(chosen: Settings) -> Iterator[Path]:
        store.blobs.delete(key)
        return listed(chosen)

    monkeypatch.setattr("voc.backups._blobs", late)
    back_up(settings, tmp_path / "voc.tar.gz")
    there = elsewhere(settings, tmp_path)
    put_back(there, tmp_path / "voc.tar.gz")
    with closing(open_store(there)) as restored:
        assert [one.id for one in restored.uploads.unread()] == ["u1"]
        with restored.blobs.open(key) as stream:
            assert stream.read().startswith(b"id,message")


def test_the_data_is_copied_again_when_a_reading_ended_just_then(
    settings: Settings, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, size = store.blobs.put(io.BytesIO(b"id,message\n1,Bonjour\n"))
    store.uploads.add(
        upload_id="u1", filename="a.csv", sha256=key, size_bytes=size, blob=key, options=UploadOptions(),
        idempotency_key=None,
        now=datetime.now(UTC),
    )  # fmt: skip
    copy = backups.copy_database

    def then_ends(url: str, target: Path) -> str:
        copied = copy(url, target)
        if store.blobs.exists(key):
            add(store, an_interaction(1))
            store.uploads.finish_reading("u1", accepted=1, duplicate=0, rejected=0)
            store.uploads.let_go("u1", store.blobs.delete)
        return copied

    monkeypatch.setattr("voc.backups.copy_database", then_ends)
    back_up(settings, tmp_path / "voc.tar.gz")
    there = elsewhere(settings, tmp_path)
    put_back(there, tmp_path / "voc.tar.gz")
    with closing(open_store(there)) as restored:
        assert restored.uploads.unread() == []
        assert restored.interactions.count(Filters()) == 1


@pytest.mark.skipif(os.name == "nt", reason="no POSIX permissions")
def test_nobody_else_on_the_machine_reads_what_customers_said(settings: Settings, tmp_path: Path) -> None:
    chosen = settings.model_copy(update={"home": tmp_path / "new home"})
    with closing(open_store(chosen)) as store:
        add(store, an_interaction(1))
    back_up(chosen, tmp_path / "voc.tar.gz")
    assert stat.S_IMODE((tmp_path / "new home").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "voc.tar.gz").stat().st_mode) == 0o600


def test_files_kept_elsewhere_come_back_elsewhere(settings: Settings, store: Store, tmp_path: Path) -> None:
    add(store, an_interaction(1))
    key, _ = store.blobs.put(io.BytesIO(b"sound"))
    back_up(settings, tmp_path / "voc.tar.gz")
    there = elsewhere(
        settings,
        tmp_path,
        database_url=f"sqlite:///{tmp_path}/data/insights.db",
        blobs_url=str(tmp_path / "audio" / "kept"),
    )
    put_back(there, tmp_path / "voc.tar.gz")
    with closing(open_store(there)) as restored:
        assert restored.interactions.count(Filters()) == 1
        assert restored.blobs.exists(key)
    assert not (tmp_path / "data" / "voc.db").exists()


def test_nothing_is_overwritten(settings: Settings, store: Store, tmp_path: Path) -> None:
    target = tmp_path / "voc.tar.gz"
    back_up(settings, target)
    with pytest.raises(InputError, match="exists already"):
        back_up(settings, target)
    with pytest.raises(InputError, match="holds a store already"):
        put_back(settings, target)


def test_what_cannot_be_backed_up_is_one_line(settings: Settings, store: Store, tmp_path: Path) -> None:
    for changes, says in (
        ({"home": tmp_path / "none"}, "no store yet"),
        ({"database_url": "postgresql://h/voc"}, "pg_dump"),
        ({"blobs_url": "s3://bucket/voc"}, "bucket"),
    ):
        with pytest.raises(InputError, match=says):
            back_up(settings.model_copy(update=changes), tmp_path / "x.tar.gz")
    with pytest.raises(StoreError, match="cannot be written"):
        back_up(settings, tmp_path / "no such folder" / "x.tar.gz")
    assert list(tmp_path.glob("*.part")) == []


def archive(path: Path, members: dict[str, bytes], *, link: str | None = None) -> Path:
    with tarfile.open(path, "w:gz") as file:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
        if link:
            info = tarfile.TarInfo(link)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            file.addfile(info)
    return path


def test_what_is_no_archive_of_ours_is_refused(settings: Settings, store: Store, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "good.tar.gz")
    content = (tmp_path / "good.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.tar.gz").write_text("not an archive")
    (tmp_path / "zipped.tar.gz").write_bytes(gzip.compress(b"not a tar" * 100))
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 0xFF
    (tmp_path / "flipped.tar.gz").write_bytes(flipped)
    archive(tmp_path / "other.tar.gz", {"readme.txt": b"x"})
    for name in ("cut", "text", "zipped", "flipped", "other", "missing"):
        there = elsewhere(settings, tmp_path)
        with pytest.raises(InputError) as raised:
            put_back(there, tmp_path / f"{name}.tar.gz")
        assert "\n" not in str(raised.value)
        assert not (there.home / "voc.db").exists()  # another try is possible


def test_an_archive_writes_nothing_but_a_store(settings: Settings, tmp_path: Path) -> None:
    good = "ab" * 32
    path = archive(
        tmp_path / "hostile.tar.gz",
        {
            "voc.db": b"",
            "work.db": b"x",
            "../escaped": b"x",
            "/tmp/voc-escaped": b"x",
            "voc.toml": b"x",
            "blobs/ab/evil.sh": b"x",
        }
        | {f"blobs/ab/{good}": b"sound", f"blobs/../{good}": b"x"},
        link=f"blobs/cd/{'cd' * 32}",
    )
    there = elsewhere(settings, tmp_path)
    put_back(there, path)
    written = sorted(str(one.relative_to(there.home)) for one in there.home.rglob("*") if one.is_file())
    assert written == [f"blobs/ab/{good}", "voc.db"]
    assert not (tmp_path / "escaped").exists()
    assert not Path("/tmp/voc-escaped").exists()
