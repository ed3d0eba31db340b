"""Erasing a person from everything the service wrote: the store, the work queue, exports, the tombstones' own file."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from voc.errors import InputError, StoreError, not_kept
from voc.pipeline.export_writing import let_go_of_bytes
from voc.pipeline.queues import UNFINISHED, WorkQueue, work_database
from voc.pipeline.source_runs import folder_of_staging
from voc.pipeline.worker_liveness import is_alive, process_id
from voc.records import Record
from voc.rights.erasure import Erasure, Policy, erase_returned
from voc.rights.erasure_steps import ErasureSteps, open_erasure
from voc.settings import Settings
from voc.store import Store
from voc.store.database import compact_beside, database_file
from voc.store.erasures import RECORDED, OpenErasure
from voc.store.tombstones import Kind, keyed

log = logging.getLogger("voc.erasing")

COMPACTED_AT_ONCE = 256 * 1024 * 1024
"""Bytes of a database's file up to which it is rewritten with each erasure: a few seconds. A larger one is rewritten
once for all erasures of a day; what they deleted is overwritten at once either way."""
COMPACT_EVERY = timedelta(days=1)
COMPACTING = "compacted_after_erasures"
"""Key of ``meta`` under which workers take turns with it."""
RETRY_AFTER = timedelta(minutes=5)
"""An erasure that stopped (a full disk, a busy database) is taken up again after this long."""


class ErasureReport(Record):
    """What was erased for whoever has to answer the person, in counts."""

    erasures: tuple[Erasure, ...]
    compacted: bool
    """Nothing is left in freed pages, index or log; False while that is still to be done."""
    compacted_later: bool = False
    """The database is large: a worker rewrites it within a day. Else others kept it busy: run it again."""
    exports: int
    """Files of exports inside the service's own folder that are gone with it."""
    elsewhere: tuple[str, ...]
    """Exports and backups written to other places: the service does not touch them, a person has to."""


def erase_customers(
    store: Store,
    settings: Settings,
    customer_ids: Sequence[str],
    *,
    actor: str,
    policy: Policy | None = None,
    thorough: bool = False,
    queue: WorkQueue | None = None,
) -> ErasureReport:
    """Erase people, one audit line each, then compact what held them once for all.

    What is to be done is written down first: an erasure that is cut off is ended by the next worker, or by asking
    for it again.

    Args:
        policy: what becomes of their interactions; as ``VOC_ERASE`` says by default.
        thorough: on PostgreSQL, write every table anew at once (:meth:`voc.store.erasing.Erasing.compact`).

    Raises:
        InputError: no such customer; those named before it are erased.
        StoreError: the store refused; a worker ends it, or run it again.
    """
    salt = store.tombstones.salt(settings.tombstone_salt)
    done: list[Erasure] = []
    begun: list[OpenErasure] = []
    exports = 0
    elsewhere: set[str] = set()
    chosen = policy or settings.erase
    for one in dict.fromkeys(customer_ids):
        if any(keyed("customer", one, salt=salt) in earlier.subjects for earlier in begun):
            continue  # another record of the same person
        now = datetime.now(UTC)
        opened = open_erasure(store, one, salt=salt, now=now, actor=actor, policy=chosen, holder=process_id())
        steps = _run(store, settings, opened, queue)
        done.append(steps.record())
        begun.append(opened)
        exports += steps.exports
        elsewhere.update(steps.elsewhere)
    later = not thorough and _is_large(store)
    compacted = _compact(store, settings, begun, thorough=thorough, later=later)
    return ErasureReport(
        erasures=tuple(done), compacted=compacted, compacted_later=later, exports=exports,
        elsewhere=tuple(sorted(elsewhere)),
    )  # fmt: skip


