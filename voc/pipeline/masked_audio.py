"""The copy of a recording with personal data silenced: made after the analysis, kept beside the original.

The copy is as long as the recording and every second is where it was, so that what is marked in the one is found in the
other. It is FLAC at 16 kHz: every browser plays it, no frame of a lossy codec smears a word into its silence, and the
same recording with the same words gives the same bytes.
"""

from __future__ import annotations

import logging
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from voc.errors import InputError, StoreError
from voc.privacy.audio_redaction import Interval, muted
from voc.records import Analysis

if TYPE_CHECKING:
    from voc.pipeline.queues import WorkQueue
    from voc.speech.decode import Audio
    from voc.store import Store

log = logging.getLogger("voc.masked_audio")

BLOCK_S: Final = 30
NOTHING_SEARCHED = "no words were found in it, so nothing of it was searched for personal data"
NOT_MASKED = "its personal data is not masked, so nothing of it may be heard"
GONE = "the recording is gone from the blob store"


def write_masked(audio: Audio, silences: Sequence[Sequence[Interval]], target: Path) -> None:
    """Write ``audio`` with the ``silences`` (ms, by channel) as FLAC of the same length and channels.

    Memory stays flat: half a minute at a time.
    """
    import av
    import numpy as np

    from voc.speech.decode import SAMPLE_RATE

    layout = {1: "mono", 2: "stereo"}.get(audio.channels, f"{audio.channels}c")
    if audio.channels > 2:
        layout = {3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}[audio.channels]
    block = BLOCK_S * SAMPLE_RATE
    with av.open(str(target), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout=layout, format="s16")
        for start in range(0, audio.frames, block):
            pcm = np.array(audio.pcm[start : start + block])
            for channel, intervals in enumerate(silences):
                for begin, end in intervals:
                    low, high = begin * SAMPLE_RATE // 1000 - start, -(-end * SAMPLE_RATE // 1000) - start
                    if high > 0 and low < len(pcm):
                        pcm[max(0, low) : high, channel] = 0
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(pcm).reshape(1, -1), format="s16", layout=layout)
            frame.sample_rate, frame.pts = SAMPLE_RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def mask_recording(store: Store, interaction_id: str) -> str | None:
    """Make the copy that a recording is owed; returns what became of it, ``None`` where nothing is owed.

    Running it again with the same words gives the same copy. What goes wrong with the recording is kept as the reason,
    and the recording stays closed to those who may not hear the original.

    Raises:
        StoreError: the store refused; try again.
    """
    owed = store.masked_audio.get(interaction_id)
    if owed is None or owed.status != "pending":
        return None
    (record,) = store.interactions.records([interaction_id]) or (None,)
    analysis = store.findings.analyses([interaction_id], as_found=True).get(interaction_id)
    if record is None or record.recording is None or analysis is None:
        return None
    key = record.recording.sha256
    blob: str | None = None
    reason: str | None = None
    status = "ready"
    try:
        if key is None or not store.blobs.exists(key):
            status, reason = "failed", GONE
        elif not analysis.text.strip():
            status, reason = "closed", NOTHING_SEARCHED
        elif analysis.redacted_text is None:
            status, reason = "closed", NOT_MASKED
        else:
            blob = _copy(
                store,
                key,
                analysis,
                name=record.recording.filename,
                channels_read=_channels_read(store, interaction_id),
            )
    except StoreError:
        raise
    except InputError as problem:
        status, reason = "failed", str(problem)
    except Exception as problem:
        # A library's message may carry a path or a name: only its type goes on.
        log.error("masking the recording of %s failed: %s", interaction_id, type(problem).__name__)
        status, reason = "failed", f"making it stopped unexpectedly ({type(problem).__name__}); retry it"
    kept = store.masked_audio.settle(owed, status=status, blob=blob, reason=reason)  # type: ignore[arg-type]
    for old in {blob if not kept else None, owed.blob if owed.blob != blob else None} - {None}:
        store.uploads.let_go_of_bytes(str(old), store.blobs.delete)
    return status if kept else None


def _copy(store: Store, key: str, analysis: Analysis, *, name: str, channels_read: int | None) -> str:
    from voc.speech.decode import decode

    with store.blobs.as_file(key) as path, tempfile.TemporaryDirectory(prefix="voc-") as folder:
        audio = decode(path, name=name)
        if channels_read == 1:
            audio = audio.mixed_down()
        silences = muted(analysis, duration_ms=audio.duration_ms + 1, channels=audio.channels)
        target = Path(folder) / "masked.flac"
        write_masked(audio, silences, target)
        with target.open("rb") as stream:
            return store.blobs.put(stream)[0]


def _channels_read(store: Store, interaction_id: str) -> int | None:
    """How many channels the transcript was made from: a mono recording in two channels was read as one."""
    transcript = store.findings.transcript(interaction_id)
    found = transcript.get("channels") if transcript else None
    return found if isinstance(found, int) else None


def resume_masking(store: Store, queue: WorkQueue) -> int:
    """Queue copies that are owed and that no workflow is about to make; returns how many.

    Words change without a workflow too (a customer's name is masked when the customer becomes known), and a workflow
    may have ended without its copy: the store knows what is owed.
    """
    from voc.pipeline.queues import UNFINISHED

    owing = store.masked_audio.owing()
    if not owing:
        return 0
    statuses = queue.statuses([one.work_id for one in owing if one.work_id])
    queued = 0
    for one in owing:
        status = statuses.get(one.work_id) if one.work_id else None
        if status in UNFINISHED:
            continue
        if status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
            reason = "the worker died several times on it; retry it after an upgrade"
            store.masked_audio.settle(one, status="failed", reason=reason)
            continue
        work_id = "msk-" + secrets.token_hex(8)
        store.masked_audio.queue(one.interaction_id, work_id=work_id)
        queue.enqueue_masking(work_id)
        queued += 1
    return queued
