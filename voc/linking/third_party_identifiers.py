"""Identifiers in somebody's words that may be another person's: a neighbour's number, a husband's contract.

An identifier said in a text names whoever owns it, not whoever writes. Where the words around it give it to somebody
else, or the sender's own name is not its owner's, the link is for a person to decide: access and erasure hang on it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from voc.language.folding import fold, open_ligatures
from voc.language.registry import alternatives
from voc.linking.linkage_fields import folded_words
from voc.records import Identifier

_OTHERS = re.compile(alternatives(lambda one: one.owners.others))
_DENIED_NAME = re.compile(rf"\b(?:{alternatives(lambda one: one.owners.denied)})\s+(?=\w)")
_OWN = re.compile(alternatives(lambda one: one.owners.own))
_AFTER = re.compile(rf"[\s,(]*(?:{alternatives(lambda one: one.owners.after)})")
_SENTENCE = re.compile(r"[.!?](?=\s)|[\n;]")
LOOK_BACK, LOOK_AHEAD = 120, 30
"""Characters before and after an identifier that may say whose it is; a sentence's end cuts them short."""

ALIKE = 0.84
"""Similarity of two words from which they are one name in two spellings (``Stephane``, ``Stephan``)."""


def is_of_another(text: str, identifier: Identifier) -> bool:
    """Whether the words around an identifier in ``text`` give it to somebody else than who speaks.

    What is said last before it counts: ``mon mari a appelé, rappelez-moi au 06 …`` is the speaker's own.
    """
    if identifier.begin is None or identifier.end is None:
        return False
    begin = max(0, identifier.begin - LOOK_BACK)
    original = open_ligatures(text[begin : identifier.begin])
    if ends := [found.end() for found in _SENTENCE.finditer(original)]:
        original = original[ends[-1] :]
    before = fold(original)
    others = max((found.end() for found in _OTHERS.finditer(before)), default=-1)
    for found in _DENIED_NAME.finditer(before):
        if original[found.end()].isupper():
            others = max(others, found.end())
    own = max((found.end() for found in _OWN.finditer(before)), default=-1)
    if others > -1 and own <= others:
        return True
    return bool(_AFTER.match(fold(text[identifier.end : identifier.end + LOOK_AHEAD])))


def is_named_otherwise(sender: str, owner: Sequence[str | None]) -> bool:
    """Whether the sender's name is another person's than any of the names of ``owner``; unsure is no.

    A pseudonym says nothing (``KingKong75``), and a word that both share, or nearly, is enough for one person, unless
    both are whole names and either half has no counterpart: ``Marie Dupont`` is not ``Jean Dupont``.
    """
    if any(not (c.isalpha() or c in " '’.-,") for c in sender):
        return False
    mine = (folded_words(sender) or "").split()
    theirs = {word for name in owner for word in (folded_words(name) or "").split()}
    if not mine or not theirs:
        return False
    matched = [word for word in mine if any(_alike(word, other) for other in theirs)]
    if len(mine) == 1 or len(theirs) == 1:
        return not matched
    return len(matched) < 2


def _alike(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return one == other or SequenceMatcher(None, one, other).ratio() >= ALIKE