def _run(store: Store, settings: Settings, opened: OpenErasure, queue: WorkQueue | None = None) -> ErasureSteps:
    """Every step that is not behind this erasure yet, up to the audit line."""
    steps = ErasureSteps(store, opened, salt=store.tombstones.salt(settings.tombstone_salt))
    try:
        if not steps.is_behind(RECORDED):
            steps.gather()
            keep_tombstones(store, settings)
            steps.let_go_of_uploads()
            _let_go_of_exports(store, settings, steps)
            _let_go_of_staged(store, settings, steps)
            steps.forget()
            keep_tombstones(store, settings)
            steps.let_go_of_bytes()
            forget_work(settings, steps.plan.get("work", ()), queue)
            steps.blot_out()
            steps.record()
    except Exception:
        with suppress(StoreError):
            store.erasures.release(opened, now=datetime.now(UTC))
        raise
    return steps


def _compact(
    store: Store, settings: Settings, begun: Sequence[OpenErasure], *, thorough: bool = False, later: bool = False
) -> bool:
    """Leave nothing in freed pages; what still lies there keeps its erasure open, for a worker to try again.

    ``later``: what is saved beside the database goes now, its own file is rewritten by the worker whose turn it is.
    """
    store.facts.forget_saved()
    store.search.index.wipe_erased()
    compacted = not later and store.erasing.compact(thorough=thorough) and compact_work(settings)
    for one in begun:
        if compacted:
            store.erasures.close(one.id)
        else:
            store.erasures.release(one, now=datetime.now(UTC))
    return compacted


def _is_large(store: Store) -> bool:
    file = database_file(store.database.url)
    return file is not None and file.stat().st_size > COMPACTED_AT_ONCE


def compact_all(store: Store, settings: Settings) -> bool:
    """Leave nothing of what was deleted in freed pages; erasures that waited for it alone are over with it."""
    waiting = [one for one in store.erasures.all() if RECORDED in one.done]
    return _compact(store, settings, waiting)


def resume_erasures(store: Store, settings: Settings, *, queue: WorkQueue | None = None) -> int:
    """End the erasures whose process is gone or that stopped; returns how many are over."""
    now = datetime.now(UTC)
    taken: list[OpenErasure] = []
    waiting: list[OpenErasure] = []
    for one in store.erasures.all():
        if RECORDED in one.done and one.holder is None and _is_large(store):
            waiting.append(one)
            continue
        held_at = one.held_at or one.opened_at
        if one.holder is not None and is_alive(one.holder, heartbeat_at=held_at, now=now):
            continue
        if one.holder is None and now - held_at < RETRY_AFTER:
            continue
        try:
            _run(store, settings, store.erasures.hold(one, holder=process_id(), now=now), queue)
        except Exception as problem:  # one that cannot be ended must not hold up the others
            log.error("erasure %s could not be ended: %s", one.id, type(problem).__name__)
            continue
        taken.append(one)
    if taken:
        log.info("%d erasures that had been cut off are done", len(taken))
        _compact(store, settings, taken, later=_is_large(store))
    if waiting and store.erasing.claim_turn(COMPACTING, now=now, every=COMPACT_EVERY):
        _compact(store, settings, waiting)
    return len(taken)


def is_being_erased(store: Store, settings: Settings, customer_id: str) -> bool:
    """Whether an erasure of this customer has begun and is not over; the record itself may be gone already."""
    subject = keyed("customer", customer_id, salt=store.tombstones.salt(settings.tombstone_salt))
    return store.erasures.about(subject) is not None


def erase_again(store: Store, settings: Settings, *, actor: str) -> int:
    """After a restore: take in the tombstones kept apart, and erase whoever the backup brought back."""
    take_tombstones(store, settings)
    salt = store.tombstones.salt(settings.tombstone_salt)
    begun: list[OpenErasure] = []

    def again(customer_id: str) -> None:
        now = datetime.now(UTC)
        begun.append(
            open_erasure(
                store, customer_id, salt=salt, now=now, actor=actor, policy=settings.erase, holder=process_id()
            )
        )
        _run(store, settings, begun[-1])

    found = erase_returned(store, salt=salt, erase_one=again)
    if found:
        store.access.record(
            actor=actor, action="restore.erase_again", target=None, now=datetime.now(UTC), detail={"n": found}
        )
        keep_tombstones(store, settings)
        _compact(store, settings, begun)
    return found


# --- the work queue ----------------------------------------------------------------------------------------------


