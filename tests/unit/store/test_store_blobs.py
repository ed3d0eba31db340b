"""Blobs: the same bytes once, whole or not at all, and no key leads out of the store."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import time
import uuid
from pathlib import Path

import pytest

from voc.errors import StoreError
from voc.store.blobs import BlobStore


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(str(tmp_path / "blobs"))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_a_killed_writer_left_goes_a_day_later(blobs: BlobStore, tmp_path: Path) -> None:
    key, _ = blobs.put(io.BytesIO(b"whole"))
    for name, hours in ((".incoming-old", 25), (".incoming-new", 1)):
        path = tmp_path / "blobs" / name
        path.write_bytes(b"half of what somebody said")
        os.utime(path, (time.time() - hours * 3600,) * 2)
    again = BlobStore(str(tmp_path / "blobs"))
    assert {path.name for path in files(tmp_path / "blobs")} == {key, ".incoming-new"}
    assert again.exists(key)


def test_the_same_bytes_are_kept_once(blobs: BlobStore, tmp_path: Path) -> None:
    content = b"bonjour" * 1000
    key, size = blobs.put(io.BytesIO(content))
    assert (key, size) == (hashlib.sha256(content).hexdigest(), 7000)
    assert blobs.put(io.BytesIO(content)) == (key, size)
    assert len(files(tmp_path / "blobs")) == 1
    assert list(blobs.keys()) == [key]
    assert blobs.exists(key)
    assert blobs.size(key) == 7000
    with blobs.open(key) as stream:
        stream.seek(-7, io.SEEK_END)
        assert stream.read() == b"bonjour"


def test_an_empty_file_is_a_blob_too(blobs: BlobStore) -> None:
    key, size = blobs.put(io.BytesIO(b""))
    assert size == 0
    assert blobs.size(key) == 0


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 63 + "/", "../" + "a" * 61, "é" * 64]
)
def test_what_is_no_key_is_refused(blobs: BlobStore, key: str) -> None:
    for use in (blobs.open, blobs.size, blobs.exists, blobs.delete, lambda k: blobs.as_file(k).__enter__()):
        with pytest.raises(StoreError, match="not a blob key"):
            use(key)


def test_what_is_gone_is_said_to_be_gone(blobs: BlobStore) -> None:
    for use in (blobs.open, blobs.size, lambda k: blobs.as_file(k).__enter__()):
        with pytest.raises(StoreError, match="gone from the blob store"):
            use("0" * 64)
    assert not blobs.exists("0" * 64)
    blobs.delete("0" * 64)


def test_deleted_bytes_are_gone_and_can_come_again(blobs: BlobStore, tmp_path: Path) -> None:
    key, _ = blobs.put(io.BytesIO(b"x"))
    blobs.delete(key)
    assert files(tmp_path / "blobs") == []
    assert blobs.put(io.BytesIO(b"x"))[0] == key
    assert blobs.exists(key)


def test_a_blob_is_a_file_for_libraries_that_want_a_path(blobs: BlobStore) -> None:
    key, _ = blobs.put(io.BytesIO(b"sound"))
    with blobs.as_file(key, suffix=".wav") as path:
        assert path.read_bytes() == b"sound"
    assert blobs.exists(key)


def test_a_full_disk_leaves_nothing_behind(blobs: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr("voc.store.blobs.os.fsync", full)
        with pytest.raises(StoreError, match="No space left on device; free space"):
            blobs.put(io.BytesIO(b"x" * 5_000_000))
    assert files(tmp_path / "blobs") == []
    assert list(blobs.keys()) == []
    blobs.put(io.BytesIO(b"x"))  # and works again once there is room


def test_a_sender_that_breaks_off_leaves_nothing_behind(blobs: BlobStore, tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 1_000_000:
                raise ConnectionResetError("peer went away")
            return super().read(size)

    with pytest.raises(StoreError):
        blobs.put(Broken(b"x" * 3_000_000))
    assert files(tmp_path / "blobs") == []


def test_a_damaged_copy_is_made_whole_by_the_same_bytes(blobs: BlobStore, tmp_path: Path) -> None:
    blobs.put(io.BytesIO(b"whole"))
    (path,) = files(tmp_path / "blobs")
    path.write_bytes(b"wh")
    blobs.put(io.BytesIO(b"whole"))
    assert path.read_bytes() == b"whole"


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_a_folder_may_be_named_as_a_path_or_as_an_url(tmp_path: Path, prefix: str) -> None:
    blobs = BlobStore(f"{prefix}{tmp_path}/some where/blobs")
    key, _ = blobs.put(io.BytesIO(b"x"))
    assert blobs.local
    with blobs.as_file(key) as path:
        assert path.is_relative_to(tmp_path / "some where")


def test_a_bucket_behaves_like_a_folder(tmp_path: Path) -> None:
    """Any fsspec URL will do; the one in memory stands for S3 here."""
    blobs = BlobStore(f"memory://{uuid.uuid4().hex}/voc")
    key, size = blobs.put(io.BytesIO(b"sound"))
    assert blobs.put(io.BytesIO(b"sound")) == (key, size)
    assert list(blobs.keys()) == [key]
    assert blobs.size(key) == 5
    with blobs.open(key) as stream:
        assert stream.read() == b"sound"
    with blobs.as_file(key, suffix=".wav") as path:
        assert path.suffix == ".wav"
        assert path.read_bytes() == b"sound"
    assert not path.exists()
    blobs.delete(key)
    assert not blobs.exists(key)
    with pytest.raises(StoreError, match="gone"), blobs.as_file(key):
        pass


def test_an_unknown_kind_of_store_is_one_line() -> None:
    with pytest.raises(StoreError, match="VOC_BLOBS_URL"):
        BlobStore("nosuchthing://bucket/voc")
