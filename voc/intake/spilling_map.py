"""A mapping that keeps what it was told last in memory and the rest on disk: a file of any length in bounded memory."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Generic, TypeVar

from voc.errors import InputError

V = TypeVar("V", int, str)

HELD = 100_000
"""Entries kept in memory; one is about 200 bytes. Tables of fewer rows never touch the disk."""

FILTER_BYTES = 16 * 2**20
"""Size of the Bloom filter (Bloom 1970) that tells keys nobody has seen without asking the disk."""

FILTER_BITS_A_KEY = 4
"""At ten million keys 13 bits each: one new key in two hundred is looked up for nothing."""

PAGES_KIB = 16_384
"""Memory SQLite may use for pages of the part on disk, KiB."""


class SpillingMap(Generic[V]):
    """Text → number or text, in memory that does not grow with its entries.

    What lies on disk is in a temporary file without a name, in the folder of temporary files (``TMPDIR``): about 70
    bytes an entry, gone with the map or the process.

    Args:
        held: entries kept in memory.
    """

    def __init__(self, *, held: int = HELD) -> None:
        self._limit = held
        self._held: dict[str, V] = {}
        self._disk: sqlite3.Connection | None = None
        self._seen = bytearray()

    def get(self, key: str) -> V | None:
        """What was kept for ``key``; ``None`` for nothing.

        Raises:
            InputError: the disk of temporary files failed.
        """
        value = self._held.get(key)
        if value is not None or self._disk is None:
            return value
        digest = _digest(key)
        if not all(self._seen[at >> 3] & 1 << (at & 7) for at in _places(digest)):
            return None
        try:
            found = self._disk.execute("SELECT value FROM entry WHERE key = ?", (digest,)).fetchone()
        except sqlite3.Error as error:
            raise _disk_failed(error) from error
        return found[0] if found else None

    def keep(self, key: str, value: V) -> None:
        """Remember ``value``, in place of what was kept for ``key`` before.

        Raises:
            InputError: the disk of temporary files is full or failed.
        """
        self._held[key] = value
        if len(self._held) > self._limit:
            self._spill()

    def __del__(self) -> None:
        if getattr(self, "_disk", None) is not None:
            self._disk.close()  # type: ignore[union-attr]

    def _spill(self) -> None:
        try:
            if self._disk is None:
                self._disk = _temporary()
                self._seen = bytearray(FILTER_BYTES)
            rows = sorted((_digest(key), value) for key, value in self._held.items())
            with closing(self._disk.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?)", rows)):
                pass
        except sqlite3.Error as error:
            raise _disk_failed(error) from error
        for digest, _ in rows:
            for at in _places(digest):
                self._seen[at >> 3] |= 1 << (at & 7)
        self._held.clear()


def _temporary() -> sqlite3.Connection:
    """A database of SQLite's own temporary kind: its file is deleted as soon as it is opened."""
    disk = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    disk.execute("PRAGMA journal_mode = OFF")
    disk.execute("PRAGMA synchronous = OFF")
    disk.execute("PRAGMA temp_store = FILE")
    disk.execute(f"PRAGMA cache_size = -{PAGES_KIB}")
    disk.execute("CREATE TABLE entry (key BLOB PRIMARY KEY, value) WITHOUT ROWID")
    return disk


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=16).digest()


def _places(digest: bytes) -> Iterator[int]:
    """Bits of the filter that stand for a key (Kirsch and Mitzenmacher 2006: two hashes are enough for any number)."""
    first, step = int.from_bytes(digest[:8]), int.from_bytes(digest[8:]) | 1
    for number in range(FILTER_BITS_A_KEY):
        yield (first + number * step) % (FILTER_BYTES * 8)


def _disk_failed(error: sqlite3.Error) -> InputError:
    return InputError(
        f"the file is too long to be read in memory alone, and the disk of temporary files failed ({error}); make room "
        "there, or name another folder in TMPDIR.",
        code="temporary_files_failed",
    )
