"""Numbers that somebody announces as their own and then says, masked by the announcement whatever was heard.

Recognised speech writes a number as it likes and hears it half wrong: "mon numéro est 06, 12.4, 56.68" has no form of a
telephone number left, and is still one. So what follows "my number is", "ma référence client", "the code is" is masked
as far as the digits and single letters run. Amounts, years, dates and counted things after it are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from voc.language.folding import fold
from voc.language.numbers import spoken_numbers
from voc.language.registry import alternatives, read_as
from voc.privacy.pii_span import PiiSpan
from voc.privacy.solicited_values import MASKS, THINGS, is_number, kind_of_number

_OWN = alternatives(lambda one: one.questions.own)
_BEFORE = alternatives(lambda one: one.questions.numbers_before)
_AFTER = alternatives(lambda one: one.questions.numbers_after)
_LINKS = alternatives(lambda one: one.questions.links)
_SUFFIX = alternatives(lambda one: one.questions.suffixes)
_TELLING = alternatives(lambda one: one.questions.telling)
_FILLER = alternatives(lambda one: one.questions.fillers)
_ALONE = alternatives(lambda one: one.questions.own_codes)

_OF = rf"(?:{_BEFORE})(?:{_LINKS})*[\s'](?:{THINGS})(?:\s(?:{_SUFFIX}))?|(?:{THINGS})\s(?:{_AFTER})"
"""What numbers are called by what they are of: "the order number", "la référence de dossier"."""

_ANNOUNCED = re.compile(
    # "le code", "the code": whose it is goes without saying
    rf"\b(?P<code>(?:{_ALONE}))\b"
    # "mon numéro (de client)", "ma référence", "my order number", "our account reference"
    rf"|\b(?:{_OWN})\s(?:(?:{_BEFORE})(?:(?:{_LINKS})*[\s'](?:{THINGS}))?(?:\s(?:{_SUFFIX}))?"
    rf"|(?:(?:{THINGS})\s)?(?:{_AFTER}))\b"
    # "the order number is": whose it is goes without saying where it is told
    rf"|\b(?:{_OF})\b(?=[\s,:]{{1,3}}(?:(?:{_FILLER})\s)?(?:{_TELLING})\b)"
)
_GLUE = re.compile(rf"(?:[\s,:;.=–-]{{1,3}}(?:(?:{_TELLING}|{_FILLER})\b))*[\s,:;.='–-]{{1,3}}")
_PIECE = r"(?:[a-z]{0,2}\d[\da-z]{0,15}|[a-z])(?![\w°%€$£])"
_RUN = re.compile(rf"{_PIECE}(?:[\s,.;/–-]{{1,3}}(?:(?:{_FILLER})[\s,]{{1,2}})?{_PIECE}){{0,30}}")
_LETTERS = re.compile(r"(?:(?:[A-Z]{2,4}|[a-z]{2})[\s,.-]{1,3}){1,3}(?=[A-Za-z]{0,2}[\s,.-]{0,2}\d)")
"""Letters that were spelled and written by their names or in one: "EF R7-7-7" for F, R, 7, 7, 7, or "fr 77"."""
_FEWEST = 4
"""Digits a told number has at least: fewer are the number of a bus."""
_AFTERWARDS = re.compile(rf"(?:(?:[\s,.]{{1,2}}(?:{_FILLER}))?\s[a-z])*[\s,.;/–-]*$")
"""What a run takes along that is none of it: a word of one letter ("1234 à Paris") and marks."""


def find_told(text: str, language: str | None = None) -> Iterator[tuple[str, int, int]]:
    """Kind (of :data:`voc.privacy.solicited_values.KINDS`), begin and end of every number told in ``text``."""
    folded = fold(text)
    announced = list(_ANNOUNCED.finditer(folded))
    if not announced:  # most texts: their numbers said in words need not be read
        return
    spoken = {run.begin: run for code in read_as(language) for run in spoken_numbers(text, code)}
    for match in announced:
        glue = _GLUE.match(folded, match.end())
        if glue is None:
            continue
        begin = first = glue.end()
        if letters := _LETTERS.match(text, begin):
            first = letters.end()
        kind = "code" if match["code"] else kind_of_number(match[0])
        said = spoken.get(first)
        run = _RUN.match(folded, first)
        end = max(said.end if said else first, run.end() if run else first)
        end -= len(_AFTERWARDS.search(folded[first:end])[0])  # type: ignore[index]  # matches nothing at least
        digits = re.sub(r"\D", "", folded[first:end]) or (said.digits if said else "")
        if len(digits) >= _FEWEST and is_number(folded[first:end], digits, folded[end : end + 12], kind):
            yield kind, begin, end


class ToldValues:
    """Finds numbers by the words that announce them."""

    name = "told"
    kinds: Sequence[str] = tuple(sorted({*MASKS.values(), "REFERENCE"}))

    def find(self, text: str, language: str | None, read: Sequence[Any] = ()) -> Iterator[PiiSpan]:
        """Yield what is told."""
        del read
        for kind, begin, end in find_told(text, language):
            yield PiiSpan(MASKS.get(kind, "REFERENCE"), begin, end, 0.6, self.name)
