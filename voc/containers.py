"""Opening a recording: which containers FFmpeg may be given, and how much sound is taken from one file."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, BinaryIO, Final

from voc.errors import InputError

CONTAINERS: Final = (
    "wav,w64,aiff,au,caf,mp3,aac,flac,ogg,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,amr,amrnb,amrwb,asf,gsm,wv,mpeg,mpegts"
    ",nistsphere"
)
"""Only containers that hold sound themselves: a playlist (HLS, concat, SDP) would make FFmpeg open other files or
addresses of the writer's choice."""

MAX_CHANNELS: Final = 8

MAX_HOURS: Final = 12
"""Longer than any call; a few megabytes of FLAC can hold years of silence."""

MAX_CHANNEL_HOURS: Final = 24
"""Hours times channels: twelve hours in stereo. At 16 kHz and two bytes a sample that is 2.8 GB of disk."""


@dataclass(frozen=True)
class RawSound:
    """Sound without a header: what the name of the file says of it. One channel always."""

    format: str
    """FFmpeg's demuxer."""
    rate: int | None = None
    """Hz, where the codec leaves it open."""

    @property
    def options(self) -> dict[str, str]:
        """Options of the demuxer."""
        return {"sample_rate": str(self.rate)} if self.rate else {}


_LINEAR: Final = "s16le"

RAW_SOUND: Final = {
    **dict.fromkeys((".ulaw", ".ul", ".ulw", ".mu", ".mulaw", ".pcmu"), RawSound("mulaw", 8000)),
    **dict.fromkeys((".alaw", ".al", ".alw", ".pcma"), RawSound("alaw", 8000)),
    **dict.fromkeys((".sln", ".slin", ".sln8", ".raw"), RawSound(_LINEAR, 8000)),
    **{f".sln{kilohertz}": RawSound(_LINEAR, 1000 * kilohertz) for kilohertz in (12, 16, 24, 32, 48, 96, 192)},
    ".sln44": RawSound(_LINEAR, 44_100),
    ".g722": RawSound("g722"),
    ".g729": RawSound("g729"),
    ".gsm": RawSound("gsm"),
}
"""Recordings of telephone exchanges by the ending of their names, as Asterisk writes them (its ``format_pcm``,
``format_sln``, ``format_gsm`` …): 8 kHz, 16 bit linear where it says nothing else."""

NAMELESS_SOUND: Final = frozenset((".pcm", ".vox", ".lin", ".sw", ".bin16"))
"""Endings that sound without a header has, of which programs mean different codecs and rates by the same one."""

_HEADERS: Final = (b"RIFF", b"RF64", b"OggS", b"fLaC", b"ID3", b"#!AMR", b".snd", b"FORM", b"caff", b"NIST_1A")
_CHUNKS: Final = 1000
_CHUNK_HEAD: Final = 8
_FORMAT: Final = 16
"""Bytes of a format that say how the sound is coded, whatever else stands behind them."""

_OGG_PAGE: Final = 65_307
"""Bytes of the longest page (RFC 3533, section 6)."""

_OGG_HEAD: Final = 27
_OGG_FLAGS: Final = 5
_OGG_LAST: Final = 4


def raw_sound(path: Path, name: str | None = None) -> RawSound | None:
    """Return what the name of a file (default that of ``path``) says of sound without a header; ``None``: it has one.

    Raises:
        OSError: the file cannot be read.
    """
    found = RAW_SOUND.get(PurePath(name or path.name).suffix.lower())
    if found is None:
        return None
    with path.open("rb") as stream:
        return None if stream.read(8).startswith(_HEADERS) else found


def undeclared_bytes(path: Path) -> int:
    """Return how many bytes of sound a WAV file holds behind what its header declares; 0 where that fits.

    A recorder that broke off, or went on after it had written the header, leaves one that is too short; one that takes
    a file up again writes a second recording behind the first, which is read on if it is of the same format. What else
    follows the sound and is cut into chunks, as tags are, is none.

    Raises:
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(12)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return 0
        sound_end, coded = 0, b""
        for _ in range(_CHUNKS):
            at = stream.tell()
            chunk = stream.read(_CHUNK_HEAD)
            if len(chunk) < _CHUNK_HEAD:
                return 0
            kind, length = chunk[:4], struct.unpack("<I", chunk[4:])[0]
            fits = at + _CHUNK_HEAD + length <= size
            if kind == b"fmt ":
                coded = _peek(stream, _FORMAT)
            if sound_end and kind == b"RIFF" and coded and _peek(stream, 4 + _CHUNK_HEAD + _FORMAT).endswith(coded):
                return size - sound_end
            if sound_end and not (fits and kind.isascii() and kind.decode("ascii").isprintable()):
                return size - sound_end if stream.read().strip(b"\0") else 0
            if kind == b"data":
                if not fits or not length:
                    return 0
                sound_end = at + _CHUNK_HEAD + length
            stream.seek(length + (length & 1), os.SEEK_CUR)
    return 0


def _peek(stream: BinaryIO, size: int) -> bytes:
    """The next bytes of a file, which stays where it is."""
    found = stream.read(size)
    stream.seek(-len(found), os.SEEK_CUR)
    return found


def may_be_cut_short(path: Path) -> bool:
    """Whether an Ogg file ends before its last page, the only place where it says how long it is.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as stream:
        if stream.read(4) != b"OggS":
            return False
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - 2 * _OGG_PAGE))
        rest = stream.read()
    page = rest[max(0, rest.rfind(b"OggS")) :]
    if len(page) < _OGG_HEAD or not page[_OGG_FLAGS] & _OGG_LAST:
        return True
    count = page[_OGG_HEAD - 1]
    return len(page) < _OGG_HEAD + count + sum(page[_OGG_HEAD : _OGG_HEAD + count])


def open_recording(path: Path, *, name: str | None = None, **options: Any) -> Any:
    """Open a recording (``av.container.InputContainer``), reading that file and nothing else.

    Args:
        path: the file.
        name: what it is called, where the path says nothing: sound without a header is known by it.
        options: of ``av.open``.

    Raises:
        av.FFmpegError: it is none of :data:`CONTAINERS` nor of :data:`RAW_SOUND`, or damaged.
        OSError: it cannot be read.
    """
    import av

    raw = raw_sound(path, name)
    settings = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
    if raw is not None:
        settings |= {"format_whitelist": raw.format, **raw.options}
        options["format"] = raw.format
    elif undeclared_bytes(path):
        settings["ignore_length"] = "1"
    # Absolute: FFmpeg takes what stands before a colon in a relative name for a protocol.
    return av.open(str(path.absolute()), options=settings, **options)


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
