"""A table is columns and a stream of rows, whatever file it came in: CSV, XLSX, JSON, NDJSON or Parquet.

What the columns *mean* is :mod:`voc.intake.mapping`'s business; here every cell becomes text in one way, so that the
same export saved in another format gives the same rows. Rows stream: a table is never held whole.
"""

from __future__ import annotations

import csv
import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from voc.errors import InputError
from voc.intake import limits
from voc.intake.encodings import clean, is_clean, text_lines
from voc.intake.header_rows import LOOKED_AT, columns_of_header
from voc.intake.separators import guess_separator
from voc.records import Rejected


class Row(NamedTuple):
    """One row: its number as a spreadsheet shows it (the header is row 1) and its cells in column order."""

    number: int
    cells: list[str]


@dataclass
class Table:
    """Columns and rows of one file; ``rows`` can be gone through once, a bad row is :class:`Rejected` there."""

    name: str
    columns: tuple[str, ...]
    rows: Iterator[Row | Rejected]
    sample: list[Row] = field(default_factory=list)
    """The first rows, as a look ahead; they are in ``rows`` too."""

    def peek(self, count: int = limits.SAMPLE_ROWS) -> list[Row]:
        """Look at the first ``count`` rows without using them up."""
        if not self.sample:
            ahead = list(itertools.islice(self.rows, count))
            self.sample = [row for row in ahead if isinstance(row, Row)]
            self.rows = itertools.chain(ahead, self.rows)
        return self.sample


def as_text(value: Any) -> str:
    """One cell as text: dates as ISO 8601, whole floats without ``.0``, lists joined with ``; ``, nothing as ``""``."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value.bit_length() < 4096 else f"{value:x}"
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124 - the one number that differs from itself is NaN, an empty cell
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value.is_finite() and abs(value.adjusted()) < 40 else str(value)
    if isinstance(value, bytes):
        return clean(value[: limits.CELL_CHARACTERS].decode("utf-8", errors="replace"))
    if isinstance(value, list | tuple) and all(not isinstance(item, dict | list | tuple) for item in value):
        return "; ".join(part for part in map(as_text, value) if part)
    if isinstance(value, dict | list | tuple):
        try:
            return clean(json.dumps(value, ensure_ascii=False, default=str))
        except (ValueError, RecursionError):
            return ""
    return clean(str(value))


def is_structure(cell: str) -> bool:
    """Whether a cell is the text of a JSON object or list: data of a program, never somebody's words."""
    text = cell.strip()
    if text[:1] not in {"{", "["} or text[-1:] not in {"}", "]"}:
        return False
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def headed(columns: Iterable[Any], *, name: str) -> tuple[str, ...]:
    """Column names made usable: trimmed, none empty, none twice.

    Raises:
        InputError: there are more than :data:`limits.COLUMNS`.
    """
    names: list[str] = []
    seen: Counter[str] = Counter()
    for index, raw in enumerate(columns, start=1):
        text = " ".join(as_text(raw).split())[:200] or f"column {index}"
        seen[text] += 1
        names.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
        if index > limits.COLUMNS:
            raise InputError(f"{name}: more than {limits.COLUMNS} columns; this is not a feedback export.")
    return tuple(names)


# --- CSV ---------------------------------------------------------------------------------------------------------


def open_csv(path: Path, name: str) -> Table:
    csv.field_size_limit(limits.CELL_CHARACTERS)
    lines = text_lines(path, name=name)
    ahead = list(itertools.islice(lines, 200))
    separator: str | None = None
    if ahead and ahead[0].lower().strip().strip('"').startswith("sep=") and len(ahead[0].strip().strip('"')) == 5:
        separator = ahead.pop(0).strip().strip('"')[4]  # Excel's own hint line
    if not any(line.strip() for line in ahead):
        raise InputError(f"{name}: the file holds only blank lines; export it again.", code="empty_file", file=name)
    separator = separator or guess_separator(ahead)
    numbered = _records(itertools.chain(ahead, lines), separator, name)
    numbered = _from_the_first(numbered)
    opening = list(itertools.islice(numbered, LOOKED_AT))
    head = list(itertools.takewhile(lambda cells: not isinstance(cells, Rejected), opening))
    if not head:
        raise InputError(
            f"{name}: no row could be read; export it again as CSV (UTF-8).", code="no_rows_read", file=name
        )
    named, taken = columns_of_header([cells for cells in head if not isinstance(cells, Rejected)])
    first = next(cells for cells in head if not isinstance(cells, Rejected))
    columns = headed(named if named is not None else (f"column {i}" for i, _ in enumerate(first, start=1)), name=name)
    records = itertools.chain(opening[taken:], numbered)
    begin = taken + 1
    return Table(name, columns, _csv_rows(records, columns, begin, separator, name))


