"""Sources: set up by an administrator, run by themselves, looked after by analysts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from voc.errors import ConflictError, InputError, NotFoundError
from voc.records import Channel
from voc.service import audit, pushes
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import not_found, there, use_case
from voc.sources import Field, Push, SourceKind, kind
from voc.sources import kinds as known_kinds
from voc.sources.feedback_form import SCALES
from voc.sources.feedback_form import sites_of as form_sites
from voc.sources.options import checked, checked_secrets, with_defaults
from voc.store.source_items import SourceItem
from voc.store.source_runs import SourceRun
from voc.store.sources import SourceRow

__all__ = ["Changes", "Field", "NewSource", "SourceItem", "SourceKind", "SourceRow", "SourceRun", "SourceState", "add",
           "change", "find", "kinds", "listing", "pause", "quarantine", "remove", "resume", "retry", "run", "runs",
           "state"]  # fmt: skip

NAME_CHARS = 100
LEAST_SECONDS, MOST_SECONDS = 10, 31 * 24 * 3600
"""How often a source may be asked, and how seldom."""
SHOWN_ITEMS = 200


@dataclass(frozen=True)
class NewSource:
    """A source to set up: ``options`` and ``secrets`` by field of its kind.

    ``every_seconds`` by default as its kind says; ``per_minute`` things a minute at most, ``backfill_per_minute`` while
    what lay there before is caught up with.
    """

    kind: str
    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    channel: Channel | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    roles: Sequence[str] = ()
    every_seconds: int | None = None
    per_minute: int | None = None
    backfill_per_minute: int | None = None


Changes = Mapping[str, Any]
"""Fields of :class:`NewSource` but ``kind`` → what they are to be."""


@dataclass(frozen=True)
class SourceState:
    """A source as it stands: what was set, with defaults, its last run, and how many things are in each state."""

    row: SourceRow
    kind: SourceKind | None
    """``None`` where the package that brought the kind is gone."""
    options: dict[str, Any]
    last: SourceRun | None = None
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def standing(self) -> str:
        """paused, running, failing or ready."""
        if self.row.paused_at is not None:
            return "paused"
        if self.last is not None and self.last.status in {"queued", "running"}:
            return "running"
        return "failing" if self.row.failures else "ready"


@use_case("analyst")
def kinds(service: Service, actor: Actor) -> list[SourceKind]:
    """The kinds of source there are, with their fields."""
    return list(known_kinds().values())


@use_case("analyst")
def listing(service: Service, actor: Actor) -> list[SourceState]:
    """Every source by name."""
    last, counts = service.store.source_runs.last(), service.store.source_items.counts()
    return [_state(row, last.get(row.id), counts.get(row.id, {})) for row in service.store.sources.all()]


@use_case("analyst")
def find(service: Service, actor: Actor, source_id: str) -> SourceRow:
    """One source, by its id or its name.

    Raises:
        NotFoundError: there is none.
    """
    return there(service.store.sources.get(source_id) or service.store.sources.named(source_id), "source")


@use_case("analyst")
def state(service: Service, actor: Actor, source_id: str) -> SourceState:
    """One source as it stands.

    Raises:
        NotFoundError: there is none.
    """
    row = find(service, actor, source_id)
    last = service.store.source_runs.of(row.id, limit=1)
    return _state(row, last[0] if last else None, service.store.source_items.counts().get(row.id, {}))


@use_case("admin")
def add(service: Service, actor: Actor, wanted: NewSource) -> SourceRow:
    """Set up a source; its first run begins within seconds.

    Raises:
        InputError: there is no such kind, a field of it is missing or wrong, or the name is taken (a ConflictError).
    """
    found = kind(wanted.kind)
    options, places = checked(found, wanted.options), checked_secrets(found, wanted.secrets)
    found.check(with_defaults(found, options), service.settings)
    now = service.now()
    every = None if found.pushed else _seconds(wanted.every_seconds or found.every)
    row = SourceRow(
        id="s" + secrets.token_hex(12),  # whoever pushes must not be able to guess another's
        kind=found.name,
        name=_name(wanted.name),
        options=options,
        secrets=places,
        channel=wanted.channel,
        mapping=dict(wanted.mapping),
        roles=tuple(wanted.roles),
        every_seconds=every,
        per_minute=_rate("per_minute", wanted.per_minute),
        backfill_per_minute=_rate("backfill_per_minute", wanted.backfill_per_minute),
        created_at=now,
        created_by=actor.id,
        caught_up=found.pushed,
        next_at=None if found.pushed else now,
    )
    if not service.store.sources.add(row):
        raise _name_taken(row.name)
    audit.record(service, actor, "source.add", row.id, kind=row.kind)
    return row


@use_case("admin")
def change(service: Service, actor: Actor, source_id: str, changes: Changes) -> SourceRow:
    """Set some things anew; ``options`` and ``secrets`` by field, the fields that are not named stay.

    Raises:
        NotFoundError: there is no such source.
        InputError: as :func:`add`.
    """
    row = find(service, actor, source_id)
    found = kind(row.kind)
    values: dict[str, Any] = {}
    if "name" in changes:
        values["name"] = _name(str(changes["name"]))
    if "options" in changes:
        values["options"] = checked(found, {**row.options, **changes["options"]})
        found.check(with_defaults(found, values["options"]), service.settings)
    if "secrets" in changes:
        values["secrets"] = checked_secrets(found, {**row.secrets, **changes["secrets"]})
    if "channel" in changes:
        values["channel"] = changes["channel"]
    if "mapping" in changes:
        values["mapping"] = dict(changes["mapping"] or {})
    if "roles" in changes:
        values["roles"] = list(changes["roles"] or ())
    if "every_seconds" in changes and not found.pushed:
        values["every_seconds"] = _seconds(changes["every_seconds"] or found.every)
        values["next_at"] = service.now()
    for rate in ("per_minute", "backfill_per_minute"):
        if rate in changes:
            values[rate] = _rate(rate, changes[rate])
    if values and not service.store.sources.change(row.id, values):
        raise _name_taken(str(values.get("name", row.name)))
    audit.record(service, actor, "source.change", row.id, fields=sorted(values))
    return find(service, actor, row.id)


@use_case("admin")
def remove(service: Service, actor: Actor, source_id: str) -> None:
    """Forget a source, its runs and its quarantine; what came from it stays.

    Raises:
        NotFoundError: there is no such source.
    """
    row = find(service, actor, source_id)
    if not service.store.sources.remove(row.id):
        raise not_found("source")
    audit.record(service, actor, "source.remove", row.id, kind=row.kind)


@use_case("analyst")
def run(service: Service, actor: Actor, source_id: str) -> SourceRun:
    """Run a source now, paused or not; the run under way where there is one.

    Raises:
        NotFoundError: there is no such source.
    """
    row = find(service, actor, source_id)
    begun = there(service.store.source_runs.ask(row.id, asked_by=actor.id, now=service.now()), "source")
    service.pipeline.run_source(begun.id, backfill=False)  # somebody waits for it
    audit.record(service, actor, "source.run", row.id)
    return begun


@use_case("analyst")
def pause(service: Service, actor: Actor, source_id: str) -> SourceRow:
    """Let a source rest until it is resumed; a run under way ends its part.

    Raises:
        NotFoundError: there is no such source.
    """
    row = find(service, actor, source_id)
    if row.paused_at is None:
        service.store.sources.change(row.id, {"paused_at": service.now()})
        audit.record(service, actor, "source.pause", row.id)
    return find(service, actor, row.id)


@use_case("analyst")
def resume(service: Service, actor: Actor, source_id: str) -> SourceRow:
    """Go on with a source that was paused, at once.

    Raises:
        NotFoundError: there is no such source.
    """
    row = find(service, actor, source_id)
    if row.paused_at is not None:
        following = service.now() if row.every_seconds else None
        service.store.sources.change(row.id, {"paused_at": None, "next_at": following, "failures": 0})
        audit.record(service, actor, "source.resume", row.id)
    return find(service, actor, row.id)


@use_case("analyst")
def runs(service: Service, actor: Actor, source_id: str, *, limit: int = 50) -> list[SourceRun]:
    """Runs of a source, newest first, each with what came and what was refused.

    Raises:
        NotFoundError: there is no such source.
    """
    return service.store.source_runs.of(find(service, actor, source_id).id, limit=limit)


@use_case("analyst")
def quarantine(service: Service, actor: Actor, source_id: str, *, limit: int = SHOWN_ITEMS) -> list[SourceItem]:
    """What was refused, and what waits to be fetched, oldest first, each with the reason.

    Raises:
        NotFoundError: there is no such source.
    """
    row = find(service, actor, source_id)
    return service.store.source_items.of(row.id, ("refused", "waiting"), limit=limit)


@use_case("analyst")
def retry(service: Service, actor: Actor, source_id: str, item_id: int | None = None) -> int:
    """Try one refused thing again, or all of them: what was kept is read again, the rest is fetched by a run now.

    Returns:
        How many are in now or will be fetched.

    Raises:
        NotFoundError: there is no such source or thing.
    """
    row = find(service, actor, source_id)
    items = service.store.source_items.of(row.id, ("refused",), limit=SHOWN_ITEMS)
    if item_id is not None:
        one = there(service.store.source_items.get(row.id, item_id), "source item")
        items = [one] if one.status == "refused" else []
    fetched = [one for one in items if not service.pipeline.retry_source_item(one)]
    again = service.store.source_items.try_again(row.id, [one.id for one in fetched], now=service.now())
    audit.record(service, actor, "source.retry", row.id, n=len(items))
    if again:
        run(service, actor, row.id)
    return len(items) - len(fetched) + again


def no_such_kind(name: str) -> NotFoundError:
    """What to say where nothing has the kind that was asked for."""
    return NotFoundError(f"There is no kind of source called {name[:40]}.", code="no_such_source_kind")


def no_such_form() -> NotFoundError:
    """What to say where no form is."""
    return not_found("source")


def scale_of(state: SourceState) -> tuple[int, int]:
    """Least and most of the score that a form asks for; (0, 0) where it asks for none."""
    return SCALES[str(state.options["scale"])]


def sites_of(state: SourceState) -> list[str]:
    """Origins that may show a form inside their pages."""
    return form_sites(state.options)


def pushing(row: SourceRow) -> Actor:
    """Whoever sends to a source: what they send is signed, and counts as the source's."""
    return Actor(id=f"source:{row.id}", name=row.name, role="analyst", via="source")


