"""Changing who is whom, one decision one transaction: links by people, merges, splits, and taking any of it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select, update

from voc.errors import InputError
from voc.store import identity_refusals, schema
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.identity_events import Change, caused_by, changes_of, later_ones, record_event, stored
from voc.store.identity_groups import age, groups, hold, merges_are_flat, roots
from voc.store.identity_links import (
    candidates_of,
    find_contradiction,
    rejected,
    remaining,
    rows,
    settle,
    settle_records,
    write,
)
from voc.store.identity_name_masks import Masking, mask_names_of, show_again
from voc.store.identity_tables import identity_event, link_rejection

if TYPE_CHECKING:
    from voc.store.analyses import Findings


@dataclass(frozen=True)
class By:
    """Who decides, when, and why. ``actor`` is a key's id, ``cli``, or ``voc`` where no person decided."""

    actor: str
    at: datetime
    reason: str | None = None


class Identities:
    """Every change of identity. Each method is one transaction and returns the id of its event."""

    def __init__(self, database: Database, findings: Findings) -> None:
        self.database = database
        self.findings = findings

    def decided(self, ids: Sequence[str]) -> dict[str, str]:
        """The customer of each of these interactions that a person linked; the others are left out."""
        link = schema.link.c
        found: dict[str, str] = {}
        with self.database.read() as connection:
            for part in parts(list(ids)):
                made = select(link.interaction_id, link.customer_id).where(link.interaction_id.in_(part))
                for row in connection.execute(made.where(link.method == "manual", link.customer_id.is_not(None))):
                    found[row.interaction_id] = row.customer_id
        return found

    def oldest(self, records: Sequence[str]) -> str:
        """The record that would speak for all of these."""
        with self.database.read() as connection:
            return self._oldest(connection, records)

    # --- links ---------------------------------------------------------------------------------------------------

    def link(self, ids: Sequence[str], customer_id: str, *, by: By, masking: Masking) -> int:
        """Link these interactions to a customer because a person says so; earlier rejections of them are dropped.

        Raises:
            InputError: there is no such customer or interaction, or an interaction is not analysed yet.
        """
        with self.database.begin() as connection:
            hold(connection, alone=True)
            root = self._root(connection, customer_id)
            found = self._links(connection, ids)
            (records,) = groups(connection, [root]).values()
            changes: list[Change] = []
            suggested = True
            for one in ids:
                row = found[one]
                candidates = [c.customer_id for c in candidates_of(row)]
                suggested &= row.record_id in records or any(c in records for c in candidates)
                # The record the evidence spoke of, where it is one of this person's: a split gives it back to it.
                record = customer_id if customer_id != root else next((c for c in candidates if c in records), root)
                record = row.record_id if row.record_id in records else record
                changes += self._decide(connection, row, record)
                changes += self._accept(connection, one, records)
            if not changes:
                raise identity_refusals.linked_already(root)
            action = "confirm" if suggested else "link"
            before = [found[one].record_id for one in ids]
            return self._finish(connection, action, changes, [*before, root, *records], ids, by, masking)

    def reject(self, ids: Sequence[str], customer_id: str | None, *, by: By, masking: Masking) -> int:
        """Say that these interactions are not this customer's; ``None``: of no one they are or may be linked to.

        What is left of the candidates stays to be reviewed; where none is left the interaction is anonymous, and stays
        so until new evidence names somebody else.

        Raises:
            InputError: there is no such interaction, or nobody to reject.
        """
        with self.database.begin() as connection:
            hold(connection, alone=True)
            found = self._links(connection, ids)
            chosen = self._root(connection, customer_id) if customer_id is not None else None
            changes: list[Change] = []
            parties: list[str | None] = []
            for one in ids:
                row = found[one]
                candidates = candidates_of(row)
                root = roots(connection, [c.customer_id for c in candidates] + [r for r in [row.record_id] if r])
                gone = {key[1] for key in rejected(connection, [one])}
                suspects = list(dict.fromkeys(root[c] for c in [row.record_id, *root] if c in root))
                suspects = [c for c in suspects if c not in gone]
                refused = [chosen] if chosen is not None else suspects
                if not refused or (chosen is not None and chosen in gone):
                    raise identity_refusals.nobody_to_reject(one)
                # The records behind it too: a split must not bring back what was rejected.
                there = self._rejections(connection, one)
                for customer in sorted({*refused, *(c for c in root if root[c] in refused)} - there):
                    connection.execute(insert(link_rejection).values(interaction_id=one, customer_id=customer))
                    changes.append(
                        Change("rejection", interaction_id=one, customer_id=customer, after={"rejected": True})
                    )
                linked = root.get(row.record_id or "")
                if linked is None or linked in refused:
                    left = remaining(candidates, gone | set(refused), root)
                    changes += self._decide(connection, row, None, method="review" if left else "manual")
                parties += refused
            return self._finish(connection, "reject", changes, parties, ids, by, masking)

    # --- records -------------------------------------------------------------------------------------------------

    def merge(self, first: str, second: str, *, by: By, masking: Masking) -> int:
        """Say that two records are one person: the oldest speaks for all of both.

        Raises:
            InputError: a record is unknown, or they are one person already.
        """
        with self.database.begin() as connection:
            hold(connection, alone=True)
            one, other = self._root(connection, first), self._root(connection, second)
            if one == other:
                raise identity_refusals.nothing_to_merge(first, second)
            together = groups(connection, [one, other])
            everyone = together[one] + together[other]
            root = self._oldest(connection, everyone)
            loser = other if root in together[one] else one
            changes = self._point(connection, together[loser], root)
            changes += self._let_go_of_rejected(connection, everyone)
            parties = [root, *together[loser]]
            moved = [
                *settle_records(connection, together[loser]),
                *(c.interaction_id for c in changes if c.interaction_id),
            ]
            return self._finish(connection, "merge", changes, parties, moved, by, masking, also=[root])

    def split(self, record_id: str, *, by: By, masking: Masking) -> int:
        """Say that a record is a person of its own after all; its identifiers and interactions go with it.

        Where it was the one that spoke for the others, the oldest of them does from now on.

        Raises:
            InputError: there is no such record, or it is not merged with any other.
        """
        with self.database.begin() as connection:
            hold(connection, alone=True)
            root = self._root(connection, record_id)
            (records,) = groups(connection, [root]).values()
            if len(records) == 1:
                raise identity_refusals.not_merged(record_id)
            rest = [one for one in records if one != record_id]
            if record_id == root:
                changes = self._point(connection, rest, self._oldest(connection, rest))
            else:
                changes = self._point(connection, [record_id], None)
            moved = settle_records(connection, rest if record_id == root else [record_id])
            return self._finish(connection, "split", changes, records, moved, by, masking)

    # --- taking back ---------------------------------------------------------------------------------------------

    def undo(self, event_id: int, *, by: By, with_later: bool = False, masking: Masking) -> list[int]:
        """Take back an event with all it changed; returns the events taken back, the newest first.

        Raises:
            InputError: there is no such event, or it is taken back already.
            ConflictError: later decisions stand on it and ``with_later`` is false; the message names them.
        """
        with self.database.begin() as connection:
            hold(connection, alone=True)
            e = identity_event.c
            row = connection.execute(select(identity_event).where(e.id == event_id)).one_or_none()
            if row is None:
                raise identity_refusals.no_such_event(event_id)
            if row.undone_at is not None:
                raise identity_refusals.already_undone(event_id)
            later = later_ones(connection, event_id)
            if later and not with_later:
                named = ", ".join(str(one) for one in reversed(later))
                raise identity_refusals.later_decisions(event_id, named)
            followed = {one for event in (event_id, *later) for one in caused_by(connection, event)}
            order = sorted({event_id, *later, *followed}, reverse=True)
            changes = changes_of(connection, order)
            for one in order:
                self._take_back(connection, one, changes[one], masking)
                connection.execute(
                    update(identity_event)
                    .where(e.id == one)
                    .values(undone_at=by.at, undone_by=by.actor, undone_reason=by.reason)
                )
            if not merges_are_flat(connection):
                raise identity_refusals.records_changed(event_id)
            if against := find_contradiction(connection):
                raise identity_refusals.rejected_since(event_id, against)
            return order

    def _take_back(self, connection: Connection, event_id: int, changes: Sequence[Change], masking: Masking) -> None:
        records: list[str] = []
        touched: list[str] = []
        for one in reversed(changes):
            before = one.before or {}
            if one.kind == "record" and one.customer_id is not None:
                c = schema.customer
                connection.execute(update(c).where(c.c.id == one.customer_id).values(merged_into=before["merged_into"]))
                records.append(one.customer_id)
            elif one.kind == "link" and one.interaction_id is not None:
                write(connection, {"interaction_id": one.interaction_id} | stored(before))
                touched.append(one.interaction_id)
            elif one.kind == "rejection" and one.interaction_id is not None and one.customer_id is not None:
                self._set_rejection(connection, one.interaction_id, one.customer_id, bool(before.get("rejected")))
                touched.append(one.interaction_id)
        words = [one.interaction_id for one in changes if one.kind == "words" and one.interaction_id is not None]
        show_again(connection, self.findings, words, masking, without=event_id)
        settle_records(connection, records)
        # A person whose records moved is another root for whoever was a candidate or was rejected.
        settle(connection, touched)
        self._settle_waiting(connection, _moved(changes))

    # --- pieces --------------------------------------------------------------------------------------------------

    def _root(self, connection: Connection, customer_id: str) -> str:
        found = roots(connection, [customer_id])
        if customer_id not in found:
            raise identity_refusals.unknown_customer(customer_id)
        return found[customer_id]

    def _links(self, connection: Connection, ids: Sequence[str]) -> dict[str, Any]:
        if not ids or len(set(ids)) != len(ids):
            raise InputError("interactions: name at least one, each once.")
        i = schema.interaction
        for part in parts(sorted(ids)):  # a running analysis of the same: one after the other (PostgreSQL)
            connection.execute(select(i.c.id).where(i.c.id.in_(part)).order_by(i.c.id).with_for_update())
        found = rows(connection, ids)
        if missing := [one for one in ids if one not in found]:
            raise identity_refusals.not_ready(missing[0])
        return found

    def _decide(self, connection: Connection, row: Any, record: str | None, *, method: str = "manual") -> list[Change]:
        change = Change.of_link(row, {"record_id": record, "method": method})
        if not change.after:
            return []  # decided so already
        write(connection, {"interaction_id": row.interaction_id} | change.after)
        return [change]

    def _accept(self, connection: Connection, interaction_id: str, records: Sequence[str]) -> list[Change]:
        """Drop the rejections that a link to these records contradicts."""
        r = link_rejection.c
        held = connection.execute(
            select(r.customer_id).where(r.interaction_id == interaction_id, r.customer_id.in_(records))
        ).scalars()
        changes = [
            Change("rejection", interaction_id=interaction_id, customer_id=one, before={"rejected": True})
            for one in held
        ]
        for one in changes:
            self._set_rejection(connection, interaction_id, str(one.customer_id), False)
        return changes

    def _rejections(self, connection: Connection, interaction_id: str) -> set[str]:
        r = link_rejection.c
        return set(connection.execute(select(r.customer_id).where(r.interaction_id == interaction_id)).scalars())

    def _set_rejection(self, connection: Connection, interaction_id: str, customer_id: str, there: bool) -> None:
        r = link_rejection
        connection.execute(delete(r).where(r.c.interaction_id == interaction_id, r.c.customer_id == customer_id))
        if there:
            connection.execute(insert(r).values(interaction_id=interaction_id, customer_id=customer_id))

    def _let_go_of_rejected(self, connection: Connection, records: Sequence[str]) -> list[Change]:
        """Unlink what was linked automatically to one of these records and rejected by a person for another of them."""
        link, r = schema.link, link_rejection
        found = connection.execute(
            select(link)
            .where(link.c.record_id.in_(records), link.c.method != "manual")
            .where(link.c.interaction_id.in_(select(r.c.interaction_id).where(r.c.customer_id.in_(records))))
            .order_by(link.c.interaction_id)
        ).all()
        changes: list[Change] = []
        for row in found:
            candidates = candidates_of(row)
            root = roots(connection, [c.customer_id for c in candidates])
            gone = {key[1] for key in rejected(connection, [row.interaction_id])}
            left = remaining(candidates, gone, root)
            changes += self._decide(connection, row, None, method="review" if left else "manual")
        return changes

    def _oldest(self, connection: Connection, records: Sequence[str]) -> str:
        c = schema.customer.c
        found = connection.execute(select(c.id, c.since, c.created_at).where(c.id.in_(records))).all()
        return str(min(found, key=age).id)

    def _point(self, connection: Connection, records: Sequence[str], root: str | None) -> list[Change]:
        """Merge these records into ``root``, which itself becomes (or stays) a root."""
        c, link = schema.customer, schema.link
        before = {
            row[0]: row[1] for row in connection.execute(select(c.c.id, c.c.merged_into).where(c.c.id.in_(records)))
        }
        counted = select(link.c.record_id, func.count()).where(link.c.record_id.in_(records)).group_by(link.c.record_id)
        heard = {row[0]: row[1] for row in connection.execute(counted)}
        changes: list[Change] = []
        for one in records:
            target = None if one == root else root
            if before[one] != target:
                connection.execute(update(c).where(c.c.id == one).values(merged_into=target))
                after = {"merged_into": target, "interactions": heard.get(one, 0)}
                changes.append(Change("record", customer_id=one, before={"merged_into": before[one]}, after=after))
        return changes

    def _finish(
        self,
        connection: Connection,
        action: str,
        changes: list[Change],
        parties: Iterable[str | None],
        ids: Sequence[str],
        by: By,
        masking: Masking,
        *,
        also: Sequence[str] = (),
    ) -> int:
        """Derive what follows, mask the names that have become known, and write the event.

        Args:
            ids: interactions that may have another customer now.
            also: roots all of whose interactions may show a name that has become theirs.
        """
        settle(connection, ids)
        self._settle_waiting(connection, _moved(changes))
        i = schema.interaction
        theirs = [
            one
            for part in parts(list(also))
            for one in connection.execute(select(i.c.id).where(i.c.customer_id.in_(part))).scalars()
        ]
        changes = changes + mask_names_of(connection, self.findings, sorted({*ids, *theirs}), masking)
        return record_event(
            connection,
            actor=by.actor,
            action=action,
            reason=by.reason,
            now=by.at,
            changes=changes,
            parties=[one for one in parties if one is not None],
        )

    def _settle_waiting(self, connection: Connection, records: Sequence[str]) -> None:
        """Rank anew what waits with one of these records as its best candidate, or rejected one of them."""
        link = schema.link
        ids: set[str] = set()
        everyone = [one for several in groups(connection, records).values() for one in several]
        for part in parts(sorted({*records, *everyone})):
            ids.update(connection.execute(select(link.c.interaction_id).where(link.c.leading_id.in_(part))).scalars())
            ids.update(connection.execute(
                select(link_rejection.c.interaction_id).where(link_rejection.c.customer_id.in_(part))
            ).scalars())  # fmt: skip
        settle(connection, sorted(ids))


def _moved(changes: Sequence[Change]) -> list[str]:
    """Records whose root changed, and the roots they had and have."""
    found: set[str | None] = set()
    for one in changes:
        if one.kind == "record":
            found |= {one.customer_id, (one.before or {}).get("merged_into"), (one.after or {}).get("merged_into")}
    return sorted(one for one in found if one is not None)
