"""Customers who may leave, as a list to work through: their points, of which signs, and what they are worth."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from voc.customers.fragility import CustomerFragility, CustomerSign, FragilityRules, most_fragile
from voc.records import Customer, Record
from voc.store import Filters, Store

Order = Literal["points", "value"]
"""Those with the most points first, or those who are worth the most."""


class CustomerAtRisk(Record):
    """One customer of the list: ``points`` is the sum of ``parts``, rule → points; ``signs`` open to their evidence."""

    id: str
    name: str | None
    segment: str | None
    city: str | None
    value: float | None
    """What the customer is worth, as the base says it; ``None`` where it does not, or whoever asks may not see it."""
    points: int
    parts: dict[str, int] = Field(default_factory=dict)
    contacts: int
    """Contacts of the window that were looked at."""
    signs: tuple[CustomerSign, ...] = ()
    href: str


def at_risk(
    store: Store,
    filters: Filters,
    *,
    now: datetime,
    order: Order = "points",
    least: int = 1,
    limit: int,
    offset: int = 0,
    rules: FragilityRules | None = None,
) -> tuple[list[CustomerAtRisk], int]:
    """Customers with ``least`` points or more of whom some interaction matches, and how many there are in all.

    By points, those of equal points by what they are worth; or by what they are worth, then by points. The signs are of
    all contacts of the window, whatever the filters say.
    """
    among = store.meanings.customers(filters) if filters != Filters() else None
    found = [
        one
        for one in most_fragile(store, now=now, limit=None, rules=rules)
        if one.points >= least and (among is None or one.customer_id in among)
    ]
    worth = store.customers.values([one.customer_id for one in found])

    def rank(one: CustomerFragility) -> tuple[float, float, int, str]:
        value, points = worth.get(one.customer_id, 0.0), float(one.points)
        first, second = (value, points) if order == "value" else (points, value)
        return -first, -second, -len(one.signs), one.customer_id

    page = sorted(found, key=rank)[offset : offset + limit]
    known = store.customers.leading([one.customer_id for one in page])
    return [_row(one, known.get(one.customer_id), worth.get(one.customer_id)) for one in page], len(found)


def _row(one: CustomerFragility, known: Customer | None, value: float | None) -> CustomerAtRisk:
    return CustomerAtRisk(
        id=one.customer_id,
        name=known.called if known else None,
        segment=known.segment if known else None,
        city=known.city if known else None,
        value=value,
        points=one.points,
        parts={sign.rule: sign.points for sign in one.signs},
        contacts=one.contacts,
        signs=one.signs,
        href=f"/customers/{one.customer_id}",
    )
