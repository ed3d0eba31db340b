"""One run of a source: what waits is fetched, what is new is taken, each thing once, whatever ends the process.

The bytes of a thing, that it came, and the cursor behind it are kept in one transaction
(:class:`voc.store.source_items.Came`); reading them, moving the file away and closing its entry can be done again
until they are done.
"""

from __future__ import annotations

import hashlib
import logging
import random
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from voc.errors import InputError, NotFoundError, StoreError, VocError, coded
from voc.pipeline.ingestion import Intake
from voc.pipeline.queues import WorkQueue
from voc.records import Rejected
from voc.settings import Settings
from voc.sources import Again, Failed, Item, Later, Moved, Reached, SourceKind, kind
from voc.sources.options import with_defaults
from voc.sources.secrets import read_secrets
from voc.store import Store
from voc.store.source_items import Came, SourceItem
from voc.store.source_runs import SourceRun
from voc.store.sources import SourceRow
from voc.store.uploads import Progress

log = logging.getLogger("voc.sources")

PART_SECONDS, PART_ITEMS = 60.0, 2000
"""What is done between two checkpoints of a run at most."""
PARTS_A_RUN = 10
"""A run that is not at its end then makes way for others and goes on when its turn comes."""

ATTEMPTS = 3
"""Times one thing is fetched before it is set aside for a person."""
LONGEST_BACK_OFF = timedelta(hours=6)
SHORTEST_BACK_OFF = timedelta(seconds=30)


