"""Why a link: what each field says for or against each candidate, in bits that add up."""

from __future__ import annotations

from collections.abc import Sequence

from voc.records import FieldWeight, Link, LinkCandidate, Record
from voc.store import Store
from voc.store.identity_review import Event

NEGLIGIBLE_BITS = 0.5
"""What weighs less (odds times 1.4) is not worth a word."""

SPOKEN_OF = 3
"""Fields named in a sentence, for and against each."""


class Step(Record):
    """One bar of the waterfall: a field, how well it agrees, and the sum before and after it, in bits."""

    field: str
    level: str
    bits: float
    start: float
    end: float


class ExplainedCandidate(Record):
    """A candidate with the steps that lead to its sum."""

    customer_id: str
    name: str | None
    city: str | None
    segment: str | None
    bits: float
    probability: float
    rejected: bool = False
    linked: bool = False
    steps: tuple[Step, ...] = ()
    favours: tuple[FieldWeight, ...] = ()
    """What speaks most for it, strongest first."""
    opposes: tuple[FieldWeight, ...] = ()


class Explanation(Record):
    """Whom an interaction belongs to or may belong to, and why."""

    link: Link
    candidates: tuple[ExplainedCandidate, ...]
    open: bool
    """Whether it waits for a person."""


def explain(store: Store, interaction_id: str) -> Explanation | None:
    """Why an interaction is whose it is; ``None`` while it is not analysed."""
    link = store.findings.link(interaction_id)
    if link is None:
        return None
    candidates, refused = store.identity_review.candidates(interaction_id)
    known = {one.customer_id for one in candidates}
    extra = [one for one in sorted(refused) if one not in known]
    about = {one: store.customers.whole(one) for one in [*known, *extra]}
    found = []
    for one in [*candidates, *(LinkCandidate(customer_id=name, bits=0.0, probability=0.0) for name in extra)]:
        customer = about[one.customer_id]
        found.append(
            ExplainedCandidate(
                customer_id=one.customer_id,
                name=customer.name if customer else None,
                city=customer.city if customer else None,
                segment=customer.segment if customer else None,
                bits=one.bits,
                probability=one.probability,
                rejected=one.customer_id in refused,
                linked=one.customer_id == link.customer_id,
                steps=steps(one.fields),
                favours=_strongest(one.fields, sign=1),
                opposes=_strongest(one.fields, sign=-1),
            )
        )
    waits = link.method in {"review", "ambiguous", "conflict"} and any(not one.rejected for one in found)
    return Explanation(link=link, candidates=tuple(found), open=waits)


def steps(fields: Sequence[FieldWeight]) -> tuple[Step, ...]:
    """The bars of a waterfall: the prior first, then the strongest fields, each from where the one before ended."""
    ordered = sorted(fields, key=lambda one: (one.field != "prior", -abs(one.bits), one.field))
    total = 0.0
    found: list[Step] = []
    for one in ordered:
        found.append(Step(field=one.field, level=one.level, bits=one.bits, start=total, end=total + one.bits))
        total += one.bits
    return tuple(found)


def count_moved(event: Event) -> int:
    """How many interactions an event gave another customer."""
    links = sum(1 for one in event.changes if one.kind == "link" and "record_id" in (one.after or {}))
    with_records = [int((one.after or {}).get("interactions", 0)) for one in event.changes if one.kind == "record"]
    return links + sum(with_records)


def _strongest(fields: Sequence[FieldWeight], *, sign: int) -> tuple[FieldWeight, ...]:
    found = [one for one in fields if one.field != "prior" and one.bits * sign >= NEGLIGIBLE_BITS]
    return tuple(sorted(found, key=lambda one: -abs(one.bits))[:SPOKEN_OF])
