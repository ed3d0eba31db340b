"""A look into a table before or after it is taken in, so that a person can say which column is what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from voc.errors import InputError, StoreError
from voc.intake.column_reading import header_of_file, read_columns
from voc.intake.isolation import isolated_answer
from voc.intake.readers import columns_of
from voc.records import Channel, Remark, TableReading
from voc.store import Store
from voc.store.saved_mappings import SavedMapping
from voc.store.uploads import Upload


def columns(store: Store, upload_id: str) -> tuple[str, ...]:
    """Headers of the table that was uploaded; empty when it is no table or its bytes are gone."""
    upload = store.uploads.get(upload_id)
    if upload is None or upload.blob is None:
        return ()
    try:
        with store.blobs.as_file(upload.blob, suffix=Path(upload.filename).suffix) as kept:
            return isolated_answer(columns_of, kept, name=upload.filename, source=upload.filename)
    except (InputError, StoreError, ValueError, KeyError):
        return ()


def preview(
    store: Store, path: Path, *, name: str, mapping: Mapping[str, str] | None = None, channel: Channel | None = None
) -> TableReading:
    """How a table would be read, with the saved mapping of its header where nobody gives another.

    Raises:
        InputError: it is no table, or ``mapping`` names what is not there.
    """
    given = dict(mapping or {}) or None
    saved = None if given else saved_for(store, path, name=name)
    if saved is not None:
        given, channel = saved.mapping, channel or saved.channel
    try:
        reading = isolated_answer(read_columns, path, name=name, source=name, mapping=given, channel=channel)
    except (ValueError, KeyError) as error:  # a kind that is no table has no columns to open
        raise InputError(f"{name}: it is no table.", code="no_table") from error
    return reading.model_copy(update={"mapping_name": saved.name}) if saved is not None else reading


def saved_for(store: Store, path: Path, *, name: str) -> SavedMapping | None:
    """The mapping that was saved for the header of a table; ``None`` for anything else."""
    if not store.saved_mappings.are_there():
        return None
    try:
        header = isolated_answer(header_of_file, path, name=name, source=name)
    except (InputError, ValueError, KeyError):
        return None
    return store.saved_mappings.of_header(header)


def with_saved_mapping(store: Store, upload: Upload, path: Path) -> Upload:
    """The upload with the mapping that a person saved for its header, where none came with it; a remark says so."""
    saved = None if upload.options.mapping else saved_for(store, path, name=upload.filename)
    if saved is None:
        return upload
    said = f"the columns were read as saved under “{saved.name}”."
    named = {"name": saved.name}
    remark = Remark(source=upload.filename, reason=said, code="saved_mapping_used", parameters=named)
    store.uploads.reject(upload.id, [remark])
    given = {"mapping": saved.mapping, "channel": upload.options.channel or saved.channel}
    return replace(upload, options=upload.options.model_copy(update=given))