def key_of(source_id: str, key: str) -> str:
    """What a thing is known by in the store: its key there may be somebody's name or number."""
    return hashlib.sha256(f"{source_id}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()


def folder_of_staging(settings: Settings) -> Path:
    """Below it each source has a folder called by its id."""
    return settings.home.resolve() / "sources"


def staging_of(settings: Settings, source_id: str) -> Path:
    """Where things of a source lie while they are taken."""
    return folder_of_staging(settings) / source_id


def reach(store: Store, settings: Settings, row: SourceRow, *, stopped: Callable[[], bool] = lambda: False) -> Reached:
    """A source as its kind works with it.

    Raises:
        InputError: a secret is not where it is said to be.
    """

    def known(keys: Sequence[str]) -> set[str]:
        hashed = {key_of(row.id, one): one for one in keys}
        return {hashed[one] for one in store.source_items.known(row.id, list(hashed))}

    return Reached(
        source_id=row.id,
        name=row.name,
        options=with_defaults(kind(row.kind), row.options),
        secrets=read_secrets(row.secrets, settings),
        settings=settings,
        staging=staging_of(settings, row.id),
        known=known,
        stopped=stopped,
    )


def run_part(
    store: Store, settings: Settings, queue: WorkQueue, run_id: str, *, last: bool = False,
    stopped: Callable[[], bool] = lambda: False,
) -> bool:  # fmt: skip
    """Do a part of a run; whether more of it is left. Where its source cannot be reached, the run ends with the reason.

    Args:
        last: what is left after this part is for another run, soon.

    Raises:
        StoreError: nothing can be kept now.
    """
    run = store.source_runs.start(run_id, now=datetime.now(UTC))
    row = store.sources.get(run.source_id) if run is not None else None
    if run is None or row is None:
        return False
    if row.paused_at is not None and run.asked_by == "schedule":
        store.source_runs.end(run_id, now=datetime.now(UTC))
        return False
    taking: _Taking | None = None
    try:
        taking = _Taking(store, settings, queue, row, run, kind(row.kind), reach(store, settings, row, stopped=stopped))
        more = taking.part()
    except StoreError:
        raise
    except VocError as problem:
        _fail(store, row, run, problem)
        return False
    except Exception as problem:  # libraries of other people's protocols raise what they like
        log.warning("a run of source %s stopped: %s", row.id, type(problem).__name__)
        why = f"{row.name}: the run stopped unexpectedly ({type(problem).__name__}); it is tried again."
        _fail(store, row, run, InputError(why, code="source_stopped", error=type(problem).__name__))
        return False
    ending = stopped()  # what waited then did not wait to its end
    if more and not last and not ending:
        return True
    now = datetime.now(UTC)
    left = more or ending
    store.source_runs.end(run_id, now=now, note=taking.note, next_at=now if left else None, reached_end=not left)
    return False


def _fail(store: Store, row: SourceRow, run: SourceRun, problem: VocError) -> None:
    now = datetime.now(UTC)
    said = Rejected(source=row.name, reason=str(problem).removeprefix(f"{row.name}: "), **coded(problem))
    pause = back_off(row)
    if isinstance(problem, Again):
        pause = max(timedelta(seconds=problem.seconds), SHORTEST_BACK_OFF / 30)
    scheduled = row.every_seconds is not None
    store.source_runs.end(run.id, now=now, failure=said, next_at=now + pause if scheduled else None)


def back_off(row: SourceRow) -> timedelta:
    """How long a source that could not be reached is left alone: twice as long each time, some hours at most."""
    usual = max(timedelta(seconds=row.every_seconds or 0), SHORTEST_BACK_OFF)
    pause = min(usual * 2.0 ** min(row.failures, 20), max(LONGEST_BACK_OFF, usual))
    return pause * random.uniform(0.9, 1.1)  # sources of one server that came back must not all ask at once


@dataclass
class _Taking:
    """A part of a run under way; ``note`` is what is to be said of it although it went on."""

    store: Store
    settings: Settings
    queue: WorkQueue
    row: SourceRow
    run: SourceRun
    kind: SourceKind
    reached: Reached
    note: Rejected | None = None

    def __post_init__(self) -> None:
        self.intake = Intake(self.store, self.settings, self.queue)
        self.until = time.monotonic() + PART_SECONDS
        self.left = PART_ITEMS

    @property
    def pace(self) -> float:
        """Seconds from one thing to the next."""
        rates = [self.row.per_minute, self.row.backfill_per_minute if self.run.backfill else None]
        return max((60.0 / rate for rate in rates if rate), default=0.0)

    def part(self) -> bool:
        """Whether something is left."""
        self._end_what_was_cut_off()
        before = self.run.started_at
        for one in self.store.source_items.of(self.row.id, ("waiting",), before=before, limit=PART_ITEMS):
            self._fetch(one)
            if self._is_over():
                return True
        cursor = (self.store.sources.get(self.row.id) or self.row).cursor
        with closing(_generator(self.kind, self.reached, cursor)) as found:
            for given in found:
                begun = time.monotonic()
                if isinstance(given, Item):
                    self._take(given, key_of(self.row.id, given.key))
                elif isinstance(given, Moved):
                    self.store.sources.advance(self.row.id, given.cursor)
                elif isinstance(given, Later):
                    self._wait(given)
                    continue
                else:
                    self._failed(given, key_of(self.row.id, given.key))
                    continue
                if self._is_over() or not self.reached.wait(self.pace - (time.monotonic() - begun)):
                    return True
        return self._some_came_meanwhile()

    def _is_over(self) -> bool:
        self.left -= 1
        return self.left <= 0 or time.monotonic() > self.until or self.reached.stopped()

    def _some_came_meanwhile(self) -> bool:
        """Whether something was pushed, or became known, since this part began."""
        items = self.store.source_items
        fresh = items.of(self.row.id, ("waiting",), before=self.run.started_at, limit=1)
        return bool(fresh) or any(self._unread(one) for one in items.of(self.row.id, ("reading",), limit=20))

    def _unread(self, one: SourceItem) -> bool:
        upload = self.store.uploads.get(one.upload_id) if one.upload_id else None
        return upload is not None and upload.status == "received" and not upload.options.reader

    def _end_what_was_cut_off(self) -> None:
        """Read what was kept alone or whose reader died, and close what was read."""
        being_read = False
        for one in self.store.source_items.of(self.row.id, ("reading",), limit=PART_ITEMS):
            try:
                progress = self.intake.read_on(one.upload_id) if one.upload_id else None
            except InputError:  # its bytes are gone: they were somebody's who was erased
                progress = None
            if progress is not None and progress.upload.status == "received":
                being_read = True  # by another process, which may need what is staged
                continue
            self._settle(one.key, one.name or "", one.locator or {}, progress)
        if not being_read:
            shutil.rmtree(self.reached.staging, ignore_errors=True)
        self.reached.staging.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _fetch(self, one: SourceItem) -> None:
        """Fetch one thing that waits, and take it."""
        locator = one.locator or {}
        try:
            if not locator:  # forgotten: it was of somebody who was erased, or too old
                raise NotFoundError("Where it lies is not known any more; send it again.", code="source_gone")
            self._take(self.kind.fetch(self.reached, one.name or "", locator), one.key)
        except (Again, StoreError):
            raise
        except VocError as problem:
            lasting = isinstance(problem, NotFoundError) or one.attempts + 1 >= ATTEMPTS
            failed = Failed(key="", name=one.name or "", locator=locator, problem=problem, for_now=not lasting)
            self._failed(failed, one.key)

    def _wait(self, given: Later) -> None:
        self.store.source_items.wait(
            self.row.id, key_of(self.row.id, given.key), name=given.name, locator=given.locator,
            now=datetime.now(UTC), cursor=given.cursor,
        )  # fmt: skip

    def _failed(self, given: Failed, key: str) -> None:
        name = given.name or self.row.name
        reason = str(given.problem).removeprefix(f"{name}: ")
        self.store.source_items.wait(
            self.row.id, key, name=given.name, locator=given.locator, now=datetime.now(UTC), run_id=self.run.id,
            problem=Rejected(source=name, reason=reason, **coded(given.problem)), refused=not given.for_now,
            cursor=given.cursor,
        )  # fmt: skip

    def _take(self, given: Item, key: str) -> None:
        came = Came(
            self.row.id, key, given.name, run_id=self.run.id, locator=dict(given.locator),
            cursor=dict(given.cursor) if given.cursor is not None else None,
        )  # fmt: skip
        try:
            stream = given.path.open("rb")
        except OSError as error:
            problem = InputError(f"{given.name}: it cannot be read ({error.strerror}).", code="not_permitted")
            self._failed(Failed(given.key, given.name, given.locator, problem), key)
            return
        with stream:
            progress = self.intake.receive(
                stream,
                filename=given.name,
                channel=self.row.channel,
                mapping=self.row.mapping,
                roles=self.row.roles,
                idempotency_key=f"source:{self.row.id}:{key}",
                origin=given.path.resolve() if given.beside else None,
                came=came,
                backfill=self.run.backfill,
            )
        if given.cursor is not None:
            self.store.sources.advance(self.row.id, given.cursor)
        if progress.upload.status == "received":  # another process was first and reads it
            return
        self._settle(key, given.name, given.locator, progress)
        if given.path.is_relative_to(self.reached.staging):
            shutil.rmtree(given.path.parent, ignore_errors=True)

    def _settle(self, key: str, name: str, locator: Any, progress: Progress | None) -> None:
        problem = refusal_of(name, progress)
        try:
            self.kind.settled(self.reached, name, locator, refused=problem is not None)
        except VocError as error:
            self.note = Rejected(source=name, reason=str(error).removeprefix(f"{name}: "), **coded(error))
        self.store.source_items.settle(self.row.id, key, now=datetime.now(UTC), problem=problem)


def read_again(store: Store, intake: Intake, item: SourceItem) -> bool:
    """Read what was kept of a refused thing again; false where nothing was kept."""
    upload = store.uploads.get(item.upload_id) if item.upload_id else None
    if upload is None or upload.blob is None:
        return False
    problem = refusal_of(item.name or upload.filename, intake.retry(upload.id))
    store.source_items.settle(item.source_id, item.key, now=datetime.now(UTC), problem=problem)
    return True


def refusal_of(name: str, progress: Progress | None) -> Rejected | None:
    """Why nothing of a thing could be taken in; ``None`` where something was, or was known."""
    if progress is None:
        return Rejected(source=name, reason="what came of it was erased meanwhile.", code="source_gone")
    if progress.upload.status != "failed":
        return None
    rows = progress.rejections
    return progress.upload.refusal or (rows[0] if rows else None) or Rejected(source=name, reason="nothing was in it.")


def _generator(one: SourceKind, reached: Reached, cursor: Any) -> Any:
    """What a kind gives, closed with the connections it holds however the reading ends."""
    found = one.pull(reached, cursor)
    return found if hasattr(found, "close") else (given for given in found)
