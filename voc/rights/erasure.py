"""Erasing one person (GDPR article 17): every trace in the store, and a tombstone so that nothing brings them back.

What is done step by step is in :mod:`voc.rights.erasure_steps`; here is what names a person and what comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from voc.language.folding import fold
from voc.privacy.personal_data_matcher import Traces
from voc.records import Customer, Interaction, Record, Rejected, as_utc
from voc.store import Filters, Store
from voc.store.tombstones import keyed

Policy = Literal["interactions", "personal"]
REFUSED = "is of a person who was erased before; left out (VOC_ERASED_PEOPLE=allow takes such rows in)."


def refused_row(source: str) -> Rejected:
    """A row of somebody who was erased: no old file brings them back."""
    return Rejected(source=source, reason=REFUSED, code="erased_person")


class Erasure(Record):
    """What was erased, in counts: nothing in it names the person."""

    reference: str
    """Beginning of the tombstone's hash: what the audit line calls the person."""
    policy: Policy
    interactions: int
    kept_anonymous: int
    """Of these, how many go on being counted without anything personal (policy ``personal``)."""
    recordings: int
    uploads: int
    """Files with refused rows that were kept for a retry and held something of the person; their bytes are gone."""
    mentions: int
    """Rows of others that named the person and are masked there."""
    work: tuple[str, ...] = ()
    """Workflows that had to do with these interactions."""


def traces_of(store: Store, customer: Customer, *, same_person: frozenset[str] = frozenset()) -> Traces:
    """What names this customer alone, measured against the rest of the base but for records of the same person."""
    own = {customer.id, *same_person}
    owners = store.customers.owners(customer.identifiers)
    shared = frozenset(pair for pair, found in owners.items() if any(owner not in own for owner, _ in found))
    named = customer.called
    kin = store.erasing.bearers(customer.last_name) - own if customer.last_name else set()
    namesakes = store.erasing.namesakes(fold(named)) - own if named else set()
    return Traces(customer, shared=shared, namesakes=bool(namesakes), kin=bool(kin))


def uploads_about(store: Store, ids: Sequence[str], traces: Sequence[Traces]) -> dict[str, bool]:
    """Uploads whose bytes are kept and that gave one of ``ids`` or hold a trace → whether they count as a file.

    A recording is counted among the recordings.
    """
    given = {upload for upload, _, _ in store.erasing.kept_uploads(ids)}
    found: dict[str, bool] = {}
    for upload, key, filename in store.erasing.kept_uploads():
        recording = store.interactions.uses_blob(key)
        if upload in given or (not recording and _holds(store, key, filename, traces)):
            found[upload] = not recording
    return found


def let_go_of(store: Store, uploads: Mapping[str, bool]) -> None:
    """Delete the kept bytes of these uploads; what they were called goes too where it names nobody else's words."""
    for upload in uploads:
        store.uploads.let_go(upload, store.blobs.delete)
        store.erasing.unname_upload(upload)


def _holds(store: Store, key: str, filename: str, traces: Sequence[Traces]) -> bool:
    if not traces or not store.blobs.exists(key):
        return False
    with store.blobs.as_file(key) as path:
        return any(one.in_file(path, name=filename) for one in traces)


# --- what comes back ---------------------------------------------------------------------------------------------


def find_erased(store: Store, interactions: Sequence[Interaction], *, salt: str | None) -> set[str]:
    """Ids of those interactions that were erased, or that an erased person had before they were.

    What somebody says after their erasure is a new contact: it comes in, and belongs to nobody.
    """
    if not interactions or not store.tombstones.count():
        return set()
    salt = store.tombstones.salt(salt)
    asked: dict[str, list[str]] = {}
    for one in interactions:
        asked[one.id] = [keyed("interaction", one.id, salt=salt)] + [
            keyed("identifier", identifier.type, identifier.value, salt=salt)
            if identifier.type != "customer"
            else keyed("customer", identifier.value, salt=salt)
            for identifier in one.identifiers
        ]
    standing = store.tombstones.known([key for keys in asked.values() for key in keys])
    refused = set()
    for one in interactions:
        erased = [standing[key] for key in asked[one.id] if key in standing]
        same = asked[one.id][0] in standing
        if erased and (same or one.occurred_at is None or as_utc(one.occurred_at) <= max(erased)):
            refused.add(one.id)
    return refused


def erased_customers(store: Store, customers: Sequence[Customer], *, salt: str | None) -> set[str]:
    """Ids of those records that are of an erased person.

    By customer number, contract, address, handle or loyalty number; not by telephone alone: numbers are handed out
    again, and a household shares one.
    """
    if not customers or not store.tombstones.count():
        return set()
    salt = store.tombstones.salt(salt)
    asked = {
        one.id: [keyed("customer", one.id, salt=salt)]
        + [
            keyed("identifier", identifier.type, identifier.value, salt=salt)
            for identifier in one.identifiers
            if identifier.type not in {"phone", "name"}
        ]
        for one in customers
    }
    standing = store.tombstones.known([key for keys in asked.values() for key in keys])
    return {one for one, keys in asked.items() if any(key in standing for key in keys)}


Erase = Callable[[str], object]


def erase_returned(store: Store, *, salt: str, erase_one: Erase) -> int:
    """Erase again whoever a restored backup brought back; returns how many people and interactions were found."""
    if not store.tombstones.count():
        return 0
    found = 0
    for batch in store.erasing.customer_batches():
        for customer_id in sorted(erased_customers(store, batch, salt=salt)):
            erase_one(customer_id)
            found += 1
    ids = store.interactions.all_ids(Filters())
    by_key = {keyed("interaction", one, salt=salt): one for one in ids}
    back = [by_key[key] for key in store.tombstones.known(list(by_key))]
    if back:
        recordings = store.erasing.recordings_of(back) + store.masked_audio.blobs_of(back)
        let_go_of(store, uploads_about(store, back, ()))
        store.erasing.forget(back)
        for key in recordings:
            store.uploads.let_go_of_bytes(key, store.blobs.delete)
        found += len(back)
    return found
