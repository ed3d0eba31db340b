"""Uploads: recordings, exports, transcripts come in; progress and rejected rows go out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Unpack

from voc.errors import InputError
from voc.records import Channel
from voc.records.interactions import ReadAs
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import there, use_case
from voc.service.visibility import progress_for, upload_for
from voc.store.uploads import Progress, Upload

if TYPE_CHECKING:
    from voc.pipeline.batch import IngestReport

__all__ = ["Progress", "SentFile", "Upload", "columns", "ingest_paths", "progress", "receive", "recent", "retry"]

SHOWN_IDS = 1000


@dataclass(frozen=True)
class SentFile:
    """One file as it was sent: ``filename`` is a bare name without folders or control characters."""

    filename: str
    stream: IO[bytes]


@use_case("analyst")
def receive(
    service: Service,
    actor: Actor,
    files: Sequence[SentFile],
    *,
    channel: Channel | None = None,
    mapping: Mapping[str, str] | None = None,
    roles: Sequence[str] = (),
    role: str | None = None,
    idempotency_key: str | None = None,
) -> list[Progress]:
    """Keep each file, read it and queue its work; one that cannot be taken in does not harm the others.

    Args:
        roles: of each audio channel in order; ``role`` where one person speaks in the whole file.
        idempotency_key: of this actor alone: the same with the same bytes is the first answer again.

    Raises:
        InputError: what was asked contradicts itself, or the key was used for other bytes.
        StoreError: nothing more can be kept.
    """
    found: list[Progress] = []
    for number, file in enumerate(files):
        key = _key_of(idempotency_key, actor, number, len(files))
        if key is not None and (earlier := service.store.uploads.by_idempotency_key(key)) is not None:
            _check_same_bytes(earlier, file)
        taken = service.pipeline.receive(
            file.stream,
            filename=file.filename,
            channel=channel,
            mapping=mapping,
            roles=roles,
            role=role,
            idempotency_key=key,
        )
        if key is not None:
            _check_same_bytes(taken.upload, file)  # another may have come with this key since we looked
        audit.record(service, actor, "upload.receive", taken.upload.id)
        found.append(progress_for(actor, taken))
    return found


@use_case("analyst")
def ingest_paths(
    service: Service,
    actor: Actor,
    paths: Sequence[Path],
    **read_as: Unpack[ReadAs],
) -> IngestReport:
    """:func:`receive` of files and folders on this machine, in one report.

    Raises:
        StoreError: nothing more can be kept (the disk is full, say).
    """
    from voc.pipeline.batch import ingest_paths as ingest

    report = ingest(service.store, service.settings, paths, **read_as)
    for upload_id in report.upload_ids:
        audit.record(service, actor, "upload.receive", upload_id)
    return report


@use_case("reader")
def recent(service: Service, actor: Actor, *, limit: int) -> list[Upload]:
    """The latest uploads, newest first."""
    return [upload_for(actor, one) for one in service.store.uploads.recent(limit=limit)]


@use_case("reader")
def progress(service: Service, actor: Actor, upload_id: str) -> Progress:
    """How many of its interactions wait, are done or failed, and the rows that were rejected.

    Raises:
        NotFoundError: there is no such upload.
    """
    found = there(service.store.uploads.progress(upload_id, ids_limit=SHOWN_IDS), "upload")
    return progress_for(actor, found)


@use_case("analyst")
def retry(service: Service, actor: Actor, upload_id: str) -> Progress:
    """Read the kept bytes again, e.g. after an upgrade; what was taken in before is not doubled.

    Raises:
        NotFoundError: there is no such upload.
        InputError: its bytes are gone.
    """
    progress(service, actor, upload_id)
    found = service.pipeline.retry(upload_id)
    audit.record(service, actor, "upload.retry", upload_id)
    return progress_for(actor, found)


@use_case("reader")
def columns(service: Service, actor: Actor, upload_id: str) -> tuple[str, ...]:
    """Headers of a kept table, for the person who says which column is what; empty where it is no table."""
    return service.pipeline.columns(upload_id)


def _key_of(idempotency_key: str | None, actor: Actor, number: int, files: int) -> str | None:
    """The key as it is kept: of one sender alone, whoever else uses the same, and of one file of several."""
    if idempotency_key is None or not idempotency_key.strip():
        return None
    own = f"{actor.id}:{idempotency_key}"
    return own if files == 1 else f"{own}#{number + 1}"


def _check_same_bytes(known: Upload, file: SentFile) -> None:
    """An ``Idempotency-Key`` names one body: sent again with another, something is wrong on the sender's side."""
    if known.sha256 != _sha256(file.stream):
        raise InputError(
            "Idempotency-Key: it was used for another file; use a new key for each file.", code="key_reused"
        )


def _sha256(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    stream.seek(0)
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()
