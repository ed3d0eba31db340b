"""One customer's story on one line of time: what they said, what happened around them, and the moments that count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from voc.customers.customer_context import Contexts, personal, relational, situational
from voc.customers.moments_of_truth import ContactSummary, MomentOfTruth, heard, kinds, moments, resolutions
from voc.records import Analysis, Customer, Moment, Record
from voc.store import Filters, Store
from voc.store.events import StoredEvent
from voc.store.interactions import Stored
from voc.store.issues import Issue, chain

LENGTH = 200
"""Interactions and events shown; the counts are over all of them."""

SITUATION_ROWS = 20
"""Latest interactions whose device and place are looked at."""

IssueState = Literal["open", "resolved", "quiet"]


class OpenIssue(Record):
    """What a customer came about, and how it stands.

    ``open``: their last contact about it is less than the chosen days ago; ``resolved``: they spoke well of it after;
    ``quiet``: neither, they just were not heard of it again.
    """

    topic: str
    state: IssueState
    contacts: int
    channels: tuple[str, ...]
    begins: Moment
    last: Moment
    interaction_ids: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One point on the line: an interaction, an event, or a silence (which is neither); exactly one is set."""

    at: datetime
    interaction: Stored | None = None
    event: StoredEvent | None = None
    silence: MomentOfTruth | None = None
    moments: tuple[MomentOfTruth, ...] = ()
    """Moments of truth of the interaction."""

    @property
    def kind(self) -> Literal["interaction", "event", "silence"]:
        """Which of the three it is."""
        return "interaction" if self.interaction else "event" if self.event else "silence"


@dataclass(frozen=True)
class CustomerTimeline:
    """All that the page of one customer shows."""

    n: int
    """Interactions there are; ``entries`` holds the latest."""
    n_events: int
    rows: tuple[Stored, ...]
    events: tuple[StoredEvent, ...]
    entries: tuple[Entry, ...]
    """Newest first."""
    moments: tuple[MomentOfTruth, ...]
    issues: tuple[OpenIssue, ...]
    """Open ones first, then the latest."""
    contexts: Contexts


def story(
    store: Store,
    customer: Customer,
    *,
    now: datetime,
    days: int,
    detail: bool,
    shown: Callable[[Analysis], Analysis] = lambda analysis: analysis,
) -> CustomerTimeline:
    """The story of one customer.

    Args:
        customer: the record as far as the reader may see it.
        days: a contact about the same family within this many days carries an issue on.
        detail: whether devices, places and attributes of events may be seen.
        shown: an analysis as far as the reader may see it.
    """
    filters = Filters(customer=customer.id)
    rows = tuple(store.interactions.page(filters, limit=LENGTH).items)
    n = store.interactions.count(filters)
    events = tuple(store.events.of_customer(customer.id, limit=LENGTH))
    totals = store.events.totals(customer.id)
    if not detail:
        events = tuple(_plain(one) for one in events)
    analyses = store.findings.analyses([row.id for row in rows])
    said = [heard(row.id, row.at, row.channel, analyses.get(row.id)) for row in rows]
    found = chain(store.issues.contacts(filters), within=timedelta(days=days))
    seen = moments(said, found, now=now, complete=n <= len(rows))
    records = store.interactions.records([row.id for row in rows[:SITUATION_ROWS]]) if detail else []
    return CustomerTimeline(
        n=n,
        n_events=sum(one.n for one in totals),
        rows=rows,
        events=events,
        entries=_entries(rows, events, seen),
        moments=tuple(seen),
        issues=_issues(found, said, now=now, within=timedelta(days=days)),
        contexts=Contexts(
            relational=relational(customer, totals, events, now=now),
            personal=personal(rows, {key: shown(one) for key, one in analyses.items()}),
            situational=situational(rows, {one.id: one for one in records}, events, now=now, detail=detail),
        ),
    )


def _entries(rows: Sequence[Stored], events: Sequence[StoredEvent], seen: Sequence[MomentOfTruth]) -> tuple[Entry, ...]:
    grouped = kinds(seen)
    line = [Entry(at=row.at, interaction=row, moments=tuple(grouped.get(row.id, ()))) for row in rows]
    line += [Entry(at=one.at, event=one) for one in events]
    line += [Entry(at=one.at, silence=one) for one in seen if one.kind == "silence_after_complaint"]
    return tuple(sorted(line, key=lambda one: one.at, reverse=True))


def _issues(
    found: Sequence[Issue], said: Sequence[ContactSummary], *, now: datetime, within: timedelta
) -> tuple[OpenIssue, ...]:
    praised = resolutions(sorted(said, key=lambda one: (one.at, one.id)), found)
    listed = []
    for one in found:
        state: IssueState = "quiet"
        if (one.family, one.first.at) in praised:
            state = "resolved"
        elif one.last.at + within > now:
            state = "open"
        listed.append(
            OpenIssue(
                topic=one.family,
                state=state,
                contacts=len(one.contacts),
                channels=one.channels,
                begins=one.first.at,
                last=one.last.at,
                interaction_ids=tuple(contact.interaction_id for contact in one.contacts),
            )
        )
    return tuple(sorted(listed, key=lambda one: (one.state != "open", -one.last.timestamp(), one.topic)))


def _plain(one: StoredEvent) -> StoredEvent:
    """An event as a reader sees it: what and when, not where, on what, nor what else the export said."""
    from dataclasses import replace

    return replace(one, place=None, device=None, attributes={})
