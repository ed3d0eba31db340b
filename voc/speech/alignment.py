"""The words of a window from the pieces of its alignment, at their place in the recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from voc.speech.voice_activity import Window
from voc.speech.window_transcript import SpokenWord, read_out

_OPENING: Final = frozenset('"“«([{¿¡')
_DASHES: Final = frozenset("-–—…")
_ENDS: Final = (".", "?", "!", "…")

_DRAWN_S: Final = 1.5
_WORD_S: Final = 0.8
"""A word takes no longer than the second; the first is too long for any but a number that is read out."""


def words_of(alignment: Sequence[dict[str, Any]], window: Window) -> tuple[SpokenWord, ...]:
    """Join the pieces of a window's alignment to words, so that the words joined by spaces are the text.

    A piece that does not begin with a space belongs to the word before ("rendez" + "-vous"); punctuation is attached
    and takes no time; a dash that stands alone is left out.
    """
    words: list[SpokenWord] = []
    opening = ""
    for piece in alignment:
        raw = str(piece["word"])
        text, probability = raw.strip(), float(piece["probability"])
        if not text:
            continue
        if not any(character.isalnum() for character in text):
            if text in _OPENING:
                opening = text
            elif words and text not in _DASHES:
                # French sets a space before ? and !, which stays.
                words[-1] = replace(words[-1], text=words[-1].text + raw.rstrip())
            continue
        # A word is said at once, though the alignment may give it the pause before it; a number may have pauses in it.
        place = window.recorded if read_out(text) else window.recorded_at_once
        begin, end = place(float(piece["start"]), float(piece["end"]))
        if words and not opening and not raw.startswith(" "):
            last = words[-1]
            words[-1] = SpokenWord(last.text + text, last.begin_s, end, min(last.confidence, probability))
        else:
            words.append(SpokenWord(opening + text, begin, end, probability))
        opening = ""
    return _shortened(words)


def _shortened(words: Sequence[SpokenWord]) -> tuple[SpokenWord, ...]:
    """Take from a word that is drawn over more than anybody needs for one what was passed over beside it: before the
    first word of a sentence, after its last. Speech with no word in it is then read again, or told."""
    out = []
    for at, word in enumerate(words):
        drawn = word.end_s - word.begin_s > _DRAWN_S and not read_out(word.text)
        if drawn and (at == 0 or words[at - 1].text.endswith(_ENDS)):
            out.append(replace(word, begin_s=word.end_s - _WORD_S))
        elif drawn and (at + 1 == len(words) or word.text.endswith(_ENDS)):
            out.append(replace(word, end_s=word.begin_s + _WORD_S))
        else:
            out.append(word)
    return tuple(out)
