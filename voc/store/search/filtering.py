"""Filters as a mask over the slots of the index: which interactions match is counted over the facts, not the store."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from voc.store.facts import Facts, tables
from voc.store.filters import Filters, counted
from voc.store.search.index import SearchIndex, View

UNKNOWN = -1


class FilterMasks:
    """Masks over the index of one process. Safe for threads.

    Rows of the facts and slots of the index are both numbers of this process; which slot a row is of is looked up once.
    """

    def __init__(self, facts: Facts, index: SearchIndex) -> None:
        self.facts, self.index = facts, index
        self._lock = threading.Lock()
        self._numbers = np.zeros(0, np.int64)
        self._slots = np.zeros(0, np.int64)
        self._of = (UNKNOWN, UNKNOWN)
        self._came = UNKNOWN

    def mask(
        self, filters: Filters, centre: NDArray[np.float32] | None = None
    ) -> tuple[View, NDArray[np.bool_] | None]:
        """The index as it is now, and bool [rows]: what matches ``filters``; ``None`` where they let all pass.

        Args:
            centre: what likeness will be measured from.
        """
        if filters == Filters():
            return self.index.view(centre), None
        i = tables.interaction
        while True:
            generation = self.facts.generation
            (found,) = self.facts.arrow(counted(select(i.c.row), filters, self.facts.shape))
            rows = found.column(0).to_numpy()
            # The index after the facts: of whatever the facts know to be analysed it has the words.
            with self._lock:
                view = self.index.view(centre)
                slots = self._known(view, generation)
            if self.facts.generation == generation:
                break
        allowed = np.zeros(len(view), np.bool_)
        places = slots[rows]
        allowed[places[places >= 0]] = True
        return view, allowed

    def _known(self, view: View, generation: int) -> NDArray[np.int64]:
        """int64 [rows of the facts]: the slot of each."""
        i = tables.interaction
        if self._of[0] != generation:
            self._numbers, self._slots = np.zeros(0, np.int64), np.zeros(0, np.int64)
        elif self._of[1] != view.generation:
            self._slots = self.index.slots(self._numbers)
        if self._of == (generation, view.generation) and self._came == self.facts.came:
            return self._slots
        self._came = self.facts.came
        (fresh,) = self.facts.arrow(select(i.c.row, i.c.key).where(i.c.row >= len(self._numbers)))
        if len(fresh):
            rows, numbers = fresh.column(0).to_numpy(), fresh.column(1).to_numpy()
            longer = int(rows.max()) + 1
            self._numbers = _longer(self._numbers, longer)
            self._slots = _longer(self._slots, longer)
            self._numbers[rows] = numbers
            self._slots[rows] = self.index.slots(numbers)
        self._of = (generation, view.generation)
        return self._slots


def _longer(column: NDArray[np.int64], rows: int) -> NDArray[np.int64]:
    return np.concatenate([column, np.full(rows - len(column), UNKNOWN, np.int64)])
