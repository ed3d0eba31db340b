"""The index of the search saved for the next start: one file a column, mapped into memory, and a manifest.

A copy that may be lost at any moment: what is missing, half written, damaged, of another store or of another make of voc
is left alone, and the store is read instead. What is erased from the store is overwritten here too.
"""

from __future__ import annotations

import fcntl
import json
import secrets
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voc.store.search.vectors import CODE_WORDS, DIMENSION, SPACE, alike, codes

MANIFEST = "search.json"
SUFFIX = ".search"
MAKE = 2
"""Number of the make of the files; raised whenever they, or how words become terms, change."""
CHECKED_VECTORS = 256
"""Vectors whose signs are compared at a start; all other columns are read whole."""
ID_CHARS = 21

_TYPES: dict[str, Any] = {
    "ids": f"S{ID_CHARS}", "at": np.int64, "lengths": np.int32, "prints": np.uint64, "present": np.bool_,
    "vectors": np.float16, "codes": np.uint64, "middle": np.float32,
    "offsets": np.int64, "slots": np.int32, "times": np.uint8,
}  # fmt: skip
_SHAPES = {"vectors": (-1, DIMENSION), "codes": (CODE_WORDS, -1)}
_MAPPED = ("vectors", "codes", "slots", "times")

Column = NDArray[Any]


@dataclass(frozen=True)
class Saved:
    """A saved index: its columns, the terms by number, and how far the changes of the store are in it."""

    name: str
    columns: Mapping[str, Column]
    terms: list[str]
    seq: int
    horizon: int


