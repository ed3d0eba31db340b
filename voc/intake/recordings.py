"""Recordings: looked at, not decoded — container, length, channels and a first frame that decodes.

Decoding a whole call is the speech room's work; what is checked here is what tells a person at once that a file is
broken. Video files are taken when they hold an audio track (screen recordings of calls, voice notes of phones): only
the audio is used.
"""

from __future__ import annotations

import hashlib
import logging
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from voc.containers import MAX_CHANNEL_HOURS, MAX_HOURS, check_length, open_recording, raw_sound, undeclared_bytes
from voc.errors import InputError
from voc.intake import limits
from voc.intake.dates import moment_in_name, parse_moment
from voc.intake.recording_names import facts_in_name
from voc.intake.telephony import Call, beside, call_of
from voc.records import Channel, Interaction, Recording, interaction_id

logger = logging.getLogger(__name__)

SHORTEST_MS = 100
"""Less than a tenth of a second holds no word."""

LOWEST_BITS_PER_SECOND = 600
"""No speech codec sends less (MELPe, STANAG 4591)."""

_CHUNK = 1 << 20

_LINEAR_LIKENESS = 0.3
"""Correlation of neighbouring samples: of speech at 8 kHz above 0.6, of another codec's bytes read as 16 bit near 0."""


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, read in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def probe(path: Path, *, name: str) -> tuple[int | None, int, dict[str, str]]:
    """Open a recording and decode its first frame.

    Returns:
        Duration in ms (``None`` where the container does not say, as live WebM), number of channels (with several audio
        tracks, that of the tracks), and the tags.

    Raises:
        InputError: no audio track, not decodable, truncated, of no length or longer than any conversation; the message
            says which.
    """
    import av

    av.logging.set_level(av.logging.PANIC)
    _check_wav(path, name)
    _check_protection(path, name)
    if raw_sound(path, name) is not None:
        _check_raw(path, name)
    try:
        container = open_recording(path, name=name, metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError) as error:
        raise InputError(
            f"{name}: not a readable recording ({_why(error)}); it is damaged or truncated, export it again.",
            code="damaged_recording",
            file=name,
        ) from error
    with container:
        if not container.streams.audio:
            what = "a video without sound" if container.streams.video else "no audio track"
            raise InputError(f"{name}: {what}; give the recording itself.")
        stream = container.streams.audio[0]
        tags = {str(k).lower(): str(v) for k, v in {**container.metadata, **stream.metadata}.items()}
        duration = _duration_ms(container, stream)
        if duration is not None and stream.bit_rate and (more := undeclared_bytes(path)):
            duration += more * 8000 // stream.bit_rate
        try:
            frame = next(iter(container.decode(stream)), None)
        except (av.FFmpegError, OSError, ValueError, IndexError) as error:
            raise InputError(
                f"{name}: the audio cannot be decoded ({_why(error)}); it is damaged or of an unknown codec.",
                code="damaged_recording",
                file=name,
            ) from error
        if frame is None or not frame.samples:
            raise InputError(
                f"{name}: the recording holds no sound (0 s); record or export it again.", code="no_sound", file=name
            )
        tracks = len(container.streams.audio)
        channels = tracks if tracks > 1 else int(frame.layout.nb_channels)
        if duration is not None and not _believable(duration, channels, size=path.stat().st_size):
            duration = None
        check_length(name, hours=(duration or 0) / 3_600_000, channels=channels)
        if duration is None and path.stat().st_size < _CHUNK:
            duration = _decoded_ms(container, stream, frame)
    if duration is not None and duration < SHORTEST_MS:
        raise InputError(
            f"{name}: the recording is {duration / 1000:.2f} s long; nothing can be said in that.",
            code="too_short",
            file=name,
        )
    return duration, channels, tags


def _why(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).splitlines()[0][:120] if str(error) else type(error).__name__


def _duration_ms(container: Any, stream: Any) -> int | None:
    import av

    if stream.duration is not None and stream.time_base is not None:
        return int(float(stream.duration * stream.time_base) * 1000 + 0.5)
    if container.duration is not None and container.duration > 0:
        return int(container.duration * 1000 / av.time_base)
    return None


def _believable(duration_ms: int, channels: int, *, size: int) -> bool:
    """Whether a file of ``size`` bytes can hold what its header announces, where that is longer than a conversation.

    Recorders that stream write a header before they know the length: two gigabytes of it, so 37 hours of telephone
    sound, for a call of a minute. What cannot be there is left to the decoder to find out.
    """
    longest_ms = MAX_CHANNEL_HOURS / max(channels, MAX_CHANNEL_HOURS / MAX_HOURS) * 3_600_000
    return duration_ms <= longest_ms or size * 8 * 1000 / duration_ms >= LOWEST_BITS_PER_SECOND


def _decoded_ms(container: Any, stream: Any, first: Any) -> int:
    """Length of a small file that does not state it: the frames counted."""
    import av

    samples, rate = first.samples, first.sample_rate or 1
    try:
        for frame in container.decode(stream):
            samples += frame.samples
    except (av.FFmpegError, OSError, ValueError):
        logger.debug("a short recording ends in a damaged frame")
    return int(samples * 1000 / rate)


