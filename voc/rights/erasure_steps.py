"""The steps of one erasure, each of which can be cut off anywhere and done again until it is behind.

What is looked for is written down before anything is done (:class:`voc.store.erasures.Erasures`): once the customer's
row is gone nothing else knows what names them, and mentions in other people's words could never be found again.
Tombstones come first (from then on no file brings anything back), then what is outside the database, then the rows,
then what the rows alone held on to, then the mentions. Each step is recorded in the transaction that does it, or after
what can be done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from voc.errors import NotFoundError
from voc.privacy.personal_data_matcher import Traces, blotted
from voc.privacy.trace_keys import claim_keys, keys_of
from voc.records import Analysis, Customer
from voc.rights.erasure import Erasure, Policy, let_go_of, traces_of, uploads_about
from voc.rights.mention_keys import joined, owners_to_read
from voc.store import Store
from voc.store.erasures import RECORDED, DoneElsewhereError, OpenErasure
from voc.store.mention_index import by_kind
from voc.store.tombstones import Kind, keyed

Change = Callable[[Any, dict[str, Any]], None]
"""What one transaction does, given its connection and the plan it may add to."""


class _LateError(Exception):
    """Somebody linked an interaction to the customer after they were counted."""


def open_erasure(
    store: Store, customer_id: str, *, salt: str, now: datetime, actor: str, policy: Policy, holder: str | None = None
) -> OpenErasure:
    """Write down what has to go with a customer, or take up the erasure of them that is under way.

    Records merged with this one are the same person's and go with it.

    Raises:
        InputError: there is no such customer.
    """
    if (begun := store.erasures.about(keyed("customer", customer_id, salt=salt))) is not None:
        return store.erasures.hold(begun, holder=holder, now=now) if holder else begun
    family = [one for record in store.erasing.same_person(customer_id) if (one := store.customers.get(record))]
    if not family:
        raise NotFoundError(
            f"customer {customer_id}: no such customer; look for the id under Customers.",
            code="no_such_customer",
            customer=customer_id,
        )
    same = frozenset(one.id for one in family)
    people = [as_plan(traces_of(store, one, same_person=same)) for one in family]
    return store.erasures.open(
        OpenErasure(
            id="",
            opened_at=now,
            actor=actor,
            policy=policy,
            subjects=tuple(keyed("customer", one.id, salt=salt) for one in family),
            plan={"people": people},
            holder=holder,
            held_at=now if holder else None,
        )
    )


def as_plan(traces: Traces) -> dict[str, Any]:
    """What the traces of one person are made of, as plain JSON."""
    one = traces.customer
    named = one.model_dump(mode="json", include={"id", "name", "first_name", "last_name", "identifiers"})
    return {
        "record": named,
        "shared": sorted(map(list, traces.shared)),
        "namesakes": traces.namesakes,
        "kin": traces.kin,
    }


class ErasureSteps:
    """What one erasure does to the store; :mod:`voc.pipeline.erasing` does what lies beside it.

    Args:
        one: the erasure under way.
        salt: of the tombstones.
    """

    def __init__(self, store: Store, one: OpenErasure, *, salt: str) -> None:
        self.store = store
        self.one = one
        self.salt = salt
        self.traces = [
            Traces(
                Customer.model_validate(person["record"]),
                shared=frozenset((kind, value) for kind, value in person["shared"]),
                namesakes=person["namesakes"],
                kin=person["kin"],
            )
            for person in one.plan.get("people", ())
        ]
        self.people = frozenset(one.customer.id for one in self.traces)
        self.pairs = sorted({pair for one in self.traces for pair in one.identifiers})

    @property
    def plan(self) -> dict[str, Any]:
        """What was found until now."""
        return self.one.plan

    def is_behind(self, name: str) -> bool:
        """Whether a step, or all of it, is done."""
        return name in self.one.done or RECORDED in self.one.done

    @property
    def exports(self) -> int:
        """Files of exports that went."""
        return int(self.plan.get("exports") or len(self.plan.get("files", ())))

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Exports and backups that a person has to deal with; once it is recorded, without what names the person."""
        return tuple(self.plan.get("elsewhere", ()))

    def keep(self, name: str | None = None, **found: Any) -> None:
        """Keep what was found, and that a step is done, in one transaction."""
        self._do(name, lambda _, plan: plan.update(found))

    def _do(self, name: str | None, change: Change) -> None:
        with suppress(DoneElsewhereError), self.store.erasures.step(self.one, name, now=datetime.now(UTC)) as step:
            change(*step)
        # Ended by another process meanwhile: then there is nothing left to do here.
        self.one = self.store.erasures.get(self.one.id) or replace(self.one, done=(*self.one.done, RECORDED))

    def gather(self) -> None:
        """Find what is theirs, as long as the rows are there, and put up tombstones for all of it."""
        if self.is_behind("rows"):
            return
        asked = owners_to_read(self.store, claim_keys(value for _, value in self.pairs), salt=self.salt)
        among = None if asked is None else by_kind(asked)["interaction"]
        found = set(self.plan.get("ids", ())) | set(self.store.erasing.claimed(self.pairs, among=among))
        for one in self.people:
            found.update(self.store.erasing.linked_to(one))
        ids = sorted(found)
        recordings = {*self.plan.get("recordings", ()), *self.store.erasing.recordings_of(ids)}
        copies = {*self.plan.get("copies", ()), *self.store.masked_audio.blobs_of(ids)}
        work = {*self.plan.get("work", ()), *self.store.erasing.work_of(ids)}
        self.keep(ids=ids, recordings=sorted(recordings), copies=sorted(copies), work=sorted(work))
        hashes: list[tuple[str, Kind]] = [(one, "customer") for one in self.one.subjects]
        hashes += [(keyed("identifier", kind, value, salt=self.salt), "identifier") for kind, value in self.pairs]
        hashes += [(keyed("interaction", one, salt=self.salt), "interaction") for one in ids]
        self.store.tombstones.add((one, kind, self.one.opened_at) for one, kind in hashes)

    def let_go_of_uploads(self) -> None:
        """Delete the kept bytes of uploads that gave one of their interactions or hold a trace."""
        if self.is_behind("uploads"):
            return
        due = {**self.plan.get("uploads", {}), **uploads_about(self.store, self.plan["ids"], self.traces)}
        self.keep(uploads=due)
        let_go_of(self.store, due)
        self.keep("uploads")

    def forget(self) -> None:
        """Delete the rows, and write the anonymous copies that stay, in one transaction."""

        def forget(connection: Any, plan: dict[str, Any]) -> None:
            ids = plan["ids"]
            if not set(self.store.erasing.linked_in(connection, sorted(self.people))) <= set(ids):
                raise _LateError
            plan["kept"] = self.store.anonymising.copy_in(connection, ids) if self.one.policy == "personal" else 0
            self.store.erasing.forget_in(connection, ids, customer_ids=sorted(self.people), identifiers=self.pairs)

        while not self.is_behind("rows"):
            self.gather()
            with suppress(_LateError):
                self._do("rows", forget)

    def let_go_of_bytes(self) -> None:
        """Delete the recordings and their masked copies, which no row needs any more."""
        if self.is_behind("bytes"):
            return
        for key in (*self.plan["recordings"], *self.plan["copies"]):
            self.store.uploads.let_go_of_bytes(key, self.store.blobs.delete)
        self.keep("bytes")

    def blot_out(self) -> None:
        """Mask the person in what is other people's, table by table, and take their interactions out of documents."""
        drop = frozenset((*self.plan["ids"], *self.people))

        def about(words: Sequence[str]) -> bool:
            text = joined(words)
            return any(one.within(text) for one in self.traces) or not drop.isdisjoint(words)

        def blot(value: Any) -> Any:
            return blotted(value, self.traces, drop=drop)

        tables = [one for one in self.store.mentions.tables() if not self.is_behind(f"mentions in {one}")]
        owners = owners_to_read(self.store, keys_of(self.traces, drop), salt=self.salt) if tables else None
        # What is about them alone is gone but for logs, which name them.
        of = None if owners is None else by_kind(owners | self._own())
        for table in tables:
            name = f"mentions in {table}"
            keys = self.store.mentions.rows(table, about, but=self.one.id, of=of)
            self._do(name, partial(self._blot, table, keys, blot))

    def _own(self) -> set[str]:
        return {f"interaction:{one}" for one in self.plan["ids"]} | {f"customer:{one}" for one in self.people}

    def _blot(
        self, table: str, keys: Sequence[dict[str, Any]], blot: Callable[[Any], Any], connection: Any,
        plan: dict[str, Any],
    ) -> None:  # fmt: skip
        for key in keys:
            changed = self.store.mentions.blot(connection, table, key, blot)
            if changed and table == "analysis":
                self.store.findings.index_again(connection, Analysis.model_validate(changed["document"]))
            plan["mentions"] = plan.get("mentions", 0) + bool(changed)

    def record(self) -> Erasure:
        """Forget what was looked for and leave one audit line, in one transaction; returns what was erased."""
        if "report" in self.plan:
            return Erasure.model_validate(self.plan["report"])
        uploads = self.plan.get("uploads", {})
        erased = Erasure(
            reference=self.one.subjects[0][:12],
            policy=cast(Policy, self.one.policy),
            interactions=len(self.plan["ids"]),
            kept_anonymous=self.plan.get("kept", 0),
            recordings=len(self.plan["recordings"]),
            uploads=sum(uploads.values()),
            mentions=self.plan.get("mentions", 0),
            work=tuple(self.plan["work"]),
        )
        elsewhere = self._nameless(self.plan.get("elsewhere", ()))
        detail = erased.model_dump(exclude={"reference", "work"}) | ({"elsewhere": elsewhere} if elsewhere else {})
        left = {"report": erased.model_dump(mode="json"), "elsewhere": elsewhere, "exports": self.exports}
        self.store.erasures.record(self.one, target=erased.reference, detail=detail, left=left, now=datetime.now(UTC))
        return erased

    def _nameless(self, paths: Iterable[str]) -> list[str]:
        return [str(blotted(one, self.traces)) for one in paths]
