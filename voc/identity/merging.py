"""Two records, one person: what a merge or a split would move, shown before it is done."""

from __future__ import annotations

from voc.identity.identity_decisions import with_clean_reason
from voc.privacy.masking import CustomerNames
from voc.records import Customer, Record
from voc.store import Store, identity_refusals
from voc.store.identities import By


class RecordPart(Record):
    """One record of a person, and the interactions that are linked to it."""

    customer: Customer
    interactions: int


class MergePreview(Record):
    """What a merge would do. Each record keeps its identifiers and attributes, and a split returns them."""

    speaks: str
    """Id of the record that will speak for all: the oldest."""
    records: tuple[RecordPart, ...]
    """Every record that will be one person, the one that speaks first."""
    moves: int
    """Interactions that will have another customer than now."""
    lets_go: int
    """Interactions that a person rejected for one of the records: they become anonymous or go back to review."""
    shared: tuple[str, ...]
    """Identifiers both sides have (``phone +336…``): the reason to merge, usually."""
    disagree: dict[str, tuple[str, str]]
    """Field → what each side says, where both say something and it differs."""


class SplitPreview(Record):
    """What a split would do."""

    record_id: str
    leaves: RecordPart
    stays: tuple[RecordPart, ...]
    """The others, the one that will speak for them first."""


FIELDS = ("first_name", "last_name", "name", "language", "city", "postcode", "segment")


def preview_merge(store: Store, first: str, second: str) -> MergePreview:
    """What merging two records would move.

    Raises:
        InputError: a record is unknown, or they are one person already.
    """
    one, other = _records(store, first), _records(store, second)
    if one[0].customer.id == other[0].customer.id:
        raise identity_refusals.nothing_to_merge(first, second)
    speaks = store.identities.oldest([part.customer.id for part in (*one, *other)])
    kept, joins = (one, other) if speaks in {part.customer.id for part in one} else (other, one)
    ids = [part.customer.id for part in (*one, *other)]
    mine, theirs = _identifiers(kept), _identifiers(joins)
    left, right = kept[0].customer, joins[0].customer
    return MergePreview(
        speaks=speaks,
        records=tuple(sorted((*kept, *joins), key=lambda part: part.customer.id != speaks)),
        moves=sum(part.interactions for part in joins),
        lets_go=store.identity_review.rejected_among(ids),
        shared=tuple(sorted(mine & theirs)),
        disagree={
            name: (str(a), str(b))
            for name in FIELDS
            if (a := getattr(left, name)) and (b := getattr(right, name)) and str(a).casefold() != str(b).casefold()
        },
    )


def preview_split(store: Store, record_id: str) -> SplitPreview:
    """What taking a record out of its person would move.

    Raises:
        InputError: the record is unknown, or not merged with another.
    """
    parts = _records(store, record_id)
    rest = [part for part in parts if part.customer.id != record_id]
    if not rest:
        raise identity_refusals.not_merged(record_id)
    speaks = store.identities.oldest([part.customer.id for part in rest])
    (leaves,) = [part for part in parts if part.customer.id == record_id]
    return SplitPreview(
        record_id=record_id, leaves=leaves, stays=tuple(sorted(rest, key=lambda part: part.customer.id != speaks))
    )


def merge(store: Store, first: str, second: str, *, by: By) -> int:
    """Say that two records are one person; the oldest speaks for all from now on. Returns the event.

    Raises:
        InputError: a record is unknown, or they are one person already.
    """
    return store.identities.merge(first, second, by=with_clean_reason(by), masking=CustomerNames())


def split(store: Store, record_id: str, *, by: By) -> int:
    """Say that a record is a person of its own after all; what came with it leaves with it. Returns the event.

    Raises:
        InputError: the record is unknown, or not merged with another.
    """
    return store.identities.split(record_id, by=with_clean_reason(by), masking=CustomerNames())


def _records(store: Store, customer_id: str) -> list[RecordPart]:
    found = store.customers.records(customer_id)
    if not found:
        raise identity_refusals.unknown_customer(customer_id)
    held = store.identity_review.moving([one.id for one in found])
    return [RecordPart(customer=one, interactions=held.get(one.id, 0)) for one in found]


def _identifiers(parts: list[RecordPart]) -> set[str]:
    return {f"{one.type} {one.value}" for part in parts for one in part.customer.identifiers if one.type != "name"}
