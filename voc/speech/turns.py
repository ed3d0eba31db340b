"""Words to turns: times made sound, echoes of the other side left out, stretches of each speaker put in order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final

from voc.records import Turn, Word
from voc.speech.conversation_metrics import Interval
from voc.speech.decode import SAMPLE_RATE
from voc.speech.hallucination_filter import folded
from voc.speech.window_transcript import SpokenWord, WindowTranscript, read_out

PAUSE_MS: Final = 1000
"""A pause of one's own that ends an utterance."""

SENTENCE_PAUSE_MS: Final = 400
"""With a finished sentence, on a channel that several people share, this is long enough: speakers change in less."""

JOIN_MS: Final = 2000
"""Utterances of one speaker closer than this, with nobody between, are one turn."""

ECHO_DB: Final = 6.0
ECHO_LIKENESS: Final = 0.7
ECHO_SLACK_MS: Final = 500
"""The same words within half a second on the other channel, 6 dB louder there: crosstalk, not a second speaker."""

_SNAP_MS: Final = 80
_SHORTEST_MS: Final = 20


@dataclass(frozen=True)
class Utterance:
    """Words of one channel (1-based tag) without a long pause."""

    channel_tag: int
    words: tuple[Word, ...]
    language: str | None = None
    """Language it was read in, where that was told apart."""

    @property
    def begin_ms(self) -> int:
        """Begin of the first word."""
        return self.words[0].begin_ms

    @property
    def end_ms(self) -> int:
        """End of the last word."""
        return self.words[-1].end_ms

    @property
    def text(self) -> str:
        """The words joined by spaces."""
        return " ".join(word.text for word in self.words)


def timed_words(spoken: Sequence[SpokenWord], *, speech: Sequence[Interval], duration_ms: int) -> list[Word]:
    """Return the words with integer ms inside the recording, in order and without overlap.

    Cross-attention stretches words over the silence beside them; where voice activity (``speech``: ms, in order,
    without overlap) shows such a silence, the word is cut back to the speech.
    """
    words: list[Word] = []
    floor = 0
    for word in sorted(spoken, key=lambda item: item.begin_s):
        begin, end = _snapped(word, speech)
        begin = min(max(begin, floor), duration_ms)
        end = min(max(end, begin + _SHORTEST_MS), duration_ms)
        words.append(Word(text=word.text, begin_ms=begin, end_ms=end, confidence=round(word.confidence, 3)))
        floor = end
    return words


def _snapped(word: SpokenWord, speech: Sequence[Interval]) -> Interval:
    begin, end = round(word.begin_s * 1000), round(word.end_s * 1000)
    nearest = bisect_right(speech, begin, key=lambda pair: pair[1])
    touched = speech[nearest : bisect_left(speech, end, key=lambda pair: pair[0])]
    if not touched:
        return begin, end
    if read_out(word.text):
        first, last = touched[0], touched[-1]
    else:
        # Of several stretches the word is in the one that holds most of it.
        first = last = max(touched, key=lambda pair: min(pair[1], end) - max(pair[0], begin))
    return max(begin, first[0] - _SNAP_MS), min(end, last[1] + _SNAP_MS)


def utterances(words: Sequence[Word], *, channel_tag: int, shared: bool) -> list[Utterance]:
    """Cut the words of a channel at its pauses; ``shared``: several people may speak on it."""
    parts: list[list[Word]] = []
    for word in words:
        pause = word.begin_ms - parts[-1][-1].end_ms if parts else 0
        ended = shared and parts and parts[-1][-1].text[-1:] in ".?!…" and pause >= SENTENCE_PAUSE_MS
        if not parts or ended or pause >= PAUSE_MS:
            parts.append([word])
        else:
            parts[-1].append(word)
    return [Utterance(channel_tag, tuple(part)) for part in parts]


def by_language(said: Sequence[Utterance], heard: Sequence[WindowTranscript]) -> list[Utterance]:
    """Give utterances of one channel the language of the window they were read in; one in two windows may be cut."""
    windows = sorted(heard, key=lambda one: one.window.begin)
    begins = [one.window.begin * 1000 // SAMPLE_RATE for one in windows]
    parts: list[Utterance] = []
    for one in said:
        run: list[Word] = []
        spoken: str | None = None
        for word in one.words:
            middle = (word.begin_ms + word.end_ms) // 2
            at = max(0, bisect_right(begins, middle) - 1)
            # A stretch that was read apart lies inside a window.
            while at and windows[at].window.end * 1000 // SAMPLE_RATE < middle:
                at -= 1
            language = windows[at].language if windows else None
            if run and language != spoken:
                parts.append(replace(one, words=tuple(run), language=spoken))
                run = []
            run.append(word)
            spoken = language
        parts.append(replace(one, words=tuple(run), language=spoken))
    return parts


def drop_echo_utterances(
    said: Sequence[Utterance], *, level: Callable[[int, int, int], float]
) -> tuple[list[Utterance], list[Utterance]]:
    """Split off utterances that are the other channel heard through: same words, same time, much quieter.

    The words of a channel come in order of time. ``level(channel_tag, begin_ms, end_ms)`` gives dBFS. Returns what
    stays and what was an echo.
    """
    heard: dict[int, list[Word]] = {}
    for one in said:
        heard.setdefault(one.channel_tag, []).extend(one.words)
    kept: list[Utterance] = []
    echoes: list[Utterance] = []
    for one in said:
        others = {tag: _near(one, words) for tag, words in heard.items() if tag != one.channel_tag}
        louder = (
            tag
            for tag, text in others.items()
            if _likeness(one.text, text) >= ECHO_LIKENESS
            and level(tag, one.begin_ms, one.end_ms) - level(one.channel_tag, one.begin_ms, one.end_ms) >= ECHO_DB
        )
        (kept if next(louder, None) is None else echoes).append(one)
    return kept, echoes


def _near(one: Utterance, words: Sequence[Word]) -> str:
    """The words of another channel, in order of time, that are said about when ``one`` is."""
    first = bisect_right(words, one.begin_ms - ECHO_SLACK_MS, key=lambda word: word.end_ms)
    beyond = bisect_left(words, one.end_ms + ECHO_SLACK_MS, key=lambda word: word.begin_ms)
    return " ".join(word.text for word in words[first:beyond])


def _likeness(text: str, other: str) -> float:
    """Share of the words of ``text`` found in ``other``, in order."""
    mine, theirs = folded(text).split(), folded(other).split()
    if not mine or not theirs:
        return 0.0
    blocks = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(mine)


def in_turns(said: Sequence[Utterance], *, language: str | None, joined: bool) -> list[Turn]:
    """Put utterances in order of time; ``joined``: neighbours of one channel become one turn (a channel a speaker)."""
    ordered = sorted(said, key=lambda item: (item.begin_ms, item.end_ms, item.channel_tag))
    grouped: list[Utterance] = []
    for one in ordered:
        last = grouped[-1] if grouped else None
        same = last is not None and (last.channel_tag, last.language) == (one.channel_tag, one.language)
        if joined and last and same and one.begin_ms - last.end_ms < JOIN_MS:
            grouped[-1] = replace(last, words=last.words + one.words)
        else:
            grouped.append(one)
    return [
        Turn(
            index=index,
            channel_tag=one.channel_tag,
            begin_ms=one.begin_ms,
            end_ms=one.end_ms,
            text=one.text,
            language=one.language or language,
            words=one.words,
        )
        for index, one in enumerate(grouped)
    ]
