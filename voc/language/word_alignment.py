"""Where the words of a turn stand: their characters in its text, the milliseconds of any stretch of it, and how surely
it was heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voc.records import Turn, Word


@dataclass(frozen=True)
class PlacedWord:
    """A word with its characters in the turn's own text (end exclusive)."""

    word: Word
    begin: int
    end: int


def placed(turn: Turn) -> list[PlacedWord]:
    """Where each word stands in the turn's text; a word that is not found there is left out."""
    found: list[PlacedWord] = []
    position = 0
    for word in turn.words:
        bare = word.text.strip()
        if not bare:
            continue
        at = turn.text.find(bare, position)
        if at < 0:
            continue
        found.append(PlacedWord(word, at, at + len(bare)))
        position = at + len(bare)
    return found


def milliseconds(
    turn: Turn, begin: int, end: int, *, words: Sequence[PlacedWord] | None = None
) -> tuple[int, int] | None:
    """From when to when characters ``begin``…``end`` of the turn's own text are spoken; ``None`` without any times.

    Never too little: where a word was not found in the text, the answer reaches from the word before to the word
    after, and without any word it is the whole turn.

    Args:
        words: :func:`placed` of this turn, where the caller has it already.
    """
    if turn.begin_ms is None or turn.end_ms is None:
        return None
    size = len(turn.text)
    begin, end = max(0, min(begin, size)), max(0, min(end, size))
    while begin < end and turn.text[begin].isspace():
        begin += 1
    while end > begin and turn.text[end - 1].isspace():
        end -= 1
    first, last = turn.begin_ms, turn.end_ms
    for one in placed(turn) if words is None else words:
        if one.begin <= begin:
            # The word the stretch begins in, or else the last one that is over before it.
            first = one.word.begin_ms if begin < one.end else max(first, one.word.end_ms)
        if one.end >= end:
            last = one.word.end_ms if one.begin < end else one.word.begin_ms
            break
    return (first, last) if first <= last else (turn.begin_ms, turn.end_ms)


def heard_confidence(turns: Sequence[Turn], begin: int, end: int) -> float | None:
    """The lowest confidence (0…1) of the words in characters ``begin``…``end`` of the text that ``turns`` make up.

    One figure misheard makes a number another person's, so the weakest word decides, not the mean. Where part of the
    stretch is covered by no word that was found in the text, any word of its turn that was not found may stand there
    and counts. ``None`` where nothing says how surely it was heard: what was written, a transcript without confidences.

    Args:
        turns: with their places in the text.
        begin: first character.
        end: character after the last.
    """
    return min(_confidences(turns, begin, end), default=None)


def mean_confidence(turns: Sequence[Turn], begin: int, end: int) -> float | None:
    """The mean confidence (0…1) of the same words: how surely a meaning was heard, which no single word makes.

    Args and ``None`` as in :func:`heard_confidence`.
    """
    heard = _confidences(turns, begin, end)
    return sum(heard) / len(heard) if heard else None


def _confidences(turns: Sequence[Turn], begin: int, end: int) -> list[float]:
    sure: list[float] = []
    for turn in turns:
        if turn.begin is None or turn.end is None or turn.begin >= end or turn.end <= begin:
            continue
        found = placed(turn)
        inside = [one for one in found if turn.begin + one.begin < end and turn.begin + one.end > begin]
        covered = {at for one in inside for at in range(turn.begin + one.begin, turn.begin + one.end)}
        words = [one.word for one in inside]
        if any(
            turn.text[at - turn.begin].isalnum() and at not in covered
            for at in range(max(begin, turn.begin), min(end, turn.begin + len(turn.text)))
        ):
            known = {id(one.word) for one in found}
            words += [word for word in turn.words if id(word) not in known] or ([] if inside else list(turn.words))
        sure += [word.confidence for word in words if word.confidence is not None]
    return sure