def _check_wav(path: Path, name: str) -> None:
    """Compare what a WAV header declares with the bytes there are.

    A quarter missing is a transfer that broke off; less is a recorder that was switched off and is left to the
    decoder. A data size of 0, 0x7FFFFFFF or 0xFFFFFFFF, or just below, is a header that was never completed (streaming
    recorders): tolerated.

    Raises:
        InputError: the sound is truncated, or there is none.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(12)
        if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
            return
        while len(chunk := stream.read(8)) == 8:
            kind, length = chunk[:4], struct.unpack("<I", chunk[4:])[0]
            begin = stream.tell()
            if kind == b"data":
                there = size - begin
                if there <= 0:
                    raise InputError(
                        f"{name}: the recording holds no sound (0 s); record or export it again.",
                        code="no_sound",
                        file=name,
                    )
                if 0 < length < 0x7FFFF000 and there < 0.75 * length:
                    raise InputError(
                        f"{name}: truncated, {limits.megabytes(there)} of {limits.megabytes(length)} are there; "
                        "transfer it again.",
                        code="truncated_recording",
                        file=name,
                    )
                return
            stream.seek(begin + length + (length & 1))
    raise InputError(
        f"{name}: a WAV header without sound (0 s); record or export it again.", code="no_sound", file=name
    )


def _check_raw(path: Path, name: str) -> None:
    """Look at the samples of a file called ``.raw``: neighbours of 16 bit linear sound are alike.

    Raises:
        InputError: it is another codec, or another order of bytes, and nothing says which.
    """
    if Path(name).suffix.lower() != ".raw":
        return
    with path.open("rb") as stream:
        head = stream.read(_CHUNK)
    samples = np.frombuffer(head[: len(head) // 2 * 2], dtype="<i2").astype(np.float64)
    power = float(samples @ samples)
    if power and float(samples[1:] @ samples[:-1]) / power < _LINEAR_LIKENESS:
        raise InputError(
            f"{name}: sound without a header that is not 16 bit linear; name it by its codec and rate: .ulaw, .alaw, "
            ".gsm or .g722, .sln (16 bit, 8 kHz), .sln16, .sln48 …, or convert it to WAV.",
            code="unknown_raw_sound",
            file=name,
        )


def _check_protection(path: Path, name: str) -> None:
    """Look into an MP4's sample description: sound that is encrypted there decodes to noise, or not at all.

    Raises:
        InputError: the sound is protected (entries ``drms`` of Apple's FairPlay, ``enca`` of ISO/IEC 23001-7).
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        if stream.read(8)[4:] != b"ftyp":
            return
        stream.seek(0)
        described = stream.read(_CHUNK)
        if size > _CHUNK:
            # Recorders write the description last.
            stream.seek(max(_CHUNK, size - _CHUNK))
            described += stream.read()
    at = described.find(b"stsd")
    while at >= 0:
        if described[at + 16 : at + 20] in (b"drms", b"enca"):
            raise InputError(
                f"{name}: the recording is protected (DRM) and cannot be read; export it unprotected.",
                code="protected_recording",
                file=name,
            )
        at = described.find(b"stsd", at + 4)


def _with_its_name(call: Call, name: str) -> Call:
    """What telephony says of a call, and where that is silent, what the name of its recording says."""
    facts = facts_in_name(name)
    if not facts:
        return call
    said = call_of(facts)
    return call.model_copy(
        update={
            "external_id": call.external_id or (said.external_id if call.thread_id is None else None),
            "occurred_at": call.occurred_at or said.occurred_at,
            "identifiers": call.identifiers or said.identifiers,
            "attributes": said.attributes | call.attributes,
        }
    )


def read_recording(
    path: Path,
    *,
    name: str,
    channel: Channel | None = None,
    roles: Sequence[str] = (),
    call: Call | None = None,
) -> Interaction:
    """One recording as an interaction.

    Args:
        path: the file.
        name: what to call it to people.
        channel: default :attr:`Channel.CALL`.
        roles: role of each audio channel in order.
        call: what telephony says of it, a :class:`voc.intake.telephony.Call`; found beside the file when not given.

    Raises:
        InputError: as :func:`probe`.
    """
    duration, channels, tags = probe(path, name=name)
    digest = sha256_of(path)
    call = _with_its_name(call or beside(path, name=name) or Call(), name)
    occurred = call.occurred_at
    if occurred is None:
        stated = next((tags[key] for key in ("creation_time", "date", "icrd", "date_recorded") if tags.get(key)), "")
        occurred = moment_in_name(Path(name).name) or (parse_moment(stated) if stated else None)
    where = channel or call.channel or Channel.CALL
    return Interaction(
        id=interaction_id(where, external_id=call.external_id, content_hash=digest),
        channel=where,
        source=name,
        content_hash=digest,
        external_id=call.external_id,
        thread_id=call.thread_id,
        occurred_at=occurred,
        language=call.language,
        recording=Recording(
            filename=Path(name).name,
            sha256=digest,
            path=str(path.resolve()),
            size_bytes=path.stat().st_size,
            duration_ms=duration,
            channels=channels,
            roles=tuple(roles) or call.roles,
        ),
        identifiers=call.identifiers,
        nps=call.nps,
        csat=call.csat,
        rating=call.rating,
        attributes=call.attributes,
    )