def _csv_rows(
    records: Iterator[list[str] | Rejected], columns: tuple[str, ...], begin: int, separator: str, name: str
) -> Iterator[Row | Rejected]:
    width = len(columns)
    for number, record in enumerate(records, start=begin):
        if isinstance(record, Rejected):
            yield record
            continue
        joined = "".join(record)
        if not joined:
            continue
        if number > limits.ROWS:
            yield Rejected(source=f"{name}:{number}", reason=f"only the first {limits.ROWS:,} rows are read; split it.")
            return
        cells = record if is_clean(joined) else [clean(cell) for cell in record]
        if cells[0] == columns[0] and tuple(cells) == columns:
            continue  # the header again, as reports write it on every page
        if len(cells) < width:
            cells = [*cells, *[""] * (width - len(cells))]
        elif len(cells) > width:
            # An unquoted separator inside the last column, or trailing separators.
            rest = [cell for cell in cells[width:] if cell]
            cells = [*cells[: width - 1], f"{separator} ".join([cells[width - 1], *rest])]
        yield Row(number, cells)


class _StrayQuoteError(Exception):
    """A quote was opened and not closed within :data:`limits.RECORD_LINES` lines."""


class _Lines:
    """Feeds ``csv.reader`` and remembers the lines of the record under way, so that it can be read again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.pending: list[str] = []
        self.again: list[str] = []
        self.exhausted = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.pending) >= limits.RECORD_LINES:
            raise _StrayQuoteError
        if self.again:
            line = self.again.pop()
        else:
            try:
                line = next(self.lines)
            except StopIteration:
                self.exhausted = True
                raise
        self.pending.append(line)
        return line


def _records(lines: Iterator[str], separator: str, name: str) -> Iterator[list[str] | Rejected]:
    """Split lines into records; an opening quote that never closes costs its own line, not the rest of the file."""
    feed = _Lines(lines)
    reader = csv.reader(feed, delimiter=separator, doublequote=True, skipinitialspace=separator != "\t")
    number = 0
    while True:
        stray = False
        record: list[str] | None = None
        try:
            record = next(reader)
        except StopIteration:
            return
        except (_StrayQuoteError, csv.Error):
            stray = True
        if stray or record is None or feed.exhausted:  # a whole record asks for no line beyond its last
            held, feed.pending, feed.exhausted = feed.pending, [], False
            feed.again.extend(reversed(held[1:]))
            reader = csv.reader(feed, delimiter=separator, doublequote=True, skipinitialspace=separator != "\t")
            try:
                record = next(csv.reader(held[:1], delimiter=separator, quoting=csv.QUOTE_NONE))
            except (csv.Error, StopIteration):
                number += 1
                yield Rejected(
                    source=f"{name}:{number}",
                    reason=f"a cell is longer than {limits.CELL_CHARACTERS:,} characters; export it again.",
                )
                continue
            record = [cell.strip('"') if cell.count('"') == 1 else cell for cell in record]
        feed.pending.clear()
        number += 1
        yield record


def _from_the_first(records: Iterator[list[str] | Rejected]) -> Iterator[list[str] | Rejected]:
    """The records from the first one that holds something."""
    return itertools.dropwhile(lambda cells: isinstance(cells, Rejected) or not any(cells), records)


# --- Parquet -----------------------------------------------------------------------------------------------------


def open_parquet(path: Path, name: str) -> Table:
    import pyarrow
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
        columns = headed(file.schema_arrow.names, name=name)
    except MemoryError:  # Arrow's own is one too
        raise
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise InputError(
            f"{name}: a damaged or truncated Parquet file; write it again.", code="damaged_parquet", file=name
        ) from error
    groups = (file.metadata.row_group(number) for number in range(file.num_row_groups))
    unpacked = sum(group.total_byte_size for group in groups)
    if unpacked > max(limits.PARQUET_RATIO_FLOOR, limits.PARQUET_RATIO * path.stat().st_size):
        raise InputError(
            f"{name}: unpacks to {limits.megabytes(unpacked)}, more than {limits.PARQUET_RATIO} times its size "
            "(a decompression bomb); export it as CSV if it is a real table."
        )

    def rows() -> Iterator[Row | Rejected]:
        number = 1
        batches = file.iter_batches(batch_size=1024)
        while True:
            try:
                batch = next(batches, None)
            except MemoryError:
                raise
            except (pyarrow.ArrowException, OSError, ValueError):
                yield Rejected(
                    source=f"{name}:{number + 1}", reason="the Parquet file is damaged from here on; write it again."
                )
                return
            if batch is None:
                return
            for record in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                cells = [as_text(value) for value in record]
                if any(cells):
                    yield Row(number, cells)

    return Table(name, columns, rows())
