"""Where somebody speaks: Silero voice activity, and the windows that are worth transcribing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from voc.speech.decode import SAMPLE_RATE, Audio
from voc.speech.measures import Interval

VAD_NAME: Final = "silero-vad@v6"

_BLOCK_S: Final = 600
"""Voice activity is computed on ten minutes at a time: Silero's input is copied several times over."""

_PAUSE_MS: Final = 300
"""A shorter pause does not end a stretch of speech: it is a breath or a stop consonant."""

_MARGIN_MS: Final = 200
"""Kept before and after a stretch in a window: onsets and last consonants are quieter than the threshold."""

WINDOW_S: Final = 27.0
"""Longest window: with 3 s of padding it fills the 30 s that Whisper was trained on."""

_JOIN_S: Final = 2.0
"""Stretches closer than this share a window: their context helps and the pause costs less than the padding."""


@dataclass(frozen=True)
class Window:
    """A stretch of one channel (0-based) to transcribe at once, in samples."""

    channel: int
    begin: int
    end: int

    @property
    def seconds(self) -> float:
        """Length, s."""
        return (self.end - self.begin) / SAMPLE_RATE


def speech_in(audio: Audio, channel: int) -> list[Interval]:
    """Return the stretches of speech of a channel (0-based), in samples, without margins, none above 27 s.

    Long recordings are read ten minutes at a time; a stretch that is cut by the end of a block is read again from its
    begin with the next one.
    """
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=_PAUSE_MS, speech_pad_ms=0, max_speech_duration_s=WINDOW_S)
    block = _BLOCK_S * SAMPLE_RATE
    found: list[Interval] = []
    begin = 0
    while begin < audio.frames:
        end = min(begin + block, audio.frames)
        spoken = [
            (begin + int(part["start"]), begin + int(part["end"]))
            for part in get_speech_timestamps(audio.samples(channel, begin, end), options)
        ]
        if end < audio.frames and spoken and end - spoken[-1][1] < _PAUSE_MS * SAMPLE_RATE // 1000:
            end, _ = spoken.pop()
        found += spoken
        begin = end
    return found


def windows_over(spoken: Iterable[Interval], *, channel: int, frames: int) -> list[Window]:
    """Group stretches of speech (samples, in order) into windows of at most 27 s, margins included."""
    margin = _MARGIN_MS * SAMPLE_RATE // 1000
    longest = int(WINDOW_S * SAMPLE_RATE) + 2 * margin
    stretches = list(spoken)
    windows: list[Window] = []
    for index, (speech_begin, speech_end) in enumerate(stretches):
        # Half of a short pause at most, so that no sound is read twice.
        before = stretches[index - 1][1] if index else -2 * margin
        after = stretches[index + 1][0] if index + 1 < len(stretches) else frames + 2 * margin
        begin = max(0, speech_begin - min(margin, (speech_begin - before) // 2))
        end = min(frames, speech_end + min(margin, (after - speech_end) // 2))
        last = windows[-1] if windows else None
        if last and begin - last.end < _JOIN_S * SAMPLE_RATE and end - last.begin <= longest:
            windows[-1] = Window(channel, last.begin, end)
        else:
            windows.append(Window(channel, begin, end))
    return windows
