"""Importing the customer base, and linking anew what could not be linked before."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from voc import intake
from voc.identity.thread_relinking import requeue_threads
from voc.linking.matching import Matcher, prepare
from voc.linking.non_identifying_values import within_limits
from voc.linking.online import link_all
from voc.pipeline.events import join_events
from voc.pipeline.known_numbers import settle_masks
from voc.privacy.masking import CustomerNames
from voc.records import REJECTIONS_KEPT, Customer, Record, Rejected
from voc.rights.erasure import REFUSED, erased_customers
from voc.settings import Settings
from voc.settings import settings as settings_in_force
from voc.store import Store

log = logging.getLogger("voc.customers")

BATCH = 1000


class ImportReport(Record):
    """What became of a CRM export."""

    new: int
    updated: int
    rejected: int
    rejections: tuple[Rejected, ...] = ()
    relinked: int = 0
    """Interactions that were anonymous and have found their customer."""
    events_joined: int = 0
    """Events that came before their customer did and belong to them now."""


def import_customers(
    store: Store,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    source: str | None = None,
    settings: Settings | None = None,
) -> ImportReport:
    """Read a CRM export into the store, customer by id, then link what was anonymous until now.

    Rows of people who were erased are refused, unless the settings let them in.

    Raises:
        InputError: the file cannot be read at all.
        StoreError: the database refused; batches before it are in.
    """
    name = source or path.name
    new = updated = 0
    rejections: list[Rejected] = []
    rejected = 0
    batch: list[Customer] = []

    chosen = settings or settings_in_force()

    def refuse(one: Rejected) -> None:
        nonlocal rejected
        rejected += 1
        if len(rejections) < REJECTIONS_KEPT:
            rejections.append(one)

    def save() -> None:
        nonlocal new, updated
        if chosen.erased_people == "refuse":
            erased = erased_customers(store, batch, salt=chosen.tombstone_salt)
            for _ in erased:
                refuse(Rejected(source=name, reason=f"a row {REFUSED}", code="erased_person"))
            batch[:] = [one for one in batch if one.id not in erased]
        if batch:
            fresh, known = store.customers.save(batch, now=datetime.now(UTC))
            new, updated = new + fresh, updated + known
            batch.clear()

    for one in intake.isolated(intake.read_customers, path, name=name, mapping=mapping, source=name):
        if isinstance(one, Rejected):
            refuse(one)
            continue
        record, dropped = within_limits(one)
        if dropped:
            log.warning("a record with %d identifiers too many: the first of each type were kept", dropped)
        batch.append(record)
        if len(batch) >= BATCH:
            save()
    save()
    settle_masks(store, chosen)
    matcher = Matcher.of_home(store.linking, chosen.home, region=chosen.default_region, own_numbers=chosen.own_numbers)
    prepare(store.linking, now=datetime.now(UTC), blocked=matcher.blocked)
    return ImportReport(
        new=new,
        updated=updated,
        rejected=rejected,
        rejections=tuple(rejections),
        relinked=relink(store, matcher=matcher),
        events_joined=join_events(store),
    )


def relink(store: Store, *, matcher: Matcher | None = None) -> int:
    """Link again whatever new evidence may decide otherwise; returns how many anonymous interactions found theirs.

    Those are the anonymous ones, those that wait for a person, and those linked below certainty. What people decided
    stays, and every change is an event that can be taken back.
    """
    ids = store.identity_review.doubtful()
    found = 0
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        analyses = store.findings.analyses(part, as_found=True)
        pairs = [(one, analyses[one.id]) for one in store.interactions.records(part) if one.id in analyses]
        earlier = store.findings.links(part)
        links = [
            one for one in link_all(pairs, store.customers, matcher=matcher) if one != earlier.get(one.interaction_id)
        ]
        found += store.findings.save_links(links, now=datetime.now(UTC), masking=CustomerNames())
        requeue_threads(store, [one.interaction_id for one in links], now=datetime.now(UTC))
    return found
