"""XLSX: read-only, row by row, and never unpacked before its declared sizes have been looked at."""

from __future__ import annotations

import itertools
import weakref
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from voc.errors import InputError
from voc.intake import limits
from voc.intake.column_names import is_known_header
from voc.intake.header_rows import LOOKED_AT, columns_of_header
from voc.intake.tables import Row, Table, as_text, headed
from voc.records import Rejected


def guard_zip(path: Path, *, name: str) -> None:
    """Refuse a workbook that would unpack to more than it can hold.

    The sizes are those the archive declares; zipfile stops reading a member at its declared size, so a lie costs the
    liar a truncated sheet, not our memory.

    Raises:
        InputError: a zip bomb, an encrypted or a damaged archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(
            f"{name}: a damaged or truncated XLSX file; save it again.", code="damaged_workbook", file=name
        ) from error
    if len(members) > 10_000:
        raise InputError(f"{name}: {len(members):,} parts in one workbook; this is not a feedback export.")
    total = sum(member.file_size for member in members)
    if total > limits.XLSX_BYTES:
        raise InputError(
            f"{name}: unpacks to {limits.megabytes(total)}, more than {limits.megabytes(limits.XLSX_BYTES)} "
            "(a zip bomb, or too large for a workbook); export it as CSV."
        )
    for member in members:
        if member.flag_bits & 1:
            raise InputError(
                f"{name}: the workbook is protected by a password; save it without.",
                code="protected_workbook",
                file=name,
            )
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > limits.XLSX_RATIO_FLOOR and ratio > limits.XLSX_RATIO:
            raise InputError(
                f"{name}: a part unpacks to {ratio:.0f} times its size: a zip bomb; "
                "export it as CSV if it is a real sheet."
            )


def open_workbook(path: Path, name: str) -> Table:
    """Open the sheet that holds the data: the first with at least two filled rows, else the first with any.

    Raises:
        InputError: damaged, encrypted, a bomb, or without a single filled cell.
    """
    import openpyxl

    guard_zip(path, name=name)
    # A file, not its name: openpyxl refuses by suffix, and what was sent is kept under one without.
    stream = path.open("rb")
    try:
        workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except MemoryError:
        stream.close()
        raise
    except Exception as error:  # openpyxl raises KeyError, ParseError, TypeError … on damaged parts
        stream.close()
        raise InputError(
            f"{name}: a damaged workbook ({type(error).__name__}); save it again as XLSX or CSV.",
            code="damaged_workbook",
            file=name,
        ) from error
    weakref.finalize(workbook, stream.close)  # also where a table is only looked at and never read to its end
    chosen = None
    for sheet in workbook.worksheets:
        head = list(itertools.islice(_filled(sheet, name), 50))
        if len(head) >= 2 or (head and chosen is None):
            chosen = sheet
            if len(head) >= 2:
                break
    if chosen is None:
        workbook.close()
        raise InputError(f"{name}: no sheet has any filled cell; export it again.", code="empty_workbook", file=name)
    return _sheet_table(workbook, chosen, name)


def _filled(sheet: Any, name: str) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each row that holds something, as many cells as there are up to the last filled one.

    The rows that the file holds are gone through, never those it declares: openpyxl's own ``iter_rows`` makes a row for
    every number in between, and one number costs the writer ten bytes.

    Raises:
        InputError: the sheet is damaged, or places something below the last row a spreadsheet has.
    """
    from openpyxl.worksheet._reader import WorkSheetParser

    book = sheet.parent
    try:
        with sheet._get_source() as source:
            parser = WorkSheetParser(
                source,
                sheet._shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            for number, row in parser.parse():
                if number > limits.XLSX_ROWS:
                    raise InputError(
                        f"{name}: a row is numbered {number:,}, a workbook has {limits.XLSX_ROWS:,} at most: it is "
                        "damaged or made to harm; save it again as XLSX or CSV."
                    )
                found = {cell["column"]: cell["value"] for cell in row if cell["value"] is not None}
                texts = {at: text for at, value in found.items() if at <= _WIDEST and (text := as_text(value))}
                if texts:
                    yield number, [texts.get(at, "") for at in range(1, max(texts) + 1)]
    except (InputError, MemoryError):
        raise
    except Exception as error:
        raise InputError(
            f"{name}: a damaged sheet ({type(error).__name__}); save it again as XLSX or CSV.",
            code="damaged_workbook",
            file=name,
        ) from error


_WIDEST = limits.COLUMNS + 1
"""Columns looked at: one more than a table may have, so that a wider one is refused and not cut."""


def _sheet_table(workbook: Any, sheet: Any, name: str) -> Table:
    rows = _filled(sheet, name)
    ahead = list(itertools.islice(rows, 20))
    # Report titles and filters often stand above the header: it is the first row as wide as the rows below.
    width = max(len(cells) for _, cells in ahead)
    at = next(
        (i for i, (_, cells) in enumerate(ahead) if sum(map(bool, cells)) >= max(1, width * 0.6) or _known(cells)),
        0,
    )
    header, taken = columns_of_header([cells for _, cells in ahead[at : at + LOOKED_AT]])
    if header is None:
        header, taken = ahead[at][1], 1
    columns = headed([*header, *[""] * (width - len(header))], name=name)

    def body() -> Iterator[Row | Rejected]:
        try:
            for number, cells in itertools.chain(ahead[at + taken :], rows):
                padding = [""] * (len(columns) - len(cells))
                yield Row(number, [*cells[: len(columns)], *padding])
        except InputError as error:
            yield Rejected(source=name, reason=str(error).removeprefix(f"{name}: "))
        finally:
            workbook.close()

    return Table(name, columns, body())


def _known(cells: list[str]) -> bool:
    return len(cells) > 1 and sum(is_known_header(cell) for cell in cells if cell) >= 2
