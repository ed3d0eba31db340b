"""What was heard and believed, and the speech that gave no words: each with its time, so that nothing is lost unsaid.

A stretch of speech gives words; or it is speech not read: in a language that is not read here, or too unclear; or it is
no speech, where the recogniser itself says so (music and noise that voice activity took for a voice).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from voc.records import Skipped
from voc.speech.conversation_metrics import Interval, total, union
from voc.speech.decode import SAMPLE_RATE
from voc.speech.foreign import named
from voc.speech.gap_retry import uncovered_speech, wordless
from voc.speech.hallucination_filter import NO_SPEECH, confidence, invented
from voc.speech.languages import LANGUAGES
from voc.speech.voice_activity import Window
from voc.speech.window_transcript import SpokenWord, WindowTranscript

_LISTED: Final = 8
"""Places named in a line; of more their number is told."""

_JOIN_S: Final = 1.0
"""Speech of one window with a shorter pause in it is one place."""

SURE: Final = 0.75
"""Confidence from which a word is believed although the speech around it is not read."""

SUNG_CONFIDENCE: Final = 0.8
"""Mean confidence from which words over music are believed: somebody talks over it. Songs come to 0.5 to 0.7."""

_NOT_SPEECH: Final = frozenset({"no speech", "known phrase"})
"""Reasons that say of a window that nobody speaks in it; all others say that somebody does and was not understood."""


@dataclass
class Believed:
    """What is believed of a recording, and what is left out of it."""

    kept: list[WindowTranscript] = field(default_factory=list)
    unread: list[list[Interval]] = field(default_factory=list)
    """By channel: speech (samples, in order) that gave no words, in whatever language."""
    foreign: dict[str, list[Interval]] = field(default_factory=dict)
    """The part of it that is in another language, by its code."""
    unclear: list[Interval] = field(default_factory=list)
    """The rest of it."""
    reasons: set[str] = field(default_factory=set)
    """Why words were not believed."""
    invented: list[Interval] = field(default_factory=list)
    """Where words were written and nobody speaks."""

    @property
    def third(self) -> str | None:
        """The language most of the foreign speech is in."""
        return max(self.foreign, key=lambda code: total(self.foreign[code])) if self.foreign else None

    @property
    def skipped(self) -> list[Skipped]:
        """One line for each kind of speech that is not read."""
        lines = [
            Skipped(
                feature="language",
                reason=f"{named(code)} is spoken at {_places(spans)}, not read: only French and English are read",
            )
            for code, spans in sorted(self.foreign.items())
        ]
        why = f" ({', '.join(sorted(self.reasons))})" if self.reasons else ""
        if self.unclear:
            reason = f"speech not read at {_places(self.unclear)}: it gave no words that can be believed{why}"
            lines.append(Skipped(feature="transcription", reason=reason))
        if self.invented:
            reason = f"words at {_places(self.invented)} are left out: nobody speaks there{'' if self.unclear else why}"
            lines.append(Skipped(feature="transcription", reason=reason))
        return lines


def believed(heard: Sequence[WindowTranscript], *, channels: int, level: Callable[[Window], float]) -> Believed:
    """Sort what was heard into what is believed and what is not read.

    Args:
        heard: of all windows.
        channels: of the recording.
        level: of a window, dBFS.
    """
    found = Believed(unread=[[] for _ in range(channels)])
    for one in heard:
        unread = found.unread[one.window.channel]
        speech = list(one.window.speech)
        reason = invented(one, level_dbfs=level(one.window)) if one.words else None
        if one.window.sung and confidence(one) < SUNG_CONFIDENCE:
            if one.words:
                found.reasons.add("music")
                found.invented += speech
            continue
        if one.language is not None and one.language not in LANGUAGES:
            found.foreign.setdefault(one.language, []).extend(speech)
            unread += speech
        elif reason in _NOT_SPEECH:
            found.reasons.add(reason)
            found.invented += speech
        elif reason:
            found.reasons.add(reason)
            found.unclear += speech
            unread += speech
        elif one.words:
            passed = union([*uncovered_speech(one), *wordless(one)])
            if read := _without_doubted(one, passed):
                found.kept.append(read)
            found.unclear += passed
            unread += passed
        elif one.no_speech < NO_SPEECH:
            found.unclear += speech
            unread += speech
    for unread in found.unread:
        unread.sort()
    return found


def _without_doubted(heard: WindowTranscript, passed: Sequence[Interval]) -> WindowTranscript | None:
    """A window without the doubtful words that stand in speech not read; ``None`` where no word is left.

    One word for a sentence is that sentence in another language, or its beginning: "Bonjour, service client, je vous
    écoute" came out as "Hello."
    """

    def stands(word: SpokenWord) -> bool:
        middle = (word.begin_s + word.end_s) / 2 * SAMPLE_RATE
        return word.confidence >= SURE or not any(begin <= middle < end for begin, end in passed)

    words = tuple(word for word in heard.words if stands(word))
    if len(words) == len(heard.words):
        return heard
    return replace(heard, words=words, text=" ".join(word.text for word in words)) if words else None


def _places(spans: Iterable[Interval]) -> str:
    """Times and length of stretches (samples): "0:32.9–0:35.9 (3.0 s)"."""
    spans = list(spans)
    joined = union(spans, pause_ms=int(_JOIN_S * SAMPLE_RATE))  # samples here: it only compares
    listed = [f"{_clock(begin)}–{_clock(end)}" for begin, end in joined[:_LISTED]]
    if len(joined) > _LISTED:
        listed.append(f"{len(joined) - _LISTED} more")
    return f"{', '.join(listed)} ({total(union(spans)) / SAMPLE_RATE:.1f} s)"


def _clock(sample: int) -> str:
    tenths = round(10 * sample / SAMPLE_RATE)
    minutes, rest = divmod(tenths, 600)
    return f"{minutes}:{rest // 10:02}.{rest % 10}"