class SavedIndex:
    """The saved index of one store, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def read(self, identity: str) -> Saved | None:
        """What is saved of the store of this ``identity``, whole; ``None`` where nothing is."""
        try:
            with self._alone():
                manifest = json.loads((self.folder / MANIFEST).read_text())
                if manifest["of"] != f"{MAKE}:{SPACE}:{identity}" or not self._whole(manifest):
                    return None
                columns = {name: self._column(manifest["name"], name) for name in _TYPES}
                terms = self._file(manifest["name"], "terms").read_text("utf-8").split("\n")[:-1]
            if not _fits(columns, len(terms)):
                return None
            return Saved(manifest["name"], columns, terms, int(manifest["seq"]), int(manifest["horizon"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(
        self,
        identity: str,
        terms: list[str],
        columns: Mapping[str, Iterator[Column]],
        *,
        seq: int,
        horizon: int,
    ) -> None:
        """Save an index, each column in pieces; what was saved before counts until all of it is written.

        Raises:
            OSError: the folder cannot be written.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = secrets.token_hex(8)
        for column, pieces in columns.items():
            with self._new(name, column) as file:
                for piece in pieces:
                    file.write(np.ascontiguousarray(piece, _TYPES[column]).data if piece.size else b"")
        with self._new(name, "terms") as file:
            file.write("".join(f"{term}\n" for term in terms).encode())
        with self._alone():
            self._seal(name, {"of": f"{MAKE}:{SPACE}:{identity}", "name": name, "seq": seq, "horizon": horizon})
            self._sweep(keep=name)

    def wipe(self, name: str, slots: NDArray[np.int64], gone_terms: Callable[[Column], list[int]]) -> list[int]:
        """Overwrite what the saved index says of the rows of ``slots``; the terms that nobody holds any more.

        Args:
            name: of the saved index the slots are of; nothing is done where another one has taken its place.
            gone_terms: times of all postings → numbers of the terms without any.
        """
        with suppress(OSError, ValueError, KeyError), self._alone():
            manifest = json.loads((self.folder / MANIFEST).read_text())
            if manifest["name"] != name:
                return []
            places = np.sort(slots)
            columns = {one: self._column(name, one, mode="r+") for one in _TYPES if one != "middle"}
            wiped = np.zeros(len(columns["ids"]), np.bool_)
            wiped[places] = True
            said = np.flatnonzero(wiped[columns["slots"]])
            columns["times"][said], columns["slots"][said] = 0, 0
            for one in ("at", "lengths", "prints", "present", "vectors"):
                columns[one][places] = 0
            columns["codes"][:, places] = 0
            for place in places.tolist():  # the ids ascend still
                columns["ids"][place] = columns["ids"][place - 1] if place else b""
            gone = gone_terms(columns["times"])
            terms = self._file(name, "terms").read_text("utf-8").split("\n")[:-1]
            for number in gone:
                terms[number] = ""
            self._file(name, "terms").write_text("".join(f"{term}\n" for term in terms), "utf-8")
            for column in columns.values():
                if isinstance(column, np.memmap):
                    column.flush()
            self._seal(name, manifest)
            return gone
        return []

    def exists(self) -> bool:
        """Whether anything is saved, whole or not."""
        return (self.folder / MANIFEST).exists()

    def delete(self) -> None:
        """Delete what is saved."""
        with suppress(FileNotFoundError):
            (self.folder / MANIFEST).unlink()
        self._sweep(keep=None)

    def _seal(self, name: str, manifest: dict[str, Any]) -> None:
        files = {one: self._digest(name, one) for one in (*_TYPES, "terms")}
        partial = self.folder / f"{secrets.token_hex(8)}.json"
        partial.write_text(json.dumps({**manifest, "files": files}, indent=1))
        partial.replace(self.folder / MANIFEST)

    def _whole(self, manifest: dict[str, Any]) -> bool:
        return all(self._digest(manifest["name"], one) == manifest["files"][one] for one in (*_TYPES, "terms"))

    def _digest(self, name: str, column: str) -> list[int]:
        """Size and checksum; of the vectors, three quarters of a gigabyte at a million, the size alone."""
        file = self._file(name, column)
        if column == "vectors":
            return [file.stat().st_size]
        checksum = 0
        with file.open("rb") as content:
            while piece := content.read(1 << 22):
                checksum = zlib.crc32(piece, checksum)
        return [file.stat().st_size, checksum]

    def _column(self, name: str, column: str, *, mode: str = "c") -> Column:
        file, kind = self._file(name, column), np.dtype(_TYPES[column])
        if not file.stat().st_size:
            found: Column = np.zeros(0, kind)
        elif column in _MAPPED or mode != "c":
            found = np.memmap(file, dtype=kind, mode=mode)  # type: ignore[call-overload]
        else:
            found = np.fromfile(file, dtype=kind)
        return found.reshape(_SHAPES[column]) if column in _SHAPES and found.size else found

    def _file(self, name: str, column: str) -> Path:
        if not name.isalnum():
            raise ValueError(name)
        return self.folder / f"{name}.{column}{SUFFIX}"

    @contextmanager
    def _new(self, name: str, column: str) -> Iterator[Any]:
        file = self._file(name, column)
        with file.open("wb") as content:
            file.chmod(0o600)
            yield content

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time changes or checks the files."""
        with (self.folder / "search.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _sweep(self, keep: str | None) -> None:
        for file in self.folder.glob(f"*{SUFFIX}"):
            if keep is None or not file.name.startswith(f"{keep}."):
                with suppress(OSError):  # another process does the same
                    file.unlink()


def _fits(columns: Mapping[str, Column], terms: int) -> bool:
    rows, postings = len(columns["ids"]), len(columns["slots"])
    if any(len(columns[name]) != rows for name in ("at", "lengths", "prints", "present", "vectors")):
        return False
    if columns["codes"].shape[-1] != rows or len(columns["middle"]) != DIMENSION or len(columns["times"]) != postings:
        return False
    if len(columns["offsets"]) != terms + 1 or columns["offsets"][-1] != postings:
        return False
    some = np.unique(np.linspace(0, rows - 1, min(rows, CHECKED_VECTORS)).astype(np.int64))
    some = some[columns["present"][some]]
    return alike(codes(columns["vectors"][some], columns["middle"]), columns["codes"][:, some])
