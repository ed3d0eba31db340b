"""Exports whose rows are records (customers, events) rather than words: one a row, in any kind of table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from voc.errors import InputError, NotFoundError
from voc.identifiers import is_filler
from voc.intake import limits
from voc.intake.file_kinds import Kind
from voc.intake.file_type import sniff
from voc.intake.table_opening import open_table
from voc.intake.tables import Row, Table
from voc.records import Rejected

TABLES = frozenset((Kind.CSV, Kind.XLSX, Kind.JSON, Kind.NDJSON, Kind.PARQUET))
"""Kinds of files that hold tables."""

Record = TypeVar("Record")


def read_records(
    path: Path,
    *,
    name: str,
    refused: Callable[[str], InputError],
    reader: Callable[[Table], Callable[[Row], Record | Rejected]],
) -> Iterator[Record | Rejected]:
    """Yield what ``reader`` makes of each row of a table.

    Args:
        path: the export.
        name: what to call the file to people.
        refused: what to say of a kind of file that is no table.
        reader: looks at the columns and gives what reads a row.

    Yields:
        Records in file order; a :class:`Rejected` for each row that is none, and for a file that cannot be read.

    Raises:
        InputError: no such file, or what ``reader`` raises on the columns.
    """
    if not path.is_file():
        raise NotFoundError(f"{name}: there is no such file; check the path.", code="no_such_file", file=name)
    from voc.intake.readers import rejected

    try:
        kind = sniff(path, name=name)
        if kind not in TABLES:
            raise refused(kind)
        table = open_table(path, kind, name=name)
        table.peek()
    except Exception as error:
        yield rejected(error, name)
        return
    record = reader(table)
    try:
        for row in table.rows:
            yield row if isinstance(row, Rejected) else record(row)
    except Exception as error:  # hostile bytes far into the file
        yield rejected(error, name)


def attributes_of(row: Row, columns: Iterable[tuple[int, str]]) -> dict[str, str]:
    """What the given columns (index, name) hold, fillers left out, cut to a bounded size."""
    found = {}
    for index, name in columns:
        value = row.cells[index].strip()
        if value and not is_filler(value):
            found[name] = value[: limits.ATTRIBUTE_CHARACTERS]
    return found
