"""What a recogniser made of a window: words with times and confidences, and the figures that say if it is believed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

from voc.speech.voice_activity import Window

WORDS_PER_S: Final = 7.0
"""No one says more words a second than this for longer than a breath."""

RETRY_LOG_PROBABILITY: Final = -1.0
RETRY_COMPRESSION: Final = 2.4
"""Whisper's own thresholds (Radford et al. 2022, §4.5) for a decoding that failed."""


_READ_OUT: Final = 4
"""From so many digits on, a "word" is a number that was read out, with pauses in it."""


@dataclass(frozen=True)
class SpokenWord:
    """A word with its place in the recording (s) and its confidence (mean token probability, 0…1)."""

    text: str
    begin_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True)
class WindowTranscript:
    """What Whisper made of a window, with the figures that tell speech from invention."""

    window: Window
    text: str
    log_probability: float
    """Mean natural log probability of a token."""
    no_speech: float
    """Probability that nobody speaks, 0…1."""
    words: tuple[SpokenWord, ...] = ()
    language: str | None = None
    """Language it was read in."""

    @property
    def compression(self) -> float:
        """How much zlib shortens the text: above 2.4 it repeats itself."""
        raw = self.text.encode()
        return len(raw) / len(zlib.compress(raw)) if raw else 0.0

    @property
    def failed(self) -> bool:
        """Whether another try is due: by Whisper's own rules, or with more words than anyone can say in the window."""
        return bool(self.text) and (
            self.compression > RETRY_COMPRESSION
            or self.log_probability < RETRY_LOG_PROBABILITY
            or len(self.text.split()) > WORDS_PER_S * self.window.seconds
        )


def read_out(text: str) -> bool:
    """Whether a word is one that is read out with pauses in it: a long number, an address."""
    return sum(character.isdigit() for character in text) >= _READ_OUT or "@" in text
