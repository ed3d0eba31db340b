"""Later evidence opens a doubtful link again: a customer base that knows more, a thread that names somebody."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from voc.records import FieldWeight, Link, LinkCandidate
from voc.store import Store

LARGEST_THREAD = 50
"""A longer thread is a crowd, not a conversation."""

SURE = frozenset(("exact_identifier", "score", "manual"))
DOUBTFUL = frozenset(("none", "review", "ambiguous", "conflict"))

STRONGEST_BITS = 20.0
"""No thread says more than this, however many agreed (the weights of fields are clamped likewise)."""


def requeue_threads(store: Store, ids: Sequence[str], *, now: datetime, cause_id: int | None = None) -> int:
    """Put doubtful interactions to review whose thread has come to name one customer; returns how many.

    Nothing is linked: a message in somebody's thread is likely, not surely, theirs (a family's mailbox, an answer to
    somebody else's post). How likely is counted on this base: of the pairs of linked interactions that share a thread,
    the share that is one person's.
    """
    threads: dict[tuple[str, str], list[tuple[str, str, str | None]]] = {}
    for one in store.identity_review.in_threads_of(ids):
        threads.setdefault((one.channel, one.thread_id), []).append((one.interaction_id, one.method, one.customer_id))
    named: dict[str, str] = {}
    for members in threads.values():
        customers = {customer for _, method, customer in members if method in SURE and customer is not None}
        if len(customers) == 1 and len(members) <= LARGEST_THREAD:
            (customer,) = customers
            named |= {one: customer for one, method, owner in members if method in DOUBTFUL and owner is None}
    if not named:
        return 0
    refused = store.identity_review.rejected_pairs(list(named))
    links = store.findings.links([one for one, customer in named.items() if (one, customer) not in refused])
    bits = thread_bits(*store.identity_review.thread_agreement())
    prior = -math.log2(max(1, store.customers.count()))
    reopened = [
        opened
        for one, link in links.items()
        if (opened := with_thread(link, named[one], bits=bits, prior=prior)) != link
    ]
    store.findings.save_links(reopened, now=now, reason="thread", cause_id=cause_id)
    return len(reopened)


def thread_bits(same: int, pairs: int) -> float:
    """Odds, in bits, that two interactions of one thread are one person's: (same + 1) / (pairs − same + 1).

    The two added ones are Laplace's rule of succession: without any pair seen, the odds are even.
    """
    return math.log2((same + 1) / (pairs - same + 1))


def with_thread(link: Link, customer_id: str, *, bits: float, prior: float) -> Link:
    """``link`` put to review with the customer its thread names as a candidate, the thread's bits among the fields.

    Args:
        bits: odds that the thread is right, in bits (:func:`thread_bits`); they stand for the posterior, so that what
            the thread adds is ``bits`` less the prior.
        prior: bits of any one customer of the base before anything is known.
    """
    known = next((one for one in link.candidates if one.customer_id == customer_id), None)
    if known is not None and any(part.field == "thread" for part in known.fields):
        return link
    start = next((part.bits for part in known.fields if part.field == "prior"), prior) if known else prior
    said = FieldWeight(field="thread", level="same", bits=max(-STRONGEST_BITS, min(STRONGEST_BITS, bits - start)))
    fields = (*(known.fields if known else (FieldWeight(field="prior", level="", bits=prior),)), said)
    total = (known.bits if known else prior) + said.bits
    theirs = LinkCandidate(customer_id=customer_id, bits=total, probability=0.0, fields=fields)
    others = [one for one in link.candidates if one.customer_id != customer_id]
    return link.model_copy(
        update={"method": "review", "candidates": renormalise([theirs, *others]), "probability": None}
    )


def renormalise(candidates: Sequence[LinkCandidate]) -> tuple[LinkCandidate, ...]:
    """The candidates best first, one probability shared among them and "somebody else" (odds of 1)."""
    odds: Mapping[str, float] = {one.customer_id: 2.0 ** min(one.bits, 500.0) for one in candidates}
    everything = 1.0 + sum(odds.values())
    ordered = sorted(candidates, key=lambda one: (-one.bits, one.customer_id))
    return tuple(one.model_copy(update={"probability": odds[one.customer_id] / everything}) for one in ordered)
