"""The sentences of a week as a model may phrase them: what it is given, and which of its sentences are believed.

A model is given the sentences of the catalogue and nothing else: figures and names of subjects, no word of a customer.
What comes back takes the place of a sentence only where it says the same as far as can be told: the same figures in the
same order, the same subjects and no other, the same way up or down, denied or not. Whatever does not is dropped and the
sentence of the catalogue stays. That a sentence is well put is the model's affair; that it is true must not be.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from voc.insights.labels import topic_label
from voc.insights.week_summary import Sentence
from voc.language.folding import bare
from voc.language.registry import language as language_of
from voc.settings import settings

LONGEST = 2.0
"""How many times as long as the sentence of the catalogue one may be, beside …"""
LONGER_CHARS = 60
"""… this many characters."""
MOST_WORDS_OF_ITS_OWN = 14
"""Words that are not in the sentence of the catalogue, from which on it tells something else."""

INSTRUCTIONS = (
    "You edit the weekly digest of a customer service. You get sentences as JSON, each with an id. Write each of them"
    " better, in the language named, for a manager who reads quickly: one plain sentence for one sentence. Keep every"
    " figure in digits, unrounded and in its order, and every subject as it is written. Add no fact, cause, judgement"
    ' or advice. Answer with JSON alone: {"sentences": [{"id": "…", "text": "…"}]}.'
)

_FIGURE = re.compile(r"\d(?:[\d.,\u00a0\u202f]*\d)?(?:\s?%)?")
_SPACE = re.compile(r"\s")
_MARKUP = re.compile(r"[<>{}\n\r\t\\`*_#|]|://|www\.")


def asked(sentences: Sequence[Sentence], language: str) -> dict[str, object]:
    """What a model is asked to phrase: JSON with the sentences by number."""
    return {
        "language": language_of(language).names.get(language, language),
        "sentences": [{"id": f"s{number}", "text": one.text} for number, one in enumerate(sentences, 1)],
    }


def believed(sentences: Sequence[Sentence], answer: object, language: str) -> tuple[dict[str, str], list[str]]:
    """What of a model's answer may be shown.

    Args:
        answer: the parsed JSON, whatever it is.

    Returns:
        Sentence of the catalogue → as it was phrased, and a code for each sentence that was dropped (``unknown``,
        ``shape``, ``figures``, ``names``, ``direction``, ``denied``, ``amounts``, ``longer``).
    """
    by_id = {f"s{number}": one for number, one in enumerate(sentences, 1)}
    given = answer.get("sentences") if isinstance(answer, Mapping) else None
    phrased: dict[str, str] = {}
    dropped: list[str] = []
    for one in given if isinstance(given, list) else ():
        ident, text = (one.get("id"), one.get("text")) if isinstance(one, Mapping) else (None, None)
        sentence = by_id.pop(ident, None) if isinstance(ident, str) else None
        if sentence is None or not isinstance(text, str):
            dropped.append("unknown")
            continue
        text = text.strip()
        problem = why_dropped(sentence, text, language)
        if problem is None:
            phrased[sentence.text] = text
        else:
            dropped.append(problem)
    return phrased, dropped + ["unknown"] * len(by_id)


def why_dropped(sentence: Sentence, text: str, language: str) -> str | None:
    """Why a phrasing is not believed, as a code; ``None`` where nothing tells it from the sentence."""
    if not text or _MARKUP.search(text) or len(text) > LONGEST * len(sentence.text) + LONGER_CHARS:
        return "shape"
    if _figures(text) != _figures(sentence.text):
        return "figures"
    if any(bare(name) not in bare(text) for name in sentence.names) or _other_names(sentence, text, language):
        return "names"
    # The names are said as they are: what they sound like ("Problème de connexion") is no claim about the week.
    was, now = (_without(one, sentence.names) for one in (sentence.text, text))
    for kind in ("up", "down", "better", "worse", "steady"):
        if _says(kind, now, language) and not _says(kind, was, language):
            return "direction"
    if any(_says(kind, was, language) and not _says(kind, now, language) for kind in ("up", "down")):
        return "direction"
    if _tones(now, language) != _tones(was, language):
        return "direction"
    if _says("denied", now, language) != _says("denied", was, language):
        return "denied"
    if _amounts(now, language) - _amounts(was, language):
        return "amounts"
    if len(set(now.split()) - set(was.split())) > MOST_WORDS_OF_ITS_OWN:
        return "longer"
    return None


def _figures(text: str) -> list[str]:
    return [_SPACE.sub("", one).rstrip(".,") for one in _FIGURE.findall(text)]


def _without(text: str, names: Collection[str]) -> str:
    found = f" {bare(text)} "
    for name in sorted(map(bare, names), key=len, reverse=True):
        found = found.replace(f" {name} ", " ")
    return found.strip()


def _says(kind: str, text: str, language: str) -> bool:
    pattern = _patterns(language)[kind]
    return pattern is not None and pattern.search(text) is not None


def _tones(text: str, language: str) -> list[str]:
    """Well and ill, in the order in which they are said."""
    pattern = _patterns(language)["tones"]
    return ["good" if one["good"] else "bad" for one in pattern.finditer(text)] if pattern else []


def _amounts(text: str, language: str) -> set[str]:
    pattern, known = _patterns(language)["amounts"], language_of(language).numbers
    found = set(pattern.findall(text)) if pattern else set()
    # An article is no number, and "one" is as often a pronoun; "two" and "douze" belong in digits.
    said = (known.words - known.lone - {known.article, *known.article.split("|")}) if known else frozenset()
    return found | (set(text.split()) & said)


@lru_cache(maxsize=8)
def _patterns(language: str) -> dict[str, re.Pattern[str] | None]:
    about = language_of(language)
    changes = about.changes
    words = {
        "up": changes.up,
        "down": changes.down,
        "better": changes.better,
        "worse": changes.worse,
        "steady": changes.steady,
        "tones": f"(?P<good>{changes.good})|(?:{changes.bad})" if changes.good and changes.bad else "",
        "amounts": changes.amounts,
        "denied": "|".join(filter(None, (about.scope.negations, about.scope.without, changes.denied))),
    }
    return {kind: re.compile(rf"\b(?:{one})\b") if one else None for kind, one in words.items()}


def _other_names(sentence: Sentence, text: str, language: str) -> bool:
    """Whether a subject is named that the sentence does not name."""
    was, now = f" {bare(sentence.text)} ", f" {_without(text, sentence.names)} "
    return any(f" {name} " in now and f" {name} " not in was for name in _every_name(language))


def _every_name(language: str) -> frozenset[str]:
    from voc.topics.loading import taxonomy_of
    from voc.topics.packs import every_topic

    ids = {*every_topic(), *(one.id for one in taxonomy_of(settings()).topics)}
    labels = {part for ident in ids for part in topic_label(ident, language).split(" › ")}
    return frozenset(filter(None, map(bare, labels)))
