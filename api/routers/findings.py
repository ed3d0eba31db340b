"""Findings followed from the week they were found to the week they are done, and the customers behind them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel

from api.access import Analyst, Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.tables import AsTable, written
from voc.records import Decision, FindingStatus, FollowedFinding, Moment
from voc.service import closed_loop, findings

# Keys may hold any character: the longer path comes first.
router = APIRouter(prefix="/v1/findings", tags=["digests"], route_class=FigureRoute)


class FindingList(BaseModel):
    """Findings that were decided about; ``next_cursor`` is null: they come all at once."""

    items: list[FollowedFinding]
    next_cursor: None = None


class FindingDetail(BaseModel):
    """One finding with every decision about it, newest first, those taken back too."""

    finding: FollowedFinding
    history: list[Decision]


class CustomerBehind(BaseModel):
    """A customer who spoke of a finding; ``held_back`` says why they are not to be contacted, null: they may be."""

    customer_id: str
    name: str | None
    segment: str | None
    contacts: int
    last_at: Moment
    last_href: str
    href: str
    held_back: Literal["consent", "pressure"] | None


class CustomersBehind(BaseModel):
    """The customers behind a finding, those who may be contacted first."""

    items: list[CustomerBehind]
    next_cursor: None = None


@router.get("", summary="Findings that were decided about", response_model=FindingList)
def listing(
    service: ServiceDep,
    actor: Reader,
    table: AsTable,
    status: Annotated[FindingStatus | None, Query(description="Only those in this state.")] = None,
    owner: Annotated[str | None, Query(max_length=findings.OWNER_CHARS, description="Only those assigned to.")] = None,
) -> FindingList | Response:
    """Open ones by their due day, then what is done, latest first; each with whether its figure moved."""
    found = findings.board(service, actor)
    kept = [one for one in found if status in {None, one.review.status} and owner in {None, one.review.owner}]
    return FindingList(items=kept) if table is None else written(table, kept, name="findings")


@router.get(
    "/{finding:path}/customers",
    summary="Customers behind a finding",
    response_model=CustomersBehind,
)
def customers(
    service: ServiceDep,
    actor: Analyst,
    finding: str,
    week: Annotated[str, Query(description="ISO week in which they spoke of it.", examples=["2026-W46"])],
    table: AsTable,
) -> Response | CustomersBehind:
    """Who may be told what became of it.

    As CSV or XLSX only those who may be contacted: whoever refuses, or was written to enough already, is in no file
    that a mailing may be made from.
    """
    found = closed_loop.customers_behind(service, actor, finding, week=week, taken_away=table is not None)
    items = [CustomerBehind(**one.__dict__) for one in found]
    if table is not None:
        return written(table, [one for one in items if one.held_back is None], name=f"customers-{week}")
    return CustomersBehind(items=items)


@router.get("/{finding:path}", summary="One finding with its history")
def one(service: ServiceDep, actor: Reader, finding: str) -> FindingDetail:
    """Where it stands, whether its figure moved, and who decided what and when."""
    found = findings.detail(service, actor, finding)
    return FindingDetail(finding=found.finding, history=found.history)
