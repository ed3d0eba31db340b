"""Sentences and clauses as exact spans of the text, of what is written and of unpunctuated speech.

Own rules rather than a spaCy sentencizer: posts without a capital after the full stop, emoji that end a sentence,
bullets, line breaks and recognised speech without any punctuation all need their own case, and the rules run at
several thousand messages a second.
"""

from __future__ import annotations

import re

from voc.language.folding import Folded, fold, straighten
from voc.language.registry import alternatives, languages

Span = tuple[int, int]

_LONGEST_SENTENCE = 320
"""Characters of a stretch without full stop that is still shown as one sentence; speech is cut at a pause word."""
_SHORTEST_CLAUSE = 8
"""Characters under which a clause joins its neighbour ("mais bon")."""
_WRAPPED_LINE = 45
"""A line this long that ends without punctuation and goes on in lower case was wrapped by a mail program."""

_ABBREVIATIONS = frozenset().union(*(one.sentences.abbreviations for one in languages()))
_ALWAYS_OPEN = frozenset().union(*(one.sentences.always_open for one in languages()))
"""Abbreviations that are never the last word of a sentence; after the others a capital begins a new one."""

_EMOJI = "\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f\u200d"
_CLOSING = "\"'”’»)\\]"
_BOUNDARY = re.compile(
    rf"(?P<stop>[.!?…]+(?:\s?[!?]+)*)(?P<tail>[{_CLOSING}]*(?:\s?[{_EMOJI}]+)*)|(?P<emoji>[{_EMOJI}]+)|(?P<line>\n+)"
)
_LINK = re.compile(r"(?:https?://|www\.)\S{0,2000}[\w/]|[^\s@]{1,64}@[^\s@]{0,200}\w")
_BULLET = re.compile(r"[ \t]*(?:[-*•·–—>]+|\(?\d{1,2}[.)](?=\s)|[a-z]\))[ \t]+")
_PAUSE = re.compile(rf"(?:[,;:]\s)|\s(?=(?:{alternatives(lambda one: one.sentences.pauses)})\b)", re.IGNORECASE)
_CONCESSIONS = alternatives(lambda one: one.sentences.concessions)
_CONTRAST = re.compile(
    rf"\b(?:{alternatives(lambda one: one.sentences.contrasts)}|{_CONCESSIONS})\b|;|\s[-–—]\s|\s\(|\)"
)
_CONCEDES = re.compile(rf"(?:{_CONCESSIONS}|{alternatives(lambda one: one.sentences.concedes)})\b")
"""What a clause that is said before its main clause begins with: a comma ends it."""


_BETWEEN = re.compile(rf"[,:/+&|]\s*|\s(?=(?:{alternatives(lambda one: one.sentences.joins)})\s)|\s[-–—]\s|(?<=\w)\.\s")
"""What stands between two subjects of one clause."""


def _is_boundary(text: str, match: re.Match[str]) -> bool:
    if match["line"]:
        return _line_ends_sentence(text, match)
    after = match.end()
    rest = text[after : after + 2]
    begins = rest[:1].isspace() or not rest
    following = text[after:].lstrip()[:1] if begins else rest[:1]
    if match["emoji"]:
        return begins and (not following or following.isupper() or text[match.start() - 1 : match.start()] in " \t")
    stop = match["stop"]
    if not following:
        return True
    if "!" in stop or "?" in stop:
        return begins or following.isalpha()
    if "…" in stop or ".." in stop:
        return following.isupper() and (begins or not text[match.start() - 1 : match.start()].isupper())
    word = re.search(r"([\w.'-]+)$", text[max(0, match.start() - 20) : match.start()])
    last = fold(word[1]) if word else ""
    if not begins:  # "idée.Par contre": a full stop without its space; "3.5", "free.fr" and "S.A.V" are not
        return len(last) > 2 and last.isalpha() and following.isupper() and text[after + 1 : after + 2].islower()
    if last in _ALWAYS_OPEN or (len(last) == 1 and last.isalpha()):
        return False
    if last in _ABBREVIATIONS or "." in last:
        return following.isupper()
    numbered = last.isdigit() and len(last) <= 2 and text[: match.start()].rpartition("\n")[2].strip() == last
    return not numbered  # "1. Premier point"


def _line_ends_sentence(text: str, match: re.Match[str]) -> bool:
    if len(match["line"]) > 1:
        return True
    previous = text[: match.start()].rpartition("\n")[2].rstrip()
    following = text[match.end() :].lstrip(" \t")[:1]
    wrapped = len(previous) >= _WRAPPED_LINE and previous[-1:] not in ".!?…:;" and following.islower()
    return not wrapped


