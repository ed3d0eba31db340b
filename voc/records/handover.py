"""Findings handed over: to whom by themselves, to which tracker, and to whoever has a link."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from voc.records.base import Moment, Record

TrackerKind = Literal["webhook", "jira"]
TicketState = Literal["open", "done", "unknown"]


class AssignmentRule(Record):
    """Findings that fit are assigned by themselves when the digest of a finished week is made; the first rule that fits
    counts. What is left out fits everything."""

    id: int
    topic: str | None = None
    """A topic and those below it."""
    segment: str | None = None
    """The finding concentrates in this segment; ``city`` alike."""
    city: str | None = None
    owner: str
    due_days: int | None = Field(default=None, ge=1, le=365)
    """Days after the week's end until which it is to be done."""
    tracker: int | None = None
    """It is handed over to this tracker as well."""
    paused: bool = False
    created_by: str
    created_at: Moment


class Tracker(Record):
    """Where tickets are made: any signed webhook, or a REST tracker of Jira's shape."""

    id: int
    name: str
    kind: TrackerKind
    url: str
    """Of a webhook where it is posted to, of a REST tracker where it stands: ``https://example.atlassian.net``."""
    secret: str
    """What a webhook is signed with; of a REST tracker ``user:token``, or a token alone."""
    project: str = ""
    issue_type: str = "Task"
    language: str
    created_by: str
    created_at: Moment


class Ticket(Record):
    """A finding in a tracker, and its state there as it was last looked at."""

    id: int
    finding: str
    tracker: int
    external_id: str
    url: str | None = None
    state: TicketState = "open"
    label: str | None = None
    """The state in the tracker's own word."""
    created_at: Moment
    checked_at: Moment | None = None


class ShareLink(Record):
    """A page for whoever has the link, as a reader sees it, until it expires or is taken back."""

    id: int
    week: str
    """ISO week of the digest that is shown."""
    finding: str | None = None
    """Only this finding of it."""
    language: str
    created_by: str
    created_at: Moment
    expires_at: Moment
    ended_at: Moment | None = None

    def is_live(self, now: Moment) -> bool:
        """Whether it opens anything."""
        return self.ended_at is None and now < self.expires_at


def due_day(week_ends: Moment, days: int | None) -> date | None:
    """The day an assignment rule gives."""
    return (week_ends + timedelta(days=days)).date() if days is not None else None
