"""Sources: what flows in by itself, how often, what came, what was refused and why."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api.access import Admin, Analyst
from api.dependencies import ServiceDep
from api.parameters import RowNumber
from api.pushes import pushed
from voc.records import Channel, Moment
from voc.service import sources
from voc.service.sources import NewSource, SourceItem, SourceKind, SourceRow, SourceRun, SourceState

router = APIRouter(prefix="/v1/sources", tags=["sources"])

ANY_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {}},
            "application/x-www-form-urlencoded": {"schema": {}},
            "text/csv": {"schema": {"type": "string"}},
        },
    }
}

Rate = Annotated[int, Field(ge=1, le=1_000_000)]


class FieldAnswer(BaseModel):
    """One thing that has to be known of a source; texts by language."""

    name: str
    labels: dict[str, str]
    type: str
    required: bool
    default: str | float | bool | None
    choices: list[str]
    help: dict[str, str]


class KindAnswer(BaseModel):
    """A kind of source; ``pushed``: the other side sends, to the source's ``hook``."""

    name: str
    labels: dict[str, str]
    about: dict[str, str]
    pushed: bool
    every_seconds: int | None
    fields: list[FieldAnswer]

    @classmethod
    def of(cls, kind: SourceKind) -> KindAnswer:
        """From its declaration."""
        return cls(
            name=kind.name,
            labels=dict(kind.labels),
            about=dict(kind.about),
            pushed=kind.pushed,
            every_seconds=None if kind.pushed else kind.every,
            fields=[
                FieldAnswer(
                    name=one.name,
                    labels=dict(one.labels),
                    type=one.type,
                    required=one.required,
                    default=one.default,
                    choices=list(one.choices),
                    help=dict(one.help),
                )
                for one in kind.fields
            ],
        )


class KindList(BaseModel):
    """Every kind; ``next_cursor`` is null: they come all at once."""

    items: list[KindAnswer]
    next_cursor: None = None


class SourceRequest(BaseModel):
    """A source to set up.

    ``secrets`` says where each is kept (``env:VOC_SOURCE_…``, ``file:NAME``), never what it is.
    """

    kind: Annotated[str, Field(max_length=40, examples=["folder"])]
    name: Annotated[str, Field(min_length=1, max_length=sources.NAME_CHARS)]
    options: Annotated[dict[str, Any], Field(examples=[{"path": "/srv/calls"}])] = {}
    secrets: dict[str, str] = {}
    channel: Channel | None = None
    mapping: Annotated[dict[str, str], Field(description="Field → column of a table.")] = {}
    roles: list[str] = []
    every_seconds: Annotated[int | None, Field(ge=sources.LEAST_SECONDS, le=sources.MOST_SECONDS)] = None
    per_minute: Annotated[Rate | None, Field(description="Things taken a minute at most.")] = None
    backfill_per_minute: Rate | None = None


class SourceChange(BaseModel):
    """What is to be other than it is; what is left out stays, fields of ``options`` and ``secrets`` too."""

    name: Annotated[str | None, Field(min_length=1, max_length=sources.NAME_CHARS)] = None
    options: dict[str, Any] | None = None
    secrets: dict[str, str] | None = None
    channel: Channel | None = None
    mapping: dict[str, str] | None = None
    roles: list[str] | None = None
    every_seconds: Annotated[int | None, Field(ge=sources.LEAST_SECONDS, le=sources.MOST_SECONDS)] = None
    per_minute: Rate | None = None
    backfill_per_minute: Rate | None = None


class RunAnswer(BaseModel):
    """One run: ``taken`` things gave ``accepted`` new interactions, ``duplicate`` known ones and ``rejected`` rows;
    ``refused`` things gave nothing. ``reason`` says why it failed, or what is to be said of it."""

    id: str
    asked_by: str
    status: str
    backfill: bool
    queued_at: Moment
    started_at: Moment | None
    ended_at: Moment | None
    taken: int
    refused: int
    accepted: int
    duplicate: int
    rejected: int
    reason: str | None = None
    code: str | None = None
    parameters: dict[str, Any] | None = None

    @classmethod
    def of(cls, run: SourceRun) -> RunAnswer:
        """From the store."""
        return cls(**{name: getattr(run, name) for name in cls.model_fields})


class SourceAnswer(BaseModel):
    """A source as it stands; ``hook`` is where the other side sends, for kinds that are pushed to."""

    id: str
    kind: str
    name: str
    options: dict[str, Any]
    secrets: dict[str, str]
    channel: Channel | None
    mapping: dict[str, str]
    roles: list[str]
    every_seconds: int | None
    per_minute: int | None
    backfill_per_minute: int | None
    standing: Annotated[str, Field(description="ready, running, failing or paused")]
    caught_up: bool
    next_at: Moment | None
    created_at: Moment
    refused: Annotated[int, Field(description="Things in quarantine.")]
    last_run: RunAnswer | None
    hook: str | None

    @classmethod
    def of(cls, state: SourceState) -> SourceAnswer:
        """From the use case."""
        row = state.row
        same = ("id", "kind", "name", "secrets", "channel", "mapping", "every_seconds", "per_minute",
                "backfill_per_minute", "caught_up", "created_at")  # fmt: skip
        return cls(
            **{name: getattr(row, name) for name in same},
            options=state.options,
            roles=list(row.roles),
            standing=state.standing,
            next_at=None if row.paused_at else row.next_at,
            refused=state.counts.get("refused", 0),
            last_run=RunAnswer.of(state.last) if state.last else None,
            hook=f"/v1/sources/{row.id}/hook" if state.kind and state.kind.pushed else None,
        )


