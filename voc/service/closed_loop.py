"""Closing the loop: the customers behind a finding, and which of them may be told what became of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from voc.insights.drilldown import href, interaction_href
from voc.insights.finding_follow_up import figure_of
from voc.insights.periods import begins
from voc.insights.pressure_left import without_room
from voc.rights.consent import refusals
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import not_found, use_case

__all__ = ["CustomerBehind", "HeldBack", "customers_behind"]

HeldBack = Literal["consent", "pressure"]


@dataclass(frozen=True)
class CustomerBehind:
    """A customer who spoke of a finding; ``held_back`` says why they are not to be contacted, ``None``: they may be."""

    customer_id: str
    name: str | None
    segment: str | None
    contacts: int
    last_at: datetime
    last_href: str
    """Their latest interaction about it."""
    href: str
    """All of theirs about it."""
    held_back: HeldBack | None


@use_case("analyst")
def customers_behind(
    service: Service, actor: Actor, key: str, *, week: str, taken_away: bool = False
) -> list[CustomerBehind]:
    """Known customers behind a finding in one week: those who may be contacted first, who spoke of it last first.

    Who refuses marketing is held back: telling somebody unasked what was improved is that. So is whoever had as many
    messages lately as their segment tolerates.

    Args:
        taken_away: the list leaves the service as a file, which the audit trail tells apart.

    Raises:
        InputError: ``week`` is not an ISO week, or the finding is of a kind that has no customers behind it.
        NotFoundError: it is no finding.
    """
    begins(week)
    figure = figure_of(key)
    if figure is None or (figure.topic not in service.topics.ids() and not service.store.finding_reviews.of(key)):
        raise not_found("finding")
    spoken: dict[str, list[tuple[datetime, str]]] = {}
    for one in service.store.pressure.spoken(figure.filters(week=week)):
        spoken.setdefault(one.customer_id, []).append((one.at, one.interaction_id))
    segments = {who: one.segment for who, one in service.store.pressure.members(spoken).items()}
    refused = refusals(service.store, segments, setting=service.settings.consent_required)
    full = without_room(service.store, segments, at=service.now())
    names = service.store.customers.names(list(segments))
    found = []
    for who, segment in segments.items():
        last_at, last = max(spoken[who])
        held: HeldBack | None = "consent" if "marketing" in refused.get(who, ()) else None
        first, family, whole = names.get(who, (None, None, None))
        found.append(
            CustomerBehind(
                customer_id=who,
                name=whole or " ".join(part for part in (first, family) if part) or None,
                segment=segment,
                contacts=len(spoken[who]),
                last_at=last_at,
                last_href=interaction_href(last),
                href=href(figure.filters(week=week, customer=who)),
                held_back=held or ("pressure" if who in full else None),
            )
        )
    found.sort(key=lambda one: (one.held_back is not None, -one.last_at.timestamp(), one.customer_id))
    held_back = Counter(str(one.held_back) for one in found if one.held_back)
    action = "finding.customers.file" if taken_away else "finding.customers"
    audit.record(service, actor, action, key, week=week, n=len(found), **held_back)
    return found