def _trim(text: str, begin: int, end: int) -> Span | None:
    if bullet := _BULLET.match(text, begin, end):
        begin = bullet.end()
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and text[end - 1].isspace():
        end -= 1
    return (begin, end) if any(c.isalnum() or ord(c) > 0x2000 for c in text[begin:end]) else None


def _cut_long(text: str, begin: int, end: int) -> list[Span]:
    """Cut a stretch without full stops at its pauses, else at a space, else (one endless word) anywhere."""
    pieces: list[Span] = []
    while end - begin > _LONGEST_SENTENCE:
        floor, ceiling = begin + _LONGEST_SENTENCE // 3, begin + _LONGEST_SENTENCE
        pauses = [m.end() for m in _PAUSE.finditer(text, floor, ceiling)]
        cut = pauses[-1] if pauses else text.rfind(" ", floor, ceiling)
        cut = ceiling if cut <= begin else cut
        pieces.append((begin, cut))
        begin = cut
    pieces.append((begin, end))
    return pieces


def split_sentences(text: str, *, begin: int = 0, end: int | None = None) -> list[Span]:
    """Return the sentences of ``text[begin:end]`` as (begin, end) in order, without overlap, trimmed of white space.

    Every letter lies in exactly one span; what is between spans is white space, bullets (with their number) or lone
    punctuation.
    """
    stop = len(text) if end is None else min(end, len(text))
    window = straighten(text[begin:stop])
    shielded = _LINK.sub(lambda link: "x" * len(link[0]), window)  # the dots of a link end no sentence
    cuts = [match.end() for match in _BOUNDARY.finditer(shielded) if _is_boundary(shielded, match)]
    spans: list[Span] = []
    previous = 0
    for cut in [*cuts, len(window)]:
        for low, high in _cut_long(window, previous, cut):
            if trimmed := _trim(window, low, high):
                spans.append((begin + trimmed[0], begin + trimmed[1]))
        previous = cut
    return spans


def split_clauses(text: str, sentence: Span) -> list[Span]:
    """Cut a sentence where it turns: at contrast words (*mais*, *par contre*, *however* …), semicolons, brackets.

    The turning word opens its clause; what is conceded first (*bien que …, *) ends at its comma. A piece too short to
    say anything stays with its neighbour.
    """
    begin, end = sentence
    spelled = Folded(text[begin:end])
    folded, length = spelled.text, len(spelled.text)
    turned = [0]
    for match in _CONTRAST.finditer(folded):
        position = match.start() if folded[match.start()].isalpha() else match.end()
        if position - turned[-1] >= _SHORTEST_CLAUSE and length - position >= _SHORTEST_CLAUSE:
            turned.append(position)
    for low, high in zip(tuple(turned), [*turned[1:], length], strict=True):
        if comma := _conceded(folded[low:high]):
            turned.append(low + comma)
    cuts = [begin + spelled.original(place, length)[0] for place in sorted(turned)]
    pieces = [_trim(text, low, high) for low, high in zip(cuts, [*cuts[1:], end], strict=True)]
    return [piece for piece in pieces if piece]


def _conceded(folded: str) -> int:
    """Where a clause that concedes something gives way to its main clause: after its first comma; 0 if it does not."""
    if not _CONCEDES.match(folded.lstrip()):
        return 0
    after = folded.find(", ", _SHORTEST_CLAUSE) + 1
    return after if len(folded) - after >= _SHORTEST_CLAUSE else 0


def turns(text: str, clause: Span) -> bool:
    """Whether a clause begins with a word of contrast ("mais …", "however …", "autant …")."""
    return _turning(fold(text[clause[0] : clause[1]])) is not None


def _turning(folded: str) -> re.Match[str] | None:
    match = _CONTRAST.match(folded)
    return match if match and match[0][:1].isalpha() else _CONCEDES.match(folded)


def said_alone(text: str, clause: Span) -> str:
    """The words of a clause as they would be said alone: without the word it turns with ("mais la facture…")."""
    words = text[clause[0] : clause[1]]
    folded = Folded(words)
    match = _turning(folded.text)
    return (words[folded.original(0, match.end())[1] :] if match else words).strip(" ,;:()–—-")


def split_between(text: str, clause: Span, left_end: int, right_begin: int) -> int | None:
    """Return where a clause turns from one subject (ending at ``left_end``) to the next, or ``None`` if it does not.

    A comma, a colon or *et*/*and* between the two is enough: "prix corrects, service client injoignable".
    """
    if not clause[0] <= left_end < right_begin <= clause[1]:
        return None
    between = Folded(text[left_end:right_begin])
    match = _BETWEEN.search(between.text)
    return left_end + between.original(0, match.end())[1] if match else None
