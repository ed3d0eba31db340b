"""Rules that assign findings, trackers and their tickets, and links for whoever has no key."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import Admin, Analyst, Reader
from api.dependencies import ServiceDep
from api.parameters import RowNumber
from voc.language.registry import FIRST
from voc.locales import InterfaceLanguage
from voc.records import Moment
from voc.records.handover import AssignmentRule, ShareLink, Ticket, TrackerKind
from voc.records.handover import Tracker as TrackerRecord
from voc.records.subscriptions import Delivery
from voc.service import handover
from voc.service.handover import RuleWish, TrackerWish

rules = APIRouter(prefix="/v1/assignment-rules", tags=["digests"])
trackers = APIRouter(prefix="/v1/trackers", tags=["digests"])
shares = APIRouter(prefix="/v1/shares", tags=["digests"])
tickets = APIRouter(prefix="/v1/findings", tags=["digests"])
"""Before the findings themselves, whose keys match anything."""


class RuleRequest(BaseModel):
    """Findings about a topic, or that concentrate in a segment or city, go to somebody."""

    model_config = ConfigDict(extra="forbid")

    owner: Annotated[str, Field(max_length=handover.OWNER_CHARS)]
    topic: Annotated[str | None, Field(max_length=200)] = None
    segment: Annotated[str | None, Field(max_length=handover.PLACE_CHARS)] = None
    city: Annotated[str | None, Field(max_length=handover.PLACE_CHARS)] = None
    due_days: Annotated[int | None, Field(ge=1, le=365)] = None
    tracker: RowNumber | None = None


class RuleList(BaseModel):
    """Rules in the order in which they are asked; ``next_cursor`` is null: they come all at once."""

    items: list[AssignmentRule]
    next_cursor: None = None


class TrackerRequest(BaseModel):
    """Where findings become tickets."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=handover.NAME_CHARS)]
    kind: TrackerKind
    url: Annotated[str, Field(max_length=2000, examples=["https://example.atlassian.net"])]
    secret: Annotated[str, Field(max_length=1000)] = ""
    """Of a REST tracker: `user:token`, or a token alone. A webhook gets one."""
    project: Annotated[str, Field(max_length=handover.NAME_CHARS)] = ""
    issue_type: Annotated[str, Field(max_length=handover.NAME_CHARS)] = "Task"
    language: InterfaceLanguage = FIRST


class TrackerAnswer(BaseModel):
    """A tracker as it may be listed, without its secret."""

    id: int
    name: str
    kind: TrackerKind
    url: str
    project: str
    issue_type: str
    language: str
    created_by: str
    created_at: Moment

    @classmethod
    def of(cls, tracker: TrackerRecord) -> TrackerAnswer:
        """From the record."""
        return cls(**{name: getattr(tracker, name) for name in cls.model_fields})


class NewTracker(BaseModel):
    """A tracker just made; ``secret`` signs a webhook and is shown this once."""

    tracker: TrackerAnswer
    secret: str | None


class TrackerList(BaseModel):
    """Trackers; ``next_cursor`` is null: they come all at once."""

    items: list[TrackerAnswer]
    next_cursor: None = None


class TicketRequest(BaseModel):
    """Hand a finding over."""

    model_config = ConfigDict(extra="forbid")

    tracker: RowNumber


class TicketList(BaseModel):
    """Tickets; ``next_cursor`` is null: they come all at once."""

    items: list[Ticket]
    next_cursor: None = None


class ShareRequest(BaseModel):
    """A digest for whoever has the link."""

    model_config = ConfigDict(extra="forbid")

    week: Annotated[str, Field(max_length=20, examples=["2026-W46"])]
    finding: Annotated[str | None, Field(max_length=300)] = None
    """Only this finding of it."""
    days: Annotated[int, Field(ge=1, le=handover.MOST_DAYS)] = 14
    language: InterfaceLanguage = FIRST


class NewShare(BaseModel):
    """A link just made, with its address."""

    link: ShareLink
    url: str


class ShareList(BaseModel):
    """Links that still open something; ``next_cursor`` is null: they come all at once."""

    items: list[NewShare]
    next_cursor: None = None


@rules.get("", summary="Rules that assign findings")
def listing(service: ServiceDep, actor: Reader) -> RuleList:
    """The first that fits counts."""
    return RuleList(items=handover.rules(service, actor))


@rules.post("", status_code=201, summary="Assign findings by a rule")
def add_rule(service: ServiceDep, actor: Analyst, wanted: RuleRequest) -> AssignmentRule:
    """From now on, when the digest of a finished week is made; ends with the key it was made with."""
    return handover.add_rule(service, actor, RuleWish(**wanted.model_dump()))


@rules.delete("/{number}", status_code=204, summary="Remove a rule")
def remove_rule(service: ServiceDep, actor: Analyst, number: RowNumber) -> Response:
    """What it assigned stays."""
    handover.remove_rule(service, actor, number)
    return Response(status_code=204)


@trackers.get("", summary="List trackers")
def known(service: ServiceDep, actor: Analyst) -> TrackerList:
    """Without their secrets."""
    return TrackerList(items=[TrackerAnswer.of(one) for one in handover.trackers(service, actor)])


@trackers.post("", status_code=201, summary="Add a tracker")
def add_tracker(service: ServiceDep, actor: Admin, wanted: TrackerRequest) -> NewTracker:
    """A signed webhook of one's own, or a REST tracker of Jira's shape."""
    made, secret = handover.add_tracker(service, actor, TrackerWish(**wanted.model_dump()))
    return NewTracker(tracker=TrackerAnswer.of(made), secret=secret)


@trackers.delete("/{number}", status_code=204, summary="Remove a tracker")
def remove_tracker(service: ServiceDep, actor: Admin, number: RowNumber) -> Response:
    """With its secret and its tickets; what was made there stays there."""
    handover.remove_tracker(service, actor, number)
    return Response(status_code=204)


@tickets.post("/{finding:path}/tickets", status_code=202, summary="Hand a finding over to a tracker")
def hand_over(service: ServiceDep, actor: Analyst, finding: str, wanted: TicketRequest) -> Delivery:
    """Once a tracker; a worker makes the ticket, and asks every ten minutes how it stands until it is done."""
    return handover.hand_over(service, actor, finding, wanted.tracker)


@tickets.get("/{finding:path}/tickets", summary="Tickets of a finding")
def of_finding(service: ServiceDep, actor: Reader, finding: str) -> TicketList:
    """With their state there as it was last looked at."""
    return TicketList(items=handover.tickets(service, actor, finding))


@shares.get("", summary="List shared links")
def shared(service: ServiceDep, actor: Analyst) -> ShareList:
    """Those that still open something."""
    found = handover.shares(service, actor)
    return ShareList(items=[NewShare(link=one, url=handover.address_of(service, one)) for one in found])


@shares.post("", status_code=201, summary="Share a digest by a link")
def share(service: ServiceDep, actor: Analyst, wanted: ShareRequest) -> NewShare:
    """Whoever has it sees what a reader sees of that digest, and nothing else, until it expires or is taken back."""
    link, url = handover.share(
        service, actor, wanted.week, finding=wanted.finding, days=wanted.days, language=wanted.language
    )
    return NewShare(link=link, url=url)


@shares.delete("/{number}", status_code=204, summary="Take a link back")
def end_share(service: ServiceDep, actor: Analyst, number: RowNumber) -> Response:
    """It opens nothing from that moment."""
    handover.end_share(service, actor, number)
    return Response(status_code=204)
