"""XLSX: read-only, row by row, and never unpacked before its declared sizes have been looked at."""

from __future__ import annotations

import itertools
import weakref
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voc.errors import InputError
from voc.intake import limits
from voc.intake.column_names import fold_header, is_known_header
from voc.intake.header_rows import LOOKED_AT, columns_of_header
from voc.intake.tables import Row, Table, as_text, headed
from voc.records import Rejected, Remark

LOOKED_AHEAD = 20
"""First filled rows of a sheet that are looked at to find its header."""


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
    """Open the sheet that holds the data: one whose columns are called as exports call theirs, else the first.

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
    sheets = _sheets_of(workbook, name)
    if not sheets:
        workbook.close()
        raise InputError(f"{name}: no sheet has any filled cell; export it again.", code="empty_workbook", file=name)
    return _sheet_table(workbook, sheets, name)


@dataclass(frozen=True)
class _Sheet:
    """One sheet with its first filled rows."""

    sheet: Any
    ahead: list[tuple[int, list[str]]]

    @property
    def rank(self) -> tuple[bool, bool, bool]:
        """How surely it holds the data: columns that exports have, more than one row, and in plain sight."""
        known = any(_known(cells) for _, cells in self.ahead[:-1])
        several = len(self.ahead) > 1
        return self.sheet.sheet_state == "visible" and several, known, several

    def header(self) -> tuple[list[str], int]:
        """The names of its columns, and the rows up to the first of data.

        Report titles and filters often stand above the header: it is the first row as wide as the rows below.
        """
        width = max(len(cells) for _, cells in self.ahead)
        filled = (sum(map(bool, cells)) >= max(1, width * 0.6) or _known(cells) for _, cells in self.ahead)
        at = next((number for number, found in enumerate(filled) if found), 0)
        named, taken = columns_of_header([cells for _, cells in self.ahead[at : at + LOOKED_AT]])
        names, taken = (named, taken) if named is not None else (self.ahead[at][1], 1)
        return [*names, *[""] * (width - len(names))], at + taken


def _sheets_of(workbook: Any, name: str) -> list[_Sheet]:
    """The sheets that hold something, the one with the data first, the others in their order."""
    found = [_Sheet(one, list(itertools.islice(_filled(one, name), LOOKED_AHEAD))) for one in workbook.worksheets]
    found = [one for one in found if one.ahead]
    best = max(found, key=lambda one: one.rank, default=None)
    return [best, *(one for one in found if one is not best)] if best is not None else []


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
                filled = (cell for cell in row if cell["value"] is not None and cell["data_type"] != "e")
                found = {cell["column"]: cell["value"] for cell in filled}
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


def _sheet_table(workbook: Any, sheets: list[_Sheet], name: str) -> Table:
    """The first sheet as a table; sheets of the same columns go on with it, and others are named as not read.

    Rows of a sheet that goes on are numbered behind those before it.
    """
    header, _ = sheets[0].header()
    columns = headed(header, name=name)
    same = [one for one in sheets if _folded(one.header()[0]) == _folded(header)]
    other = [one.sheet.title for one in sheets if one not in same and one.rank[0] and _is_wide(one)]

    def body() -> Iterator[Row | Rejected]:
        offset = number = 0
        try:
            for one in same:
                _, taken = one.header()
                for number, cells in itertools.islice(_filled(one.sheet, name), taken, None):
                    if cells == header[: len(cells)]:
                        continue  # the header again, as reports write it on every page
                    padding = [""] * (len(columns) - len(cells))
                    yield Row(offset + number, [*cells[: len(columns)], *padding])
                offset += number
        except InputError as error:
            yield Rejected(source=name, reason=str(error).removeprefix(f"{name}: "))
        finally:
            workbook.close()
        if other:
            listed = ", ".join(repr(title) for title in other)
            yield Remark(
                source=name,
                reason=f"the sheets {listed} have other columns and were not read; save each as a file of its own.",
                code="sheets_not_read",
                parameters={"sheets": listed},
            )

    return Table(name, columns, body())


def _folded(header: list[str]) -> list[str]:
    folded = [fold_header(cell) for cell in header]
    return folded[: next((at for at in range(len(folded), 0, -1) if folded[at - 1]), 0)]


def _is_wide(one: _Sheet) -> bool:
    return max(sum(map(bool, cells)) for _, cells in one.ahead) > 1


def _known(cells: list[str]) -> bool:
    return len(cells) > 1 and sum(is_known_header(cell) for cell in cells if cell) >= 2
