"""What one side asks for and the other then says: the number after "votre numéro de contrat ?", a name, a code.

An answer says nothing of what it is, and a recogniser punctuates it as it likes ("40, 64, 17, 22."). What makes it
personal is the question, which stands in the sentence, the line or the turn before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from voc.language.folding import fold, word_set
from voc.language.months import MONTHS_IN_FULL
from voc.language.numbers import SpokenNumber, spoken_numbers
from voc.language.registry import alternatives, languages, read_as
from voc.privacy.common_words import NEVER, STOP, is_common_word
from voc.privacy.name_lists import PARTICLES, is_listed
from voc.privacy.number_shapes import AMOUNT, DATE, YEAR
from voc.privacy.pii_span import PiiSpan

Span = tuple[int, int]

KINDS = (
    *("loyalty", "code", "postcode", "bank", "national", "card", "contract", "order", "customer", "phone"),
    "reference",
)
"""What a number that is asked for is of; of two kinds that fit, the earlier."""


def _of(kind: str) -> str:
    return alternatives(lambda one: one.questions.things.get(kind, ""))


THINGS = "|".join(map(_of, KINDS))
"""Pattern of what numbers are of."""
_KINDS = tuple((kind, re.compile(rf"\b(?:{_of(kind)})\b")) for kind in KINDS)
_YOUR = alternatives(lambda one: one.questions.your)
_NUMBER_ASKED = re.compile(
    rf"\b(?:(?:{_YOUR})\s)?(?:{alternatives(lambda one: one.questions.numbers_before)})"
    rf"(?:{alternatives(lambda one: one.questions.links)})*[\s'](?:{THINGS})"
    rf"(?:\s(?:{alternatives(lambda one: one.questions.suffixes)}))?\b"
    rf"|\b(?:{THINGS})\s(?:{alternatives(lambda one: one.questions.numbers_after)})\b"
    rf"|\b(?:{alternatives(lambda one: one.questions.alone)})\b"
    rf"|\b(?:{_YOUR})\s(?:{alternatives(lambda one: one.questions.yours)})\b"
)
_BIRTH_ASKED = re.compile(rf"\b(?:{alternatives(lambda one: one.questions.birth)})\b")
_NAME_ASKED = re.compile(
    rf"\b(?:{alternatives(lambda one: one.questions.name)})\b"
    rf"|(?:^|(?<=\n))(?:{alternatives(lambda one: one.questions.labels)})(?=\s?[?:])"
)
_OWN = re.compile(rf"\b(?:{alternatives(lambda one: one.questions.own)})\s(?:\w+\s)?$")
"""Who asks about an own number ("how do I change my customer number?") is not told it."""
_ASKING = re.compile(rf"\?|\b(?:{alternatives(lambda one: one.questions.asking)})\b")
"""What makes a sentence about a number one that asks for it; most people never put it as a question."""
_SENTENCE_END = re.compile(r"[.!?:\n](?=\s|$|\n)")
_REACH = 300
"""Characters after the question in which its answer is looked for: four lines at most."""
_SHORT_REACH = 60
"""The same where nobody else speaks after the question."""
_LINES = 4
_BARE_WORDS = 7
"""Words of a sentence that asks without a verb ("Votre numéro de contrat.")."""

_GAP = rf"(?:[,.;]\s?|\s?[-–/]\s?|\s){{1}}(?:(?:{alternatives(lambda one: one.questions.fillers)})[\s,]{{1,2}})?"
_RUN = re.compile(
    r"(?<![\w€$£])(?:[A-Z]{1,5}[- ]?|(?:[A-Z][-., ]{1,2}){1,6})?\d[\dA-Z]{0,24}(?![a-zà-ÿ°%€$£])"
    rf"(?:{_GAP}\d[\dA-Z]{{0,24}}(?![a-zà-ÿ°%€$£])){{0,24}}"
)
_SPELLED = re.compile(r"(?<![\w'’-])(?:[^\W\d_](?:\s?[-–]\s?|[,.]\s|\s)){2,29}[^\W\d_](?![\w'’-])")
_UNIT = re.compile(rf"\s?(?:€|\$|£|%|{alternatives(lambda one: one.questions.units)})(?!\w)")
_MONTH = rf"(?:{MONTHS_IN_FULL})"
_ARTICLE = alternatives(lambda one: one.dates.article)
_OF = rf"(?:(?:{alternatives(lambda one: one.dates.of)}) )?"
_ORDINALS = alternatives(lambda one: one.dates.ordinals)
_BIRTHDAY = re.compile(
    rf"(?<!\w)(?:(?:\d{{1,2}}(?:{_ORDINALS})?|[a-z-]{{2,12}}(?: [a-z-]{{2,8}})?) {_OF}{_MONTH}|"
    rf"{_MONTH} (?:(?:{_ARTICLE}) )?\d{{1,2}}(?:{_ORDINALS})?)"
    rf"(?:,? {_OF}(?:\d{{4}}|\d\d(?!\w)|(?:(?:{alternatives(lambda one: one.questions.year_begins)})\b[ -]?)"
    r"(?:[a-z]{2,9}\b[ -]?){0,5}?(?=[,.;\n]|$)))?"
)
_FEWEST = 3
"""Digits of an answer; fewer count something."""
_LEAST_IDENTIFIER = 5
"""Digits from which on an answer may tell two customers apart."""

_SPEAKER = re.compile(r"(?:\[?\d{1,2}[:h]\d\d(?::\d\d)?\]?\s*)?(?:[^\W\d][\w ]{0,24}\s?:\s)?")
_LEAD_IN = re.compile(rf"(?:{alternatives(lambda one: one.questions.lead_in)})(?:[\s,.:!]+|$)")
_GIVING = re.compile(rf"(?:{alternatives(lambda one: one.questions.giving)})[\s,:]*$")
"""The end of a lead-in after which only a name can follow."""
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+){0,3}")
_MOST_WORDS = 4
_PARTICLES = PARTICLES | word_set("o mc mac st")
_NO_NAME = frozenset().union(*(one.questions.no_name for one in languages()))


@dataclass(frozen=True)
class Answer:
    """What was said to a question: ``kind`` is of :data:`KINDS`, or ``name`` or ``birth``; ``digits`` of a number."""

    kind: str
    begin: int
    end: int
    digits: str = ""


@dataclass(frozen=True)
class _Question:
    kind: str
    begin: int
    """Where its sentence begins."""
    end: int
    """Where its sentence is over."""


def _questions(folded: str) -> Iterator[_Question]:
    for pattern in (_NUMBER_ASKED, _BIRTH_ASKED, _NAME_ASKED):
        for match in pattern.finditer(folded):
            begin = max(
                (m.end() for m in _SENTENCE_END.finditer(folded, max(0, match.start() - 160), match.start())),
                default=max(0, match.start() - 160),
            )
            closing = _SENTENCE_END.search(folded, match.end(), match.end() + 120)
            end = closing.end() if closing else min(len(folded), match.end() + 40)
            sentence = folded[begin:end]
            if _OWN.search(folded, begin, match.start()):
                continue
            bare = len(sentence.split()) <= _BARE_WORDS and closing is not None
            if not (_ASKING.search(sentence) or bare):
                continue
            if pattern is _NUMBER_ASKED and re.search(r"\d", folded[match.end() : end]):
                end = match.end()  # heard without marks, a question runs on into its answer
            yield _Question(_kind(match[0], pattern), begin, end)


def _kind(asked: str, pattern: re.Pattern[str]) -> str:
    if pattern is _BIRTH_ASKED:
        return "birth"
    if pattern is _NAME_ASKED:
        return "name"
    return kind_of_number(asked)


def kind_of_number(folded: str) -> str:
    """Of which of :data:`KINDS` a number is that is spoken of in these folded words."""
    return next((kind for kind, words in _KINDS if words.search(folded)), "reference")


def _windows(folded: str) -> Iterator[tuple[_Question, Span]]:
    """Each question with the stretch its answer stands in: up to the next question put after somebody spoke."""
    questions = sorted(_questions(folded), key=lambda one: (one.begin, one.end))
    for index, one in enumerate(questions):
        end = min(len(folded), one.end + (_REACH if "\n" in folded[one.end : one.end + _REACH] else _SHORT_REACH))
        breaks = [match.start() for match in re.finditer(r"\n", folded[one.end : end])]
        if len(breaks) > _LINES:
            end = one.end + breaks[_LINES]
        for later in questions[index + 1 :]:
            if one.end < later.begin < end and folded[one.end : later.begin].strip().count("\n"):
                end = later.begin
                break
        yield one, (one.end, end)


def is_number(written: str, digits: str, after: str, kind: str) -> bool:
    """Whether what was ``written`` before ``after`` tells apart, rather than counts: no amount, year or date."""
    if len(digits) < _FEWEST or _UNIT.match(after):
        return False
    if AMOUNT.fullmatch(written) or (YEAR.fullmatch(written) and kind != "code"):
        return False
    return not DATE.fullmatch(written)


def _numbers(text: str, folded: str, window: Span, kind: str, runs: Sequence[SpokenNumber]) -> Iterator[Answer]:
    """The first number in a window, and what goes on with it after a nod ("40, 64." "Oui." "17, 22.")."""
    candidates: list[Answer] = []
    for match in _RUN.finditer(text, *window):
        digits = re.sub(r"[^\dA-Za-z]", "", match[0])
        if is_number(match[0], re.sub(r"\D", "", digits), folded[match.end() : match.end() + 12], kind):
            candidates.append(Answer(kind, match.start(), match.end(), digits.upper()))
    inside = [run for run in runs if window[0] <= run.begin and run.end <= window[1]]
    candidates += [
        Answer(kind, run.begin, run.end, run.digits)
        for run in inside
        if is_number(run.digits, run.digits, folded[run.end : run.end + 12], kind)
    ]
    candidates.sort(key=lambda one: (one.begin, -one.end))
    if not candidates:
        return
    last = candidates[0]
    yield last
    for one in candidates[1:]:
        if one.begin < last.end:
            continue
        between = re.findall(r"[^\W\d_]+", folded[last.end : one.begin])
        if len(between) > 3:
            return
        yield one
        last = one


def _birthdays(text: str, folded: str, window: Span) -> Iterator[Answer]:
    for match in _BIRTHDAY.finditer(folded, *window):
        yield Answer("birth", *match.span())
        return
    for match in _RUN.finditer(text, *window):
        if len(re.findall(r"\d+", match[0])) == 3 and sum(map(str.isdigit, match[0])) <= 8:
            yield Answer("birth", *match.span())
            return


def _names(text: str, folded: str, window: Span) -> Iterator[Answer]:
    """A name that answers: alone in its line or after a lead-in ("oui, c'est …"), or spelled out."""
    begin = window[0]
    while begin < window[1]:
        end = folded.find("\n", begin, window[1])
        end = window[1] if end < 0 else end
        if spelled := _SPELLED.search(text, begin, end):
            yield Answer("name", *spelled.span())
        if found := _name_in(text, folded, begin, end):
            yield Answer("name", *found)
            return
        if spelled:
            return
        begin = end + 1


def _name_in(text: str, folded: str, begin: int, end: int) -> Span | None:
    at = begin + len(folded[begin:end]) - len(folded[begin:end].lstrip(" \t-–—>*"))
    if speaker := _SPEAKER.match(folded, at, end):
        at = speaker.end()
    given = False
    while lead := _LEAD_IN.match(folded, at, end):
        given = _GIVING.search(lead[0]) is not None
        at = lead.end()
    words, stopped = _name_words(text, folded, at, end)
    if not words or len(words) > _MOST_WORDS or len(words[0][0]) < 2:
        return None
    last = words[-1].end()
    if not stopped and re.match(r"\s*[?\w@]", text[last:end]) and not re.match(r"\s*\d", text[last:end]):
        return None
    alone = not stopped and not words[0].start() - at > 1 and re.match(r"\s*(?:[.,;!\n]|$|\d)", text[last:]) is not None
    return (words[0].start(), last) if _is_name([word[0] for word in words], alone=alone, given=given) else None


def _name_words(text: str, folded: str, at: int, end: int) -> tuple[list[re.Match[str]], bool]:
    """Words that may be those of a name from ``at`` on, and whether a word that is none ended them."""
    words: list[re.Match[str]] = []
    position, stopped = at, False
    while word := _NAME_WORD.match(text, position, end):
        plain = fold(word[0])
        if plain in STOP and plain not in _PARTICLES:
            stopped = True
            break
        words.append(word)
        position = word.end()
        if folded[position : position + 1] not in (" ", "\u00a0"):
            break
        position += 1
    while words and fold(words[-1][0]) in _PARTICLES:
        words.pop()
    return words, stopped


def _is_name(words: Sequence[str], *, alone: bool, given: bool) -> bool:
    """Whether words that answer "your name?" are one.

    Args:
        alone: nothing else is said in the answer.
        given: they follow "my name is".
    """
    plain_words = [fold(word) for word in words]
    if any(word in _NO_NAME or (word.endswith(("ez", "-moi")) and not is_listed(word)) for word in plain_words):
        return False
    capital = all(word[0].isupper() for word in words if fold(word) not in _PARTICLES)
    if any(is_listed(word) for word in plain_words) and (alone or capital or given):
        return True
    common = all(is_common_word(word) or plain in NEVER for word, plain in zip(words, plain_words, strict=True))
    if alone and not common:
        return True
    return capital and (given or len(words) > 1) and not NEVER & {*plain_words}


def find_answers(text: str, folded: str, runs: Sequence[SpokenNumber]) -> list[Answer]:
    """What ``text`` answers to its own questions, and each number again where it is read back.

    Args:
        text: the original; a conversation has a line for each turn.
        folded: the same, folded.
        runs: the numbers said in words in it.
    """
    found: list[Answer] = []
    taken: set[int] = set()
    for question, window in _windows(folded):
        if question.kind == "name":
            answers = _names(text, folded, window)
        elif question.kind == "birth":
            answers = _birthdays(text, folded, window)
        else:
            answers = _numbers(text, folded, window, question.kind, runs)
        for one in answers:
            if one.begin not in taken:
                taken.add(one.begin)
                found.append(one)
    for one in list(found):
        if len(one.digits) >= _LEAST_IDENTIFIER and one.digits.isdigit():
            again = r"(?:[\s,.;/–-]{0,3})".join(one.digits)
            for match in re.finditer(rf"(?<![\w.,])(?:{again})(?![\w]|[.,]\d)", text):
                if match.start() not in taken:
                    taken.add(match.start())
                    found.append(Answer(one.kind, *match.span(), one.digits))
    return found


MASKS = {
    "name": "PERSON", "birth": "DATE", "code": "SECRET", "postcode": "ADDRESS", "bank": "IBAN", "card": "CARD",
    "national": "NATIONAL_ID", "phone": "PHONE",
}  # fmt: skip


class Answers:
    """Names, birthdays, codes and numbers given to a question that asked for them."""

    name = "answer"
    kinds: Sequence[str] = tuple(sorted({*MASKS.values()}))

    def find(self, text: str, language: str | None, read: Sequence[Any] = ()) -> Iterator[PiiSpan]:
        """Yield answers; numbers of contracts, orders and customers are left to the identifiers said."""
        del read
        languages = read_as(language)
        runs = [run for code in languages for run in spoken_numbers(text, code)]
        for one in find_answers(text, fold(text), runs):
            if one.kind in MASKS:
                yield PiiSpan(MASKS[one.kind], one.begin, one.end, 0.7, self.name)
