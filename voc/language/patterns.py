"""The word patterns all rules are written in, compiled to regular expressions over a flattened text.

``factur*`` any ending · ``(a|b c)`` one of several · ``(word)? then`` may be missing · ``a .. b`` up to five words in
between · ``a ... b`` up to nine (``…`` is typed for ``...``). Case, accents, apostrophes and hyphens never matter; a
pattern never reaches over the end of a sentence. The heads of the rule files say the same, and a test compares.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from voc.language.folding import Folded, fold, straighten

_SEPARATOR = " "
_WORD = r"[^ \n]+"
_TOKEN = re.compile(r"\w+|[€%$£+]")
_SENTENCE_END = re.compile(r"[!?…\n]|\.(?!\w)|(?<=[a-zà-ÿ]{3})\.(?=[A-ZÀÂÇÉÈÊÎÔ])")
"""The last: a full stop without its space ("attentes.Mais"); "free.fr" and "3.5" are none."""
_NAMED = re.compile(r"<([a-z_]+)>")
_DEEPEST_WORDS = 4
"""How deep words may be made of words."""
_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|[^\s@]{1,64}@[^\s@]{1,200}|@\w+")
GAP_WORDS = {"..": 5, "...": 9}
"""Words that a gap may stand for, at most."""
_MOST_CHARACTERS = 2500
_LONGEST_ANCHOR = 10
"""Letters of an anchor that are compared; longer ones are cut, which lets a few more patterns be tried."""
_ENDS_IN_SPACE = re.compile(r"\(\?:[^|()]* \)")
"""A group like ``(mon )``: what follows begins a word."""


@dataclass(frozen=True)
class TokenisedText:
    """A text as patterns see it: folded words one space apart, a line break where a sentence ends.

    Plain separators keep the expressions small: compiling them took 2.5 s over raw text. ``starts`` are the offsets of
    the words in ``text``; ``begins`` and ``ends`` their offsets in the original.
    """

    text: str
    starts: tuple[int, ...]
    begins: tuple[int, ...]
    ends: tuple[int, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """The different words of the text, folded."""
        return frozenset(self.text.split())

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """How the words of the text begin, up to :data:`_LONGEST_ANCHOR` letters."""
        return frozenset(
            word[:length] for word in self.words for length in range(1, min(len(word), _LONGEST_ANCHOR) + 1)
        )

    def original(self, begin: int, end: int) -> tuple[int, int]:
        """Where the stretch ``begin``…``end`` of :attr:`text` lies in the original text."""
        first = bisect_right(self.starts, begin) - 1
        last = bisect_right(self.starts, max(begin, end - 1)) - 1
        return self.begins[max(0, first)], self.ends[max(0, last)]


def flatten(text: str) -> TokenisedText:
    """Flatten ``text`` for the patterns; links, addresses and handles hold no words ("@freebox" is no box)."""
    spelled = Folded(straighten(text))
    plain = spelled.opened
    folded = _NOT_WORDS.sub(lambda match: " " * len(match[0]), spelled.text)
    pieces: list[str] = [" "]
    starts: list[int] = []
    begins: list[int] = []
    ends: list[int] = []
    length, previous = 1, 0
    for match in _TOKEN.finditer(folded):
        begin, end = match.span()
        if starts:
            apart = begin - previous > 0 and _SENTENCE_END.search(plain, previous, begin + 1) is not None
            pieces.append("\n" if apart else " ")
            length += 1
        pieces.append(match[0])
        starts.append(length)
        first, last = (begin, end) if spelled.is_source else spelled.original(begin, end)
        begins.append(first)
        ends.append(last)
        length += end - begin
        previous = end
    return TokenisedText("".join(pieces), tuple(starts), tuple(begins), tuple(ends))


class PatternError(ValueError):
    """A pattern that cannot be read; the message says what is wrong with it."""


def spelled_out(pattern: str, words: Mapping[str, str]) -> str:
    """Put the words given for ``<name>`` in its place; words may use other words.

    Raises:
        PatternError: no words are given for a name, or they use each other in a circle.
    """
    for _ in range(_DEEPEST_WORDS):
        if not (names := _NAMED.findall(pattern)):
            return pattern
        for name in names:
            if name not in words:
                raise PatternError(f"no words are given for <{name}>")
            pattern = pattern.replace(f"<{name}>", words[name])
    raise PatternError("its words use each other in a circle")


Anchor = tuple[str, bool]
"""A word, or (``True``) how a word begins: one of a pattern's anchors stands in every text the pattern matches."""
_Anchors = frozenset[Anchor] | None


