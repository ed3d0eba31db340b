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
    column = table.column(name)
    if not pa.types.is_dictionary(column.type):
        column = column.combine_chunks().cast(pa.string()).dictionary_encode(null_encoding="encode")
    else:
        column = column.combine_chunks()
    return Coded(column.indices.to_numpy(zero_copy_only=False).astype(np.int64), tuple(column.dictionary.to_pylist()))


def numbered(table: pa.Table, name: str) -> tuple[NDArray[np.int64], pa.Array]:
    """A number from 0 on for each row [n] by the value of a column, and the value of each number; none may be missing."""
    column = table.column(name).combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    return column.indices.to_numpy(zero_copy_only=False).astype(np.int64), column.dictionary


def places_in(values: pa.ChunkedArray, among: pa.ChunkedArray) -> NDArray[np.int64]:
    """Where each of some values stands among others, that are all different and hold them."""
    if not pa.types.is_integer(among.type) or not len(among):
        return np.asarray(pc.index_in(values, among.combine_chunks()).to_numpy(), dtype=np.int64)
    numbers = among.to_numpy()  # of rows, small: a table of them is looked up in a tenth of the time
    places = np.zeros(int(numbers.max()) + 1, dtype=np.int64)
    places[numbers] = np.arange(len(numbers))
    found: NDArray[np.int64] = places[values.to_numpy()]
    return found


def named_once(table: pa.Table) -> pa.Table:
    """The table with each name of its columns of text once, and numbers for it: a third of the size."""
    return pa.table({name: _named_once(table.column(name)) for name in table.column_names})


def _named_once(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    if not pa.types.is_string(column.type):
        return column
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    names = len(encoded.dictionary)
    least = next(one for one in (pa.int8(), pa.int16(), pa.int32()) if names < 2 ** (one.bit_width - 1))
    return pa.DictionaryArray.from_arrays(encoded.indices.cast(least), encoded.dictionary)
