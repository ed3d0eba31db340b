"""How a surname sounds, French or English, as a short key: what was heard and written down differently still meets.

The consonant skeleton of Metaphone (Philips 1990) with the spellings of both languages: vowels count only at the head,
French silent endings are taken off (Renaud, Renault, Renaut) and a final *o* sound is kept, because it is what tells
Moreau from Moore. Telephone operators' slips (Bernard written Brnard, Germain written Geramin) keep their skeleton too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from voc.language.folding import fold

_LETTERS = re.compile(r"[^a-z]+")
_O_SOUND = re.compile(r"(?:eau|au|o)(?:l?[dt])?[sxz]?$")
_SILENT = re.compile(r"(?<=[^aeiouy])e?(?:s|nt)?$|(?<=.)(?:[sxztd]+|e[sz]?)$")

_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^ma?c(?=[^aeiouyh])", "mk"),
        (r"^(?:kn|gn|pn)", "n"),
        (r"^wr", "r"),
        (r"^ps", "s"),
        (r"^wh", "v"),
        (r"ph", "f"),
        (r"(?:sch|tch|sh|ch)", "x"),
        (r"gh(?=[^aeiouy]|$)", ""),
        (r"gn", "n"),
        (r"ck|cqu?|qu|q|k", "k"),
        (r"sc(?=[eiy])", "s"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"gu(?=[eiy])", "g"),
        (r"g(?=[eiy])|dg", "j"),
        (r"th", "t"),
        (r"w", "v"),
        (r"x(?=.)(?<=[aeiouy]x)", "ks"),
        (r"z", "s"),
        (r"h", ""),
        (r"m(?=[bp])", "n"),
    )
)


def folded_letters(name: str) -> str:
    """``name`` in lower-case ASCII letters, everything else dropped (``Le Goff`` → ``legoff``, ``Œuvrard`` too)."""
    return _LETTERS.sub("", fold(name.replace("ç", "s").replace("Ç", "S")))


@lru_cache(maxsize=65536)
def sounds_like(name: str) -> str:
    """Key of a name, equal for names that sound alike in French or English; empty where there are no Latin letters."""
    letters = folded_letters(name)
    if not letters:
        return ""
    ending = ""
    if match := _O_SOUND.search(letters):
        if match.start():
            letters, ending = letters[: match.start()], "O"
    elif len(letters) > 3:
        letters = _SILENT.sub("", letters) or letters
    for pattern, sound in _SOUNDS:
        letters = pattern.sub(sound, letters)
    if not letters:
        return ending
    head = "A" if letters[0] in "aeiouy" else letters[0].upper()
    skeleton = head
    for before, letter in pairwise(letters):
        if letter not in "aeiouy" and letter != before:
            skeleton += letter.upper()
    return skeleton + ending
