"""Files that are written while whoever asked for them does something else."""

from __future__ import annotations

from typing import Literal

from voc.records.base import Moment, Record

ExportForm = Literal["parquet", "ndjson", "csv"]
ExportTable = Literal["interactions", "signals"]
ExportState = Literal["asked", "writing", "done", "failed", "gone"]


class ExportJob(Record):
    """One file somebody asked for. ``gone``: fetched no more after a day, or deleted because somebody was erased."""

    id: int
    table: ExportTable
    form: ExportForm
    query: str
    """Filters, as an address has them."""
    state: ExportState
    asked_by: str
    asked_at: Moment
    claimed_by: str | None = None
    claimed_at: Moment | None = None
    done_at: Moment | None = None
    expires_at: Moment | None = None
    rows: int | None = None
    size: int | None = None
    """Bytes."""
    blob: str | None = None
    error: str | None = None
