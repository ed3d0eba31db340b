"""Personal data found in a text and masked, so that what is indexed, quoted and exported names nobody.

Numbers, addresses and e-mails are found by pattern (:mod:`voc.privacy.id_numbers`, :mod:`voc.privacy.addresses`,
:mod:`voc.privacy.identifiers`), people by model, phrase and list (:mod:`voc.privacy.names`,
:mod:`voc.privacy.name_lists`). It fails closed: where the recogniser of names cannot run, there is no redacted text at
all and the reason is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from voc.language.folding import Folded, fold
from voc.privacy.addresses import Addresses
from voc.privacy.common_words import BRANDS_LIKE_PEOPLE, SHOPS, TOWNS, is_common_word
from voc.privacy.credentials import Credentials
from voc.privacy.id_numbers import BY_CHECK, BY_SHAPE, SpokenAccounts
from voc.privacy.identifiers import Mention, find_mentions
from voc.privacy.misheard_addresses import MisheardAddresses
from voc.privacy.name_lists import is_listed, is_surely_name, names_by_list
from voc.privacy.names import is_introduced, names_a_place, names_by_phrase, names_in
from voc.privacy.pii_span import PiiSpan, Recogniser
from voc.privacy.pseudonyms import pseudonym
from voc.privacy.quasi_identifiers import QuasiIdentifiers
from voc.privacy.solicited_values import Answers
from voc.privacy.spacy_docs import documents, readable
from voc.privacy.told_values import ToldValues
from voc.records import Redaction

LONGEST = 200_000
"""Characters searched for personal data; what lies beyond is left out of the redacted text rather than shown."""

OFF = "the search for personal data is switched off (VOC_REDACTION=off): the text is kept closed"

_LEAST_AGAIN = 4
"""Letters of a name that is masked wherever it stands again; shorter ones are syllables."""

_LABELS = {
    "phone": "PHONE", "email": "EMAIL", "contract": "CONTRACT", "order": "ORDER", "customer": "CUSTOMER_NUMBER",
    "loyalty": "LOYALTY", "reference": "REFERENCE",
}  # fmt: skip


class SaidIdentifiers:
    """Phones, e-mails and numbers of contracts, orders and customers, written or said."""

    name = "identifier"
    kinds = tuple(_LABELS.values())

    def find(self, text: str, language: str | None, read: Sequence[Any] = ()) -> Iterator[PiiSpan]:
        """Yield identifiers in ``text``; phones without a country code are read as French."""
        del read
        yield from _identifiers(find_mentions(text, language=language))


def _identifiers(mentions: Sequence[Mention]) -> Iterator[PiiSpan]:
    for one in mentions:
        yield PiiSpan(_LABELS[one.kind], one.begin, one.end, 0.9, SaidIdentifiers.name, one.value)


class People:
    """Names of people: by the models, by the phrases in which names are given, and by lists."""

    name = "people"
    kinds: Sequence[str] = ("PERSON",)

    def find(self, text: str, language: str | None, read: Sequence[Any] = ()) -> Iterator[PiiSpan]:
        """Yield names in ``text``."""
        del language
        for document in read:
            for begin, end in names_in(document, document.text):
                if names_a_place(document.text, begin):
                    continue
                yield PiiSpan("PERSON", begin, end, 0.85, "name-model")
        for begin, end in names_by_phrase([text])[0]:
            yield PiiSpan("PERSON", begin, end, 0.8, "name-phrase")
        for begin, end in names_by_list(text):
            if names_a_place(text, begin):
                continue
            yield PiiSpan("PERSON", begin, end, 0.7, "name-list")


CERTAIN: tuple[Recogniser, ...] = (*BY_CHECK, SpokenAccounts(), Credentials())
"""What these find is no customer's phone or order number."""
UNCERTAIN: tuple[Recogniser, ...] = (Addresses(), Answers(), ToldValues(), MisheardAddresses(), *BY_SHAPE)
RECOGNISERS: tuple[Recogniser, ...] = (*CERTAIN, SaidIdentifiers(), *UNCERTAIN, People())
"""Every built-in recogniser."""


