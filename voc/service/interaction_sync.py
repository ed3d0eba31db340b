"""A copy of the interactions or customers elsewhere, kept the same: what changed since it last asked, and what went."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from voc.errors import InputError
from voc.records import Customer
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import use_case
from voc.service.visibility import customer_for, row_for
from voc.store import Filters
from voc.store.interaction_changes import ChangeLog, Position
from voc.store.interactions import Stored

_CURSOR = re.compile(r"c(\d{1,18})\.(\d{1,18})\.(\d{1,19})")


@dataclass(frozen=True)
class Changed:
    """Interactions that changed, as they are now, and ids of those that are gone.

    ``cursor`` is where to go on, at once while there is ``more``, else whenever one likes.
    """

    items: list[Stored]
    deleted: list[str]
    cursor: str
    more: bool


@use_case("reader")
def changed(service: Service, actor: Actor, since: str, *, limit: int) -> Changed:
    """What changed since a cursor, a moment, or (``0``) ever, oldest change first.

    Names of customers are left out: they change without their interactions.

    Raises:
        InputError: ``since`` is none of these.
        GoneError: what was deleted since is no longer known; begin anew with ``0``.
    """
    position = _position(service.store.interaction_changes, since.strip())
    if since.strip() == "0":
        audit.record(service, actor, "interaction.sync", None)
    found = service.store.interaction_changes.after(position, limit=limit)
    rows = service.store.interactions.rows(found.ids, Filters())
    items = [row_for(actor, replace(rows[one], customer_name=None)) for one in found.ids if one in rows]
    return Changed(
        items=items,
        deleted=[one for one in found.ids if one not in rows],
        cursor=_cursor(found.position),
        more=found.more,
    )


@dataclass(frozen=True)
class ChangedCustomers:
    """Records that changed, as they are now, and ids of those that are gone or were merged into another."""

    items: list[Customer]
    deleted: list[str]
    cursor: str
    more: bool


@use_case("reader")
def changed_customers(service: Service, actor: Actor, since: str, *, limit: int) -> ChangedCustomers:
    """What changed in the customer base since a cursor, a moment, or (``0``) ever, oldest change first.

    Raises:
        InputError: ``since`` is none of these.
        GoneError: what was deleted since is no longer known; begin anew with ``0``.
    """
    log = service.store.customer_marks
    position = _position(log, since.strip())
    if since.strip() == "0":
        audit.record(service, actor, "customer.sync", None)
    found = log.after(position, limit=limit)
    records = service.store.customers.leading(found.ids)
    return ChangedCustomers(
        items=[customer_for(actor, records[one]) for one in found.ids if one in records],
        deleted=[one for one in found.ids if one not in records],
        cursor=_cursor(found.position),
        more=found.more,
    )


def _cursor(at: Position) -> str:
    return f"c{at.floor}.{at.transaction}.{at.seq}"


def _position(log: ChangeLog, since: str) -> Position:
    if since == "0":
        return log.beginning()
    if match := _CURSOR.fullmatch(since):
        return Position(*map(int, match.groups()))
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as error:
        raise InputError(
            "updated_since: give 0, a moment like 2026-11-09T00:00:00Z, or the next_cursor of the last answer.",
            code="no_such_cursor",
        ) from error
    return log.at(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
