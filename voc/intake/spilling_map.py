"""A mapping that keeps what it was told last in memory and the rest on disk: a file of any length in bounded memory."""

from __future__ import annotations

import hashlib
import sqlite3
import struct
from contextlib import closing
from typing import Generic, TypeVar

from voc.errors import InputError

V = TypeVar("V", int, str)

HELD = 100_000
"""Entries kept in memory; one is about 200 bytes. Tables of fewer rows never touch the disk."""

FILTER_BYTES = 16 * 2**20
"""Size of the Bloom filter (Bloom 1970) that tells keys nobody has seen without asking the disk; a power of two."""

_places = struct.Struct("<4I").unpack
"""Four numbers of a digest that each choose one bit of the filter. At ten million keys it has 13 bits for each: one new
key in two hundred is looked up for nothing."""

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
        seen, last = self._seen, len(self._seen) - 1
        for place in _places(digest):
            if not seen[place >> 3 & last] >> (place & 7) & 1:
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
            self._disk.execute("BEGIN")  # or else each row would be written by itself: six times the time
            with closing(self._disk.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?)", rows)):
                pass
            self._disk.execute("COMMIT")
        except sqlite3.Error as error:
            raise _disk_failed(error) from error
        seen, last = self._seen, len(self._seen) - 1
        for digest, _ in rows:
            for place in _places(digest):
                seen[place >> 3 & last] |= 1 << (place & 7)
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


def _disk_failed(error: sqlite3.Error) -> InputError:
    return InputError(
        f"the file is too long to be read in memory alone, and the disk of temporary files failed ({error}); make room "
        "there, or name another folder in TMPDIR.",
        code="temporary_files_failed",
    )
