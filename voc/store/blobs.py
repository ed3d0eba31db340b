"""Recordings and uploaded files as content-addressed blobs, through fsspec: a folder by default, S3 by URL."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, cast

import fsspec

from voc.errors import StoreError, not_kept

CHUNK_BYTES = 1 << 20
PARTIAL = ".incoming-"
LEFT_AFTER_SECONDS = 24 * 3600
"""A file nobody has written to for this long is nobody's."""


class BlobStore:
    """Bytes under the SHA-256 of their content; writing the same bytes twice stores them once.

    A local folder is written to a temporary file, flushed to disk and renamed, so that a key that exists always has
    its whole content, also after a power cut.
    """

    def __init__(self, url: str) -> None:
        try:
            self.fs, self.root = fsspec.core.url_to_fs(url)
        except (ValueError, ImportError) as error:
            kind = url.partition("://")[0]
            raise StoreError(f"VOC_BLOBS_URL: '{kind}://' cannot be used ({error}); name a folder or s3://.") from error
        self.local = "file" in (self.fs.protocol if isinstance(self.fs.protocol, tuple) else (self.fs.protocol,))
        if self.local:
            try:
                Path(self.root).mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    f"{self.root}: the folder of the recordings cannot be created ({error.strerror}); "
                    "choose another VOC_HOME or VOC_BLOBS_URL."
                ) from error
            self._sweep()

    def _sweep(self) -> None:
        """Remove what writers that were killed left half-written: nobody was told that it arrived."""
        for left in Path(self.root).glob(f"{PARTIAL}*"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > LEFT_AFTER_SECONDS:
                    left.unlink()

    def _address(self, key: str) -> str:
        if len(key) != 64 or not all(c in "0123456789abcdef" for c in key):
            raise StoreError(f"'{key[:80]}' is not a blob key; keys are 64 hexadecimal digits.")
        return f"{self.root}/{key[:2]}/{key}"

    def put(self, source: IO[bytes]) -> tuple[str, int]:
        """Store everything ``source`` still has; returns the key (SHA-256, hex) and the size in bytes.

        Raises:
            StoreError: the disk is full or the store refused; nothing is left behind.
        """
        digest = hashlib.sha256()
        size = 0
        temporary: str | None = None
        try:
            with tempfile.NamedTemporaryFile(
                dir=self.root if self.local else None, prefix=PARTIAL, delete=False
            ) as target:
                temporary = target.name
                while chunk := source.read(CHUNK_BYTES):
                    digest.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            key = digest.hexdigest()
            address = self._address(key)
            if self.local:
                if not Path(address).parent.exists():
                    Path(address).parent.mkdir(exist_ok=True)
                    _sync_folder(Path(self.root))
                Path(temporary).replace(address)
                temporary = None
                _sync_folder(Path(address).parent)
            elif not self.fs.exists(address):
                self.fs.put_file(temporary, address)
        except OSError as error:
            raise not_kept(
                error, f"The file could not be kept: {error.strerror or error}; free space and send it again."
            ) from error
        finally:
            if temporary is not None:
                Path(temporary).unlink(missing_ok=True)
        return key, size

    def open(self, key: str) -> BinaryIO:
        """Open a blob for reading (seekable).

        Raises:
            StoreError: there is no such blob.
        """
        try:
            return cast(BinaryIO, self.fs.open(self._address(key), "rb"))
        except FileNotFoundError as error:
            raise StoreError(f"Blob {key[:12]}… is gone from the blob store.", code="blob_gone") from error

    def size(self, key: str) -> int:
        """Size in bytes."""
        try:
            return int(self.fs.size(self._address(key)))
        except FileNotFoundError as error:
            raise StoreError(f"Blob {key[:12]}… is gone from the blob store.", code="blob_gone") from error

    def exists(self, key: str) -> bool:
        """Whether the blob is there."""
        return bool(self.fs.exists(self._address(key)))

    def delete(self, key: str) -> None:
        """Remove a blob; removing what is not there is not an error."""
        if self.exists(key):
            self.fs.rm_file(self._address(key))

    @contextmanager
    def as_file(self, key: str, *, suffix: str = "") -> Iterator[Path]:
        """The blob as a local file for libraries that want a path; a copy only when the store is remote."""
        if self.local:
            path = Path(self._address(key))
            if not path.exists():
                raise StoreError(f"Blob {key[:12]}… is gone from the blob store.", code="blob_gone")
            yield path
            return
        with tempfile.TemporaryDirectory(prefix="voc-") as folder:
            path = Path(folder) / f"blob{suffix}"
            try:
                self.fs.get_file(self._address(key), str(path))
            except FileNotFoundError as error:
                raise StoreError(f"Blob {key[:12]}… is gone from the blob store.", code="blob_gone") from error
            yield path

    def keys(self) -> Iterator[str]:
        """Every key in the store."""
        for name in self.fs.find(self.root):
            key = name.rsplit("/", 1)[-1]
            if len(key) == 64:
                yield key


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable (POSIX: the directory entry is data of the directory)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
