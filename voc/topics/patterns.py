"""The word patterns of a taxonomy's rules, compiled to regular expressions over a flattened text.

``factur*`` any ending · ``(a|b c)`` one of several · ``(word)? then`` may be missing · ``a .. b`` up to five words in
between · ``a ... b`` up to nine. Case, accents, apostrophes and hyphens never matter; a pattern never reaches over the
end of a sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from voc.text.folding import fold, straighten

_SEPARATOR = " "
_WORD = r"[^ \n]+"
_TOKEN = re.compile(r"\w+|[€%$£+]")
_SENTENCE_END = re.compile(r"[!?…\n]|\.(?!\w)")
_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|[^\s@]{1,64}@[^\s@]{1,200}|@\w+")
_GAPS = {"..": 5, "...": 9}
_MOST_CHARACTERS = 1000


@dataclass(frozen=True)
class Flattened:
    """A text as patterns see it: folded words one space apart, a line break where a sentence ends.

    Plain separators keep the expressions small: compiling them took 2.5 s over raw text. ``starts`` are the offsets of
    the words in ``text``; ``begins`` and ``ends`` their offsets in the original.
    """

    text: str
    starts: tuple[int, ...]
    begins: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, begin: int, end: int) -> tuple[int, int]:
        """Where the stretch ``begin``…``end`` of :attr:`text` lies in the original text."""
        first = bisect_right(self.starts, begin) - 1
        last = bisect_right(self.starts, max(begin, end - 1)) - 1
        return self.begins[max(0, first)], self.ends[max(0, last)]


def flatten(text: str) -> Flattened:
    """Flatten ``text`` for the patterns; links, addresses and handles hold no words ("@freebox" is no box)."""
    folded = _NOT_WORDS.sub(lambda match: " " * len(match[0]), fold(straighten(text)))
    pieces: list[str] = [" "]
    starts: list[int] = []
    begins: list[int] = []
    ends: list[int] = []
    length, previous = 1, 0
    for match in _TOKEN.finditer(folded):
        begin, end = match.span()
        if starts:
            apart = begin - previous > 0 and _SENTENCE_END.search(folded, previous, begin + 1) is not None
            pieces.append("\n" if apart else " ")
            length += 1
        pieces.append(match[0])
        starts.append(length)
        begins.append(begin)
        ends.append(end)
        length += end - begin
        previous = end
    return Flattened("".join(pieces), tuple(starts), tuple(begins), tuple(ends))


class PatternError(ValueError):
    """A pattern that cannot be read; the message says what is wrong with it."""


class _Reader:
    """Recursive descent over one pattern."""

    def __init__(self, source: str) -> None:
        self.source = fold(source)
        self.at = 0

    def peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def alternatives(self) -> str:
        options = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            options.append(self.sequence())
        if any(not option for option in options):
            raise PatternError("one of the alternatives is empty")
        return options[0] if len(options) == 1 else "(?:" + "|".join(options) + ")"

    def sequence(self) -> str:
        out: list[str] = []
        space = gap = False
        leading_optional = False
        while (character := self.peek()) and character not in "|)":
            if character == " ":
                space = True
                self.at += 1
                continue
            if word_gap := re.match(r"\.\.\.?(?=\s|$|\))", self.source[self.at :]):
                if not out:
                    raise PatternError("it begins with a gap")
                self.at += word_gap.end()
                out.append(rf"(?:{_SEPARATOR}{_WORD}){{0,{_GAPS[word_gap[0]]}}}?")
                space, gap = True, True
                continue
            item, optional = self.item()
            joint = _SEPARATOR if (space or gap) and out and not leading_optional else ""
            first_with_space = optional and not out and self.peek() == " "
            leading_optional = False
            if first_with_space:
                out.append(f"(?:{item}{_SEPARATOR})?")
                leading_optional = True
            elif optional:
                out.append(f"(?:{joint}{item})?")
            else:
                out.append(joint + item)
            space = gap = False
        if gap:
            raise PatternError("it ends with a gap")
        if space and out and self.peek() in ("|", ")"):
            out.append(_SEPARATOR)
        return "".join(out)

    def item(self) -> tuple[str, bool]:
        if self.peek() == "(":
            self.at += 1
            inner = self.alternatives()
            if self.peek() != ")":
                raise PatternError("a bracket is not closed")
            self.at += 1
            item = f"(?:{inner})"
            if self.peek() == "*":
                self.at += 1
                item += r"\w*"
            if self.peek() == "?":
                self.at += 1
                return item, True
            return item, False
        return self.word(), False

    def word(self) -> str:
        out = ""
        while (character := self.peek()) and character not in " |()":
            if character == "\\":
                out += self.source[self.at : self.at + 2]
                self.at += 2
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
                continue
            if character == "*":
                out += r"\w*"
            elif character == "?":
                if not out:
                    raise PatternError("a question mark follows nothing")
                out += "?"
            elif character in "'-/":
                out += " ?"
            else:
                out += re.escape(character)
            self.at += 1
        return out


def expression(pattern: str) -> str:
    """Return the regular expression of one word pattern, to be searched in :attr:`Flattened.text`.

    Raises:
        PatternError: the pattern is empty, too long, or its brackets do not close.
    """
    if not pattern.strip():
        raise PatternError("it is empty")
    if len(pattern) > _MOST_CHARACTERS:
        raise PatternError(f"it is longer than {_MOST_CHARACTERS} characters")
    reader = _Reader(" ".join(pattern.split()))
    out = reader.alternatives()
    if reader.at < len(reader.source):
        raise PatternError("a bracket closes that was not opened")
    if set(pattern) & set("[\\"):  # nothing else can make an expression that does not compile
        try:
            re.compile(out)
        except re.error as error:
            raise PatternError(str(error)) from error
    return out


def compile_patterns(patterns: list[str] | tuple[str, ...]) -> re.Pattern[str] | None:
    """Compile patterns into one expression that matches where any of them does; ``None`` for no patterns."""
    if not patterns:
        return None
    return re.compile(r"(?<![^ \n])(?:" + "|".join(expression(pattern) for pattern in patterns) + r")(?![^ \n])")
