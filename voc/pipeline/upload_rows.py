"""Rows of an upload on their way in: which may come in, and what is said of the others and of the whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TypeVar

from voc.errors import StoreError
from voc.records import Interaction, Rejected, Remark
from voc.rights.erasure import find_erased, refused_row
from voc.settings import Settings
from voc.store import Store
from voc.store.uploads import Upload

T = TypeVar("T")


def interrupted(store: Store, upload: Upload, problem: StoreError) -> StoreError:
    """What to say where the store gave up in the middle of a file: how much of it is in, and what comes next."""
    kept = 0
    with suppress(StoreError):
        kept = sum(store.uploads.item_counts(upload.id))
        store.uploads.forgive_reading(upload.id)
    taken = f"{kept:,} of its interactions are in already" if kept else "nothing of it is in yet"
    return type(problem)(
        f"{problem} {upload.filename}: {taken}; the file is kept, and read to its end when voc starts again or it "
        "is sent again (nothing is doubled)."
    )


def without_erased(
    store: Store, settings: Settings, part: list[Interaction | Rejected]
) -> tuple[list[Interaction | Rejected], int]:
    """Refuse rows of people who were erased, so that no old file brings them back; and how many there were."""
    if settings.erased_people == "allow":
        return part, 0
    known = [one for one in part if isinstance(one, Interaction)]
    gone = find_erased(store, known, salt=settings.tombstone_salt)
    kept: list[Interaction | Rejected] = [
        refused_row(one.source) if isinstance(one, Interaction) and one.id in gone else one for one in part
    ]
    return kept, len(gone)


def within(one: Interaction | Rejected, upload: Upload) -> Interaction | Rejected:
    """Refuse a recording that is not the upload itself, unless the upload is a table on this machine.

    A table sent over the network must not name files of the server, its blobs among them.
    """
    foreign = isinstance(one, Interaction) and one.recording is not None and one.recording.sha256 != upload.sha256
    if foreign and not upload.options.origin:
        reason = "a table sent alone cannot name recordings; send the recordings themselves."
        return Rejected(source=one.source, reason=reason)
    return one


def updated(changed: int, upload: Upload) -> Remark:
    return Remark(
        source=upload.filename,
        reason=f"{changed:,} known already had changed since: they were updated and are analysed again.",
        code="updated",
        parameters={"n": changed},
    )


def readable_path(upload: Upload, kept: Path) -> Path:
    """The file it came from while it is still the same (sidecar files are beside it), else the kept bytes."""
    origin = upload.options.origin
    if origin and (path := Path(origin)).is_file() and path.stat().st_size == upload.size_bytes:
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() == upload.sha256:
                return path
    return kept


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part
