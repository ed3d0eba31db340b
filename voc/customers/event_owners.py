"""Whose an event is: the one customer all its identifiers agree on, else nobody's yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voc.events import Event
from voc.linking.online import SHARED_BY_MORE_THAN
from voc.records import Identifier
from voc.store import Store
from voc.store.tombstones import keyed

Owners = Mapping[tuple[str, str], Sequence[tuple[str, str]]]


def owner_of(
    identifiers: Sequence[Identifier], owners: Owners, *, roots: Mapping[str, str] | None = None
) -> str | None:
    """The customer an event belongs to; ``None`` while nothing names one, or its identifiers disagree.

    A customer's own number decides alone: campaign tools and tills write it themselves. Otherwise every identifier
    that anybody owns must leave the same single customer; a value shared by many proves nothing. ``roots`` says which
    records are merged into another: several records of one person do not disagree.
    """
    roots = roots or {}
    named: list[frozenset[str]] = []
    for one in identifiers:
        found = frozenset(
            customer
            for customer, network in owners.get((one.type, one.value), ())
            if not (one.network and network) or one.network == network
        )
        if one.type == "customer" and len(found) == 1:
            return next(iter(found))
        people = frozenset(roots.get(customer, customer) for customer in found)
        if 0 < len(people) <= SHARED_BY_MORE_THAN:
            named.append(found)
    if not named:
        return None
    records = frozenset.intersection(*named)
    if len(records) == 1:
        return next(iter(records))
    people = frozenset.intersection(*(frozenset(roots.get(one, one) for one in some) for some in named))
    return next(iter(people)) if len(people) == 1 else None


def of_erased(store: Store, events: Sequence[Event], *, salt: str | None) -> set[str]:
    """Ids of those events that are of an erased person: a campaign tool's export must not bring anybody back.

    By customer number, contract, address, handle or loyalty number; not by telephone alone, which a household shares.
    """
    if not events or not store.tombstones.count():
        return set()
    salt = store.tombstones.salt(salt)
    asked = {
        event.id: [
            keyed("customer", one.value, salt=salt)
            if one.type == "customer"
            else keyed("identifier", one.type, one.value, salt=salt)
            for one in event.identifiers
            if one.type != "phone"
        ]
        for event in events
    }
    standing = store.tombstones.known([key for keys in asked.values() for key in keys])
    return {event for event, keys in asked.items() if any(key in standing for key in keys)}
