"""What a person may decide about who is whom: confirm, link, reject, and take any of it back.

Every function is one event with who, when and why; each can be undone (:func:`undo`), with all that followed from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from voc.errors import InputError
from voc.identity.thread_relinking import requeue_threads
from voc.privacy.masking import CustomerNames
from voc.store import Store
from voc.store.identities import By

LONGEST_REASON = 1000


def with_clean_reason(by: By) -> By:
    """``by`` with its reason trimmed, and ``None`` where nothing was written.

    Raises:
        InputError: the reason is longer than a note.
    """
    reason = " ".join((by.reason or "").replace("\x00", " ").split())
    if len(reason) > LONGEST_REASON:
        raise InputError(f"reason: {len(reason)} characters; keep it under {LONGEST_REASON}.")
    return By(actor=by.actor, at=by.at, reason=reason or None)


def confirm(store: Store, interaction_id: str, customer_id: str | None, *, by: By) -> int:
    """Say that an interaction is this customer's; ``None``: whom it is linked to, else its best candidate.

    Doubtful interactions of the same thread are put to review with this customer.

    Raises:
        InputError: no such interaction or customer, or nobody to confirm.
    """
    if customer_id is None:
        now = store.findings.link(interaction_id)
        candidates, refused = store.identity_review.candidates(interaction_id)
        left = [one.customer_id for one in candidates if one.customer_id not in refused]
        customer_id = (now.customer_id if now is not None else None) or next(iter(left), None)
    if customer_id is None:
        raise InputError(
            f"interaction {interaction_id}: has no candidate to confirm; name the customer.", code="no_candidate"
        )
    return link(store, [interaction_id], customer_id, by=by)


def link(store: Store, interaction_ids: Sequence[str], customer_id: str, *, by: By) -> int:
    """Say that these interactions are this customer's, whatever was found before.

    Raises:
        InputError: no such interaction or customer, or they are linked so by a person already.
    """
    by = with_clean_reason(by)
    event_id = store.identities.link(interaction_ids, customer_id, by=by, masking=CustomerNames())
    requeue_threads(store, interaction_ids, now=by.at, cause_id=event_id)
    return event_id


def reject(store: Store, interaction_ids: Sequence[str], customer_id: str | None, *, by: By) -> int:
    """Say that these interactions are not this customer's; ``None``: none of their candidates'.

    Raises:
        InputError: no such interaction or customer, or nobody is left to reject.
    """
    return store.identities.reject(interaction_ids, customer_id, by=with_clean_reason(by), masking=CustomerNames())


def undo(store: Store, event_id: int, *, by: By, with_later: bool = False) -> list[int]:
    """Take an event back with all it changed; returns the ids of the events taken back, newest first.

    Raises:
        InputError: no such event, or it was taken back already.
        ConflictError: later decisions stand on it, and ``with_later`` is false.
    """
    return store.identities.undo(event_id, by=with_clean_reason(by), with_later=with_later, masking=CustomerNames())
