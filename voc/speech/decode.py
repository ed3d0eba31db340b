"""Any recording to 16 kHz samples, channel by channel, in bounded memory.

FFmpeg (through PyAV) does the decoding. Short recordings stay in memory; longer ones go to an unlinked temporary file
that is read back as a memory map, so that a three-hour call costs disk and not memory: what was read of the map is let
go at once.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from voc.containers import check_length, may_be_cut_short, open_recording, raw_sound, undeclared_bytes
from voc.errors import InputError, NotFoundError
from voc.records import Skipped

if TYPE_CHECKING:
    import av

SAMPLE_RATE: Final = 16_000
"""Hz. What Whisper and Silero both read."""

SPOOL_BYTES: Final = 16 * 2**20
"""Up to here (8 minutes of mono) samples stay in memory."""

# These announce no duration of their own: FFmpeg guesses it from the bit rate, so a shortfall proves nothing.
_GUESSED_DURATION: Final = frozenset({"mp3", "aac", "amr", "amrnb", "amrwb", "gsm", "mpeg", "mpegts"})

_SHORTFALL_S: Final = 1.0
_SHORTFALL_SHARE: Final = 0.05
_GAP_S: Final = (0.1, 3600.0)
"""Jumps of the time stamps between these are silence that was not sent (DTX, packet loss); others are nonsense."""

_LOUDNESS_BLOCK_S: Final = 30
"""Squares are summed in double precision: a block takes 12 bytes a sample while it is looked at."""

SILENT_DBFS: Final = -70.0
"""A channel whose loudest second stays below this carries nothing: the noise of an open line is −60 to −50."""


@dataclass(frozen=True)
class Audio:
    """Decoded sound: int16 [frames, channels] at 16 kHz, in memory or mapped from an unlinked file.

    ``skipped`` says what of the file could not be used.
    """

    pcm: NDArray[np.int16]
    skipped: tuple[Skipped, ...] = ()
    spool: mmap.mmap | None = field(default=None, compare=False, repr=False)
    """The map ``pcm`` looks into, where it is one."""
    muted: tuple[tuple[tuple[int, int], ...], ...] = ()
    """Stretches (samples, in order) by channel that are heard as silence: another channel's sound, not this one's."""

    @property
    def channels(self) -> int:
        """Number of channels."""
        return int(self.pcm.shape[1])

    @property
    def frames(self) -> int:
        """Samples a channel."""
        return int(self.pcm.shape[0])

    @property
    def duration_ms(self) -> int:
        """Length in ms, rounded."""
        return round(self.frames * 1000 / SAMPLE_RATE)

    def samples(self, channel: int, begin: int = 0, end: int | None = None) -> NDArray[np.float32]:
        """Return samples ``begin``…``end`` of one channel (0-based) as float32 [n] in −1…1."""
        found = self.pcm[begin:end, channel].astype(np.float32)
        self.let_go()
        if self.muted:
            stop = begin + len(found)
            for first, last in self.muted[channel]:
                if first < stop and last > begin:
                    found[max(0, first - begin) : last - begin] = 0
        found /= np.float32(32768)
        return found

    def let_go(self) -> None:
        """Give back the memory of the pages that were read; they stay in the file."""
        if self.spool is not None and hasattr(mmap, "MADV_DONTNEED"):
            self.spool.madvise(mmap.MADV_DONTNEED)

    def loudness(self, channel: int, *, window_ms: int = 1000) -> NDArray[np.float64]:
        """Root mean square level of each window (the last one may be shorter), dBFS; digital silence is −100."""
        step = SAMPLE_RATE * window_ms // 1000
        powers = [np.zeros(0)]
        many = step * max(1, _LOUDNESS_BLOCK_S * SAMPLE_RATE // step)
        for begin in range(0, self.frames, many):
            block = np.square(self.samples(channel, begin, begin + many), dtype=np.float64)
            starts = np.arange(0, len(block), step)
            powers.append(np.add.reduceat(block, starts) / np.diff(np.append(starts, len(block))))
        return np.asarray(10 * np.log10(np.maximum(np.concatenate(powers), 1e-10)), dtype=np.float64)

    def is_silent(self, channel: int) -> bool:
        """Whether nothing at all is heard on a channel (0-based)."""
        levels = self.loudness(channel)
        return not levels.size or float(levels.max()) < SILENT_DBFS

    def channels_agree(self) -> bool:
        """Whether two channels carry the same sound: a mono recording that was up-mixed to stereo.

        The correlation over the whole recording is the test, since a lossy codec or a gain changes every sample (and a
        balanced line inverts them); the two sides of a real telephone call are unrelated (below 0.1, with a loud echo
        about 0.3).
        """
        if self.channels != 2:
            return False
        left = right = both = 0.0
        for begin in range(0, self.frames, SAMPLE_RATE * 60):
            a, b = (self.samples(channel, begin, begin + SAMPLE_RATE * 60).astype(np.float64) for channel in (0, 1))
            left, right, both = left + float(a @ a), right + float(b @ b), both + float(a @ b)
        return left > 0 and right > 0 and abs(both) / float(np.sqrt(left * right)) > 0.95

    def mixed_down(self) -> Audio:
        """Return one channel: the mean of all."""
        return self._of(lambda part: part.mean(axis=1, dtype=np.float32).round().astype(np.int16))

    def loudest(self) -> Audio:
        """Return one channel: the loudest as it is. Of channels that agree the mean may cancel out."""
        channel = max(range(self.channels), key=lambda at: float(np.sum(10 ** (self.loudness(at) / 10))))
        return self._of(lambda part: part[:, channel])

    def _of(self, one: Callable[[NDArray[np.int16]], NDArray[np.int16]]) -> Audio:
        """Return the channel that ``one`` makes of all: int16 [n × channels] to [n], minute by minute."""
        if self.channels == 1:
            return self
        with tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES) as sink:
            for begin in range(0, self.frames, SAMPLE_RATE * 60):
                sink.write(one(self.pcm[begin : begin + SAMPLE_RATE * 60]).tobytes())
                self.let_go()
            return _collected(sink, (self.frames, 1), skipped=self.skipped)


def decode(path: Path, *, name: str | None = None) -> Audio:
    """Decode a recording to 16 kHz, all channels kept.

    Several audio tracks are as many channels: recorders of meetings write a track a person. A damaged or truncated
    file gives what decodes, with a line in ``skipped``. Stretches that were not transmitted are filled with silence so
    that times stay those of the recording.

    Args:
        path: the file.
        name: what it is called, where the path does not say; default the path's last part.

    Raises:
        InputError: the file is missing, empty, not a recording, holds no sound, or has more channels or hours
            than :mod:`voc.containers` allows; the message is one line that names the file.
    """
    name = name or path.name
    try:
        size = path.stat().st_size
    except OSError as error:
        raise NotFoundError(
            f"{path}: no such recording ({error.strerror or error}); check the path.", code="no_such_file", file=name
        ) from error
    if not path.is_file():
        raise InputError(f"{path}: a folder, not a recording; give its files.")
    if size == 0:
        raise InputError(f"{name}: the file is empty; export it again.")
    first = _Decoder(path, name)
    audio = first.run()
    if first.tracks == 1:
        return audio
    check_length(name, hours=audio.frames / SAMPLE_RATE / 3600, channels=first.tracks)
    tracks = [(first.begins_s, audio)]
    lost = []
    for number in range(1, first.tracks):
        decoder = _Decoder(path, name, track=number)
        try:
            other = decoder.run()
        except InputError:
            lost.append(str(number + 1))
        else:
            tracks.append((decoder.begins_s, other))
    return _side_by_side(name, tracks, lost)


def _collected(sink: Any, shape: tuple[int, int], *, skipped: tuple[Skipped, ...]) -> Audio:
    """Samples (int16) written to a spooled file as they are kept: in memory, or mapped when they are many."""
    sink.flush()
    if shape[0] * shape[1] * 2 <= SPOOL_BYTES:
        sink.seek(0)
        return Audio(np.frombuffer(sink.read(), dtype=np.int16).reshape(shape), skipped)
    # The map keeps its own handle: the samples outlive the closed (and already unlinked) file.
    spool = mmap.mmap(sink.fileno(), 0, access=mmap.ACCESS_READ)
    return Audio(np.frombuffer(spool, dtype=np.int16).reshape(shape), skipped, spool)


def _side_by_side(name: str, tracks: Sequence[tuple[float, Audio]], lost: Sequence[str]) -> Audio:
    """Join tracks as channels of one recording, each where it begins (s), as one channel."""
    skipped = dict.fromkeys(line for _, audio in tracks for line in audio.skipped)
    if lost:
        reason = f"audio track {', '.join(lost)} holds no sound that can be decoded; the others were read"
        skipped[Skipped(feature="recording", reason=reason)] = None
    earliest = min(begin for begin, _ in tracks)
    placed = [(round((begin - earliest) * SAMPLE_RATE), audio.mixed_down()) for begin, audio in tracks]
    frames = max(offset + audio.frames for offset, audio in placed)
    check_length(name, hours=frames / SAMPLE_RATE / 3600, channels=len(placed))
    with tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES) as sink:
        for begin in range(0, frames, SAMPLE_RATE * 60):
            end = min(frames, begin + SAMPLE_RATE * 60)
            block = np.zeros((end - begin, len(placed)), dtype=np.int16)
            for channel, (offset, audio) in enumerate(placed):
                part = audio.pcm[max(0, begin - offset) : max(0, end - offset), 0]
                at = max(0, offset - begin)
                block[at : at + len(part), channel] = part
                audio.let_go()
            sink.write(block.tobytes())
        return _collected(sink, (frames, len(placed)), skipped=tuple(skipped))


class _Decoder:
    """State of one decoding: where samples go, how many there are, what went wrong."""

    def __init__(self, path: Path, name: str, *, track: int = 0) -> None:
        self.path, self.name, self.track = path, name, track
        self.channels = 0
        self.written = 0
        self.damaged = 0
        self.tracks = 1
        self.begins_s = 0.0
        """When the track's first frame is played."""

    def run(self) -> Audio:
        import av

        with tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES) as sink:
            try:
                with open_recording(self.path, name=self.name) as container:
                    if not container.streams.audio:
                        raise InputError(f"{self.name}: the file holds no sound; give a recording with an audio track.")
                    self.tracks = len(container.streams.audio)
                    stream = container.streams.audio[self.track]
                    announced_s = self._announced(container, stream)
                    for block in self._blocks(container, stream):
                        sink.write(block.tobytes())
            except av.error.PermissionError as error:
                raise InputError(f"{self.name}: the file cannot be read ({error.strerror}).") from error
            except (av.error.FFmpegError, ValueError) as error:
                raise InputError(
                    f"{self.name}: not a recording that can be decoded; give wav, mp3, m4a, ogg, flac, webm or amr."
                ) from error
            if self.written == 0:
                damaged = " that can be decoded" if self.damaged else ""
                raise InputError(f"{self.name}: the recording holds no sound{damaged} (0 s); export it again.")
            return _collected(sink, (self.written, self.channels), skipped=self._skipped(announced_s))

    @staticmethod
    def _announced(container: Any, stream: Any) -> float | None:
        if set(container.format.name.split(",")) & _GUESSED_DURATION:
            return None
        if stream.duration and stream.time_base:
            return float(stream.duration * stream.time_base)
        return container.duration / 1_000_000 if container.duration else None

    def _blocks(self, container: Any, stream: Any) -> Iterator[NDArray[np.int16]]:
        """Yield int16 [n × channels] blocks, interleaved, silence filled in."""
        import av

        resampler: Any = None
        layout: Any = None
        shape: tuple[object, ...] = ()
        first_s: float | None = None
        for frame in self._frames(container, stream):
            if layout is None:
                layout, self.channels = frame.layout, frame.layout.nb_channels
                check_length(self.name, hours=0.0, channels=self.channels)
            if shape != (frame.format.name, frame.layout.name, frame.sample_rate):
                shape = (frame.format.name, frame.layout.name, frame.sample_rate)
                resampler = av.AudioResampler(format="s16", layout=layout, rate=SAMPLE_RATE)
            if frame.time is not None:
                if first_s is None:
                    first_s = self.begins_s = frame.time
                gap_s = frame.time - first_s - self.written / SAMPLE_RATE
                # Resamplers hold back a few milliseconds, so small differences are no gap.
                if _GAP_S[0] < gap_s < _GAP_S[1] and self.written:
                    yield self._count(np.zeros(int(gap_s * SAMPLE_RATE) * self.channels, dtype=np.int16))
            frame.pts = None
            for out in resampler.resample(frame):
                yield self._count(out.to_ndarray().reshape(-1))
        if resampler is not None:
            for out in resampler.resample(None):
                yield self._count(out.to_ndarray().reshape(-1))

    def _count(self, block: NDArray[np.int16]) -> NDArray[np.int16]:
        self.written += len(block) // self.channels
        check_length(self.name, hours=self.written / SAMPLE_RATE / 3600, channels=self.channels)
        return block

    def _frames(self, container: Any, stream: Any) -> Iterator[av.AudioFrame]:
        """Decoded frames; a packet that does not decode is counted and left out, as players do."""
        import av

        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.error.FFmpegError:
                self.damaged += 1
                return
            try:
                yield from packet.decode()
            except av.error.FFmpegError:
                self.damaged += 1
                if packet.size == 0:
                    return

    def _skipped(self, announced_s: float | None) -> tuple[Skipped, ...]:
        decoded_s = self.written / SAMPLE_RATE
        missing_s = (announced_s or 0.0) - decoded_s
        reasons = []
        if announced_s and missing_s > max(_SHORTFALL_S, _SHORTFALL_SHARE * announced_s):
            reasons.append(f"the file announces {announced_s:.1f} s but only {decoded_s:.1f} s decode: it is cut short")
        elif self.damaged:
            reasons.append(f"{self.damaged} damaged pieces were left out; {decoded_s:.1f} s decode")
        if not reasons and may_be_cut_short(self.path):
            reasons.append(f"its end is missing: the recording is cut short after {decoded_s:.1f} s")
        if undeclared_bytes(self.path):
            reasons.append(f"its header declares less sound than there is: all of it was read ({decoded_s:.1f} s)")
        raw = raw_sound(self.path, self.name)
        if raw is not None and Path(self.name).suffix.lower() == ".raw":
            reasons.append(
                "sound without a header, read as 8 kHz, 16 bit, one channel, as Asterisk writes .raw; "
                "of another rate name it .sln16, .sln48 …, of another codec .ulaw or .alaw"
            )
        return tuple(Skipped(feature="recording", reason=reason) for reason in reasons)