def _rarer(one: _Anchors, other: _Anchors) -> _Anchors:
    """The anchors more worth looking for: whose shortest is longest, a whole word counting as two letters more."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda anchors: (min(len(text) - 2 * begins for text, begins in anchors), -len(anchors)))


def _as_beginnings(anchors: _Anchors) -> _Anchors:
    return frozenset((text, True) for text, _ in anchors) if anchors else None


class _Reader:
    """Recursive descent over one pattern; every part is a regular expression with its anchors."""

    def __init__(self, source: str) -> None:
        self.source = fold(source.replace("…", "..."))
        self.at = 0

    def peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def alternatives(self) -> tuple[str, _Anchors]:
        options = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            options.append(self.sequence())
        if any(not option for option, _ in options):
            raise PatternError("one of the alternatives is empty")
        if len(options) == 1:
            return options[0]
        anchors = [each for _, each in options]
        every = None if None in anchors else frozenset(anchor for each in anchors for anchor in each or ())
        return "(?:" + "|".join(option for option, _ in options) + ")", every

    def sequence(self) -> tuple[str, _Anchors]:
        out: list[str] = []
        space = gap = False
        leading_optional = spaced = False
        best: _Anchors = None
        while (character := self.peek()) and character not in "|)":
            if character == " ":
                space = True
                self.at += 1
                continue
            if word_gap := re.match(r"\.\.\.?(?=\s|$|\))", self.source[self.at :]):
                if not out:
                    raise PatternError("it begins with a gap")
                self.at += word_gap.end()
                out.append(rf"(?:{_SEPARATOR}{_WORD}){{0,{GAP_WORDS[word_gap[0]]}}}?")
                space, gap = True, True
                continue
            item, optional, anchors = self.item()
            begins_word = space or gap or not out or leading_optional or spaced
            ends_word = self.peek() in ("", " ", "|", ")")
            if begins_word and not optional:
                best = _rarer(best, anchors if ends_word else _as_beginnings(anchors))
            joint = _SEPARATOR if (space or gap) and out and not leading_optional else ""
            first_with_space = optional and (not out or leading_optional) and self.peek() == " "
            leading_optional = False
            if first_with_space:
                out.append(f"(?:{item}{_SEPARATOR})?")
                leading_optional = True
            elif optional:
                out.append(f"(?:{joint}{item})?")
            else:
                out.append(joint + item)
            space = gap = False
            spaced = _ENDS_IN_SPACE.fullmatch(item) is not None
        if gap:
            raise PatternError("it ends with a gap")
        if space and out and self.peek() in ("|", ")"):
            out.append(_SEPARATOR)
        return "".join(out), best

    def item(self) -> tuple[str, bool, _Anchors]:
        if self.peek() == "(":
            self.at += 1
            inner, anchors = self.alternatives()
            if self.peek() != ")":
                raise PatternError("a bracket is not closed")
            self.at += 1
            item = f"(?:{inner})"
            if self.peek() == "*":
                self.at += 1
                item += r"\w*"
                anchors = _as_beginnings(anchors)
            if self.peek() == "?":
                self.at += 1
                return item, True, None
            return item, False, anchors
        item, anchor = self.word()
        return item, False, frozenset((anchor,)) if anchor else None

    def word(self) -> tuple[str, Anchor | None]:
        out = literal = ""
        plain = True  # so far, a word is its own anchor; from the first sign on, only how it begins is known
        while (character := self.peek()) and character not in " |()":
            if character == "\\":
                out += self.source[self.at : self.at + 2]
                self.at += 2
                plain = False
                if self.peek() == "+":
                    out += "+"
                    self.at += 1
                continue
            if character == "[":
                closing = self.source.find("]", self.at)
                if closing < 0:
                    raise PatternError("a square bracket is not closed")
                out += self.source[self.at : closing + 1]
                self.at = closing + 1
                plain = False
                continue
            if character == "*":
                out += r"\w*"
            elif character == "?":
                if not out:
                    raise PatternError("a question mark follows nothing")
                out += "?"
                literal = literal[:-1] if plain else literal
            elif character in "'-/":
                out += " ?"
            else:
                out += re.escape(character)
                literal += character if plain else ""
                self.at += 1
                continue
            plain = False
            self.at += 1
        return out, (literal, not plain) if literal else None


def _read(pattern: str) -> tuple[str, _Anchors]:
    if not pattern.strip():
        raise PatternError("it is empty")
    if len(pattern) > _MOST_CHARACTERS:
        raise PatternError(f"it is longer than {_MOST_CHARACTERS} characters")
    reader = _Reader(" ".join(pattern.split()))
    out, anchors = reader.alternatives()
    if reader.at < len(reader.source):
        raise PatternError("a bracket closes that was not opened")
    if set(pattern) & set("[\\"):  # nothing else can make an expression that does not compile
        try:
            re.compile(out)
        except re.error as error:
            raise PatternError(str(error)) from error
    return out, anchors


def expression(pattern: str) -> str:
    """Return the regular expression of one word pattern, to be searched in :attr:`TokenisedText.text`.

    Raises:
        PatternError: the pattern is empty, too long, or its brackets do not close.
    """
    return _read(pattern)[0]


class Pattern:
    """One word pattern: where it matches in a flattened text, and what must stand there for it to match at all.

    Raises:
        PatternError: see :func:`expression`.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self._expression, self.anchors = _read(source)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Compiled at its first use: of thousands of patterns a text meets a few."""
        return re.compile(rf"(?<![^ \n])(?:{self._expression})(?![^ \n])")


Key = TypeVar("Key", bound=Hashable)


@dataclass
class PatternIndex(Generic[Key]):
    """Many patterns under keys, of which a text is searched only for those with an anchor among its words.

    A message of twenty words meets a few of a thousand patterns: 0.2 ms instead of 2.7 ms for the shipped taxonomy.
    """

    entries: list[tuple[Key, Pattern]] = field(default_factory=list)
    _words: dict[str, list[int]] = field(default_factory=dict)
    _beginnings: dict[str, list[int]] = field(default_factory=dict)
    _always: list[int] = field(default_factory=list)

    def add(self, key: Key, patterns: Iterable[str]) -> None:
        """Add patterns under ``key``.

        Raises:
            PatternError: one cannot be read.
        """
        for source in patterns:
            pattern = Pattern(source)
            number = len(self.entries)
            self.entries.append((key, pattern))
            if pattern.anchors is None:
                self._always.append(number)
            for anchor, begins in pattern.anchors or ():
                text = anchor[:_LONGEST_ANCHOR] if begins else anchor
                (self._beginnings if begins else self._words).setdefault(text, []).append(number)

    def candidates(self, flat: TokenisedText) -> list[tuple[Key, Pattern]]:
        """The patterns that could match a text, in the order they were added."""
        numbers = set(self._always)
        for word in flat.words & self._words.keys():
            numbers.update(self._words[word])
        for beginning in flat.beginnings & self._beginnings.keys():
            numbers.update(self._beginnings[beginning])
        return [self.entries[number] for number in sorted(numbers)]

    def find(self, flat: TokenisedText) -> Iterator[tuple[Key, int, int]]:
        """Where the patterns match in :attr:`TokenisedText.text`: key, begin, end; of one key never two overlapping."""
        found: dict[Key, list[tuple[int, int]]] = {}
        for key, pattern in self.candidates(flat):
            spans = [match.span() for match in pattern.regex.finditer(flat.text)]
            if spans:
                found.setdefault(key, []).extend(spans)
        for key, spans in found.items():
            reach = -1
            for begin, end in sorted(spans, key=_by_begin):
                if begin >= reach:
                    yield key, begin, end
                    reach = end


def _by_begin(span: tuple[int, int]) -> int:
    return span[0]


def compile_patterns(patterns: Sequence[str]) -> re.Pattern[str] | None:
    """Compile patterns into one expression that matches where any of them does; ``None`` for no patterns."""
    if not patterns:
        return None
    return re.compile(r"(?<![^ \n])(?:" + "|".join(expression(pattern) for pattern in patterns) + r")(?![^ \n])")