def forget_work(settings: Settings, work_ids: Sequence[str], queue: WorkQueue | None = None) -> None:
    """Delete finished workflows with their recorded inputs, outputs and errors; running ones end by themselves."""
    if not work_ids:
        return
    used = queue or WorkQueue(settings)
    try:
        statuses = used.statuses(work_ids)
        finished = [one for one, status in statuses.items() if status not in UNFINISHED]
        for start in range(0, len(finished), 500):
            used.client.delete_workflows(finished[start : start + 500])
    finally:
        if queue is None:
            used.close()


def compact_work(settings: Settings) -> bool:
    """Leave nothing of deleted workflows in the free pages of the embedded queue."""
    return compact_beside(work_database(settings))


# --- exports and backups -----------------------------------------------------------------------------------------


def _let_go_of_exports(store: Store, settings: Settings, steps: ErasureSteps) -> None:
    """Delete exports inside the service's folder (they can be made again) and name those that lie elsewhere.

    Before mentions are masked: an export may be called after the person.
    """
    if steps.is_behind("exports"):
        return
    home = settings.home.resolve()
    elsewhere = set(steps.plan.get("elsewhere", ()))
    files = set(steps.plan.get("files", ()))
    folders = set()
    for target in store.access.targets("export"):
        path = Path(target)
        if not path.exists():
            continue
        if home not in path.parents:
            elsewhere.add(str(path))
        elif path.is_dir():
            folders.add(path)
            files.update(map(str, path.glob("*")))
        else:
            files.add(str(path))
    steps.keep(elsewhere=sorted(elsewhere), files=sorted(files))
    for file in sorted(files):
        try:
            Path(file).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"{file}: an export that holds the person cannot be deleted ({error.strerror})."
            ) from error
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()
    store.export_jobs.let_go(lambda key: let_go_of_bytes(store, key))
    steps.keep("exports")


def _let_go_of_staged(store: Store, settings: Settings, steps: ErasureSteps) -> None:
    """Delete what sources fetched and have not taken in: of a source that does not run, all of it, since nothing needs
    it; of one that does, what holds the person (it is fetched again, and left out as any file of theirs)."""
    if steps.is_behind("staged"):
        return
    running = store.source_runs.under_way()
    for folder in sorted(folder_of_staging(settings).glob("*")):
        if folder.name not in running:
            shutil.rmtree(folder, ignore_errors=True)
            continue
        for path in sorted(folder.rglob("*")):
            if path.is_file() and any(one.in_file(path) for one in steps.traces):
                path.unlink(missing_ok=True)
    steps.keep("staged")


# --- the tombstones' own file ------------------------------------------------------------------------------------


def tombstones_file(settings: Settings) -> Path:
    """Where the tombstones are kept beside the database, so that they outlive it."""
    return settings.tombstones or settings.home / "tombstones.json"


def keep_tombstones(store: Store, settings: Settings) -> None:
    """Write every tombstone to its file: a backup older than an erasure does not know of it.

    Raises:
        StoreError: the file cannot be written.
    """
    path = tombstones_file(settings)
    document = {
        "salt": None if settings.tombstone_salt else store.tombstones.salt(),
        "tombstones": [[one, kind, at.isoformat()] for one, kind, at in store.tombstones.all()],
    }
    partial = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(document, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise not_kept(error, f"{path}: the tombstones cannot be kept ({error.strerror}); make it writable.") from error


def take_tombstones(store: Store, settings: Settings) -> int:
    """Take in the tombstones of the file; returns how many it holds.

    Raises:
        InputError: the file is damaged.
    """
    path = tombstones_file(settings)
    if not path.exists():
        return 0
    try:
        document = json.loads(path.read_text())
        standing = [
            (str(one), cast(Kind, str(kind)), datetime.fromisoformat(at)) for one, kind, at in document["tombstones"]
        ]
        salt = document["salt"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: is not a whole file of tombstones; take another copy of it.") from error
    if salt and not settings.tombstone_salt:
        store.tombstones.take_salt(str(salt))
    store.tombstones.add(standing)
    return len(standing)