@dataclass(frozen=True)
class Redacted:
    """A text without its personal data: ``text`` is ``None`` when it could not be made sure, ``reason`` says why.

    ``mentions`` are the identifiers found on the way.
    """

    text: str | None
    spans: tuple[Redaction, ...]
    mentions: tuple[Mention, ...]
    reason: str | None = None


def find_secrets(text: str, *, language: str | None = None) -> list[PiiSpan]:
    """Bank accounts, cards, national and company numbers, plates, papers and postal addresses in ``text``."""
    recognisers = (*CERTAIN, UNCERTAIN[0])
    return merged([found for one in recognisers for found in find_in(one, text, language)])


def find_in(recogniser: Recogniser, text: str, language: str | None, read: Sequence[Any] = ()) -> Iterator[PiiSpan]:
    """What a recogniser finds in a text of any spelling; offsets refer to ``text``, ``read`` to its opened form."""
    source = Folded(text)
    for one in recogniser.find(source.opened, language, read):
        begin, end = source.original(one.begin, one.end)
        yield replace(one, begin=begin, end=end)


def merged(found: Sequence[PiiSpan]) -> list[PiiSpan]:
    """Join overlapping finds, the earlier in the list naming the whole; return them in the order of the text."""
    kept: list[PiiSpan] = []
    first = 0
    for rank, one in sorted(enumerate(found), key=lambda item: (item[1].begin, -item[1].end)):
        if one.begin >= one.end:
            continue
        if not kept or one.begin >= kept[-1].end:
            kept.append(one)
            first = rank
            continue
        name = one if rank < first else kept[-1]
        first = min(first, rank)
        end = max(kept[-1].end, one.end)
        kept[-1] = PiiSpan(name.kind, kept[-1].begin, end, max(kept[-1].score, one.score), name.by, name.value)
    return kept


def mask(text: str, spans: Sequence[Redaction]) -> str:
    """Replace each span (in order, without overlap) by its type in brackets: ``[PHONE]``."""
    pieces: list[str] = []
    position = 0
    for span in spans:
        pieces += [text[position : span.begin], span.mask]
        position = span.end
    return "".join([*pieces, text[position:]])


def _words(name: str) -> list[str]:
    """The folded words of a name, hyphens and apostrophes apart: ``Part-Dieu`` is ``part`` and ``dieu``."""
    return re.findall(r"[^\W_]+", fold(name))


def _is_place(words: Sequence[str]) -> bool:
    """Whether a name is that of towns and shops, or of a town and its quarter (*Bordeaux Mériadeck*)."""
    places = TOWNS | SHOPS
    if words and words[0] in TOWNS and not any(is_listed(word) for word in words[1:]):
        return True
    others = [word for word in words if word not in places]
    return len(others) < len(words) and not any(is_listed(word) or not is_common_word(word) for word in others)


def _again(text: str, people: Sequence[PiiSpan]) -> Iterator[PiiSpan]:
    """Words of the ``people`` found that stand elsewhere, without capitals too: "julien" after "Julien Martin".

    Only what is in the lists of names and is no common word, so that *Rose* and *Petit* mask no roses.
    """
    folded = fold(text)
    words = {word for one in people for word in _words(text[one.begin : one.end]) if len(word) >= _LEAST_AGAIN}
    for word in sorted(words - TOWNS - SHOPS):
        if is_surely_name(word) and not is_common_word(word):
            for match in re.finditer(rf"(?<![\w@.-]){re.escape(word)}(?![\w@])", folded):
                yield PiiSpan("PERSON", *match.span(), 0.6, "name-again")


