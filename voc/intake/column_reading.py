"""How the columns of a table are understood, with some of its rows, for the person who may know better."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from voc.intake.column_names import fold_header
from voc.intake.file_type import sniff
from voc.intake.mapping import IGNORE, guess
from voc.intake.table_opening import open_table
from voc.records import Channel, ColumnReading, TableReading

SHOWN_ROWS = 3
SHOWN_CHARACTERS = 120


def header_of(columns: Iterable[str]) -> str:
    """What tells a header from others: its names without case and accents, in whatever order."""
    folded = sorted(fold_header(one) for one in columns)
    return hashlib.sha256("\x1f".join(folded).encode("utf-8", "replace")).hexdigest()[:32]


def header_of_file(path: Path, *, source: str) -> str:
    """:func:`header_of` of a table.

    Raises:
        InputError: it is no table that can be read.
    """
    return header_of(open_table(path, sniff(path, name=source), name=source).columns)


def read_columns(
    path: Path, *, source: str, mapping: Mapping[str, str] | None = None, channel: Channel | None = None
) -> TableReading:
    """How a table would be read.

    Args:
        mapping: field → column, believed as given.

    Raises:
        InputError: it is no table, or ``mapping`` names what is not there.
    """
    table = open_table(path, sniff(path, name=source), name=source)
    columns = guess(table, mapping=mapping, channel=channel)
    fields = {index: name for name, indices in columns.fields.items() for index in indices}
    fields |= dict.fromkeys(columns.ignored, IGNORE)
    attributes = dict(columns.attributes)
    rows = table.peek()[:SHOWN_ROWS]
    return TableReading(
        header=header_of(table.columns),
        channel=columns.channel,
        columns=tuple(
            ColumnReading(
                name=name,
                field=fields.get(index),
                attribute=attributes.get(index),
                samples=tuple(row.cells[index][:SHOWN_CHARACTERS] for row in rows),
            )
            for index, name in enumerate(table.columns)
        ),
    )
