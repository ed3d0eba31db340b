"""Lists and tables as files for spreadsheets: CSV or XLSX, whichever ``format`` or ``Accept`` asks for.

What customers wrote is hostile until shown otherwise: no value may begin a formula in the program that opens the file.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

Value = str | int | float | bool | datetime | date | None
Spreadsheet = Literal["csv", "xlsx"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES: dict[Spreadsheet, str] = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}

_FORMULA = re.compile(r"^[=+\-@\t\r]")
"""How a text begins that a spreadsheet would work out (OWASP, CSV injection)."""
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MOST_ROWS = 50_000
"""Rows of one file: what a spreadsheet opens without complaint, and a server makes in seconds."""
CELL_CHARS = 32_767
"""What a cell of a workbook holds (ECMA-376 as Excel reads it)."""


def _wanted(
    request: Request,
    format: Annotated[
        Literal["json", "csv", "xlsx", ""] | None, Query(description="Default: by the Accept header, else JSON.")
    ] = None,
) -> Spreadsheet | None:
    """The spreadsheet a request asks for: by ``format``, else by the first known type of ``Accept``."""
    if format:  # a form sends an empty one, which asks for nothing
        return format if format != "json" else None
    for part in request.headers.get("accept", "").split(","):
        kind = part.partition(";")[0].strip().lower()
        if kind in {"application/json", "*/*", "text/html"}:
            return None
        if kind == "text/csv":
            return "csv"
        if kind == XLSX:
            return "xlsx"
    return None


AsTable = Annotated[Spreadsheet | None, Depends(_wanted)]
"""What a route answers as instead of JSON, if anything."""


def flat(row: BaseModel | Mapping[str, Any]) -> dict[str, Value]:
    """A record as one row: what is nested gets a name with dots (``interval.low``), lists of words are joined by ``;``.

    Lists of records have no place in a cell and are left out.
    """
    values = row.model_dump(mode="python") if isinstance(row, BaseModel) else row
    found: dict[str, Value] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{inner}": one for inner, one in flat(value).items()}
        elif isinstance(value, list | tuple):
            if not any(isinstance(one, Mapping) for one in value):
                found[name] = "; ".join(map(str, value))
        else:
            found[name] = value
    return found


def written(form: Spreadsheet, rows: Iterable[BaseModel | Mapping[str, Any]], *, name: str) -> Response:
    """The rows as a file called ``name``, a column for everything any of them has; moments are ISO 8601 in UTC."""
    cells = [flat(row) for row in rows]
    header = list(dict.fromkeys(column for row in cells for column in row))
    table = [[row.get(column) for column in header] for row in cells]
    content = _csv(header, table) if form == "csv" else _xlsx(header, table)
    # No word of a customer or of a search is in a file's name: it lands in histories and logs.
    headers = {"content-disposition": f'attachment; filename="{name}.{form}"', "cache-control": "no-store"}
    return Response(content, media_type=MEDIA_TYPES[form], headers=headers)


def _csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(header)
    writer.writerows([_harmless(_spelled(value)) for value in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def _xlsx(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("voc")
    sheet.freeze_panes = "A2"
    sheet.append(list(header))
    for row in rows:
        cells = []
        for value in row:
            if isinstance(value, int | float) and not isinstance(value, bool):
                cells.append(WriteOnlyCell(sheet, value))
                continue
            cell = WriteOnlyCell(sheet, _NOT_XML.sub("", _spelled(value))[:CELL_CHARS])
            cell.data_type = "s"  # text, whatever it begins with
            cells.append(cell)
        sheet.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _spelled(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
