"""Answers to statements over the facts, for as long as the facts stand still: a page asks what another has asked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

BYTES = 64 << 20
"""What all remembered answers may take together."""
LARGEST = BYTES // 4
"""An answer that takes more is not kept: it would push out all the others."""
_VALUE_BYTES = 64
"""A value of a row as a Python object, with its place in the tuple: a guess on the safe side."""


@dataclass(frozen=True)
class Answer:
    """What a statement gave: rows with the names of their columns, or a table of columns."""

    rows: tuple[tuple[Any, ...], ...] = ()
    names: tuple[str, ...] = ()
    table: pa.Table | None = None

    @property
    def size(self) -> int:
        """Bytes, about."""
        if self.table is not None:
            return int(self.table.nbytes)
        return len(self.rows) * (len(self.names) + 1) * _VALUE_BYTES


class Remembered:
    """The latest answers by statement and parameters, all of one version of the facts; safe for threads."""

    def __init__(self, limit: int = BYTES) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._version = -1
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._size = 0

    def get(self, version: int, asked: Hashable) -> Answer | None:
        """The answer that was given to ``asked`` over this version of the facts, or ``None``."""
        with self._lock:
            if version != self._version or asked not in self._answers:
                return None
            self._answers.move_to_end(asked)
            return self._answers[asked]

    def keep(self, version: int, asked: Hashable, answer: Answer) -> None:
        """Remember an answer; those of older versions are forgotten."""
        with self._lock:
            if version < self._version or answer.size > min(LARGEST, self.limit):
                return
            if version > self._version:
                self._answers.clear()
                self._size, self._version = 0, version
            if (before := self._answers.pop(asked, None)) is not None:
                self._size -= before.size
            self._answers[asked] = answer
            self._size += answer.size
            while self._size > self.limit:
                _, old = self._answers.popitem(last=False)
                self._size -= old.size

    def clear(self) -> None:
        """Forget every answer."""
        with self._lock:
            self._answers.clear()
            self._size = 0
