"""Exports: a file of what the filters leave, written while one does something else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from api.access import Reader
from api.dependencies import ServiceDep
from api.parameters import RowNumber
from voc.records import Moment
from voc.records.exports import ExportForm, ExportJob, ExportState, ExportTable
from voc.service import exports

router = APIRouter(prefix="/v1/exports", tags=["exports"])

MEDIA_TYPES: dict[ExportForm, str] = {
    "parquet": "application/vnd.apache.parquet",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
}
CHUNK_BYTES = 1 << 18


class ExportRequest(BaseModel):
    """A file to write."""

    model_config = ConfigDict(extra="forbid")

    table: ExportTable = "interactions"
    format: ExportForm = "parquet"
    query: Annotated[str, Field(max_length=2000, examples=["week=2026-W46&topic=billing"])] = ""
    """Filters, as the address of a list has them; none: everything."""


class ExportAnswer(BaseModel):
    """An export; ``file`` is where it is fetched once its state is ``done``."""

    id: int
    table: ExportTable
    format: ExportForm
    query: str
    state: ExportState
    asked_at: Moment
    done_at: Moment | None
    expires_at: Moment | None
    rows: int | None
    size: int | None
    error: str | None
    file: str | None

    @classmethod
    def of(cls, job: ExportJob) -> ExportAnswer:
        """From the record."""
        same = {name: getattr(job, name) for name in cls.model_fields if name not in {"format", "file"}}
        file = f"/v1/exports/{job.id}/file" if job.state == "done" else None
        return cls(**same, format=job.form, file=file)


class ExportList(BaseModel):
    """Exports, newest first; ``next_cursor`` is null: they come all at once."""

    items: list[ExportAnswer]
    next_cursor: None = None


@router.get("", summary="List exports")
def listing(service: ServiceDep, actor: Reader) -> ExportList:
    """One's own; administrators see everybody's."""
    return ExportList(items=[ExportAnswer.of(one) for one in exports.asked(service, actor)])


@router.post("", status_code=202, summary="Ask for an export")
def ask(service: ServiceDep, actor: Reader, wanted: ExportRequest) -> ExportAnswer:
    """A worker writes it, without names or numbers of customers and with redacted words, whoever asks."""
    return ExportAnswer.of(exports.ask(service, actor, table=wanted.table, form=wanted.format, query=wanted.query))


@router.get("/{number}", summary="How an export stands")
def one(service: ServiceDep, actor: Reader, number: RowNumber) -> ExportAnswer:
    """404 where somebody else asked for it."""
    return ExportAnswer.of(exports.find(service, actor, number))


@router.get("/{number}/file", summary="Fetch an export", response_class=StreamingResponse)
def fetch(service: ServiceDep, actor: Reader, number: RowNumber) -> Response:
    """409 while it is being written; 410 a day later, or once a customer was erased since: ask for it again."""
    job, file = exports.fetch(service, actor, number)
    headers = {
        "content-disposition": f'attachment; filename="{job.table}.{job.form}"',
        "content-length": str(job.size),
        "cache-control": "no-store",
    }

    def content() -> bytes:
        return file.read(CHUNK_BYTES)

    return StreamingResponse(iter(content, b""), media_type=MEDIA_TYPES[job.form], headers=headers)
