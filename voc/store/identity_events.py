"""Events of identity and what each changed, on an open connection: recorded, found, compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, null, select

from voc.store.batches import parts
from voc.store.identity_tables import identity_change, identity_event, identity_party

Kind = Literal["link", "record", "rejection", "words"]

LINK_VALUES = ("record_id", "method", "evidence", "created_at", "probability", "candidates")
"""What is decided about a link; its other columns follow from these (identity_links.settle)."""


@dataclass(frozen=True)
class Change:
    """One thing an event changed, with the values before and after."""

    kind: Kind
    interaction_id: str | None = None
    customer_id: str | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None

    @classmethod
    def of_link(cls, row: Row[Any], values: Mapping[str, Any]) -> Change:
        """What ``values`` change of a stored link; before it is the whole link, which newer evidence may change since."""
        changed = [name for name in LINK_VALUES if name in values and plain(values[name]) != plain(getattr(row, name))]
        return cls(
            "link",
            interaction_id=row.interaction_id,
            before={name: plain(getattr(row, name)) for name in (LINK_VALUES if changed else ())},
            after={name: plain(values[name]) for name in changed},
        )


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list | dict) else None


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values from JSON as the link's columns take them."""
    found = dict(values)
    if found.get("created_at") is not None:
        found["created_at"] = datetime.fromisoformat(found["created_at"])
    if "candidates" in found and found["candidates"] is None:
        found["candidates"] = null()
    return found


def record_event(
    connection: Connection,
    *,
    actor: str,
    action: str,
    reason: str | None,
    now: datetime,
    changes: Sequence[Change],
    parties: Iterable[str],
    cause_id: int | None = None,
) -> int:
    """Write an event with all it changed; returns its id.

    Args:
        cause_id: the event it followed from, which takes it back when it is taken back itself.
    """
    (event_id,) = connection.execute(
        insert(identity_event)
        .values(at=now, actor=actor, action=action, reason=reason, cause_id=cause_id)
        .returning(identity_event.c.id)
    ).one()  # fmt: skip
    if changes:
        columns = ("kind", "interaction_id", "customer_id", "before", "after")
        connection.execute(
            insert(identity_change),
            [{"event_id": event_id} | {name: getattr(one, name) for name in columns} for one in changes],
        )
    about = sorted(set(parties))
    if about:
        connection.execute(insert(identity_party), [{"event_id": event_id, "customer_id": one} for one in about])
    return int(event_id)


def changes_of(connection: Connection, event_ids: Sequence[int]) -> dict[int, list[Change]]:
    """What each event changed, in order."""
    c = identity_change.c
    found: dict[int, list[Change]] = {one: [] for one in event_ids}
    for part in parts(list(event_ids)):
        for row in connection.execute(select(identity_change).where(c.event_id.in_(part)).order_by(c.id)):
            change = Change(
                kind=row.kind,
                interaction_id=row.interaction_id,
                customer_id=row.customer_id,
                before=row.before,
                after=row.after,
            )
            found[row.event_id].append(change)
    return found


def caused_by(connection: Connection, event_id: int) -> list[int]:
    """Events in force that followed from this one by themselves."""
    e = identity_event.c
    return list(connection.execute(select(e.id).where(e.cause_id == event_id, e.undone_at.is_(None))).scalars())


def later_ones(connection: Connection, event_id: int) -> list[int]:
    """Events in force after this one that stand on what it did, oldest first.

    An event stands on an earlier one when it changed the same link or the same record again, merged something into a
    record that the earlier one had made a root, or changed the record that one of its records would go back into. What
    followed by itself (:func:`caused_by`) goes with it unasked.
    """
    followed = set(caused_by(connection, event_id))
    found: set[int] = set()
    waiting = {event_id, *followed}
    while waiting:
        one = min(waiting)
        waiting.remove(one)
        more = _on_top_of(connection, one) - found - followed
        found |= more
        waiting |= more
    return sorted(found)


def _on_top_of(connection: Connection, event_id: int) -> set[int]:
    e, c = identity_event.c, identity_change.c
    changes = changes_of(connection, [event_id])[event_id]
    interactions = sorted({one.interaction_id for one in changes if one.interaction_id and one.kind != "words"})
    records = {one.customer_id for one in changes if one.kind == "record"}
    left = {(one.before or {}).get("merged_into") for one in changes if one.kind == "record"} - {None}
    moved = records | left
    later = select(c.event_id).join(identity_event, e.id == c.event_id).where(e.undone_at.is_(None), e.id > event_id)
    found: set[int] = set()
    for part in parts(interactions):
        on_links = later.where(c.interaction_id.in_(part), c.kind.in_(("link", "rejection")))
        found.update(connection.execute(on_links).scalars())
    if records:
        for row in connection.execute(later.add_columns(c.customer_id, c.after).where(c.kind == "record")):
            if row.customer_id in moved or (row.after or {}).get("merged_into") in records:
                found.add(row.event_id)
    return found
