"""Names of people by lists of first names and surnames: what a small recogniser misses, and what lower case hides.

A first name with another name after it is a person; alone it is one when it is no word, month, place or brand as
well. Transcripts and hurried people write no capitals: there the same lists say where they would stand
(:func:`truecase`). Sources of the lists: ``models/recipes/first_names.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from voc.language.folding import fold, word_set
from voc.language.registry import languages
from voc.privacy.common_words import NEVER, STOP, is_common_word, is_everyday_word

Span = tuple[int, int]

_WORD = re.compile(r"(?<![\w@#/])[^\W\d_]+(?:['’\-][^\W\d_]+){0,3}(?![\w@])")
_GAP = re.compile(r"[ \t\u00a0]{1,2}|\.[ \t]")
PARTICLES = word_set("de du des d la le van von der den el al ben bin da dos do di del della af y zu zur ter ten")
"""Small words inside names of people, folded."""
_MOST_WORDS = 4
"""Words of a name, particles apart; what is longer is a title or a slogan."""
_SENTENCE_END = re.compile(r"(?:^|[.!?:;\n…\"«»(\[–—•*-])\s*$")
_ENDS_IN_E = frozenset().union(*(one.people.accented for one in languages()))
"""Names written with an é at their end; other words ending so are participles."""
_SAINTS = word_set("san santa").union(*(one.people.saints for one in languages()))
_NOT_AFTER = re.compile(rf"\b(?:{'|'.join(sorted(_SAINTS))}|mc|mac|l['’])[ \t-]?$", re.IGNORECASE)
"""What makes a place or a brand of the first name after it."""
_COMPANY = word_set(
    "gmbh merlin rocher lauren klein hilfiger vuitton boss gaulle spencer mcdonald daniel's morgan stanley chase sachs "
    "depot"
).union(*(one.people.companies for one in languages()))
"""What comes after a first name in names of companies and places (*Leroy Merlin*, *Virginia Beach*)."""


def _read(files: Iterable[Path | None]) -> Iterator[str]:
    for file in files:
        if file is not None:
            lines = file.read_text(encoding="utf-8").splitlines()
            yield from (line for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=1)
def first_names() -> dict[str, bool]:
    """Folded first names of all languages; true where the name alone may be a word, a month, a place or a brand too.

    What is a word in one language is not surely a name in the others' texts.
    """
    lines = list(_read(one.people.first_names for one in languages()))
    words = {line.removesuffix("*") for line in lines if line.endswith("*")}
    return {name: name in words for name in sorted({line.removesuffix("*") for line in lines})}


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """Folded surnames of all languages that are no common words."""
    return frozenset(_read(one.people.surnames for one in languages()))


def _first(word: str) -> bool | None:
    """Whether a folded word is a first name: ``None`` no, true only in company, false also alone."""
    known = first_names()
    if word in known:
        return known[word]
    parts = [part for part in word.split("-") if part]
    return False if len(parts) == 2 and all(part in known for part in parts) else None


def is_listed(word: str) -> bool:
    """Whether a folded word is in the list of first names or of surnames."""
    return _first(word) is not None or word in surnames()


def is_surely_name(word: str) -> bool:
    """Whether a folded word is a first name or a surname and nothing else: no word, month, place or brand."""
    return _first(word) is False or (_first(word) is None and word in surnames())


def _core(word: str) -> str:
    """A folded word without the possessive and without an elided article (``d'Isabelle``, ``Martin's``)."""
    word = fold(word).replace("’", "'").removesuffix("'s").removesuffix("'")
    return re.sub(r"^(?:[dlcjmnst]|qu)'(?=..)", "", word)


def _is_name(word: str, folded: str, *, sure: bool) -> bool:
    """Whether a word can be the second part of a name; after a name that is nothing else, most words can."""
    if folded in NEVER or folded in STOP or folded in _COMPANY or len(folded) < 2:
        return False
    if folded in surnames() or _first(folded) is False or not is_common_word(word):
        return True
    return sure and not is_everyday_word(word)


def _groups(text: str) -> Iterator[list[re.Match[str]]]:
    """Runs of words that could be a name by their capitals, particles inside."""
    group: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        word = match[0]
        near = bool(group) and _GAP.fullmatch(text, group[-1].end(), match.start()) is not None
        if near and text[group[-1].end()] == "." and len(group[-1][0]) > 1:  # "J. Martin", not "Marie. Paul"
            near = False
        if text[match.start() - 1 : match.start()] == "." or not near:
            if group:
                yield group
            group = []
        if (
            word[0].isupper()
            or (len(word) > 3 and word[1] in "'’" and word[2].isupper())
            or (group and fold(word) in PARTICLES)
        ):
            group.append(match)
        elif group:
            yield group
            group = []
    if group:
        yield group


def _name_at(group: Sequence[re.Match[str]], at: int, last: int) -> int:
    """Index after the last word that goes with the name begun at ``at``."""
    end, words = at + 1, 1
    sure = _first(_core(group[at][0])) is False
    for index in range(at + 1, last):
        word = group[index][0]
        if not word[0].isupper():
            continue
        if words == _MOST_WORDS or not _is_name(word, _core(word), sure=sure):
            break
        end, words = index + 1, words + 1
    return end


def _named(text: str, group: Sequence[re.Match[str]]) -> Iterator[Span]:
    at = 0
    while at < len(group):
        word, folded = group[at][0], _core(group[at][0])
        first = _first(folded) if folded not in NEVER else None
        if not word[0].isupper() and first is None:
            at += 1
            continue
        if folded in _SAINTS:
            at += 2
            continue
        begin = group[at].start() + (0 if word[0].isupper() else 2)
        end = _name_at(group, at, len(group))
        following = next((index for index in range(end, len(group)) if group[index][0][0].isupper()), None)
        if following is not None and _core(group[following][0]) in _COMPANY:
            at = following + 1
            continue
        if first is not None and end > at + 1:
            yield begin, _without_possessive(text, group[end - 1])
            at = end
        elif first is False and len(folded) > 2:
            opening = _SENTENCE_END.search(text, max(0, begin - 4), begin) and is_common_word(word)
            if not opening and not _NOT_AFTER.search(text, max(0, begin - 8), begin):
                yield begin, _without_possessive(text, group[at])
            at += 1
        elif end > at + 1 and folded not in STOP and folded not in NEVER and _unknown(group[at:end]):
            yield begin, _without_possessive(text, group[end - 1])
            at = end
        else:
            at += 1


def _unknown(words: Sequence[re.Match[str]]) -> bool:
    """Two or three capitalised words of which none is common and the last is a surname (*Elif Weaver*)."""
    named = [word for word in words if word[0][0].isupper()]
    return (
        len(named) in (2, 3)
        and _core(named[-1][0]) in surnames()
        and not any(is_common_word(word[0]) or word[0].isupper() for word in named)
    )


def _without_possessive(text: str, word: re.Match[str]) -> int:
    return word.end() - 2 if re.search(r"['’][sS]$", word[0]) else word.end()


def is_lower(text: str) -> bool:
    """Whether a text has no use for capitals: written all in one case, or with a handful in a long text."""
    letters = sum(map(str.isalpha, text))
    capitals = sum(map(str.isupper, text))
    return letters > 0 and (capitals <= letters // 200 or capitals > 0.8 * letters)


def truecase(text: str) -> str:
    """Give the first names of a text without capitals, and the names after them, a capital; the length stays.

    A first name that is also a word gets one only before a name (*rose martin*), never alone.
    """
    lowered = text.lower()
    if len(lowered) != len(text):
        return text
    characters = list(lowered)
    words = list(_WORD.finditer(lowered))
    for index, match in enumerate(words):
        folded = fold(match[0])
        first = _first(folded)
        if first is None or folded in STOP or folded in NEVER or not _keeps_accent(match[0], folded):
            continue
        after = words[index + 1] if index + 1 < len(words) else None
        if after is not None and _GAP.fullmatch(lowered, match.end(), after.start()):
            folded_after = fold(after[0])
            alone = _first(folded_after) is not True  # "pierre rose" may be a stone and its colour
            named = (folded_after in surnames() and (alone or not first)) or (
                len(folded_after) > 3 and not is_common_word(after[0]) and alone
            )
            named = named and folded_after not in STOP and folded_after not in NEVER
        else:
            named = False
        if named or (first is False and len(folded) > 3 and not is_common_word(match[0])):
            for word in (match, after) if named and after is not None else (match,):
                for part in re.finditer(r"[^\W_]+", word[0]):
                    place = word.start() + part.start()
                    upper = characters[place].upper()
                    characters[place] = upper if len(upper) == 1 else characters[place]
    return "".join(characters)


def _keeps_accent(word: str, folded: str) -> bool:
    return not (word.endswith(("é", "és", "ée", "ées", "è")) and folded not in _ENDS_IN_E)


def names_by_list(text: str) -> list[Span]:
    """Names in ``text`` as (begin, end); a text without capitals is read as :func:`truecase` writes it."""
    source = truecase(text) if is_lower(text) else text
    return [span for group in _groups(source) for span in _named(source, group)]