class SourceList(BaseModel):
    """Every source by name; ``next_cursor`` is null: they come all at once."""

    items: list[SourceAnswer]
    next_cursor: None = None


class RunList(BaseModel):
    """Runs, newest first; ``next_cursor`` is null."""

    items: list[RunAnswer]
    next_cursor: None = None


class ItemAnswer(BaseModel):
    """A thing that was refused, or that waits to be fetched again."""

    id: int
    status: str
    name: str | None
    upload_id: str | None
    attempts: int
    reason: str | None
    code: str | None
    parameters: dict[str, Any] | None
    first_at: Moment
    at: Moment

    @classmethod
    def of(cls, item: SourceItem) -> ItemAnswer:
        """From the store."""
        return cls(**{name: getattr(item, name) for name in cls.model_fields})


class ItemList(BaseModel):
    """The quarantine of a source, oldest first; ``next_cursor`` is null."""

    items: list[ItemAnswer]
    next_cursor: None = None


class Retried(BaseModel):
    """How many things are in now, or will be fetched by a run that has begun."""

    retried: int


@router.get("/kinds", summary="The kinds of source there are")
def kinds(service: ServiceDep, actor: Analyst) -> KindList:
    """Each with its fields."""
    return KindList(items=[KindAnswer.of(one) for one in sources.kinds(service, actor)])


@router.get("", summary="Sources")
def listing(service: ServiceDep, actor: Analyst) -> SourceList:
    """Each with its last run and how many things of it were refused."""
    return SourceList(items=[SourceAnswer.of(one) for one in sources.listing(service, actor)])


@router.post("", status_code=201, summary="Add a source")
def add(response: Response, service: ServiceDep, actor: Admin, wanted: SourceRequest) -> SourceAnswer:
    """Its first run begins within seconds; what lies there already is taken behind what comes in now."""
    row = sources.add(service, actor, NewSource(**wanted.model_dump()))
    response.headers["location"] = f"/v1/sources/{row.id}"
    return _answer(service, actor, row)


@router.get("/{source_id}", summary="One source")
def one(service: ServiceDep, actor: Analyst, source_id: str) -> SourceAnswer:
    """By its id or its name."""
    return SourceAnswer.of(sources.state(service, actor, source_id))


@router.patch("/{source_id}", summary="Change a source")
def change(service: ServiceDep, actor: Admin, source_id: str, wanted: SourceChange) -> SourceAnswer:
    """What is left out stays as it is."""
    row = sources.change(service, actor, source_id, wanted.model_dump(exclude_unset=True))
    return _answer(service, actor, row)


@router.delete("/{source_id}", status_code=204, summary="Remove a source")
def remove(service: ServiceDep, actor: Admin, source_id: str) -> Response:
    """With its runs and its quarantine; what came from it stays."""
    sources.remove(service, actor, source_id)
    return Response(status_code=204)


@router.post("/{source_id}/run", status_code=202, summary="Run a source now")
def run(service: ServiceDep, actor: Analyst, source_id: str) -> RunAnswer:
    """Paused or not; the run under way where there is one."""
    return RunAnswer.of(sources.run(service, actor, source_id))


@router.post("/{source_id}/pause", summary="Pause a source")
def pause(service: ServiceDep, actor: Analyst, source_id: str) -> SourceAnswer:
    """Until it is resumed; somebody may run it all the same."""
    return _answer(service, actor, sources.pause(service, actor, source_id))


@router.post("/{source_id}/resume", summary="Resume a source")
def resume(service: ServiceDep, actor: Analyst, source_id: str) -> SourceAnswer:
    """It runs at once, then as often as before."""
    return _answer(service, actor, sources.resume(service, actor, source_id))


@router.get("/{source_id}/runs", summary="Runs of a source")
def runs(
    service: ServiceDep, actor: Analyst, source_id: str,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> RunList:  # fmt: skip
    """Newest first."""
    found = sources.runs(service, actor, source_id, limit=limit)
    return RunList(items=[RunAnswer.of(one) for one in found])


@router.get("/{source_id}/items", summary="Quarantine of a source")
def items(service: ServiceDep, actor: Analyst, source_id: str) -> ItemList:
    """What was refused and why, and what waits to be fetched again."""
    found = sources.quarantine(service, actor, source_id)
    return ItemList(items=[ItemAnswer.of(one) for one in found])


@router.post("/{source_id}/retry", status_code=202, summary="Try everything refused again")
def retry_all(service: ServiceDep, actor: Analyst, source_id: str) -> Retried:
    """What was kept is read again; the rest is fetched again by a run now."""
    return Retried(retried=sources.retry(service, actor, source_id))


@router.post("/{source_id}/items/{item_id}/retry", status_code=202, summary="Try one refused thing again")
def retry(service: ServiceDep, actor: Analyst, source_id: str, item_id: RowNumber) -> Retried:
    """As for all of them."""
    return Retried(retried=sources.retry(service, actor, source_id, item_id))


class Kept(BaseModel):
    """How many things were kept that had not come before."""

    kept: int


@router.post("/{source_id}/hook", status_code=202, summary="Send to a source", openapi_extra=ANY_BODY)
async def hook(request: Request, service: ServiceDep, source_id: str) -> Kept:
    """For the other side: no key, but a signature as the source was set up with.

    Answers once everything is kept; the same body again is the same thing.
    """
    body = await request.body()
    return Kept(kept=await run_in_threadpool(pushed, service, source_id, request, body))


def _answer(service: ServiceDep, actor: Any, row: SourceRow) -> SourceAnswer:
    return SourceAnswer.of(sources.state(service, actor, row.id))
