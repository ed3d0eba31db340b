"""The index of the search: words and vectors of every analysed interaction, in step with the store.

Like the facts (:mod:`voc.store.facts`) it follows the changes the database itself writes down: before every search the
process reads what changed since the last one, so that what is new is found at once and what is erased is gone at once,
whoever wrote. What was read is saved for the next start and mapped into memory.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from voc.store.database import Database
from voc.store.fact_changes import Position, store_identity
from voc.store.row_numbers import row_number
from voc.store.search import reading
from voc.store.search.postings import Postings, Segment, merged, segment
from voc.store.search.reading import Row
from voc.store.search.saved import ID_CHARS, Saved, SavedIndex
from voc.store.search.vectors import DIMENSION, VectorRows, codes
from voc.store.search.vocabulary import Vocabulary

log = logging.getLogger("voc.search")

SAVE_FROM, SAVE_SHARE = 20_000, 0.05
"""Interactions read anew since the index was last saved from which on it is again: so many, and such a share."""
BASE = 1
"""Number of the first segment."""
COLUMN_ROWS = 1 << 15
SAME_CENTRE = 1e-3
"""Coordinates by which two centres may differ and be one: encoders round."""


@dataclass(frozen=True)
class View:
    """One consistent state of the index, by slot.

    Attributes:
        ids: S21 [rows], a row an interaction; a row of which nothing is left has neither words nor a vector.
        at: int64 [rows], microseconds since 1970.
        lengths: int32 [rows], words.
        present: bool [rows], whether there is a vector.
    """

    ids: NDArray[np.bytes_]
    at: NDArray[np.int64]
    lengths: NDArray[np.int32]
    present: NDArray[np.bool_]
    postings: Postings
    vectors: VectorRows
    vocabulary: Vocabulary
    generation: int

    def __len__(self) -> int:
        return len(self.ids)

    def id(self, slot: int) -> str:
        """The interaction in a slot."""
        return bytes(self.ids[slot]).decode()


@dataclass
class _Columns:
    """What is known of every slot beside words and vector; a change is made to a copy, whoever reads keeps his."""

    ids: NDArray[np.bytes_]
    at: NDArray[np.int64]
    lengths: NDArray[np.int32]
    prints: NDArray[np.uint64]
    present: NDArray[np.bool_]
    home: NDArray[np.uint32]

    def grown(self, rows: int) -> _Columns:
        def longer(column: NDArray[Any]) -> NDArray[Any]:
            return np.concatenate([column, np.zeros(rows - len(column), column.dtype)])

        return _Columns(**{name: longer(column) for name, column in vars(self).items()})


class SearchIndex:
    """The index of one process; loaded at the first search, then kept in step. Safe for threads."""

    def __init__(self, database: Database, folder: Path | None = None) -> None:
        self.database = database
        self.saved = SavedIndex(folder) if folder is not None else None
        self.lock = threading.RLock()
        self._name = ""
        self._unsaved = 0
        self.generation = 0
        """Raised whenever slots are given anew."""
        self._loaded = False
        self._centre: NDArray[np.float32] | None = None
        self._position = Position()
        nothing = np.zeros((0, DIMENSION), np.float16)
        middle = np.zeros(DIMENSION, np.float32)
        self._vectors = VectorRows(nothing, codes(nothing, middle), middle)
        self._vocabulary = Vocabulary()

    def view(self, centre: NDArray[np.float32] | None = None) -> View:
        """The index with every change the store has seen by now; signs are seen from ``centre``, where one is given."""
        with self.lock:
            self._centre = self._centre if centre is None else centre
            self.follow()
            if self._centre is not None and not np.allclose(self._vectors.middle, self._centre, atol=SAME_CENTRE):
                self._vectors = self._vectors.seen_from(self._centre)
                if self.saved is not None and self._name:
                    self._save(self.saved)
            c = self._columns
            return View(
                c.ids, c.at, c.lengths, c.present, Postings(self._segments, c.home), self._vectors, self._vocabulary,
                self.generation,
            )  # fmt: skip

    def slots(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """int64 [n]: the slot of each interaction by its number (its row number), −1 where there is none."""
        with self.lock:
            places = np.searchsorted(self._numbers, numbers)
            places[places == len(self._numbers)] = 0
            known = self._numbers[places] == numbers if len(self._numbers) else np.zeros(len(numbers), np.bool_)
            found = np.where(known, places, -1)
            for place in np.flatnonzero(~known).tolist() if self._later else ():
                found[place] = self._later.get(int(numbers[place]), -1)
            return found

    def close(self) -> None:
        """Forget everything."""
        with self.lock:
            self._loaded = False

    def save(self) -> Path | None:
        """Save the index for the next start; where, or ``None`` where this store keeps none."""
        with self.lock:
            self.follow()
            if self.saved is not None:
                self._save(self.saved)
            return self.saved.folder if self.saved is not None else None

    def forget_saved(self) -> None:
        """Delete the saved index."""
        with self.lock:
            if self.saved is not None:
                self.saved.delete()
                self._name = ""

    def wipe_erased(self) -> None:
        """Leave nothing in the saved files of interactions that are gone from the store.

        Whoever follows does so by itself; this is for the process that erased and may not have searched.
        """
        with self.lock:
            if self.saved is None or not self.saved.exists():
                return
            with self.database.read() as connection:
                identity = store_identity(connection)
                saved = self.saved.read(identity)
                if saved is None or not (self._loaded and self._name == saved.name):
                    self._loaded = saved is not None and self._load_saved(connection, saved)
            if saved is None or not self._loaded:  # nobody can tell what is in it
                self.forget_saved()
            else:
                self.follow()

    # --- keeping in step -----------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Read what changed in the store since the last time; everything at the first."""
        with self.lock, self.database.read() as connection:
            if not self._loaded:
                self._load(connection)
                return
            position, changed = self._position.next(connection)
            if position is None:  # what changed has been pruned since: too long ago
                self._load(connection)
                return
            if changed:
                self._replace(changed, reading.of(connection, changed))
            self._position = position
            if self.saved is not None and self._unsaved >= max(SAVE_FROM, len(self._columns.ids) * SAVE_SHARE):
                self._save(self.saved)

    def _load(self, connection: Connection) -> None:
        identity = store_identity(connection)
        saved = self.saved.read(identity) if self.saved is not None else None
        if saved is not None and self._load_saved(connection, saved):
            return
        if self.saved is not None and saved is None and self.saved.folder.exists():
            log.info("there is no saved index of the search of this store; reading the store")
        self._position = Position.now(connection)
        self._read_all(connection)
        self._unsaved = len(self._columns.ids)
        if self.saved is not None and self._unsaved >= SAVE_FROM:
            self._save(self.saved)

    def _load_saved(self, connection: Connection, saved: Saved) -> bool:
        position, changed = Position(seq=saved.seq, horizon=saved.horizon).next(connection)
        if position is None:
            log.warning("the changes since the index of the search was saved are no longer known; reading the store")
            return False
        self._take(saved)
        if changed:
            self._replace(changed, reading.of(connection, changed))
        if int(np.count_nonzero(self._columns.present)) != reading.vectors_there(connection):
            log.warning("the saved index of the search is not that of this store; reading the store")
            self._loaded = False
            return False
        self._position, self._unsaved = position, len(changed)
        return True

    def _take(self, saved: Saved) -> None:
        c = saved.columns
        home = np.where(c["lengths"] > 0, BASE, 0).astype(np.uint32)
        terms = np.arange(len(saved.terms), dtype=np.int32)
        base = Segment(BASE, terms, c["offsets"], c["slots"], c["times"])
        vectors = c["vectors"] if len(c["vectors"]) else np.zeros((0, DIMENSION), np.float16)
        signs = c["codes"] if c["codes"].size else np.zeros((DIMENSION // 64, 0), np.uint64)
        columns = _Columns(c["ids"], c["at"], c["lengths"], c["prints"], c["present"], home)
        self._begin(columns, base, VectorRows(vectors, signs, c["middle"]), Vocabulary(saved.terms))
        self._name = saved.name

    def _begin(self, columns: _Columns, base: Segment, vectors: VectorRows, vocabulary: Vocabulary) -> None:
        self._columns, self._vectors, self._vocabulary = columns, vectors, vocabulary
        self._segments: tuple[Segment, ...] = (base,)
        self._last_segment = BASE
        self._numbers = numbered(columns.ids)
        self._later: dict[int, int] = {}
        self._name = ""
        self.generation += 1
        self._loaded = True

    def _read_all(self, connection: Connection) -> None:
        vocabulary = Vocabulary()
        pieces: list[Segment] = []
        columns: list[_Columns] = []
        matrix = np.zeros((reading.rows_there(connection), DIMENSION), np.float16)
        rows = 0
        for piece in reading.everything(connection):
            counts = [_counted(vocabulary, row) for row in piece]
            pieces.append(segment(BASE, zip(range(rows, rows + len(piece)), counts, strict=True)))
            columns.append(_columns(piece, counts))
            matrix[rows : rows + len(piece)] = _matrix(piece)
            rows += len(piece)
        together = _Columns(**{
            name: np.concatenate([vars(one)[name] for one in columns]) if columns else kind
            for name, kind in vars(_columns([], [])).items()
        })  # fmt: skip
        matrix = matrix[:rows]
        middle = _middle(matrix, together.present) if self._centre is None else self._centre
        base = merged(BASE, pieces, together.home)
        self._begin(together, base, VectorRows(matrix, codes(matrix, middle), middle), vocabulary)

    def _replace(self, ids: Sequence[str], rows: Sequence[Row]) -> None:
        """Take these interactions as they are now; what is not among ``rows`` is gone."""
        counts = [_counted(self._vocabulary, row) for row in rows]
        came = _columns(rows, counts)
        slots = self._slots_for(came.ids)
        changed = vars(self._columns.grown(max(len(self._columns.ids), int(slots.max(initial=-1)) + 1)))
        kept = {name: column.copy() for name, column in changed.items()}
        gone = self.slots(np.array([row_number(one) for one in ids], np.int64))
        gone = np.setdiff1d(gone[gone >= 0], slots)
        old = kept["prints"][slots] == came.prints  # neither words nor vector are others
        stale = np.concatenate([gone, slots[~old & (kept["prints"][slots] != 0)]])
        for name in ("ids", "at", "lengths", "prints", "present"):
            kept[name][slots] = vars(came)[name]
        for name in ("at", "lengths", "prints", "present", "home"):
            kept[name][gone] = 0
        others = np.flatnonzero(~old)
        self._columns = _Columns(**kept)
        if len(gone):
            self._vectors.put(gone, np.zeros((len(gone), DIMENSION), np.float16))
        if len(others):
            self._vectors.put(slots[others], _matrix([rows[k] for k in others.tolist()]))
            self._add(slots[others], [counts[k] for k in others.tolist()])
        self._unsaved += len(ids)
        self._wipe(stale)

    def _add(self, slots: NDArray[np.int64], counts: Sequence[Mapping[int, int]]) -> None:
        self._last_segment += 1
        home = self._columns.home
        home[slots] = np.where([bool(one) for one in counts], self._last_segment, 0)
        fresh = segment(self._last_segment, zip(slots.tolist(), counts, strict=True))
        segments = [*self._segments, fresh]
        while len(segments) > 2 and len(segments[-2].slots) <= 2 * len(segments[-1].slots):
            self._last_segment += 1
            together = merged(self._last_segment, segments[-2:], home)
            home[together.slots] = self._last_segment
            segments[-2:] = [together]
        self._segments = tuple(segments)

    def _slots_for(self, ids: NDArray[np.bytes_]) -> NDArray[np.int64]:
        numbers = numbered(ids)
        slots = self.slots(numbers)
        following = len(self._columns.ids)
        for place in np.flatnonzero(slots < 0).tolist():
            slots[place] = self._later[int(numbers[place])] = following
            following += 1
        return slots

    def _wipe(self, slots: NDArray[np.int64]) -> None:
        """Overwrite in the saved files what they say of interactions that are gone, or others now."""
        slots = slots[slots < len(self._numbers)]
        if self.saved is None or not self._name or not len(slots):
            return
        offsets = self._segments[0].offsets

        def gone(times: NDArray[np.uint8]) -> list[int]:
            held = np.add.reduceat(np.append(times, 0), offsets[:-1], dtype=np.int64) if len(offsets) > 1 else times
            named = np.array([bool(one) for one in self._vocabulary.terms[: len(offsets) - 1]])
            return np.flatnonzero(((held == 0) | (np.diff(offsets) == 0)) & named).tolist()

        self.saved.wipe(self._name, slots, gone)

    # --- saving --------------------------------------------------------------------------------------------------

    def _save(self, saved: SavedIndex) -> None:
        c = self._columns
        live = np.flatnonzero(c.present | (c.lengths > 0))
        order = live[np.argsort(c.ids[live], kind="stable")]
        moved = np.full(len(c.ids), -1, np.int32)
        moved[order] = np.arange(len(order), dtype=np.int32)
        together = merged(BASE, self._segments, c.home, moved)
        columns: dict[str, Iterator[Any]] = {
            name: iter((getattr(c, name)[order],)) for name in ("ids", "at", "lengths", "prints", "present")
        }
        chunks = [order[k : k + COLUMN_ROWS] for k in range(0, len(order), COLUMN_ROWS)]
        columns["vectors"] = (self._vectors.take(one) for one in chunks)
        columns["codes"] = iter((self._vectors.signs(order),))
        columns["middle"] = iter((self._vectors.middle,))
        columns |= {"slots": iter((together.slots,)), "times": iter((together.times,))}
        kept = [self._vocabulary.terms[number] for number in together.terms.tolist()]
        columns["offsets"] = iter((together.offsets,))
        try:
            with self.database.read() as connection:
                identity = store_identity(connection)
            saved.write(identity, kept, columns, seq=self._position.seq, horizon=self._position.horizon)
            if (found := saved.read(identity)) is not None:
                self._take(found)
        except OSError as error:  # searches do not need it, the next start does
            log.warning("the index of the search could not be saved (%s)", type(error).__name__)
        self._unsaved = 0


def numbered(ids: NDArray[np.bytes_]) -> NDArray[np.int64]:
    """The number of each id: its first 15 hexadecimal digits."""
    if not len(ids):
        return np.zeros(0, np.int64)
    signs = np.ascontiguousarray(ids).view(np.uint8).reshape(len(ids), -1)[:, 1:16].astype(np.int64)
    digits = np.where(signs >= ord("a"), signs - ord("a") + 10, signs - ord("0"))
    digits[signs == 0] = 0
    found = np.zeros(len(ids), np.int64)
    for place in range(digits.shape[1]):
        found = (found << 4) | digits[:, place]
    return found


def _counted(vocabulary: Vocabulary, row: Row) -> dict[int, int]:
    found: dict[int, int] = {}
    for form, times in row.words.items():
        term = vocabulary.of_form(form)
        found[term] = found.get(term, 0) + times
    return found


def _columns(rows: Sequence[Row], counts: Sequence[Mapping[int, int]]) -> _Columns:
    return _Columns(
        ids=np.array([row.id for row in rows], dtype=f"S{ID_CHARS}"),
        at=np.array([row.at for row in rows], np.int64),
        lengths=np.array([sum(one.values()) for one in counts], np.int32),
        prints=np.array([row.mark for row in rows], np.uint64),
        present=np.array([row.vector is not None for row in rows], np.bool_),
        home=np.array([BASE if one else 0 for one in counts], np.uint32),
    )


def _matrix(rows: Sequence[Row]) -> NDArray[np.float16]:
    nothing = bytes(DIMENSION * 2)
    joined = b"".join(row.vector or nothing for row in rows)
    return np.frombuffer(joined, dtype=np.float16).reshape(-1, DIMENSION)


def _middle(matrix: NDArray[np.float16], present: NDArray[np.bool_]) -> NDArray[np.float32]:
    total = np.zeros(DIMENSION, np.float64)
    for begin in range(0, len(matrix), COLUMN_ROWS):
        total += matrix[begin : begin + COLUMN_ROWS].astype(np.float32).sum(axis=0)
    return np.asarray(total / max(int(np.count_nonzero(present)), 1), dtype=np.float32)
