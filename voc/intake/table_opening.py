"""A table of any kind, opened: CSV and its kin, workbooks, Parquet, JSON."""

from __future__ import annotations

from pathlib import Path

from voc.errors import InputError
from voc.intake.file_kinds import Kind
from voc.intake.json_stream import open_json
from voc.intake.tables import Table, open_csv, open_parquet
from voc.intake.workbooks import open_workbook


def open_table(path: Path, kind: str, *, name: str) -> Table:
    """Open a table of the given kind.

    Raises:
        InputError: the file is damaged, a bomb, or not a table.
    """
    if kind == Kind.CSV:
        return open_csv(path, name)
    if kind == Kind.XLSX:
        return open_workbook(path, name)
    if kind == Kind.PARQUET:
        return open_parquet(path, name)
    if kind not in {Kind.JSON, Kind.NDJSON}:
        raise InputError(f"{name}: {kind} is no table; give CSV, XLSX, JSON, NDJSON or Parquet.")
    return open_json(path, kind, name=name)
