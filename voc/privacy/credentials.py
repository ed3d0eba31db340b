"""Secrets by the words before them: a card's code and date, PINs, passwords, the codes of doors.

They name nobody and open everything. Without the word they are any number, so each needs it directly before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from voc.language.folding import fold
from voc.language.registry import alternatives
from voc.privacy.common_words import is_common_word
from voc.privacy.pii_span import PiiSpan

_GLUE = (
    rf"(?:\s?[:=,]?\s(?:{alternatives(lambda one: one.secrets.between)}))*"
    r"\s?[:=(]?\s?[\"'«“]?\s?"
)
_CARD_CODE = re.compile(
    rf"\b(?:cvv2?|cvc2?|csc|{alternatives(lambda one: one.secrets.card_codes)}){_GLUE}(?P<id>\d{{3,4}})(?!\w|[.,]\d)"
)
_EXPIRY = re.compile(
    rf"\b(?:exp(?:ir\w*)?\.?|{alternatives(lambda one: one.secrets.expiries)})"
    rf"{_GLUE}(?P<id>(?:0?[1-9]|1[0-2])\s?[/-]\s?(?:20)?\d\d)(?![\d/-])"
)
_CODE = re.compile(
    rf"\b(?:pin|puk|otp|{alternatives(lambda one: one.secrets.codes)})"
    rf"{_GLUE}(?P<id>[a-z]{{0,2}}\d{{3,8}}[a-z]{{0,2}}|\d{{1,3}}[a-z]\d{{1,4}}[a-z]?)(?!\w|\s?(?:€|euros?|[%$£]))"
)
_PASSWORD = re.compile(rf"\b(?:{alternatives(lambda one: one.secrets.passwords)})(?P<glue>{_GLUE})(?P<id>\S{{4,64}})")
_CARD_NEAR = re.compile(
    rf"\b(?:visa|mastercard|amex|cvv|cvc|{alternatives(lambda one: one.secrets.cards)})\b|\d{{4}}\s?$"
)
_NEAR = 50
"""Characters around a date in which a card is spoken of: contracts expire too."""
_GIVEN = re.compile(rf"[:=\"'«“]|\b(?:{alternatives(lambda one: one.secrets.given)})\b")


def _is_password(token: str, glue: str) -> bool:
    """Whether a word after "password" is one: mixed with digits or signs, or capitalised after "is"."""
    if "://" in token or "@" in token.strip("@"):
        return False
    mixed = any(map(str.isalpha, token)) and (any(map(str.isdigit, token)) or re.search(r"[^\w'’.,;:!?()/-]", token))
    if mixed or any(c.isupper() for c in token[1:] if not token.isupper()):
        return True
    if token.isdigit():
        return _GIVEN.search(glue) is not None
    return token[:1].isupper() and token.isalpha() and _GIVEN.search(glue) is not None and not is_common_word(token)


class Credentials:
    """Finds card codes and dates, PINs, passwords and door codes."""

    name = "credentials"
    kinds: Sequence[str] = ("SECRET",)

    def find(self, text: str, language: str | None, read: Sequence[Any] = ()) -> Iterator[PiiSpan]:
        """Yield secrets in ``text``."""
        del language, read
        folded = fold(text)
        for pattern in (_CARD_CODE, _EXPIRY, _CODE):
            for match in pattern.finditer(folded):
                before = folded[max(0, match.start() - _NEAR) : match.start()]
                after = folded[match.end() : match.end() + _NEAR]
                if pattern is _EXPIRY and not (_CARD_NEAR.search(before) or _CARD_NEAR.search(after)):
                    continue
                yield PiiSpan("SECRET", *match.span("id"), 0.7, self.name)
        for match in _PASSWORD.finditer(folded):
            begin, end = match.span("id")
            while end > begin and text[end - 1] in ".,;:)]\"'»”":
                end -= 1
            if end - begin >= 4 and _is_password(text[begin:end], match["glue"]):
                yield PiiSpan("SECRET", begin, end, 0.7, self.name)
