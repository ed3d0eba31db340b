"""Files that leave the service: what was understood as tables, and the whole of it as a backup."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from voc.errors import ConflictError, GoneError, InputError
from voc.records.exports import ExportForm, ExportJob, ExportTable
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import not_found, use_case
from voc.service.wishes import checked_filters

MOST_WAITING = 5


@use_case("admin")
def tables(service: Service, actor: Actor, target: Path, *, form: str | None = None) -> dict[str, int]:
    """Write what was understood to ``target``, redacted (:func:`voc.exporting.export_to`); returns rows by table.

    Raises:
        InputError: the target exists already, or the format cannot be told.
    """
    from voc.exporting import export_to

    rows = export_to(service.store, target, form=form)
    audit.file_left(service, actor, target, kind="figures")
    return rows


@use_case("reader")
def ask(service: Service, actor: Actor, *, table: ExportTable, form: ExportForm, query: str = "") -> ExportJob:
    """Ask for a file of what the filters leave; a worker writes it, redacted as every export is.

    Raises:
        InputError: a filter cannot be understood, or the actor waits for too many.
    """
    kept = checked_filters(query, keeps_period=True)
    waiting = [one for one in service.store.export_jobs.of(actor.id) if one.state in {"asked", "writing"}]
    if len(waiting) >= MOST_WAITING:
        raise InputError("too many exports wait already; ask again later.", code="too_many", n=MOST_WAITING)
    made = service.store.export_jobs.ask(table=table, form=form, query=kept, by=actor.id, now=service.now())
    audit.record(service, actor, "exports.ask", str(made.id), table=table, form=form)
    return made


@use_case("reader")
def asked(service: Service, actor: Actor) -> list[ExportJob]:
    """What the actor asked for, newest first; administrators see everybody's."""
    return service.store.export_jobs.of(None if actor.allows("admin") else actor.id)


@use_case("reader")
def find(service: Service, actor: Actor, number: int) -> ExportJob:
    """One export.

    Raises:
        NotFoundError: there is none of that id, or somebody else asked for it.
    """
    found = service.store.export_jobs.one(number)
    if found is None or (found.asked_by != actor.id and not actor.allows("admin")):
        raise not_found("export")
    return found


@use_case("reader")
def fetch(service: Service, actor: Actor, number: int) -> tuple[ExportJob, BinaryIO]:
    """The file itself, open for reading: a line of the audit trail.

    Raises:
        NotFoundError: there is none of that id, or somebody else asked for it.
        ConflictError: it is not written yet.
        GoneError: it was, and is not any more.
    """
    found = find(service, actor, number)
    if found.state == "gone":
        raise GoneError("This export is not kept any more; ask for it again.", code="export_gone")
    if found.state != "done" or found.blob is None:
        raise ConflictError("This export is not written yet; ask again soon.", code="export_not_done")
    file = service.store.blobs.open(found.blob)
    audit.record(service, actor, "exports.fetch", str(number), rows=found.rows)
    return found, file


@use_case("admin")
def backup(service: Service, actor: Actor, target: Path) -> int:
    """Copy the database and the recordings into one archive, while the service runs; returns its size in bytes.

    Raises:
        InputError: the target cannot be written.
    """
    from voc.backups import back_up

    size = back_up(service.settings, target)
    audit.file_left(service, actor, target, kind="backup")
    return size
