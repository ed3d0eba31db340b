"""The recording of an interaction, the copy of it that everybody may hear, and its transcript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from voc.errors import ConflictError, GoneError, NotFoundError, StoreError
from voc.records import Analysis
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import there, use_case
from voc.service.visibility import analysis_for, shown_name
from voc.store.interactions import Stored
from voc.store.masked_audio import MaskedStatus

__all__ = ["Copy", "MaskedCopy", "MaskedStatus", "Recording", "Sound", "listen", "mask_again", "masked_copy",
           "recording", "sound_of", "transcript"]  # fmt: skip

Copy = Literal["original", "masked"]

CHUNK_BYTES = 256 * 1024

ONE_HEARING = timedelta(minutes=15)
"""Requests of one key for one copy within this time are one line of the trail, whatever part of it they ask for: a
player fetches dozens of ranges, and jumps; the longest of the sample calls lasts a minute and a half."""

CLOSED: dict[str, str] = {
    "pending": "The copy without personal data is being made; try again in a minute.",
    "failed": "The copy without personal data could not be made; a key of role analyst can retry it.",
    "closed": "Nothing of this recording may be heard: its words were not searched for personal data.",
}


@dataclass(frozen=True)
class Sound:
    """What of a recording an actor may hear, and where its copy without personal data stands."""

    playable: bool
    original: bool
    masked: MaskedStatus | None
    """``None`` without a recording."""
    reason: str | None = None


@dataclass(frozen=True)
class MaskedCopy:
    """Where the copy without personal data stands; ``reason`` says why it failed or stays closed."""

    status: MaskedStatus
    reason: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Recording:
    """The copy of a recording that an actor is given: ``key`` is the SHA-256 of its bytes."""

    interaction_id: str
    copy: Copy
    key: str
    filename: str
    size: int


def sound_of(service: Service, actor: Actor, row: Stored) -> Sound:
    """The original for analysts; for readers the copy, once it is ready."""
    if not row.has_audio:
        return Sound(playable=False, original=False, masked=None)
    copy = service.store.masked_audio.get(row.id)
    status: MaskedStatus = copy.status if copy else "pending"
    original = actor.sees_people
    reason = shown_name(copy.reason) if copy and copy.reason and original else None
    return Sound(playable=original or status == "ready", original=original, masked=status, reason=reason)


@use_case("reader")
def recording(service: Service, actor: Actor, interaction_id: str, copy: Copy | None = None) -> Recording:
    """The original or the copy everybody may hear; by default what this actor may hear.

    Raises:
        NotFoundError: no such interaction, or it has no recording.
        ForbiddenError: the original, for readers.
        ConflictError: the copy is not made yet, or stays closed.
        GoneError: its bytes are not in the blob store any more.
    """
    store = service.store
    _row(service, interaction_id)
    record = store.interactions.records([interaction_id])[0]
    if record.recording is None or record.recording.sha256 is None:
        raise _no_recording()
    wanted: Copy = copy or ("original" if actor.sees_people else "masked")
    if wanted == "original":
        actor.require("analyst", what="The original recording")
        key, filename = record.recording.sha256, record.recording.filename
    else:
        found = store.masked_audio.get(interaction_id)
        if found is None or found.status != "ready" or found.blob is None:
            raise ConflictError(CLOSED[found.status if found and found.status in CLOSED else "pending"])
        key, filename = found.blob, f"{interaction_id}-masked.flac"
    try:
        size = store.blobs.size(key)
    except StoreError as error:
        raise GoneError("The recording is gone from the blob store.", code="recording_gone") from error
    return Recording(interaction_id=interaction_id, copy=wanted, key=key, filename=filename, size=size)


@use_case("reader")
def listen(
    service: Service, actor: Actor, heard: Recording, *, begin: int = 0, length: int | None = None
) -> Iterator[bytes]:
    """The bytes ``begin`` … ``begin + length`` in pieces, with one audit line a hearing.

    The line is written before a byte leaves: who breaks off has heard as well.
    """
    if heard.copy == "original":
        actor.require("analyst", what="The original recording")
    detail = {"copy": heard.copy} if heard.copy == "masked" else {}
    audit.record_once(service, actor, "audio.read", heard.interaction_id, within=ONE_HEARING, **detail)
    return _bytes(service, heard.key, begin, heard.size - begin if length is None else length)


@use_case("reader")
def masked_copy(service: Service, actor: Actor, interaction_id: str) -> MaskedCopy:
    """``pending`` → ``ready``, ``failed`` (can be retried) or ``closed`` (nothing was searched, nothing is heard).

    Raises:
        NotFoundError: no such interaction, or it has no recording.
    """
    if not _row(service, interaction_id).has_audio:
        raise _no_recording()
    found = service.store.masked_audio.get(interaction_id)
    if found is None:
        return MaskedCopy(status="pending")
    return MaskedCopy(status=found.status, reason=shown_name(found.reason) if found.reason else None, at=found.at)


@use_case("analyst")
def mask_again(service: Service, actor: Actor, interaction_id: str) -> MaskedCopy:
    """Have the copy made anew; until it is ready it is closed.

    Raises:
        NotFoundError: no such interaction, or it has no recording.
        ConflictError: it is not analysed yet.
    """
    row = _row(service, interaction_id)
    if not row.has_audio:
        raise _no_recording()
    if row.status != "done":
        raise ConflictError(
            "This interaction is not analysed yet; its copy is made after that.", code="not_analysed_yet"
        )
    service.pipeline.mask_audio([interaction_id])
    audit.record(service, actor, "audio.mask", interaction_id)
    return masked_copy(service, actor, interaction_id)


@use_case("reader")
def transcript(service: Service, actor: Actor, interaction_id: str) -> Analysis:
    """The analysis of an interaction that has turns; readers get their words with personal data masked.

    Raises:
        NotFoundError: no such interaction.
        ConflictError: it has no turns, or nothing of its words may be seen.
    """
    row = _row(service, interaction_id)
    found = service.store.findings.analysis(row.id)
    analysis = analysis_for(actor, found) if found else None
    if analysis is None or not analysis.turns:
        raise ConflictError("There is no transcript of this interaction.", code="no_transcript")
    if not any(turn.text for turn in analysis.turns) and analysis.conversation is not None:
        raise ConflictError("Its words are closed: personal data in them is not masked.", code="words_closed")
    return analysis


def _row(service: Service, interaction_id: str) -> Stored:
    return there(service.store.interactions.get(interaction_id), "interaction")


def _no_recording() -> NotFoundError:
    return NotFoundError("This interaction has no recording.", code="no_recording_here")


def _bytes(service: Service, key: str, begin: int, length: int) -> Iterator[bytes]:
    with service.store.blobs.open(key) as source:
        source.seek(begin)
        left = length
        while left > 0 and (chunk := source.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
