"""A look into a kept file that could not be taken in, so that a person can say which column is what."""

from __future__ import annotations

from pathlib import Path

from voc.errors import InputError, StoreError
from voc.intake.isolation import isolated_answer
from voc.intake.readers import columns_of
from voc.store import Store


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
