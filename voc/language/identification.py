"""Which language a text is in: one that is read here, or another one named by its ISO 639-1 code.

py3langid (97 languages, naive Bayes over byte n-grams) was chosen by measuring, 500 texts of each of nine French and
English sets, clean / lower-cased without accents and punctuation, on one core:

=====================  ===========  ===========  ========  =======  ========
detector               tweets fr    subtitles fr texts/s   memory   start-up
=====================  ===========  ===========  ========  =======  ========
py3langid, fr/en       .998 / .986  .984 / .974  14,900    120 MB   0.6 s
lingua, fr/en          1.00 / .968  .972 / .938   7,600     93 MB   0.4 s
lingua, 9 languages    .998 / .950  .940 / .888   3,900    227 MB   1.7 s
lingua, 75 languages   .994 / .934  .914 / .858     540    896 MB   7.5 s
=====================  ===========  ===========  ========  =======  ========

Every detector reads English tweets at .99 or more once it only has to choose between the two. The model names the
other languages too, so one pass serves both questions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from voc.language.folding import fold, straighten
from voc.language.other_languages import EVERYDAY, named_by_words
from voc.language.registry import alternatives, codes, languages

_LONGEST = 4000
"""Characters looked at: the answer does not change after a page, the time does."""

_OTHER_SHARE = 0.02
"""A text is in another language when those that are read are together less likely than this …"""
_OTHER_PROBABILITY = 0.6
"""… and that language is more likely than this: no French or English text of 4,500 fell under both."""
_SHORT_SHARE = 0.05
"""… a few words of which none is a function word of a language that is read, when those are less likely than this …"""
_SHORT_RATIO = 10.0
"""… and the other so many times likelier than they are together …"""
_SHORT_LETTERS = 8
"""… from so many letters on. Of 42 phrases of two to six words in six languages, not looked at before, 37 are told
apart instead of 17; of 8,171 texts as short in French and English 35 instead of 33 are taken for another language."""
_FEW_WORDS = 8
"""Words up to which everyday ones of another language name it; beyond, the detector knows better."""
_EVERYDAY_SHARE = 0.33
"""Share of them that must be such words. Of the 58 phrases of one to four words that they were chosen on 57 are told
apart instead of 33, of 36 others 32 instead of 31; of 55,688 French and English texts as short seven more are taken
for another language, and all seven are in it."""
_RARE = 0.1
"""How much likelier a customer writes one of :data:`_WIDELY_WRITTEN` than Ligurian or Luxembourgish, the other way
round: the model takes all its languages for equally likely, and parts "Slechte service" among six that are close."""
_CODES = "ar bg bn cs da de el es fa fi he hi hr hu id it ja ko nl no pl pt ro ru sk sr sv th tr uk ur vi zh"
_WIDELY_WRITTEN = frozenset(_CODES.split())
_KNOWN_SCRIPT = 0.3
"""Probability from which words in another alphabet may still be of a language that is read."""
_OTHER_LETTERS = 12
"""Letters of the Latin alphabet below which a third language is not claimed for its probability alone ("ok")."""

_WORD_WEIGHT = 1.6
"""Log-odds one unmistakable function word adds (chosen on xed_fr / xed_en, the shortest texts at hand)."""
_HINT_WEIGHT = 2.0
"""Log-odds a language given by the source adds: it settles "ok super", it does not overrule a sentence."""

_LONGEST_NO_ANSWER = 80
"""Characters above which a text says more than that there is nothing to say."""

_NOISE = re.compile(r"https?://\S+|www\.\S+|[^\s@]{1,64}@[^\s@]{1,200}|[@#]\w+|&\w+;|[\d_]+")
_LETTER_RUN = re.compile(r"[^\W\d_]+")


class Detected(NamedTuple):
    """A language code (ISO 639-1) with the probability it is right (0…1); ``None`` where it cannot be told."""

    language: str | None
    confidence: float | None


def _evidence(text: str) -> str:
    return " ".join(_NOISE.sub(" ", straighten(text[:_LONGEST])).split())


def without_addresses(text: str) -> str:
    """``text`` without links, addresses and handles: whom it is sent to, not what it says."""
    return re.sub(r"https?://\S+|www\.\S+|[^\s@]{1,64}@[^\s@]{1,200}|@\w+", " ", text)


def says_something(text: str) -> bool:
    """Tell whether anything is left of ``text`` beside links, handles and punctuation: a word, a figure, an emoji."""
    rest = without_addresses(text[:_LONGEST])
    return len(text) > _LONGEST or any(c.isalnum() or ord(c) > 0x2190 for c in rest)


_NO_ANSWER = re.compile(alternatives(lambda one: one.telling.no_answer))
"""What stands in a field that had to be filled. "Rien à redire" praises, "aucune réponse" blames: neither is one."""


def is_no_answer(text: str) -> bool:
    """Tell whether all of ``text`` only says that there is nothing to say ("RAS", "Pas de commentaire", "N/A")."""
    if len(text) > _LONGEST_NO_ANSWER or "?" in text:
        return False
    words = re.sub(r"[\s.,;:!'/\\()«»\"_*\u2010-\u2026-]+", " ", fold(straighten(text))).strip()
    return _NO_ANSWER.fullmatch(words) is not None


@lru_cache(maxsize=1)
def _identifier() -> tuple[Any, Mapping[str, int]]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return identifier, {code: index for index, code in enumerate(identifier.nb_classes)}


def detect_language(text: str, *, hint: str | None = None, forced: str | None = None) -> Detected:
    """Tell the language of ``text``.

    Args:
        text: anything; links, handles, hashtags, addresses and digits are left aside.
        hint: language the source gave (``fr``, ``en-GB`` …); decides only where the words do not.
        forced: returned as it is (:attr:`voc.settings.Settings.language`); the confidence is then unknown.

    Returns:
        The code of a language that is read, of another one, or ``None`` when there are no words to tell by.
    """
    if forced and forced != "auto":
        return Detected(forced, None)
    hinted = hint[:2].lower() if hint else None
    evidence = _evidence(text)
    letters = sum(map(str.isalpha, evidence))
    if letters < 2:
        return Detected(hinted, None)
    identifier, _ = _identifier()
    ranked: dict[str, float] = {}
    for code, probability in identifier.rank(evidence):
        ranked.setdefault(code, float(probability))
    known = {code: ranked.get(code, 0.0) for code in codes()}
    words = _LETTER_RUN.findall(fold(evidence))
    telling = {one.code: sum(word in one.telling.only for word in words) for one in languages()}
    third, third_probability = max(
        ((code, p) for code, p in ranked.items() if code not in known), key=lambda pair: pair[1]
    )
    latin = sum(c.isascii() for c in evidence if c.isalpha()) > letters / 2
    known_words = max(telling.values()) > len(words) / 4
    if not latin:
        unknown = max(known.values()) < _KNOWN_SCRIPT
        return Detected(third, round(third_probability, 3)) if unknown else Detected(hinted, None)
    if hinted not in known and (named := _named(words, ranked)) is not None:
        return Detected(*named)
    if (
        sum(known.values()) < _OTHER_SHARE
        and third_probability >= _OTHER_PROBABILITY
        and letters >= _OTHER_LETTERS
        and not known_words
    ):
        return Detected(third, round(third_probability, 3))
    if letters >= _SHORT_LETTERS and len(set(words)) > 1 and hinted not in known and not any(telling.values()):
        likely = _weighted(ranked, known)
        share = sum(likely[code] for code in known)
        third = max((code for code in likely if code not in known), key=lambda code: likely[code])
        if share < _SHORT_SHARE and third in _WIDELY_WRITTEN and likely[third] >= _SHORT_RATIO * share:
            return Detected(third, round(likely[third], 3))
    odds = {
        code: math.log(probability + 1e-6) + _WORD_WEIGHT * telling[code] + _HINT_WEIGHT * (code == hinted)
        for code, probability in known.items()
    }
    best = max(odds, key=lambda code: odds[code])
    against = sum(math.exp(max(odds[code] - odds[best], -30.0)) for code in odds if code != best)
    return Detected(best, round(1 / (1 + against), 3))


def _named(words: Sequence[str], ranked: Mapping[str, float]) -> tuple[str, float] | None:
    """The other language that a few words are everyday ones of, with how many of them are."""
    found = named_by_words(words) if len(words) <= _FEW_WORDS else {}
    if not found:
        return None
    code = max(found, key=lambda one: (found[one], ranked.get(one, 0.0)))
    rest = [word for word in words if word not in EVERYDAY[code]]
    against = max(sum(word in one.telling.only for word in rest) for one in languages())
    share = found[code] / len(words)
    if share < _EVERYDAY_SHARE or found[code] <= against:
        return None
    return code, round(share, 3)


def _weighted(ranked: Mapping[str, float], known: Mapping[str, float]) -> dict[str, float]:
    """The probabilities again, for languages that people write more and less often; those that are read among them."""
    weighted = {
        code: probability * (1.0 if code in known or code in _WIDELY_WRITTEN else _RARE)
        for code, probability in (dict.fromkeys(known, 0.0) | dict(ranked)).items()
    }
    total = sum(weighted.values()) or 1.0
    return {code: one / total for code, one in weighted.items()}
