"""A table of any kind, opened: CSV and its kin, workbooks, Parquet, JSON."""

from __future__ import annotations

from pathlib import Path

from voc.intake.file_type import Kind
from voc.intake.json_stream import open_json
from voc.intake.tables import Table, open_csv, open_parquet
from voc.intake.workbooks import open_workbook


def open_table(path: Path, kind: Kind, *, name: str) -> Table:
    """Open a table of the given kind.

    Raises:
        InputError: the file is damaged, a bomb, or not a table.
    """
    if kind is Kind.CSV:
        return open_csv(path, name)
    if kind is Kind.XLSX:
        return open_workbook(path, name)
    if kind is Kind.PARQUET:
        return open_parquet(path, name)
    return open_json(path, kind, name=name)
