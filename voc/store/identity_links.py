"""Writing links so that no analysis undoes what a person decided, on an open connection.

Three things hold after every function here:

- a link that a person made (``manual``) is not touched by an automatic one, and nothing is linked automatically to
  somebody a person rejected;
- ``link.customer_id`` and ``interaction.customer_id`` are the root of ``link.record_id``;
- an automatic change of an earlier link is an event that can be taken back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, null, or_, select, update

from voc.records import FieldWeight, Link, LinkCandidate, LinkEvidence
from voc.store import schema
from voc.store.batches import parts
from voc.store.identity_events import Change, record_event
from voc.store.identity_groups import groups, hold, root_of, roots
from voc.store.identity_tables import identity_change, identity_event, link_rejection

OPEN = ("review", "ambiguous", "conflict")
"""Methods of links that wait for a person."""

AUTOMATIC = "voc"
"""Who changed a link when no person did."""

Pair = tuple[str, str]


def save_links(
    connection: Connection,
    links: Sequence[Link],
    *,
    now: datetime,
    reason: str,
    mask: Callable[[Sequence[str]], Sequence[Change]] | None = None,
    cause_id: int | None = None,
) -> int:
    """Save what was decided automatically, as far as no person has decided otherwise.

    Returns how many interactions that had no customer have found one.

    Args:
        reason: why it is decided now: ``analysis``, ``customer_base`` … (``identity_reasons`` in the catalogue).
        mask: masks the names of the customers these interactions have now, where their words were not made with them.
        cause_id: the event it follows from.
    """
    if not links:
        return 0
    hold(connection, alone=False)
    known = _known(connection, links)
    fresh: list[dict[str, Any]] = []
    changed: dict[_Move, list[Change]] = {}
    for one in links:
        link = _decided(connection, one, known)
        if link is None:
            continue
        values = _values(link, now=now) | {"record_id": _record(connection, link, known.root)}
        before = known.earlier.get(one.interaction_id)
        if before is None:
            fresh.append(values)
            continue
        move = _move(before, values, link)
        if move is None:
            values["created_at"] = before.created_at  # still the same link, by newer evidence
        else:
            changed.setdefault(move, []).append(Change.of_link(before, values))
        write(connection, values)
    if fresh:
        connection.execute(insert(schema.link), fresh)
    settle(connection, [one.interaction_id for one in links])
    masked = _masked(changed, mask)
    for move, changes in changed.items():
        _record_move(connection, move, [*changes, *masked[move]], known.root, reason=reason, now=now, cause_id=cause_id)
    return sum(len(changes) for move, changes in changed.items() if move.before is None and move.after is not None)


class _Move(NamedTuple):
    """What happens to links together, as one event: whose they were and whose they are."""

    action: Literal["automatic", "reopen"]
    before: str | None
    after: str | None


@dataclass(frozen=True)
class _Known:
    """What is known of some interactions before their new links are saved."""

    earlier: dict[str, Row[Any]]
    """Interaction → its link as it is stored."""
    refused: dict[str, set[str]]
    """Interaction → customers a person rejected for it, or took an automatic link to back."""
    root: dict[str, str]
    """Record → the record that speaks for its person."""
    owned: dict[str, tuple[LinkCandidate, ...]]
    """Interaction → candidates by the identifiers in it."""


def _known(connection: Connection, links: Sequence[Link]) -> _Known:
    ids = [one.interaction_id for one in links]
    named = {one.customer_id for one in links} | {c.customer_id for one in links for c in one.candidates}
    refused: dict[str, set[str]] = {}
    for interaction_id, customer_id in rejected(connection, ids, with_undone=True):
        refused.setdefault(interaction_id, set()).add(customer_id)
    return _Known(
        earlier=rows(connection, ids),
        refused=refused,
        root=roots(connection, (one for one in named if one is not None)),
        owned=_owned(connection, links),
    )


def _decided(connection: Connection, found: Link, known: _Known) -> Link | None:
    """The link as far as no person has decided otherwise; ``None`` where what they decided stands."""
    link = _without(found, known.refused.get(found.interaction_id, set()), known.root)
    if not link.candidates:
        link = link.model_copy(update={"candidates": known.owned.get(found.interaction_id, ())})
    before = known.earlier.get(found.interaction_id)
    if before is None or before.method != "manual":
        return link
    if before.record_id is not None or link.customer_id is None:
        return None  # a person decided, and nothing new speaks against it
    # A person said "none of these", and now somebody else is named: worth a second look, no more.
    link = link.model_copy(update={"customer_id": None, "method": "review", "probability": None})
    return link if link.candidates else link.model_copy(update={"candidates": _exact(connection, found)})


def _move(before: Row[Any], values: dict[str, Any], link: Link) -> _Move | None:
    """What saving ``values`` over ``before`` does; ``None`` where nothing is decided otherwise."""
    was = _outcome(before.record_id, before.method, candidates_of(before))
    if was == _outcome(values["record_id"], values["method"], link.candidates):
        return None
    reopened = values["method"] in OPEN and before.record_id is None
    return _Move("reopen" if reopened else "automatic", before.record_id, values["record_id"])


def _masked(
    changed: Mapping[_Move, Sequence[Change]], mask: Callable[[Sequence[str]], Sequence[Change]] | None
) -> dict[_Move, list[Change]]:
    """What masking the names of the new customers changes, by the event it belongs to."""
    moved = {str(change.interaction_id): move for move, changes in changed.items() for change in changes}
    found: dict[_Move, list[Change]] = {move: [] for move in changed}
    for change in mask(sorted(moved)) if mask is not None else ():
        if (move := moved.get(str(change.interaction_id))) is not None:
            found[move].append(change)
    return found


def _record_move(
    connection: Connection,
    move: _Move,
    changes: list[Change],
    root: Mapping[str, str],
    *,
    reason: str,
    now: datetime,
    cause_id: int | None,
) -> None:
    """One event; its parties are whose the links were and are, and whoever was suggested."""
    suggested = [one["customer_id"] for c in changes for one in (c.after or {}).get("candidates") or ()]
    records = (move.before, move.after, *(root[one] for one in suggested if one in root))
    record_event(
        connection,
        actor=AUTOMATIC,
        action=move.action,
        reason=reason,
        now=now,
        changes=changes,
        parties=[one for one in records if one is not None],
        cause_id=cause_id,
    )


def rows(connection: Connection, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Links as they are stored, by interaction."""
    found: dict[str, Row[Any]] = {}
    for part in parts(sorted(set(ids))):
        for row in connection.execute(select(schema.link).where(schema.link.c.interaction_id.in_(part))):
            found[row.interaction_id] = row
    return found


