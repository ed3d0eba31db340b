"""Digests that somebody gets without asking: who, where, of what, on which day; and what became of each sending."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from voc.records.base import Moment, Record

SubscriptionKind = Literal["mail", "slack", "teams"]
DeliveryKind = Literal["mail", "slack", "teams", "webhook", "tracker"]
DeliveryState = Literal["due", "claimed", "sending", "sent", "nothing", "failed", "unsure"]


class Subscription(Record):
    """Somebody gets the digest of each week, all of it or what concerns them, once."""

    id: int
    name: str
    kind: SubscriptionKind
    target: str
    """An e-mail address, or the address of an incoming webhook."""
    language: str
    day: int = Field(ge=1, le=7)
    """Day of the week it is sent on, 1 = Monday."""
    topics: tuple[str, ...] = ()
    """Only findings about these topics and those below them; empty = all."""
    segments: tuple[str, ...] = ()
    """Only findings that customers of these segments speak of; empty = all."""
    view: int | None = None
    """Only findings that interactions of this saved view speak of."""
    only_with_findings: bool = False
    """Nothing is sent of a week without any."""
    paused: bool = False
    created_by: str
    created_at: Moment
    unsubscribed_at: Moment | None = None
    """Whoever gets it asked to get it no more; it does not begin again by itself."""


class Delivery(Record):
    """One thing sent to one place. ``key`` says what and for whom: the same thing is never written down twice.

    ``unsure`` is one whose process ended while it was being sent: it may have arrived, so it is not sent again unless
    somebody asks for it.
    """

    id: int
    key: str
    kind: DeliveryKind
    about: dict[str, str | int]
    """What it is of, by ids: words are put together when it is sent, from the data as they are then."""
    state: DeliveryState
    attempts: int
    due_at: Moment
    created_at: Moment
    claimed_by: str | None = None
    claimed_at: Moment | None = None
    sent_at: Moment | None = None
    error: str | None = None
    """Why the last attempt failed, without the address it went to."""
