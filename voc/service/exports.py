"""Files that leave the service: what was understood as tables, and the whole of it as a backup."""

from __future__ import annotations

from pathlib import Path

from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import use_case


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
