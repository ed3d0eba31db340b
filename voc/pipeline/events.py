"""Importing events, and joining those that came before their customer did."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from voc import intake
from voc.customers.event_owners import of_erased, owner_of
from voc.events import Event
from voc.records import REJECTIONS_KEPT, Record, Rejected
from voc.rights.erasure import refused_row
from voc.settings import Settings
from voc.settings import settings as settings_in_force
from voc.store import Store

BATCH = 2000


class EventReport(Record):
    """What became of an export of events."""

    new: int
    known: int
    """Events that were there already; they are replaced by what the file says of them now."""
    unknown_customer: int
    """Events of this file that are kept until the customer they name is in the base."""
    rejected: int
    erased: int = 0
    """Of those, events of people who were erased."""
    rejections: tuple[Rejected, ...] = ()


def import_events(
    store: Store,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    source: str | None = None,
    on_rejected: Callable[[list[Rejected]], None] | None = None,
    settings: Settings | None = None,
) -> EventReport:
    """Read an export of events into the store, a batch at a time; doing it twice changes nothing.

    Events of people who were erased are refused, unless the settings let them in.

    Args:
        on_rejected: called with the rows of each batch that could not be taken in.

    Raises:
        InputError: the file or its columns hold no events.
        StoreError: the database refused; batches before it are in.
    """
    new = known = unknown = rejected = of_gone = 0
    rejections: list[Rejected] = []
    batch: list[Event] = []
    refused: list[Rejected] = []
    chosen = settings or settings_in_force()

    def refuse(one: Rejected) -> None:
        nonlocal rejected
        rejected += 1
        refused.append(one)
        if len(rejections) < REJECTIONS_KEPT:
            rejections.append(one)

    def save() -> None:
        nonlocal new, known, unknown, of_gone
        if chosen.erased_people == "refuse":
            erased = of_erased(store, batch, salt=chosen.tombstone_salt)
            of_gone += len(erased)
            for event in batch:
                if event.id in erased:
                    refuse(refused_row(event.source))
            batch[:] = [event for event in batch if event.id not in erased]
        if batch:
            owners = store.customers.owners([found for one in batch for found in one.identifiers])
            roots = store.events.roots(_named(owners))
            owned = [(one, owner_of(one.identifiers, owners, roots=roots)) for one in batch]
            fresh, there = store.events.save(owned, now=datetime.now(UTC))
            new, known = new + fresh, known + there
            unknown += sum(customer is None for _, customer in owned)
            batch.clear()
        if refused and on_rejected is not None:
            on_rejected(list(refused))
        refused.clear()

    name = source or path.name
    for one in intake.isolated(intake.read_events, path, name=name, mapping=mapping, source=name):
        if isinstance(one, Rejected):
            refuse(one)
        else:
            batch.append(one)
        if len(batch) + len(refused) >= BATCH:
            save()
    save()
    return EventReport(
        new=new, known=known, unknown_customer=unknown, rejected=rejected, erased=of_gone, rejections=tuple(rejections)
    )


def join_events(store: Store) -> int:
    """Give the events that belong to nobody yet to the customers that are in the base now; returns how many."""
    joined, after = 0, ""
    while page := store.events.pending(after=after, limit=BATCH):
        after = page[-1][0]
        owners = store.customers.owners([found for _, identifiers in page for found in identifiers])
        roots = store.events.roots(_named(owners))
        found = [
            (event_id, owner)
            for event_id, identifiers in page
            if (owner := owner_of(identifiers, owners, roots=roots)) is not None
        ]
        if found:
            store.events.join(found)
            joined += len(found)
    return joined


def _named(owners: Mapping[tuple[str, str], Sequence[tuple[str, str]]]) -> list[str]:
    return list({customer for some in owners.values() for customer, _ in some})
