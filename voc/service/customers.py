"""Customers: find one, see everything known of one, import the base and what happened around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from voc.customers.at_risk import CustomerAtRisk, Order
from voc.customers.at_risk import at_risk as find_at_risk
from voc.customers.customer_search import find_customers
from voc.customers.fragility import CustomerFragility, fragility_of
from voc.customers.timeline import CustomerTimeline, Entry, story
from voc.errors import InputError
from voc.insights.pressure import PressureOfOne, pressure_of
from voc.records import Customer
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.pipeline import Imported
from voc.service.use_cases import not_found, there, use_case
from voc.service.visibility import analysis_for, customer_for, row_for
from voc.store import Filters
from voc.store.customer_changes import Change
from voc.store.customers import CustomerRow

if TYPE_CHECKING:
    from voc.pipeline import EventReport

__all__ = ["Change", "CustomerAtRisk", "CustomerRow", "Detail", "EventCounts", "Order", "Page", "at_risk",
           "at_risk_file", "changes", "count", "detail", "event_counts", "find", "import_base",
           "import_events", "listing", "meant", "names", "records", "segments", "whole_list"]  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One page of customers, those heard last first; ``more`` where others follow."""

    items: list[CustomerRow]
    more: bool


@dataclass(frozen=True)
class Detail:
    """Everything known of one customer, as far as the actor may see it."""

    customer: Customer
    story: CustomerTimeline
    sentiments: dict[str, int]
    """Interactions by sentiment label (``none``: not scored), zeros left out."""
    pressure: PressureOfOne
    """Messages sent to them lately, against what their segment tolerates."""
    fragility: CustomerFragility


@dataclass(frozen=True)
class EventCounts:
    """Events in the store by family, and those whose customer is not in the base yet."""

    families: dict[str, int]
    unknown_customer: int


@use_case("reader")
def listing(
    service: Service, actor: Actor, query: str = "", *, segment: str | None = None, limit: int, offset: int = 0
) -> Page:
    """Customers that ``query`` may mean: part of a name, an id, or a whole identifier however it is written."""
    region = service.settings.default_region
    rows = find_customers(
        service.store.customers, query, region=region, segment=segment, limit=limit + 1, offset=offset
    )
    return Page(items=rows[:limit], more=len(rows) > limit)


@use_case("analyst")
def whole_list(
    service: Service, actor: Actor, query: str = "", *, segment: str | None = None, limit: int, offset: int = 0
) -> Page:
    """:func:`listing` for a file that leaves the service: for analysts, and a line of the audit trail."""
    found = listing(service, actor, query, segment=segment, limit=limit, offset=offset)
    audit.record(service, actor, "customer.list.file", None, n=len(found.items))
    return found


@use_case("reader")
def at_risk(
    service: Service,
    actor: Actor,
    filters: Filters,
    *,
    order: Order = "points",
    least: int = 1,
    limit: int,
    offset: int = 0,
) -> tuple[list[CustomerAtRisk], int]:
    """Customers who may leave, the first to call first, and how many there are; what they are worth for analysts."""
    order = order if actor.sees_people else "points"
    rows, n = find_at_risk(
        service.store, filters, now=service.now(), order=order, least=least, limit=limit, offset=offset
    )
    return (rows if actor.sees_people else [one.model_copy(update={"value": None}) for one in rows]), n


@use_case("analyst")
def at_risk_file(
    service: Service, actor: Actor, filters: Filters, *, order: Order = "points", least: int = 1, limit: int,
    offset: int = 0,
) -> list[CustomerAtRisk]:  # fmt: skip
    """:func:`at_risk` for a file that leaves the service: for analysts, and a line of the audit trail."""
    rows, _ = at_risk(service, actor, filters, order=order, least=least, limit=limit, offset=offset)
    audit.record(service, actor, "customer.list.file", None, n=len(rows))
    return rows


@use_case("reader")
def meant(service: Service, actor: Actor, written: str) -> str:
    """Id of the one customer that a person meant by an id, a number or a name.

    Raises:
        InputError: nobody, or several.
    """
    if service.store.customers.get(written) is not None:
        return written
    found = listing(service, actor, written, limit=2).items
    if len(found) != 1:
        several = "several customers match" if found else "no customer matches"
        raise InputError(f"customer: {several} what was written; give the customer's id.", code="which_customer")
    return found[0].id


@use_case("reader")
def count(service: Service, actor: Actor) -> int:
    """How many records there are."""
    return service.store.customers.count()


