"""The name in an e-mail's signature, for messages whose sender gives no name in the header."""

from __future__ import annotations

import re

from voc.identifiers import normalise_name

_SIGNED = re.compile(r"(?:[^\W\d_a-zà-ÿ][\w'’.-]{0,30}\s+){1,3}[^\W\d_a-zà-ÿ][\w'’-]{1,30}")
"""Two to four words that all begin with a capital."""

FIRST_LINES = 3


def signature_name(signature: str) -> str | None:
    """The name a signature gives in one of its first lines, or ``None``."""
    for line in signature[:1000].splitlines()[:FIRST_LINES]:
        words = line.strip(" \t,.-–")
        if _SIGNED.fullmatch(words):
            return normalise_name(words)
    return None
