"""Greetings, thanks and closings: what people write around what they have to say."""

from __future__ import annotations

import re

from voc.language.folding import bare
from voc.language.identification import without_addresses
from voc.language.registry import alternatives

LONGEST = 200
"""Characters above which a clause is no formula."""
_COURTESY = re.compile(rf"\b(?:{alternatives(lambda one: one.telling.courtesy)})\b")
_BESIDE = re.compile(rf"\b(?:{alternatives(lambda one: one.telling.beside_courtesy)})\b")


def is_courtesy(text: str) -> bool:
    """Tell whether a clause is nothing but courtesies ("merci, bonne journée", "thank you for your help").

    Thanks for something particular ("merci pour le remboursement") say something.
    """
    if len(text) > LONGEST or "?" in text:
        return False
    words = bare(without_addresses(text))
    left = _COURTESY.sub(" ", words)
    return left != words and not _BESIDE.sub(" ", left).split()