def rejected(connection: Connection, ids: Iterable[str], *, with_undone: bool = False) -> set[Pair]:
    """(interaction, root) pairs a person rejected; ``with_undone`` adds automatic links a person took back."""
    r, c, e = link_rejection.c, identity_change, identity_event.c
    found: set[Pair] = set()
    for part in parts(sorted(set(ids))):
        found.update((row[0], row[1]) for row in connection.execute(
            select(r.interaction_id, root_of(r.customer_id)).where(r.interaction_id.in_(part))
        ))  # fmt: skip
        if with_undone:
            taken_back = (
                select(c.c.interaction_id, c.c.after)
                .join(identity_event, e.id == c.c.event_id)
                .where(c.c.interaction_id.in_(part), c.c.kind == "link", e.undone_at.is_not(None))
                .where(e.action.in_(("automatic", "reopen")))
            )
            pairs = [(row[0], row[1].get("record_id")) for row in connection.execute(taken_back)]
            root = roots(connection, (record for _, record in pairs if record is not None))
            found.update((interaction, root[record]) for interaction, record in pairs if record in root)
    return found


def find_contradiction(connection: Connection) -> str | None:
    """An interaction that is linked, not by a person, to somebody a person rejected for it; there should be none."""
    link, r = schema.link, link_rejection
    wrong = (
        select(link.c.interaction_id)
        .join(r, r.c.interaction_id == link.c.interaction_id)
        .where(link.c.method != "manual", link.c.customer_id == root_of(r.c.customer_id))
    )
    return connection.execute(wrong.limit(1)).scalar_one_or_none()


