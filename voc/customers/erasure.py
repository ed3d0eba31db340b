"""Erasing one person (GDPR article 17): every trace in the store, and a tombstone so that nothing brings them back.

The order is what makes it safe to be cut off anywhere and run again: first the tombstone (from then on no file brings
anything back), then what is outside the database, then the rows, then the mentions in what is other people's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

from voc.customers.traces import Traces, blotted
from voc.errors import InputError
from voc.language.folding import fold
from voc.records import Analysis, Customer, Interaction, Record, as_utc
from voc.store import Filters, Store
from voc.store.tombstones import Kind, keyed

Policy = Literal["interactions", "personal"]
REFUSED = "is of a person who was erased before; left out (VOC_ERASED_PEOPLE=allow takes such rows in)."


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
    named = customer.name or " ".join(one for one in (customer.first_name, customer.last_name) if one)
    kin = store.erasing.bearers(customer.last_name) - own if customer.last_name else set()
    namesakes = store.erasing.namesakes(fold(named)) - own if named else set()
    return Traces(customer, shared=shared, namesakes=bool(namesakes), kin=bool(kin))


def erase(store: Store, customer_id: str, *, salt: str, now: datetime, policy: Policy = "interactions") -> Erasure:
    """Erase a customer; :func:`voc.pipeline.erasing.erase_customer` adds the work queue, exports and compaction.

    Records merged with this one are the same person's and go with it.

    Raises:
        InputError: there is no such customer.
        StoreError: the store refused half-way; what was done stays done, running it again does the rest.
    """
    family = [one for record in store.erasing.same_person(customer_id) if (one := store.customers.get(record))]
    if not family:
        raise InputError(f"customer {customer_id}: no such customer; look for the id under Customers.")
    same = frozenset(one.id for one in family)
    traces = [traces_of(store, one, same_person=same) for one in family]
    pairs = sorted({pair for one in traces for pair in one.identifiers})
    ids = sorted({*store.erasing.claimed(pairs), *(i for one in same for i in store.erasing.linked_to(one))})
    hashes: list[tuple[str, Kind]] = [(keyed("customer", one.id, salt=salt), "customer") for one in family]
    hashes += [(keyed("identifier", kind, value, salt=salt), "identifier") for kind, value in pairs]
    hashes += [(keyed("interaction", one, salt=salt), "interaction") for one in ids]
    store.tombstones.add((one, kind, now) for one, kind in hashes)
    work = tuple(store.erasing.work_of(ids))
    recordings, copies = store.erasing.recordings_of(ids), store.masked_audio.blobs_of(ids)
    uploads = let_go_of_uploads(store, ids, traces)
    kept = store.anonymising.copy(ids) if policy == "personal" else 0
    store.erasing.forget(ids)
    for one in family:
        store.erasing.forget((), customer_id=one.id, identifiers=pairs)
    for key in (*recordings, *copies):
        store.uploads.let_go_of_bytes(key, store.blobs.delete)
    mentions = blot_out(store, traces, drop=frozenset((*ids, *same)))
    return Erasure(
        reference=hashes[0][0][:12],
        policy=policy,
        interactions=len(ids),
        kept_anonymous=kept,
        recordings=len(recordings),
        uploads=uploads,
        mentions=mentions,
        work=work,
    )


def let_go_of_uploads(store: Store, ids: Sequence[str], traces: Sequence[Traces]) -> int:
    """Delete the kept bytes of uploads that gave one of ``ids`` or hold a trace; returns how many."""
    given = {upload for upload, _, _ in store.erasing.kept_uploads(ids)}
    done = 0
    for upload, key, filename in store.erasing.kept_uploads():
        recording = store.interactions.uses_blob(key)
        if upload not in given and (recording or not _holds(store, key, filename, traces)):
            continue
        store.uploads.let_go(upload, store.blobs.delete)
        if upload not in given:
            store.erasing.unname_upload(upload)
        done += not recording
    return done


def _holds(store: Store, key: str, filename: str, traces: Sequence[Traces]) -> bool:
    if not traces or not store.blobs.exists(key):
        return False
    with store.blobs.as_file(key) as path:
        return any(one.in_file(path, name=filename) for one in traces)


def blot_out(store: Store, traces: Sequence[Traces], *, drop: frozenset[str]) -> int:
    """Mask the person in what is other people's, and take their interactions out of stored documents."""

    def about(text: str) -> bool:
        return any(one.within(text) for one in traces) or any(one in text for one in drop)

    def blot(value: Any) -> Any:
        return blotted(value, traces, drop=drop)

    found = list(store.erasing.mentions(about, blot))
    for table, key, values in found:
        if table.name == "analysis":
            store.findings.replace_words([Analysis.model_validate(values["document"])])
        else:
            store.erasing.rewrite(table, key, values)
    return len(found)


# --- what comes back ---------------------------------------------------------------------------------------------


def of_erased_people(store: Store, interactions: Sequence[Interaction], *, salt: str | None) -> set[str]:
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


Erase = Callable[[str], Erasure]


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
        let_go_of_uploads(store, back, ())
        store.erasing.forget(back)
        for key in recordings:
            store.uploads.let_go_of_bytes(key, store.blobs.delete)
        found += len(back)
    return found
