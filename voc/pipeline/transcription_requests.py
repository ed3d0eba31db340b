"""Transcribing a file for somebody who waits: a worker with the model loaded does it, and nothing of it is kept.

The file goes through the blob store and a queue of its own, which workers serve beside the long ones, so that a request
does not wait behind a day's recordings and no model is loaded where pages are served.
"""

from __future__ import annotations

import logging
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

from voc.errors import InputError, ModelError, StoreError
from voc.pipeline.worker_liveness import any_alive
from voc.records import Channel, Interaction, Record, Recording, Turn

if TYPE_CHECKING:
    from voc.analysis.pipeline import Analyser
    from voc.pipeline.queues import WorkQueue
    from voc.store import Store

log = logging.getLogger("voc.asked")

LEFT_AFTER = timedelta(hours=1)
"""Nobody waits this long: whoever asked has gone without saying so."""
SPEAKER = "customer"
"""One role for the whole file: it is read as one voice, its channels mixed."""


class TranscriptionResult(Record):
    """A transcript as it is answered."""

    language: str | None
    duration_ms: int
    turns: tuple[Turn, ...]


class TranscriptionRefusal(Record):
    """Why there is no transcript; ``fault`` is the HTTP status it stands for."""

    reason: str
    fault: int


def ask(
    store: Store,
    queue: WorkQueue,
    stream: IO[bytes],
    *,
    filename: str,
    language: str | None,
    now: datetime,
    prompt: str = "",
) -> str:
    """Queue the transcription of a file; returns the id to ask for it by.

    Raises:
        StoreError: the file could not be kept, or no worker runs.
    """
    if not any_alive(store):
        raise StoreError("no worker is running that could transcribe; start `voc serve --workers 1` or `voc worker`.")
    blob, size = store.blobs.put(stream)
    asked_id = "ask-" + secrets.token_hex(12)
    if not size:
        store.uploads.let_go_of_bytes(blob, store.blobs.delete)
        raise InputError("the file is empty; send a recording.")
    store.asked.add(
        asked_id, blob=blob, options={"filename": filename, "language": language, "prompt": prompt}, now=now
    )
    queue.enqueue_asked(asked_id)
    return asked_id


def answer_of(store: Store, asked_id: str) -> TranscriptionResult | TranscriptionRefusal | None:
    """The answer, or ``None`` while it is being made.

    Raises:
        StoreError: nobody waits for it any more.
    """
    found = store.asked.get(asked_id)
    if found is None:
        raise StoreError("the transcription was given up; send the file again.")
    if found.error is not None:
        return TranscriptionRefusal(reason=found.error, fault=found.fault or 500)
    return TranscriptionResult.model_validate(found.document) if found.document is not None else None


def forget(store: Store, asked_id: str) -> None:
    """Remove the file and its words."""
    blob = store.asked.forget(asked_id)
    if blob is not None:
        store.uploads.let_go_of_bytes(blob, store.blobs.delete)


def forget_left(store: Store, *, now: datetime | None = None) -> int:
    """Remove what nobody fetched; returns how many."""
    left = store.asked.before((now or datetime.now(UTC)) - LEFT_AFTER)
    for one in left:
        forget(store, one)
    return len(left)


def transcribe_asked(store: Store, analyser: Analyser, asked_id: str) -> bool:
    """Transcribe one file that was asked for; False when nobody waits any more, or it cannot be done.

    Raises:
        StoreError: the store refused; try again.
    """
    found = store.asked.get(asked_id)
    if found is None:
        return False
    name = str(found.options.get("filename") or "audio")
    recording = Recording(filename=name, sha256=found.blob, roles=(SPEAKER,))
    file = Interaction(
        id=asked_id,
        channel=Channel.CALL,
        source=name,
        content_hash=found.blob,
        recording=recording,
        language=found.options.get("language"),
    )
    try:
        with store.blobs.as_file(found.blob, suffix=Path(name).suffix) as path:
            heard = analyser.transcribe(file, path=path, prompt=found.options.get("prompt") or "")
    except InputError as problem:
        # The message names the blob, which the sender never saw.
        store.asked.refuse(asked_id, str(problem).replace(found.blob, name), fault=400)
        return False
    except ModelError as problem:
        store.asked.refuse(asked_id, str(problem), fault=503)
        return False
    except StoreError:
        raise
    except Exception as problem:
        log.error("transcription of %s failed: %s", asked_id, type(problem).__name__)
        store.asked.refuse(asked_id, "transcription stopped unexpectedly; try again.", fault=500)
        return False
    answer = TranscriptionResult(language=heard.language, duration_ms=heard.duration_ms, turns=heard.turns)
    store.asked.answer(asked_id, answer.model_dump(mode="json"))
    return True
