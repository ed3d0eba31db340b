"""Columns of names as numbers: what figures over many rows are counted with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True)
class Coded:
    """A column of names: a number for each row [n], and the name of each number (``None`` for no name)."""

    codes: NDArray[np.int64]
    names: tuple[str | None, ...]


def coded(table: pa.Table, name: str) -> Coded:
    """A column of a table by its distinct names, numbered as they come."""
    column = table.column(name).combine_chunks().cast(pa.string()).dictionary_encode(null_encoding="encode")
    return Coded(column.indices.to_numpy(zero_copy_only=False).astype(np.int64), tuple(column.dictionary.to_pylist()))
