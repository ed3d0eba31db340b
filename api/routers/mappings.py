"""Mappings of columns: how a table would be read, what people said instead, found again for the same header."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.access import Analyst
from api.dependencies import ServiceDep
from api.problems import Problem
from api.request_files import ONE_FILE, UploadForm, channel_of, mapping_of, received
from voc.records import Channel, Moment
from voc.service import mappings
from voc.service.mappings import SavedMapping, TableReading
from voc.service.uploads import SentFile

router = APIRouter(prefix="/v1/mappings", tags=["uploads"])


class MappingAnswer(BaseModel):
    """A saved mapping: field → column, for tables of one header."""

    name: str
    mapping: dict[str, str]
    channel: Channel | None
    saved_at: Moment
    saved_by: str

    @classmethod
    def of(cls, one: SavedMapping) -> MappingAnswer:
        """From the store."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class MappingChange(BaseModel):
    """What a mapping is to be called."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=mappings.NAME_CHARS)]


class MappingList(BaseModel):
    """Every saved mapping by name; ``next_cursor`` is null: they come all at once."""

    items: list[MappingAnswer]
    next_cursor: None = None


@router.get("", summary="Saved mappings")
def listing(service: ServiceDep, actor: Analyst) -> MappingList:
    """By name."""
    return MappingList(items=[MappingAnswer.of(one) for one in mappings.listing(service, actor)])


@router.post("/preview", summary="How a table would be read", openapi_extra=ONE_FILE)
async def preview(
    request: Request,
    service: ServiceDep,
    actor: Analyst,
    filename: Annotated[str | None, Query(max_length=500)] = None,
    channel: Annotated[str | None, Query(max_length=20)] = None,
    map: Annotated[list[str] | None, Query(description="field=column, repeatable")] = None,
) -> TableReading:
    """Which column feeds which field, with three of its values; nothing is kept."""
    async with received(request, filename=filename) as sent:
        take = partial(
            mappings.preview, mapping=mapping_of(sent, map or []), channel=channel_of(sent.one("channel") or channel)
        )
        return await run_in_threadpool(take, service, actor, _only(sent))


@router.put("/{name}", summary="Save a mapping", openapi_extra=ONE_FILE)
async def save(
    request: Request,
    service: ServiceDep,
    actor: Analyst,
    name: str,
    filename: Annotated[str | None, Query(max_length=500)] = None,
    channel: Annotated[str | None, Query(max_length=20)] = None,
    map: Annotated[list[str] | None, Query(description="field=column, repeatable")] = None,
) -> MappingAnswer:
    """For every table with the header of the file that is sent with it; nothing of the file is kept."""
    async with received(request, filename=filename) as sent:
        take = partial(
            mappings.save,
            mapping=mapping_of(sent, map or []) or {},
            channel=channel_of(sent.one("channel") or channel),
        )
        return MappingAnswer.of(await run_in_threadpool(take, service, actor, name, _only(sent)))


@router.get("/{name}", summary="A saved mapping")
def one(service: ServiceDep, actor: Analyst, name: str) -> MappingAnswer:
    """Which column feeds which field, and the channel where one was said."""
    return MappingAnswer.of(mappings.get(service, actor, name))


@router.patch("/{name}", summary="Rename a mapping")
def rename(service: ServiceDep, actor: Analyst, name: str, asked: MappingChange) -> MappingAnswer:
    """It stays what it is; 409 where another mapping has the new name."""
    return MappingAnswer.of(mappings.rename(service, actor, name, asked.name))


@router.delete("/{name}", status_code=204, summary="Remove a mapping")
def remove(service: ServiceDep, actor: Analyst, name: str) -> Response:
    """What was read with it stays."""
    mappings.remove(service, actor, name)
    return Response(status_code=204)


def _only(sent: UploadForm) -> SentFile:
    if len(sent.files) != 1:
        raise Problem(422, "file: send exactly one table.", code="one_file")
    return sent.files[0]