def write(connection: Connection, values: dict[str, Any]) -> None:
    """Replace these values of one link."""
    link = schema.link
    kept = {name: value for name, value in values.items() if name != "interaction_id"}
    connection.execute(update(link).where(link.c.interaction_id == values["interaction_id"]).values(**kept))


def settle(connection: Connection, ids: Iterable[str]) -> None:
    """Derive what follows from the links of these interactions: the customer, and how open the question is."""
    link, i = schema.link, schema.interaction
    wanted = sorted(set(ids))
    for part in parts(wanted):
        connection.execute(
            update(link).where(link.c.interaction_id.in_(part)).values(customer_id=root_of(link.c.record_id))
        )
        owner = select(link.c.customer_id).where(link.c.interaction_id == i.c.id).scalar_subquery()
        connection.execute(
            update(i).where(i.c.id.in_(select(link.c.interaction_id).where(link.c.interaction_id.in_(part))))
            .where(i.c.customer_id.is_distinct_from(owner)).values(customer_id=owner)
        )  # fmt: skip
    _rank(connection, wanted)


def settle_records(connection: Connection, records: Sequence[str]) -> list[str]:
    """Derive the customer of everything linked to these records, whose root has changed; returns the interactions."""
    link = schema.link
    ids = [
        one
        for part in parts(sorted(set(records)))
        for one in connection.execute(
            select(link.c.interaction_id).where(link.c.record_id.in_(part)).order_by(link.c.interaction_id)
        ).scalars()
    ]
    settle(connection, ids)
    return ids


def remaining(candidates: Sequence[LinkCandidate], refused: set[str], root: dict[str, str]) -> list[LinkCandidate]:
    """Candidates nobody has rejected, one a person, best first; their ids are roots."""
    found: dict[str, LinkCandidate] = {}
    for one in candidates:
        name = root.get(one.customer_id)
        if name is not None and name not in refused:
            found.setdefault(name, one if one.customer_id == name else one.model_copy(update={"customer_id": name}))
    return list(found.values())


def entropy(probability: float) -> float:
    """Entropy of a yes-or-no question in bits: 1 for even odds, 0 for certainty (Shannon 1948)."""
    p = min(1.0, max(0.0, probability))
    return 0.0 if p in {0.0, 1.0} else -p * math.log2(p) - (1 - p) * math.log2(1 - p)


def candidates_of(row: Row[Any]) -> tuple[LinkCandidate, ...]:
    """The candidates of a stored link."""
    return tuple(LinkCandidate.model_validate(one) for one in row.candidates or ())


def _rank(connection: Connection, ids: Sequence[str]) -> None:
    link = schema.link
    asked = or_(link.c.method.in_(OPEN), link.c.leading_id.is_not(None))
    stored = {
        row.interaction_id: row
        for part in parts(ids)
        for row in connection.execute(select(link).where(link.c.interaction_id.in_(part), asked))
    }
    refused = rejected(connection, stored)
    waiting = {one: candidates_of(row) for one, row in stored.items() if row.method in OPEN}
    root = roots(connection, (c.customer_id for found in waiting.values() for c in found))
    changes = []
    for one, row in stored.items():
        open_to = {key[1] for key in refused if key[0] == one}
        left = remaining(waiting[one], open_to, root) if one in waiting else []
        best = max(left, key=lambda c: c.probability, default=None)
        leading = best.customer_id if best else None
        uncertainty = entropy(best.probability) if best else None
        if (row.leading_id, row.uncertainty) != (leading, uncertainty):
            changes.append({"key": one, "leading": leading, "open": uncertainty})
    if changes:
        connection.execute(
            update(link)
            .where(link.c.interaction_id == bindparam("key"))
            .values(leading_id=bindparam("leading"), uncertainty=bindparam("open")),
            changes,
        )