def _people(
    text: str, language: str | None, read: Sequence[Any], public: frozenset[str], known: Sequence[str]
) -> Iterator[PiiSpan]:
    """Names in ``text``; what consists of ``public`` words is the company's, unless it is a ``known`` name."""
    for one in RECOGNISERS[-1].find(text, language, read):
        words = _words(text[one.begin : one.end])
        if tuple(words) in BRANDS_LIKE_PEOPLE or (public and public.issuperset(words)):
            continue
        if not (_is_place(words) and not is_introduced(text, one.begin)):
            yield one
    folded = fold(text)
    for name in known:
        if len(name) >= 3:
            for match in re.finditer(rf"(?<!\w){re.escape(fold(name))}(?!\w)", folded):
                yield PiiSpan("PERSON", *match.span(), 1.0, "known-name")


def redact(
    texts: Sequence[str],
    *,
    languages: Sequence[str | None],
    known_names: Sequence[Sequence[str]] = (),
    brands: Sequence[str] = (),
    region: str = "FR",
    strict: bool = False,
    recognisers: Sequence[Recogniser] = (),
    salt: str | None = None,
) -> list[Redacted]:
    """Find and mask personal data in each text.

    Args:
        texts: originals; only the first :data:`LONGEST` characters are searched, and shown.
        languages: language of each; for a third language both models are asked.
        known_names: names that came with the interaction (its customer), masked wherever they stand.
        brands: names of the company, its products, shops and places: what consists of their words is no person, unless
            it is the name the interaction came with.
        region: of phone numbers without a country code.
        strict: mask also what narrows down who somebody is: places, dates, ages, nationalities, links,
            titles.
        recognisers: a deployment's own, asked beside the built-in ones.
        salt: when given, each mask carries a pseudonym that is the same wherever the value is.
    """
    public = frozenset(word for brand in brands for word in _words(brand))
    sources = [Folded(text[:LONGEST]) for text in texts]
    shown = [source.opened for source in sources]
    reason = None
    read: list[list[Any]] = [[] for _ in shown]
    try:
        read = documents([readable(text) for text in shown], languages, all_of_them=strict or bool(recognisers))
    except Exception as error:  # whatever went wrong, an unsearched text stays closed
        reason = f"names could not be recognised ({type(error).__name__}): the text is kept closed"
    results = []
    for index, text in enumerate(shown):
        language = languages[index]
        certain = merged([found for one in CERTAIN for found in one.find(text, language)])
        mentions = find_mentions(text, language=language, region=region, taken=[(f.begin, f.end) for f in certain])
        found = [*certain, *_identifiers(mentions)]
        for one in UNCERTAIN:
            found += one.find(text, language)
        people = list(_people(text, language, read[index], public, known_names[index] if known_names else ()))
        found += people
        people += [one for one in found if one.kind == "PERSON" and one.by == Answers.name]
        found += _again(text, people)
        closed = reason
        try:
            found = [one for own in recognisers for one in own.find(text, language, read[index])] + found
        except Exception as error:
            closed = f"a recogniser of this deployment failed ({type(error).__name__}): the text is kept closed"
        if strict:
            found += QuasiIdentifiers().find(text, language, read[index])
        placed = [(one, *sources[index].original(one.begin, one.end)) for one in merged(found)]
        redactions = tuple(
            Redaction(
                type=one.kind, begin=begin, end=end, score=round(one.score, 2), recogniser=one.by,
                pseudonym=pseudonym(one.value or text[one.begin : one.end], kind=one.kind, salt=salt) if salt else None,
            )
            for one, begin, end in placed
        )  # fmt: skip
        mentions = [
            replace(one, begin=begin, end=end)
            for one in mentions
            for begin, end in [sources[index].original(one.begin, one.end)]
        ]
        if closed:
            results.append(Redacted(None, (), tuple(mentions), closed))
        else:
            cut = " […]" if len(texts[index]) > LONGEST else ""
            results.append(Redacted(mask(sources[index].source, redactions) + cut, redactions, tuple(mentions)))
    return results


def unsearched(texts: Sequence[str], *, languages: Sequence[str | None], region: str = "FR") -> list[Redacted]:
    """What :func:`redact` would return if it did not search: identifiers only, and every text closed."""
    return [
        Redacted(None, (), tuple(find_mentions(text[:LONGEST], language=language, region=region)), OFF)
        for text, language in zip(texts, languages, strict=True)
    ]
