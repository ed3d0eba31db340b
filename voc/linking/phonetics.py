"""How a surname sounds, as a short key: what was heard and written down differently still meets.

The consonant skeleton of Metaphone (Philips 1990) with the spellings of every language that is read
(:mod:`voc.language.name_sounds`), whatever the language of a name: vowels count only at the head, endings that are not
heard are taken off and a final *o* sound is kept, because it is what tells Moreau from Moore. Telephone operators'
slips (Bernard written Brnard, Germain written Geramin) keep their skeleton too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from voc.language.folding import fold
from voc.language.name_sounds import in_one_order
from voc.language.registry import alternatives, languages

_LETTERS = re.compile(r"[^a-z]+")
_O_SOUND = re.compile(rf"(?:{alternatives(lambda one: one.sounds.o_sound)})$")
_SILENT = re.compile(rf"(?:{alternatives(lambda one: one.sounds.silent)})$")
_SOUNDS = tuple(
    (re.compile(pattern), sound) for pattern, sound in in_one_order([one.sounds.spellings for one in languages()])
)
_SOUNDING = str.maketrans(
    {
        form: sound
        for one in languages()
        for letter, sound in one.sounds.letters.items()
        for form in (letter, letter.upper())
    }
)


def folded_letters(name: str) -> str:
    """``name`` in lower-case ASCII letters, everything else dropped (``Le Goff`` → ``legoff``, ``Œuvrard`` too)."""
    return _LETTERS.sub("", fold(name.translate(_SOUNDING)))


@lru_cache(maxsize=65536)
def sounds_like(name: str) -> str:
    """Key of a name, equal for names that sound alike in a language that is read; empty without Latin letters."""
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
