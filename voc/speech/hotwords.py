"""The customer's own words: brands, products, shops and places a recogniser has never seen written.

Whisper is told them as what was said before ("previous text", Radford et al. 2022, §2.3), which makes their spelling
likely. It also makes it likely that they are written where nobody said them: a recogniser that hears little repeats
its prompt. So each of these words that comes out is looked up in the alignment, which knows nothing of the prompt; one
that does not sound like it, or a whole stretch of the prompt recited, sends the window back to be read without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from voc.errors import SettingsError
from voc.speech.hallucination_filter import folded
from voc.speech.window_transcript import SpokenWord

MAX_TOKENS: Final = 200
"""Of the 448 positions of the decoder at most half may be what was said before; words need the rest."""

MAX_FILE_BYTES: Final = 64 * 1024

UNLIKE: Final = 0.1
"""Mean probability, without the prompt, below which the sound is not that of an expected word."""

RECITED_WORDS: Final = 4
RECITED_SURE: Final = 0.6
"""So many words of the prompt in its order are a recital, unless they sound like it."""


@dataclass(frozen=True)
class Vocabulary:
    """Words and names to expect, and what was said before the recording (``prompt``), if anything."""

    names: tuple[str, ...] = ()
    prompt: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def text(self) -> str:
        """What the recogniser is told."""
        return " ".join(filter(None, [", ".join(self.names) + "." if self.names else "", self.prompt.strip()]))

    def tokens(self, tokenizer: Any) -> list[int]:
        """Return :attr:`text` as tokens: all names that fit into 200, then as much of the end of the prompt."""
        names: list[int] = []
        for count in range(min(len(self.names), MAX_TOKENS), 0, -1):
            names = list(tokenizer.encode(" " + Vocabulary(self.names[:count]).text))
            if len(names) <= MAX_TOKENS:
                break
        else:
            names = []
        said = list(tokenizer.encode(" " + self.prompt.strip())) if self.prompt.strip() else []
        room = MAX_TOKENS - len(names)
        return names + (said[-room:] if room else [])

    def out_of_nowhere(self, words: Sequence[SpokenWord]) -> bool:
        """Whether an expected word was written that does not sound like it, or the prompt was recited."""
        said = [folded(word.text) for word in words]
        return any(
            _mean(words[at : at + len(name)]) < UNLIKE
            for name in self._folded_names
            for at in range(len(said) - len(name) + 1)
            if tuple(said[at : at + len(name)]) == name
        ) or any(
            _mean(words[at : at + RECITED_WORDS]) < RECITED_SURE
            for at in range(len(said) - RECITED_WORDS + 1)
            if tuple(said[at : at + RECITED_WORDS]) in self._runs
        )

    @cached_property
    def _folded_names(self) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(words) for name in self.names if (words := folded(name).split()))

    @cached_property
    def _runs(self) -> frozenset[tuple[str, ...]]:
        words = folded(self.text).split()
        return frozenset(tuple(words[at : at + RECITED_WORDS]) for at in range(len(words) - RECITED_WORDS + 1))


def vocabulary(hotwords: str = "", *, brands: str = "", prompt: str = "") -> Vocabulary:
    """Build what to expect from the settings.

    Args:
        hotwords: ``VOC_HOTWORDS``: words separated by commas, or the path of a UTF-8 file with one a line (``#``
            begins a comment).
        brands: ``VOC_BRANDS``, separated by commas; they come after the hotwords.
        prompt: what was said before, as free text.

    Raises:
        SettingsError: the file cannot be read, is no text, or is larger than 64 KB.
    """
    path = Path(hotwords) if hotwords.strip() and "," not in hotwords and "\n" not in hotwords else None
    # A single word is a word; what looks like a path must be there.
    if path is not None and (path.is_file() or path.suffix or len(path.parts) > 1):
        listed: Iterable[str] = _lines(path)
    else:
        listed = re.split(r"[,\n]", hotwords)
    names = [" ".join(one.split()) for one in [*listed, *brands.split(",")]]
    kept: dict[str, str] = {}
    for name in names:
        if folded(name):
            kept.setdefault(folded(name), name)
    return Vocabulary(tuple(kept.values()), " ".join(prompt.split()))


def _lines(path: Path) -> list[str]:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SettingsError(f"VOC_HOTWORDS: {path} is larger than 64 KB; keep the words that are misheard.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise SettingsError(
            f"VOC_HOTWORDS: {path}: {reason}; name a text file with one word or name a line."
        ) from error
    return [line.partition("#")[0].strip() for line in text.splitlines()]


def _mean(words: Sequence[SpokenWord]) -> float:
    return sum(word.confidence for word in words) / len(words)