@use_case("reader")
def segments(service: Service, actor: Actor) -> list[str]:
    """The segments in use."""
    return service.store.customers.segments()


@use_case("reader")
def names(service: Service, actor: Actor, ids: Iterable[str]) -> dict[str, str]:
    """Names of customers by id, as they are shown to everybody."""
    found = service.store.customers.names(sorted(set(ids)))
    return {
        key: whole or " ".join(part for part in (first, last) if part) for key, (first, last, whole) in found.items()
    }


@use_case("reader")
def find(service: Service, actor: Actor, customer_id: str) -> Customer:
    """One customer with what all their records know.

    Raises:
        NotFoundError: there is none with that id.
    """
    customer = there(service.store.customers.whole(customer_id), "customer")
    return customer_for(actor, customer)


@use_case("reader")
def records(service: Service, actor: Actor, customer_id: str) -> list[Customer]:
    """Every record of one person, the one that speaks for them first.

    Raises:
        NotFoundError: there is none with that id.
    """
    found = service.store.customers.records(customer_id)
    if not found:
        raise not_found("customer")
    return [customer_for(actor, one) for one in found]


@use_case("reader")
def detail(service: Service, actor: Actor, customer_id: str) -> Detail:
    """Everything known of one customer.

    Raises:
        NotFoundError: there is none with that id.
    """
    customer = find(service, actor, customer_id)
    now = service.now()
    return Detail(
        customer=customer,
        story=_story(service, actor, customer),
        sentiments=_sentiments(service, customer.id),
        pressure=pressure_of(service.store, customer.id, segment=customer.segment, at=now),
        fragility=fragility_of(service.store, customer.id, now=now),
    )


@use_case("analyst")
def changes(service: Service, actor: Actor, customer_id: str, *, limit: int) -> list[Change]:
    """What imports changed in one record, newest first.

    Raises:
        NotFoundError: there is none with that id.
    """
    there(service.store.customers.get(customer_id), "customer")
    return service.store.customers.changes(customer_id, limit=limit)


@use_case("analyst")
def import_base(
    service: Service, actor: Actor, path: Path, *, mapping: Mapping[str, str] | None = None, source: str | None = None
) -> Imported:
    """Read a CRM export into the base, customer by id, then link anew what was anonymous.

    Args:
        source: what the sender calls the file; its name by default.

    Raises:
        InputError: the file cannot be read at all.
        StoreError: the database refused; batches before it are in.
    """
    found = service.pipeline.import_customers(path, mapping=mapping, source=source or path.name)
    counts = {"new": found.new, "updated": found.updated, "rejected": found.rejected}
    audit.record(service, actor, "customers.import", None, **counts)
    return found


@use_case("analyst")
def import_events(
    service: Service, actor: Actor, path: Path, *, mapping: Mapping[str, str] | None = None, source: str | None = None
) -> EventReport:
    """Read an export of events (messages sent, purchases, visits); the same event twice is one event.

    Raises:
        InputError: the file or its columns hold no events.
        StoreError: the database refused; batches before it are in.
    """
    from voc.pipeline import import_events as read

    found = read(service.store, path, mapping=mapping, source=source, settings=service.settings)
    counts = {"new": found.new, "known": found.known, "rejected": found.rejected}
    audit.record(service, actor, "customers.events", None, **counts)
    return found


@use_case("reader")
def event_counts(service: Service, actor: Actor) -> EventCounts:
    """How many events there are."""
    families = service.store.events.counts()
    unknown = families.pop("unknown_customer")
    return EventCounts(families=families, unknown_customer=unknown)


def _story(service: Service, actor: Actor, customer: Customer) -> CustomerTimeline:
    found = story(
        service.store,
        customer,
        now=service.now(),
        days=service.settings.repeat_days,
        detail=actor.sees_people,
        shown=lambda analysis: analysis_for(actor, analysis),
    )
    return replace(
        found,
        rows=tuple(row_for(actor, row) for row in found.rows),
        entries=tuple(_entry_for(actor, one) for one in found.entries),
    )


def _entry_for(actor: Actor, entry: Entry) -> Entry:
    return entry if entry.interaction is None else replace(entry, interaction=row_for(actor, entry.interaction))


def _sentiments(service: Service, customer_id: str) -> dict[str, int]:
    counts = {
        label: service.store.interactions.count(Filters(customer=customer_id, sentiment=label))
        for label in ("negative", "neutral", "positive", "none")
    }
    return {label: n for label, n in counts.items() if n}
