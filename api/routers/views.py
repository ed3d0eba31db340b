"""Saved views, and notes on the line of time."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import Analyst, Reader
from api.dependencies import ServiceDep
from api.parameters import RowNumber
from voc.records import Moment
from voc.records.views import Annotation, SavedView
from voc.service import annotations as day_notes
from voc.service import views

router = APIRouter(prefix="/v1/views", tags=["views"])
notes = APIRouter(prefix="/v1/annotations", tags=["views"])


class ViewAnswer(BaseModel):
    """A saved view; ``href`` is the page it opens."""

    id: int
    name: str
    path: str
    query: str
    shared: bool
    created_by: str
    created_at: Moment
    href: str

    @classmethod
    def of(cls, view: SavedView) -> ViewAnswer:
        """From the record."""
        return cls(**view.model_dump(), href=view.href)


class ViewRequest(BaseModel):
    """A page with its filters."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=views.NAME_CHARS, examples=["Nantes, fibre"])]
    path: Annotated[str, Field(max_length=40)] = "/interactions"
    query: Annotated[str, Field(max_length=views.QUERY_CHARS, examples=["city=Nantes&topic=network"])] = ""
    """As the address of the page has it."""
    shared: bool = False
    """Seen by everybody; role analyst."""


class ViewChange(BaseModel):
    """What is to be changed; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str | None, Field(max_length=views.NAME_CHARS)] = None
    query: Annotated[str | None, Field(max_length=views.QUERY_CHARS)] = None
    shared: bool | None = None


class ViewList(BaseModel):
    """Saved views by their names; ``next_cursor`` is null: they come all at once."""

    items: list[ViewAnswer]
    next_cursor: None = None


class AnnotationRequest(BaseModel):
    """What happened on a day."""

    model_config = ConfigDict(extra="forbid")

    day: date
    text: Annotated[str, Field(max_length=day_notes.TEXT_CHARS, examples=["9.4.0 released"])]


class AnnotationList(BaseModel):
    """Notes by their day; ``next_cursor`` is null: they come all at once."""

    items: list[Annotation]
    next_cursor: None = None


@router.get("", summary="List saved views")
def listing(service: ServiceDep, actor: Reader) -> ViewList:
    """One's own, and those that are shared."""
    return ViewList(items=[ViewAnswer.of(one) for one in views.listing(service, actor)])


@router.post("", status_code=201, summary="Save a view")
def save(service: ServiceDep, actor: Reader, wanted: ViewRequest) -> ViewAnswer:
    """Everybody may keep their own; sharing one takes role analyst."""
    return ViewAnswer.of(views.save(service, actor, **wanted.model_dump()))


@router.get("/{number}", summary="One saved view")
def one(service: ServiceDep, actor: Reader, number: RowNumber) -> ViewAnswer:
    """404 where it is somebody else's own."""
    return ViewAnswer.of(views.find(service, actor, number))


@router.patch("/{number}", summary="Change a saved view")
def alter(service: ServiceDep, actor: Reader, number: RowNumber, wanted: ViewChange) -> ViewAnswer:
    """By whoever made it, or an analyst."""
    return ViewAnswer.of(views.alter(service, actor, number, **wanted.model_dump(exclude_unset=True)))


@router.delete("/{number}", status_code=204, summary="Remove a saved view")
def remove(service: ServiceDep, actor: Reader, number: RowNumber) -> Response:
    """By whoever made it, or an analyst."""
    views.remove(service, actor, number)
    return Response(status_code=204)


@notes.get("", summary="List notes")
def noted(
    service: ServiceDep,
    actor: Reader,
    from_: Annotated[date | None, Query(alias="from")] = None,
    to: Annotated[date | None, Query(description="Included.")] = None,
) -> AnnotationList:
    """What happened, by its day."""
    return AnnotationList(items=day_notes.listing(service, actor, since=from_, until=to))


@notes.post("", status_code=201, summary="Note what happened on a day")
def note(service: ServiceDep, actor: Analyst, wanted: AnnotationRequest) -> Annotation:
    """Personal data in it is masked before it is kept."""
    return day_notes.add(service, actor, day=wanted.day, text=wanted.text)


@notes.delete("/{number}", status_code=204, summary="Take a note away")
def forget(service: ServiceDep, actor: Analyst, number: RowNumber) -> Response:
    """At once, from every chart."""
    day_notes.remove(service, actor, number)
    return Response(status_code=204)
