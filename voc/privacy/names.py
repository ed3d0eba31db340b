"""Names of people in a text: two small spaCy models, and the phrases in which people give names.

Brands and organisations are not people: what is masked is who, not whom they complain about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from voc.language import titles
from voc.language.folding import fold
from voc.language.registry import alternatives
from voc.privacy.common_words import NEVER, STOP, is_common_word
from voc.privacy.name_lists import is_listed

Span = tuple[int, int]


_UPPER = "A-ZÀ-ÖØ-ÞŒ"
_PARTICLE = r"(?:d[eu]|des|d['’]|la|le|van|von|der|el|al|ben|bin|da|dos|di|o['’]|mc|mac|st\.?)"
_WORD = rf"(?:(?<!\w)(?:[{_UPPER}]\w?\.(?!\w)|[{_UPPER}]\w{{0,30}}(?:['’\-]\w{{1,30}}){{0,3}}))"
"""A word of a name; only what one or two letters abbreviate ("J.", "Ph.") goes on after a full stop."""
_NAME = rf"(?:{_WORD}(?:[ \t]+(?:{_PARTICLE}[ \t]*)?{_WORD}){{0,3}})"
_TITLE = rf"(?i:{titles.WRITTEN})"
_BEFORE = re.compile(
    rf"\b(?:{_TITLE}(?!,)|(?i:{alternatives(lambda one: one.people.before)}))[ \t,]+(?:{_TITLE}[ \t]+)?"
    rf"(?P<name>{_NAME})"
)
_CLOSING = re.compile(
    rf"(?i:\b(?:{alternatives(lambda one: one.people.closings)}))[ \t]*[,.]?\s+(?P<name>{_NAME})(?=\s*(?:$|[\n,.]))"
)
_AFTER = re.compile(rf"(?P<name>{_NAME})(?=[ \t]*,?[ \t]*(?i:{alternatives(lambda one: one.people.after)}))")

_SPELLED = re.compile(r"(?<![\w'’-])(?:(?:[^\W\d_]-){3,29}[^\W\d_](?![\w'’-])|(?:[A-Z](?:[,.]\s|\s)){3,29}[A-Z](?!\w))")
"""A name spelled out as recognisers write it: ``S-I-T-I-L-L-E``, ``P. O. R. T. E. R``."""
_SAID_NAME = r"(?P<name>[a-z][\w'-]*(?:\s+[a-z][\w'-]*){0,3}"
_SAID_TITLES = alternatives(lambda one: one.people.said_titles)
_SPOKEN_BEFORE = re.compile(
    rf"\b(?:(?P<weak>{alternatives(lambda one: one.people.said_weakly)})(?!\s+(?:{_SAID_TITLES}))|"
    rf"{alternatives(lambda one: one.people.said_before)}|(?:{_SAID_TITLES}))\s+{_SAID_NAME})"
)
_SPOKEN_AFTER = re.compile(
    rf"\b(?:{alternatives(lambda one: one.people.said_around)})".replace("<name>", f"{_SAID_NAME}?)")
)
_INTRODUCTION = re.compile(rf"(?i:\b(?:{titles.WRITTEN}|{alternatives(lambda one: one.people.introductions)}))\s+$")
_IMPERATIVE = re.compile(alternatives(lambda one: one.people.imperatives))
_GREETED = re.compile(rf"(?:{alternatives(lambda one: one.people.greetings)})[ \t]*,[ \t]*", re.IGNORECASE)
_DONE_BY = re.compile(rf"\s+(?:{alternatives(lambda one: one.people.done_by)})\b")
"""After "this is", a word before "by" is what was done: "I hope this is read by a person"."""
_PLACE_BEFORE = re.compile(rf"\b(?:{alternatives(lambda one: one.people.places)})\s$", re.IGNORECASE)
_WISHED = re.compile(rf"\b(?i:{alternatives(lambda one: one.people.wishes)})\s$")
_SENTENCE_HEAD = re.compile(r"(?:^|[.!?:;\n…»*•–—-])[\s\"«(\[]*$")


def _plausible(name: str, *, alone: bool) -> bool:
    words = [word for word in re.split(r"[\s\-'’]+", fold(name)) if word]
    if not words or any(c.isdigit() or c in "@#/_:€$&" for c in name) or len(name) < 2 or len(words) > 5:
        return False
    if not name[0].isupper():
        return False
    if any(word.strip(".,;!?") in NEVER for word in words):
        return False
    return not (alone and len(words) == 1 and (words[0] in STOP or len(words[0]) < 3))


def _trim_words(text: str, begin: int, end: int) -> Span:
    """Leave out words at the edges that are no part of a name ("Merci Caroline", "Marie Conseillère")."""
    words = [(begin + m.start(), begin + m.end()) for m in re.finditer(r"[^\s]+", text[begin:end])]

    def idle(span: Span) -> bool:
        word = text[slice(*span)].strip(".,;:!?()")
        return fold(word) in NEVER or fold(word) in STOP or word.islower()

    while words and idle(words[0]):
        words.pop(0)
    while words and idle(words[-1]):
        words.pop()
    return (words[0][0], words[-1][1]) if words else (begin, begin)


def _trim_name(text: str, begin: int, end: int) -> Span:
    """Cut a found name to its words: no title, emoji, link or punctuation at its edges, no second line."""
    name = text[begin:end]
    if newline := re.search(r"[\r\n]|\\n", name):
        end = begin + newline.start()
    while begin < end and not text[begin].isalnum():
        begin += 1
    if title := re.match(rf"{_TITLE}\s+", text[begin:end]):
        begin += title.end()
    while end > begin and not text[end - 1].isalnum():
        end -= 1
    return begin, end


def _written_phrases(text: str) -> Iterator[Span]:
    """Names that capitals end."""
    for pattern in (_BEFORE, _CLOSING, _AFTER):
        for match in pattern.finditer(text):
            begin, end = _trim_name(text, *match.span("name"))
            words = list(re.finditer(r"[^\s]+", text[begin:end]))
            while words and fold(words[-1][0]).strip(".,;") in NEVER | STOP:
                end = begin + words.pop().start()
            begin, end = _trim_name(text, begin, end)
            if pattern is _BEFORE and _only_begins_a_sentence(text[match.start() : begin], text[begin:end]):
                continue
            if end > begin and _plausible(text[begin:end], alone=True):
                yield begin, end
    for match in _SPELLED.finditer(text):
        if fold(re.sub(r"\W", "", match[0])) not in NEVER:
            yield match.span()


def _phrases(text: str) -> Iterator[Span]:
    yield from _written_phrases(text)
    folded = fold(text)
    for pattern in (_SPOKEN_BEFORE, _SPOKEN_AFTER):
        position = 0
        while spoken := pattern.search(folded, position):
            match, position = spoken, spoken.end()
            end = begin = match.start("name")
            capital = False
            for word in re.finditer(r"\S+", match["name"]):
                particle = re.fullmatch(_PARTICLE, word[0])
                if capital and not particle and text[begin + word.start()].islower():
                    break  # "Monsieur Nath Chartier souhaite …"
                capital = capital or text[begin + word.start()].isupper()
                if not particle and (word[0] in STOP or word[0] in NEVER or len(word[0]) < 2):
                    break
                end = begin + word.end() if not particle else end
                if not particle and word.start() and " " in match["name"][: word.end()].strip() and end - begin > 30:
                    break
            weak = pattern is _SPOKEN_BEFORE and match["weak"] is not None
            if weak and text[begin:end].islower() and _DONE_BY.match(folded, end):
                position = match.start("name")
                continue
            if end - begin >= 3 and not (weak and _is_said_of_a_thing(text[begin:end])):
                yield begin, end
            else:
                position = match.start("name")


def _is_said_of_a_thing(words: str) -> bool:
    """Whether what follows "this is" in small letters is no name: "this is important"."""
    first, _, rest = words.partition(" ")
    if words[:1].isupper() or is_listed(fold(first)):
        return False
    return is_common_word(first) or not any(is_listed(fold(word)) for word in rest.split())


def _only_begins_a_sentence(phrase: str, name: str) -> bool:
    """Whether what follows a greeting, or the pronoun "me" and a full stop, owes its capital to where it stands.

    ``phrase`` is what stands before ``name``: "Bonjour, Pouvez-vous …", "nobody can reach me. Each operator …".
    """
    if phrase.rstrip(" \t.,") == "me":
        return True
    if not _GREETED.fullmatch(phrase) or " " in name:
        return False
    words = re.findall(r"[^\W\d_]+", name)
    return not any(is_listed(fold(word)) for word in words) and all(map(is_common_word, words))


def names_a_place(text: str, begin: int) -> bool:
    """Whether a name stands directly behind a word for a place: "la boutique Part-Dieu", "quartier Zola"."""
    return _PLACE_BEFORE.search(text, max(0, begin - 14), begin) is not None


def names_by_phrase(texts: Sequence[str]) -> list[list[Span]]:
    """Names given by a phrase ("je m'appelle …", "Madame …", "Regards, …") in each text, written or transcribed."""
    return [list(_phrases(text)) for text in texts]


def is_introduced(text: str, begin: int) -> bool:
    """Whether a title or "my name is" stands before ``begin``: then any word is a name, a shop's and a town's too."""
    return _INTRODUCTION.search(text, max(0, begin - 24), begin) is not None


def _is_no_name(text: str, begin: int, name: str) -> bool:
    """Whether a find is no name: capitals due to its place alone, an imperative ("Remboursez-moi"), a feast wished.

    A small model takes any rare word that is a sentence of its own for a name ("Bluffant."); there the word must be
    in the lists, stand under what came before (a signature), or be introduced.
    """
    if _WISHED.search(text, max(0, begin - 12), begin):
        return True
    if " " in name or "." in name or is_introduced(text, begin):
        return False
    folded = fold(name)
    if is_listed(folded) or any(is_listed(part) for part in re.split(r"[-']", folded)):
        return False
    if _IMPERATIVE.search(folded):
        return True
    if not re.match(r"\s*(?:[.!?…:]|$)", text[begin + len(name) :]):
        return False
    signed = "\n" in text[:begin].strip(" ") and not text[begin + len(name) :].strip(" \n.")
    return not signed and _SENTENCE_HEAD.search(text, max(0, begin - 6), begin) is not None


def names_in(document: Any, text: str) -> list[Span]:
    """Names a model recognised in ``document``, the spaCy reading of ``text``, without what is none."""
    spans = []
    for entity in document.ents:
        if entity.label_ not in ("PER", "PERSON"):
            continue
        begin, end = _trim_name(text, entity.start_char, entity.end_char)
        begin, end = _trim_name(text, *_trim_words(text, begin, end))
        name = text[begin:end]
        if (begin and text[begin - 1] in "@#/") or not _plausible(name, alone=True):
            continue
        if all(is_common_word(word) for word in re.findall(r"[^\W\d_]+", name)):
            continue
        if not _is_no_name(text, begin, name):
            spans.append((begin, end))
    return spans
