"""Erasing a person from everything the service wrote: the store, the work queue, exports, the tombstones' own file."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlalchemy.engine import make_url

from voc.customers.erasure import Erasure, Policy, erase, erase_returned
from voc.errors import InputError, StoreError
from voc.pipeline.queues import UNFINISHED, WorkQueue, work_database
from voc.records import Record
from voc.settings import Settings
from voc.store import Store
from voc.store.tombstones import Kind

log = logging.getLogger("voc.erasing")

EXPORTS_LISTED = 1000


class ErasureReport(Record):
    """What was erased for whoever has to answer the person, in counts."""

    erasures: tuple[Erasure, ...]
    compacted: bool
    """Nothing is left in freed pages, index or log; False when others kept the database busy: run it again."""
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

    Args:
        policy: what becomes of their interactions; as ``VOC_ERASE`` says by default.
        thorough: on PostgreSQL, write every table anew at once (:meth:`voc.store.erasing.Erasing.compact`).

    Raises:
        InputError: no such customer; those named before it are erased.
        StoreError: the store refused; run it again.
    """
    salt = store.tombstones.salt(settings.tombstone_salt)
    done: list[Erasure] = []
    chosen = policy or settings.erase
    for one in dict.fromkeys(customer_ids):
        now = datetime.now(UTC)
        erased = erase(store, one, salt=salt, now=now, policy=chosen)
        done.append(erased)
        keep_tombstones(store, settings)
        detail = erased.model_dump(exclude={"reference", "work"})
        store.access.record(actor=actor, action="customer.erase", target=erased.reference, now=now, detail=detail)
    forget_work(settings, [work for one in done for work in one.work], queue)
    exports, elsewhere = _exports(store, settings)
    compacted = store.erasing.compact(thorough=thorough) and compact_work(settings)
    return ErasureReport(erasures=tuple(done), compacted=compacted, exports=exports, elsewhere=elsewhere)


def erase_again(store: Store, settings: Settings, *, actor: str) -> int:
    """After a restore: take in the tombstones kept apart, and erase whoever the backup brought back."""
    take_tombstones(store, settings)
    salt = store.tombstones.salt(settings.tombstone_salt)

    def again(customer_id: str) -> Erasure:
        return erase(store, customer_id, salt=salt, now=datetime.now(UTC), policy=settings.erase)

    found = erase_returned(store, salt=salt, erase_one=again)
    if found:
        store.access.record(
            actor=actor, action="restore.erase_again", target=None, now=datetime.now(UTC), detail={"n": found}
        )
        keep_tombstones(store, settings)
        store.erasing.compact()
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
    url = make_url(work_database(settings))
    if url.get_backend_name() != "sqlite" or not url.database or not Path(url.database).exists():
        return True
    try:
        with closing(sqlite3.connect(url.database, timeout=30, isolation_level=None)) as alone:
            alone.execute("VACUUM")
            return not alone.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        log.warning("the work queue could not be compacted: %s", error)
        return False


# --- exports and backups -----------------------------------------------------------------------------------------


def remember_export(store: Store, target: Path, *, kind: str, actor: str) -> None:
    """An audit line for a file that leaves the service, so that an erasure can say where a person may still be."""
    store.access.record(
        actor=actor, action=f"export.{kind}", target=str(target.resolve()), now=datetime.now(UTC), detail=None
    )


def _exports(store: Store, settings: Settings) -> tuple[int, tuple[str, ...]]:
    """Delete exports inside the service's folder (they can be made again) and name those that lie elsewhere."""
    home = settings.home.resolve()
    gone, elsewhere = 0, set()
    for line in store.access.trail(limit=EXPORTS_LISTED):
        if not str(line["action"]).startswith("export.") or not line["target"]:
            continue
        path = Path(str(line["target"]))
        if not path.exists():
            continue
        if home not in path.parents:
            elsewhere.add(str(path))
            continue
        with suppress(OSError):
            for file in sorted(path.glob("*")) if path.is_dir() else [path]:
                file.unlink()
                gone += 1
            if path.is_dir():
                path.rmdir()
    return gone, tuple(sorted(elsewhere))


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
        raise StoreError(f"{path}: the tombstones cannot be kept ({error.strerror}); make it writable.") from error


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
