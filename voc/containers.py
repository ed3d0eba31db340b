"""Opening a recording: which containers FFmpeg may be given, and how much sound is taken from one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from voc.errors import InputError

CONTAINERS: Final = (
    "wav,w64,aiff,au,caf,mp3,aac,flac,ogg,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,amr,amrnb,amrwb,asf,gsm,wv,mpeg,mpegts"
)
"""Only containers that hold sound themselves: a playlist (HLS, concat, SDP) would make FFmpeg open other files or
addresses of the writer's choice."""

MAX_CHANNELS: Final = 8

MAX_HOURS: Final = 12
"""Longer than any call; a few megabytes of FLAC can hold years of silence."""

MAX_CHANNEL_HOURS: Final = 24
"""Hours times channels: twelve hours in stereo. At 16 kHz and two bytes a sample that is 2.8 GB of disk."""


def open_recording(path: Path, **options: Any) -> Any:
    """Open a recording (``av.container.InputContainer``), reading that file and nothing else.

    Raises:
        av.FFmpegError: it is none of :data:`CONTAINERS`, or damaged.
    """
    import av

    # Absolute: FFmpeg takes what stands before a colon in a relative name for a protocol.
    return av.open(
        str(path.absolute()), options={"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}, **options
    )


def check_length(name: str, *, hours: float, channels: int) -> None:
    """Refuse what no conversation is.

    Raises:
        InputError: too many channels or hours, or too many hours for so many channels.
    """
    if channels > MAX_CHANNELS:
        raise InputError(f"{name}: {channels} channels; voc reads at most {MAX_CHANNELS}, split the file.")
    if hours > MAX_HOURS:
        raise InputError(f"{name}: longer than {MAX_HOURS} hours; cut it into single conversations.")
    if hours * channels > MAX_CHANNEL_HOURS:
        raise InputError(
            f"{name}: longer than {MAX_CHANNEL_HOURS / channels:g} hours with {channels} channels; cut it into single "
            "conversations, or give fewer channels."
        )
