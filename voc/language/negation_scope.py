"""What turns a find round: a negation, a supposition, somebody else's words, a quotation.

Windows are short on purpose: recognised speech has no punctuation, and the negation of one statement must not void the
next ("j'ai pas de réseau je veux résilier").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from voc.language.folding import fold
from voc.language.patterns import TokenisedText
from voc.language.registry import alternatives
from voc.language.sentences import Span

VoidReason = Literal["negated", "supposed", "reported", "quoted"]

_BEFORE_WORDS = 2
"""Words before a find in which a negation bears on it."""
_SUPPOSED_WORDS = 4
"""Words before a find in which a supposition that ends right before it begins ("même si ça ne …")."""
_REPORT_WORDS = 7
"""Words before a find in which "on m'a dit que" makes it somebody else's."""
_QUOTED_WORDS = 3
"""Words from which quotation marks hold somebody's saying rather than a name or a doubted word."""
_MOSTLY_QUOTED = 0.7
"""Share of a text from which its quotation marks are those of the export."""

_NEGATION = re.compile(rf"(?<!\S)(?:{alternatives(lambda one: one.scope.negations)})(?!\S)")
_WITHOUT = re.compile(rf"(?<!\S)(?:{alternatives(lambda one: one.scope.without)})$")
"""These bear on the very next word only: "sans engagement je vais résilier" is about the engagement."""
_NO_NEGATION = re.compile(rf"(?<!\S)(?:{alternatives(lambda one: one.scope.no_negations)})(?!\S)")
_SUPPOSITION = re.compile(rf"(?<!\S)(?:{alternatives(lambda one: one.scope.suppositions)})$")
_REPORT = re.compile(
    rf"(?<!\S)(?P<who>(?:\S+ ){{0,4}}?)(?:{alternatives(lambda one: one.scope.reports)})"
    rf"(?P<after>(?: \S+){{0,3}}| (?:{alternatives(lambda one: one.scope.that)})(?: \S+){{0,5}})$"
)
_OBJECT_WORDS = 2
"""Words said before a comma from which the find beyond it is no part of them ("promised a call, nobody rang")."""
_OWN_REPORT = re.compile(
    rf"(?<!\S)(?:{alternatives(lambda one: one.scope.own_subjects)})"
    rf"(?: (?:{alternatives(lambda one: one.scope.own_between)}))* ?$"
)
_QUOTE = re.compile(r"«[^»]{1,600}»|“[^”]{1,600}”|\"[^\"\n]{1,600}\"")


@dataclass(frozen=True)
class Quotes:
    """Spans between quotation marks that hold a saying of three words or more."""

    spans: tuple[Span, ...]

    def hold(self, begin: int, end: int) -> bool:
        """Whether ``begin``…``end`` lies inside one."""
        return any(low <= begin and end <= high for low, high in self.spans)


def find_quotes(text: str) -> Quotes:
    """The quotations of a text; marks around the whole text are the export's, not the customer's."""
    if not any(mark in text for mark in '«“"'):
        return Quotes(())
    return Quotes(
        tuple(
            match.span()
            for match in _QUOTE.finditer(text)
            if len(match[0].split()) >= _QUOTED_WORDS and len(match[0]) < _MOSTLY_QUOTED * len(text.strip())
        )
    )


def void_reason(
    text: str, flat: TokenisedText, span: Span, *, quotes: Quotes, negatable: bool = True
) -> VoidReason | None:
    """Why the find at ``span`` (of :attr:`TokenisedText.text`) does not say what its words say; ``None`` if it does.

    ``negatable`` is false for patterns that hold a negation of their own.
    """
    begin, end = flat.original(*span)
    if quotes.hold(begin, end):
        return "quoted"
    line = flat.text.rfind("\n", 0, span[0]) + 1
    before = flat.text[line : span[0]].rstrip()
    words = before.split()
    pause = _pause_before(text, flat, span[0])
    near = " ".join(words[-_BEFORE_WORDS:]) if not pause else ""
    if negatable:
        stretch = f"{near} {flat.text[span[0] : span[1]]}".strip()
        if _NEGATION.search(stretch) and not _NO_NEGATION.search(stretch):
            return "negated"
        if _WITHOUT.search(near):
            return "negated"
    if not pause and _SUPPOSITION.search(" ".join(words[-_SUPPOSED_WORDS:])):
        return "supposed"
    if (report := _REPORT.search(" ".join(words[-_REPORT_WORDS:]))) and not _OWN_REPORT.search(report["who"]):
        over = pause and len(report["after"].split()) >= _OBJECT_WORDS
        return None if over else "reported"
    return None


def _pause_before(text: str, flat: TokenisedText, start: int) -> bool:
    """Whether a comma or colon stands right before the word that starts at ``start`` of the flat text."""
    begin, _ = flat.original(start, start + 1)
    return fold(text[max(0, begin - 2) : begin]).strip()[-1:] in (",", ";", ":", "(", "-")
