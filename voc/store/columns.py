"""Columns of names as numbers: what figures over many rows are counted with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


@dataclass(frozen=True)
class Coded:
    """A column of names: a number for each row [n], and the name of each number (``None`` for no name)."""

    codes: NDArray[np.int64]
    names: tuple[str | None, ...]

    def at(self, places: NDArray[np.int64]) -> Coded:
        """The rows of these places."""
        return Coded(self.codes[places], self.names)


def in_order(column: Coded) -> NDArray[np.int64]:
    """A number for each row [n] that sorts as its name does; no name last."""
    names = pa.array(column.names, pa.string())
    ranks = np.empty(len(names), np.int64)
    ranks[pc.sort_indices(names).to_numpy()] = np.arange(len(names))
    return ranks[column.codes]


def coded(table: pa.Table, name: str) -> Coded:
    """A column of a table by its distinct names, numbered as they come."""
    column = table.column(name).combine_chunks().cast(pa.string()).dictionary_encode(null_encoding="encode")
    return Coded(column.indices.to_numpy(zero_copy_only=False).astype(np.int64), tuple(column.dictionary.to_pylist()))