def _outcome(record: str | None, method: str, candidates: Sequence[LinkCandidate]) -> tuple[object, ...]:
    """What makes two automatic links the same one, whatever their weights: whom, how, and who is in question."""
    return (record, method, tuple(one.customer_id for one in candidates) if method in OPEN else None)


def _values(link: Link, *, now: datetime) -> dict[str, Any]:
    return {
        "interaction_id": link.interaction_id,
        "method": link.method,
        "evidence": [one.model_dump(mode="json") for one in link.evidence],
        "created_at": now,
        "probability": link.probability,
        "candidates": [one.model_dump(mode="json") for one in link.candidates] or null(),
    }


def _without(link: Link, refused: set[str], root: dict[str, str]) -> Link:
    """The link without the customer a person rejected."""
    if link.customer_id is None or root.get(link.customer_id, link.customer_id) not in refused:
        return link
    left = remaining(link.candidates, refused, root)
    return link.model_copy(update={"customer_id": None, "method": "review" if left else "none", "probability": None})


def _record(connection: Connection, link: Link, root: dict[str, str]) -> str | None:
    """Which record of the person the evidence names: where the interaction goes when the person is split."""
    if link.customer_id is None:
        return None
    named = root.get(link.customer_id)
    if named is None or named != link.customer_id:
        return link.customer_id if named is not None else None
    (records,) = groups(connection, [named]).values()
    if len(records) == 1:
        return named
    for one in link.candidates:
        if one.customer_id in records:
            return one.customer_id
    owners = _owners(connection, link.evidence)
    of_each = [set(owners.get((one.identifier, one.value), ())) for one in link.evidence]
    sole = set(records).intersection(*of_each) if of_each else set()
    return min(sole, key=records.index) if len(sole) == 1 else named


def _owners(connection: Connection, evidence: Iterable[LinkEvidence]) -> dict[Pair, list[str]]:
    """Records that hold each (type, value)."""
    i = schema.identifier.c
    wanted = sorted({(one.identifier, one.value) for one in evidence})
    found: dict[Pair, list[str]] = {}
    for part in parts(wanted):
        same = or_(*(and_(i.type == kind, i.value == value) for kind, value in part))
        for row in connection.execute(select(i.type, i.value, i.customer_id).where(same).order_by(i.id)):
            found.setdefault((row.type, row.value), []).append(row.customer_id)
    return found


def _owned(connection: Connection, links: Sequence[Link]) -> dict[str, tuple[LinkCandidate, ...]]:
    """Candidates for links whose identifiers several people share or that contradict each other."""
    unclear = [one for one in links if one.method in {"ambiguous", "conflict"} and not one.candidates and one.evidence]
    return {one.interaction_id: _exact(connection, one) for one in unclear}


def _exact(connection: Connection, link: Link) -> tuple[LinkCandidate, ...]:
    """Whoever holds the identifiers, weighed by how many hold them.

    The prior of any one of N customers is 1 : N. A value that k of them hold weighs log2(N / k) bits (Fellegi and
    Sunter 1969, with the value surely copied right), so that alone it leaves odds of 1 : k.
    """
    total = connection.execute(select(func.count()).select_from(schema.customer)).scalar_one() or 1
    weighed: dict[str, list[FieldWeight]] = {}
    holders = _owners(connection, link.evidence)
    root = roots(connection, (one for several in holders.values() for one in several))
    for (kind, _), several in sorted(holders.items()):
        people = {root[one] for one in several}
        for one in sorted(people):
            weight = FieldWeight(field=kind, level="exact", bits=math.log2(total / len(people)))
            weighed.setdefault(one, []).append(weight)
    prior = FieldWeight(field="prior", level="", bits=-math.log2(total))
    bits = {one: prior.bits + sum(weight.bits for weight in weights) for one, weights in weighed.items()}
    everything = 1.0 + sum(2.0 ** min(one, 1000.0) for one in bits.values())
    best = sorted(bits, key=lambda one: (-bits[one], one))
    return tuple(
        LinkCandidate(
            customer_id=one,
            bits=bits[one],
            probability=2.0 ** min(bits[one], 1000.0) / everything,
            fields=(prior, *weighed[one]),
        )
        for one in best
    )
