"""Addresses of mail that were said and half understood: "marie à robas et wanadoo.fr" is none, and still somebody's.

A recogniser writes what it hears, so an address said aloud seldom comes out as one. What does come out is the name of
its sign, which is said of nothing else. The words on both its sides in that sentence are masked; they name nobody,
because what was misheard is not what was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from voc.language.folding import fold
from voc.language.registry import alternatives, languages
from voc.privacy.identifiers import NO_MAILBOX, find_mentions
from voc.privacy.pii_span import PiiSpan

_SIGN: Final = re.compile(rf"\b(?:{alternatives(lambda one: one.contact.misheard_at)})")
_SPOKEN_OF: Final = re.compile(rf"\b(?:{alternatives(lambda one: one.contact.sign_itself)})$")
"""Before the name of the sign: it is spoken of and said in no address."""
_ANNOUNCED: Final = re.compile(
    rf"\b(?:{alternatives(lambda one: one.contact.mail)}|"
    rf"{'|'.join(sorted(re.escape(word) for word in NO_MAILBOX if len(word) > 1))})"
    r"(?![\w-])[\s,:]*"
)
_SENTENCE_END: Final = re.compile(r"[.!?](?=\s|$)|\n")
_DOT: Final = "|".join(name for one in languages() for name, sign in one.contact.signs.items() if sign == ".")
_DOMAIN_END: Final = re.compile(rf"(?:\.\s?|\s(?:{_DOT})\s)(?:[a-z]{{2,4}}\b|[a-z](?:\s[a-z]){{0,2}}\b)")

_BEFORE: Final = 60
"""Characters before the sign that may be of the address; a spelled name takes as many."""
_AFTER: Final = 60
_WORDS_AFTER: Final = 3
"""Words after the sign where no end of a domain is heard."""


class MisheardAddresses:
    """Words around the sign of an address."""

    name = "misheard-address"
    kinds: Sequence[str] = ("EMAIL",)

    def find(self, text: str, language: str | None, read: Sequence[Any] = ()) -> Iterator[PiiSpan]:
        """Yield each stretch that an address may be in; at least the sign and the words beside it."""
        del language, read
        folded = fold(text)
        signs = [one for one in _SIGN.finditer(folded) if not _SPOKEN_OF.search(folded[: one.start()].rstrip("' "))]
        whole = [one for one in find_mentions(text) if one.kind == "email"] if signs else []
        for sign in signs:
            if any(one.begin <= sign.start() < one.end for one in whole):
                continue
            begin, end = _begin(folded, sign.start()), _end(folded, sign.end())
            if end > sign.end() or begin < sign.start():
                yield PiiSpan("EMAIL", begin, end, 0.6, self.name)


def _begin(folded: str, at: int) -> int:
    """Where the words before the sign begin: after what announces them, else with their sentence."""
    first = max(0, at - _BEFORE)
    starts = [found.end() for found in _SENTENCE_END.finditer(folded, first, at)]
    starts += [found.end() for found in _ANNOUNCED.finditer(folded, first, at) if found.end() < at]
    if starts:
        first = max(starts)
    elif first:
        first = folded.find(" ", first, at) + 1 or first
    return at - len(folded[first:at].lstrip(" ,'"))


def _end(folded: str, at: int) -> int:
    """Where the domain ends: with what it ends in, else after a few words."""
    if found := _DOMAIN_END.search(folded, at, at + _AFTER):
        return found.end()
    stop = _SENTENCE_END.search(folded, at)
    words = list(re.finditer(r"\S+", folded[at : stop.start() if stop else len(folded)]))
    return at + words[min(len(words), _WORDS_AFTER) - 1].end() if words else at
