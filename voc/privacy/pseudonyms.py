"""Stable stand-ins for masked values: the same person is told from another without being named."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from voc.language.folding import fold

LETTERS = 6
"""Letters and digits of a pseudonym: 30 bits, so that two of 5,000 values share one with a chance of about 1 %."""


def pseudonym(value: str, *, kind: str, salt: str) -> str:
    """A stand-in for ``value`` under ``salt``, e.g. ``k3x7qa`` (HMAC-SHA-256 over the kind and the folded value).

    Case, accents and separators do not matter. Who has the salt can test a guess, so the salt is a secret; with
    another salt every stand-in changes, and nothing links the two.
    """
    folded = re.sub(r"[\W_]+", "", fold(value))
    digest = hmac.new(salt.encode(), f"{kind}\x00{folded}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:LETTERS]