def open_source(service: Service, source_id: str) -> SourceState:
    """A source as whoever sends to it may know it: by its id alone, and only where its kind is pushed to.

    Raises:
        NotFoundError: there is none.
    """
    row = service.store.sources.get(source_id)
    found = known_kinds().get(row.kind) if row is not None else None
    if row is None or found is None or not found.pushed:
        raise not_found("source")
    return _state(row, None, {})


@use_case("analyst")
def receive(service: Service, actor: Actor, row: SourceRow, push: Push) -> int:
    """Take what was sent to a source; once this answers, it is kept, and a run reads it.

    Returns:
        How many things it held that did not come before.

    Raises:
        ForbiddenError: its sender is not who should send.
        InputError: it cannot be understood.
        TooManyError: more came this minute than the source takes, or than one sender may send.
    """
    kind = known_kinds().get(row.kind)
    is_open = kind is None or not any(field.type == "secret" and field.required for field in kind.fields)
    pushes.count_sender(row, push.sender, is_open=is_open, now=service.now())
    things = service.pipeline.pushed_to(row, push)
    pushes.count(row, now=service.now())
    kept = sum(service.pipeline.keep_pushed(row, one) for one in things)
    if kept and row.paused_at is None:
        begun = service.store.source_runs.ask(row.id, asked_by="push", now=service.now())
        if begun is not None:
            service.pipeline.run_source(begun.id, backfill=False)
    return kept


