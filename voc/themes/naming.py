"""What a theme is called: the lemmas and noun phrases that tell it from the others, in each language that has lemmas.

Class-based TF-IDF (Grootendorst 2022, arXiv:2203.05794): a term's frequency in a theme times ``log(1 + A / f)``, ``f``
its frequency in all themes and ``A`` the mean number of terms a theme has. Parts of speech and lemmas are spaCy's small
models'; noun phrases are patterns over parts of speech, four times quicker than a parser.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from voc.language.folding import fold
from voc.language.registry import alternatives, languages
from voc.language.registry import language as language_of
from voc.locales import interface_languages
from voc.records.themes import ThemeWord

READ_EACH = 40
"""Clauses read of a theme: those nearest its middle."""
WORDS_EACH = 12
"""Words kept of a theme in a language."""
LEAST = 3
"""Clauses that must hold a word for it to name a theme."""
PHRASE_BONUS = 1.6
"""A phrase says more than its words, which are counted apart and so are more frequent."""
LABEL_WORDS = 3
LONGEST_LABEL = 60
_CONTENT = frozenset(("NOUN", "PROPN", "ADJ", "VERB"))
_NAMES = frozenset(("NOUN", "PROPN"))
_PLAIN = re.compile(r"[^\W\d_]{3,}")
_PARTICIPLE = re.compile(rf"(?:{alternatives(lambda one: one.participles)})$")
_EMPTY = frozenset().union(*(one.empty_lemmas for one in languages()))


def named(
    clauses: Mapping[int, Sequence[tuple[str, str | None]]],
) -> dict[int, tuple[ThemeWord, ...]]:
    """Telling words of each theme, best first, from its clauses as (masked text, language).

    Clauses of other languages are left unread: there are no lemmas for them.
    """
    counts: dict[str, dict[int, Counter[str]]] = {one: {} for one in _read()}
    forms: dict[str, dict[str, Counter[str]]] = {one: defaultdict(Counter) for one in _read()}
    for language in _read():
        rows = [(theme, text) for theme, texts in clauses.items() for text, spoken in texts if spoken == language]
        for (theme, _), terms in zip(rows, _terms([text for _, text in rows], language), strict=True):
            held = counts[language].setdefault(theme, Counter())
            held.update({lemma for lemma, _ in terms})
            for lemma, form in terms:
                forms[language][lemma][form] += 1
    found: dict[int, list[ThemeWord]] = {theme: [] for theme in clauses}
    for language in _read():
        for theme, words in _weighed(counts[language], forms[language], language).items():
            found[theme] += words
    return {theme: tuple(words) for theme, words in found.items()}


def label(words: Iterable[ThemeWord], language: str) -> str | None:
    """A name from the words of one language; ``None`` where there are none."""
    chosen: list[str] = []
    said: set[str] = set()
    for one in words:
        own = {fold(part) for form in (one.text, *one.forms[:1]) for part in form.split()}
        if one.language != language or own & said:
            continue
        chosen.append(one.forms[0] if one.forms else one.text)
        said |= own
        if len(chosen) == LABEL_WORDS:
            break
    while len(chosen) > 1 and len(" · ".join(chosen)) > LONGEST_LABEL:
        chosen.pop()
    text = " · ".join(chosen)
    return text[:1].upper() + text[1:] if text else None


def labels(words: Sequence[ThemeWord], *, fallback: str) -> dict[str, str]:
    """A name by language; the other language's where a theme is spoken of in one alone."""
    own = {language: label(words, language) for language in interface_languages()}
    spoken = next((one for one in own.values() if one), fallback)
    return {language: name or spoken for language, name in own.items()}


def _read() -> tuple[str, ...]:
    """The languages there are lemmas for."""
    return tuple(one.code for one in languages() if one.names_model)


def _weighed(
    counts: Mapping[int, Counter[str]], forms: Mapping[str, Counter[str]], language: str
) -> dict[int, list[ThemeWord]]:
    total: Counter[str] = Counter()
    for held in counts.values():
        total.update(held)
    mean = sum(total.values()) / max(1, len(counts))
    found: dict[int, list[ThemeWord]] = {}
    for theme, held in counts.items():
        everything = max(1, sum(held.values()))
        least = min(LEAST, max(1, everything))
        weights = {
            term: n / everything * math.log1p(mean / total[term]) * (PHRASE_BONUS if " " in term else 1.0)
            for term, n in held.items()
            if n >= least
        }
        best = sorted(weights, key=lambda term: (-weights[term], term))[:WORDS_EACH]
        found[theme] = [
            ThemeWord(
                text=term,
                language=language,
                weight=round(weights[term], 6),
                n=held[term],
                forms=tuple(form for form, _ in forms[term].most_common(6)),
            )
            for term in best
        ]
    return found


def _terms(texts: Sequence[str], language: str) -> Iterator[list[tuple[str, str]]]:
    """(lemma, form as written) of the words and noun phrases of each text."""
    if not texts:
        return
    for doc in _pipeline(language).pipe(texts, batch_size=256):
        yield [*_words(doc), *_phrases(doc)]


def _words(doc: Any) -> Iterator[tuple[str, str]]:
    for token in doc:
        if token.pos_ in _CONTENT and _tells(token):
            yield _lemma(token), token.text.lower()


def _phrases(doc: Any) -> Iterator[tuple[str, str]]:
    """Noun (of) noun, noun adjective, adjective noun: two telling words with no more than "de la" between them."""
    tokens = list(doc)
    for start, first in enumerate(tokens):
        if first.pos_ not in _NAMES | {"ADJ"} or not _tells(first):
            continue
        for place in range(start + 1, min(start + 4, len(tokens))):
            second, between = tokens[place], tokens[start + 1 : place]
            if any(one.pos_ not in {"ADP", "DET"} for one in between) or (between and first.pos_ == "ADJ"):
                break
            end = _end_of_phrase(first, second, apart=bool(between))
            if end is not None:
                form = "".join(one.text_with_ws for one in tokens[start : place + 1]).strip().lower()
                yield " ".join([_lemma(first), *(one.lower_ for one in between), end]), form
                break


def _end_of_phrase(first: Any, second: Any, *, apart: bool) -> str | None:
    """The lemma of a phrase's last word; ``None`` where the two words are no phrase."""
    if not _tells(second):
        return None
    if second.pos_ in _NAMES or (second.pos_ == "ADJ" and first.pos_ in _NAMES):
        return _lemma(second)
    # "compteur communicant": the small model takes participles beside a noun for verbs.
    if second.pos_ == "VERB" and first.pos_ in _NAMES and not apart and _PARTICIPLE.search(second.lower_):
        return str(second.lower_).rstrip("s")
    return None


def _tells(token: Any) -> bool:
    return bool(_PLAIN.fullmatch(token.text)) and not token.is_stop and fold(_lemma(token)) not in _EMPTY


def _lemma(token: Any) -> str:
    return str(token.lemma_ or token.text).lower()


@lru_cache(maxsize=2)
def _pipeline(language: str) -> Any:
    """spaCy's small model of a language without parser and names, loaded once a process."""
    import importlib
    import warnings

    import spacy

    package = language_of(language).names_model
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a patch release of spaCy newer than the model's is not the reader's concern
        return spacy.load(importlib.import_module(package).__name__, exclude=["parser", "ner", "senter"])
