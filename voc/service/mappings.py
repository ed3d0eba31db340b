"""Mappings of columns: saved by name, found again for tables of the same header."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from voc.errors import ConflictError, InputError
from voc.records import Channel, ColumnReading, TableReading
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.uploads import SentFile
from voc.service.use_cases import not_found, there, use_case
from voc.store.saved_mappings import SavedMapping

__all__ = ["ColumnReading", "SavedMapping", "TableReading", "get", "listing", "preview", "remove", "rename", "save"]

NAME_CHARS = 100


@use_case("analyst")
def listing(service: Service, actor: Actor) -> list[SavedMapping]:
    """Every saved mapping, by name."""
    return service.store.saved_mappings.all()


@use_case("analyst")
def get(service: Service, actor: Actor, name: str) -> SavedMapping:
    """One mapping.

    Raises:
        NotFoundError: there is none of that name.
    """
    return there(service.store.saved_mappings.get(name), "mapping")


@use_case("analyst")
def preview(
    service: Service,
    actor: Actor,
    file: SentFile,
    *,
    mapping: Mapping[str, str] | None = None,
    channel: Channel | None = None,
) -> TableReading:
    """How a table would be read, with some of its rows; nothing is kept of it.

    Raises:
        InputError: it is no table, or ``mapping`` names what is not there.
    """
    with tempfile.NamedTemporaryFile(prefix="voc-", suffix=Path(file.filename).suffix[:12]) as kept:
        shutil.copyfileobj(file.stream, kept)
        kept.flush()
        file.stream.seek(0)
        return service.pipeline.preview(Path(kept.name), name=file.filename, mapping=mapping, channel=channel)


@use_case("analyst")
def save(
    service: Service,
    actor: Actor,
    name: str,
    file: SentFile,
    *,
    mapping: Mapping[str, str],
    channel: Channel | None = None,
) -> SavedMapping:
    """Keep which column is what for every table with the header of ``file``; one of that name is replaced.

    Raises:
        InputError: the name or the mapping is empty, ``file`` is no table, or has no such column.
    """
    written = _name(name)
    if not mapping:
        raise InputError(
            "mapping: say which column is what, as field=column, before it is saved.", code="mapping_empty"
        )
    reading = preview(service, actor, file, mapping=mapping, channel=channel)
    kept = SavedMapping(
        name=written,
        header=reading.header,
        mapping=dict(mapping),
        channel=channel,
        saved_at=service.now(),
        saved_by=actor.id,
    )
    service.store.saved_mappings.save(kept)
    audit.record(service, actor, "mapping.save", written)
    return kept


@use_case("analyst")
def rename(service: Service, actor: Actor, name: str, new: str) -> SavedMapping:
    """Call a mapping otherwise.

    Raises:
        NotFoundError: there is none of that name.
        InputError: the new name is empty or too long.
        ConflictError: another mapping has it.
    """
    written = _name(new)
    found = get(service, actor, name)
    if written == name:
        return found
    if not service.store.saved_mappings.rename(name, written):
        get(service, actor, name)  # somebody may have removed it meanwhile
        raise ConflictError(
            f"{written}: another mapping is called so; choose another name.", code="mapping_name_taken", name=written
        )
    audit.record(service, actor, "mapping.rename", written, before=name)
    return get(service, actor, written)


@use_case("analyst")
def remove(service: Service, actor: Actor, name: str) -> None:
    """Forget a mapping; what was read with it stays.

    Raises:
        NotFoundError: there is none of that name.
    """
    if not service.store.saved_mappings.remove(name):
        raise not_found("mapping")
    audit.record(service, actor, "mapping.remove", name)


def _name(written: str) -> str:
    """A name as it is kept: its spaces put right.

    Raises:
        InputError: it is empty, too long or no text.
    """
    name = " ".join(written.split())
    if not name or len(name) > NAME_CHARS or not name.isprintable():
        raise InputError("name: say what the mapping is called.", code="source_field_wrong", field="name")
    return name