def _state(row: SourceRow, last: SourceRun | None, counts: Mapping[str, int]) -> SourceState:
    found = known_kinds().get(row.kind)
    options = with_defaults(found, row.options) if found else dict(row.options)
    return SourceState(row=row, kind=found, options=options, last=last, counts=counts)


def _name(written: str) -> str:
    name = " ".join(written.split())
    if not name or len(name) > NAME_CHARS or not name.isprintable():
        raise InputError(
            f"name: say in at most {NAME_CHARS} letters what the source is.", code="source_field_wrong", field="name"
        )
    return name


def _name_taken(name: str) -> ConflictError:
    return ConflictError(f"name: there is a source called {name}; choose another.", code="source_name_taken", name=name)


def _seconds(written: int | None) -> int:
    seconds = int(written or 0)
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise InputError(
            f"every: {seconds} s is not between {LEAST_SECONDS} s and {MOST_SECONDS} s.",
            code="source_every",
            least=LEAST_SECONDS,
            most=MOST_SECONDS,
        )
    return seconds


def _rate(name: str, written: int | None) -> int | None:
    if written is None:
        return None
    if not 1 <= int(written) <= 1_000_000:
        raise InputError(f"{name}: is no number of things a minute.", code="source_field_wrong", field=name)
    return int(written)
