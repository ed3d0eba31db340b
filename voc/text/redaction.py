"""Personal data found in a text and masked, so that what is indexed, quoted and exported names nobody.

Numbers, addresses and e-mails are found by pattern, people by :mod:`voc.text.names`. It fails closed: where the
recogniser of names cannot run, there is no redacted text at all and the reason is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voc.records import Redaction
from voc.text.folding import fold
from voc.text.identifiers import Mention, find_mentions
from voc.text.names import names_by_model, names_by_phrase
from voc.text.numbers import spoken_numbers

LONGEST = 200_000
"""Characters searched for personal data; what lies beyond is left out of the redacted text rather than shown."""

Found = tuple[str, int, int]

_LABELS = {
    "phone": "PHONE", "email": "EMAIL", "contract": "CONTRACT", "order": "ORDER", "customer": "CUSTOMER_NUMBER",
    "loyalty": "LOYALTY", "reference": "REFERENCE",
}  # fmt: skip

_IBAN = re.compile(
    r"(?<![\w])[A-Za-z]{2}\d{2}(?:[\s\u00a0.-]?[A-Za-z0-9]{4}){2,7}(?:[\s\u00a0.-]?[A-Za-z0-9]{1,4})?(?!\w)"
)
_CARD = re.compile(
    r"(?<![\w.,-])(?:\d{4}[\s\u00a0.-]?){3}\d{1,4}(?:[\s.-]?\d{3})?(?![\w])|(?<!\w)3[47]\d{2}[\s-]?\d{6}[\s-]?\d{5}(?!\w)"
)
_FRENCH_NATIONAL = re.compile(
    r"(?<![\w])[12378][\s.]?\d{2}[\s.]?(?:0[1-9]|1[0-2]|[2-9]\d)[\s.]?(?:\d{2}|2[ABab])[\s.]?\d{3}[\s.]?\d{3}(?:[\s.]?\d{2})?(?!\w)"
)
_AMERICAN_NATIONAL = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
_BRITISH_NATIONAL = re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b")
_STREET = (
    r"(?:rue|avenue|av\.|boulevard|bd\.?|blvd|all[ée]e|chemin|impasse|place|quai|route|cours|square|r[ée]sidence|"
    r"lotissement|faubourg|sentier|ruelle|esplanade|passage)"
)
_CAPITAL = r"[A-ZÀ-Ý][\w'’-]*"
_FRENCH_TOWN = (
    rf"\d{{5}}[ \t]+(?:sainte?[ -])?[^\W\d][\w'’-]*"
    rf"(?:[ -]{_CAPITAL}|[ -](?:les?|la|sur|sous|en|de|du|des)[ -][\w'’-]+){{0,4}}"
)
_FRENCH_ADDRESS = re.compile(
    rf"(?:(?<!\w)\d{{1,4}}\s?(?:bis|ter|quater|[abc](?=[\s,]))?[\s,]+(?i:{_STREET})(?:[ \t]+[^\W\d][\w'’.-]*){{1,6}}?"
    rf"(?:,?[ \t\n]*{_FRENCH_TOWN}|(?=[ \t\r]*(?:[,.;\n]|$)|[ \t](?:mais|et|à|a|je|pour|depuis|est|où)\b))"
    rf"|\b(?i:{_STREET})(?:[ \t]+[^\W\d][\w'’.-]*){{1,5}},?[ \t\n]*{_FRENCH_TOWN})"
)
_ENGLISH_STREET = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|courts|ct|way|boulevard|blvd|terrace|close|crescent|place|"
    r"pl|plaza|square|sq|highway|hwy|parkway|pkwy|hills?|circle|trail|inlet|summit|isle|row|gardens?|grove|mews|park|"
    r"ridge|views?|springs?|station|cove|point|crossing|junctions?)"
)
_ENGLISH_ADDRESS = re.compile(
    rf"(?<!\w)\d{{1,6}}[ \t]+(?:[A-Za-z][\w'.-]*[ \t]+){{1,4}}?(?i:{_ENGLISH_STREET})\b\.?"
    r"(?:(?:,?[ \t\n]+(?i:apt|suite|unit|flat)\.?[ \t]*\w+)?(?:,?[ \t\n]+[A-Za-z][\w'.-]*){1,4}?"
    r",?[ \t\n]+(?:(?i:[a-z]{2}),?[ \t]+\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[\dA-Z]?[ ]?\d[A-Z]{2})(?!\w))?"
)
_ZIP_ADDRESS = re.compile(r"(?<!\w)\d{1,6}(?:,?[ \t\n]+[A-Za-z][\w'.-]*){2,8}?,?[ \t\n]+[A-Za-z]{2}[ \t]+\d{5}(?!\w)")
"""Number, words, two letters of a state, five digits: whatever the street is called."""
_SPOKEN_SECRET = re.compile(r"\b(?P<card>cartes?|card)\b|\b(?P<national>secu\w*|social)\b|\b(?P<iban>iban|rib)\b")


@dataclass(frozen=True)
class Redacted:
    """A text without its personal data: ``text`` is ``None`` when it could not be made sure, ``reason`` says why.

    ``mentions`` are the identifiers found on the way.
    """

    text: str | None
    spans: tuple[Redaction, ...]
    mentions: tuple[Mention, ...]
    reason: str | None = None


def iban_is_valid(value: str) -> bool:
    """ISO 13616: the account number taken modulo 97 leaves 1."""
    compact = re.sub(r"[^A-Za-z0-9]", "", value).upper()
    rotated = compact[4:] + compact[:4]
    return int("".join(str(int(c, 36)) for c in rotated)) % 97 == 1


def card_is_valid(value: str) -> bool:
    """Luhn's check (ISO/IEC 7812)."""
    digits = [int(c) for c in reversed(value) if c.isdigit()]
    return sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)) % 10 == 0


def find_secrets(text: str, *, language: str | None = None) -> list[Found]:
    """Bank accounts, cards, national numbers and postal addresses in ``text`` as (type, begin, end).

    A wrong check digit does not spare a number that has the shape: people mistype, recognisers mishear.
    """
    found: list[Found] = []
    if any(c.isdigit() for c in text):
        found += [("NATIONAL_ID", *m.span()) for m in _FRENCH_NATIONAL.finditer(text)]
        for match in _IBAN.finditer(text):
            digits = sum(map(str.isdigit, match[0]))
            if iban_is_valid(match[0]) or digits >= 12:
                found.append(("IBAN", *match.span()))
        for match in _CARD.finditer(text):
            digits = sum(map(str.isdigit, match[0]))
            inside = any(low < match.end() and high > match.start() for _, low, high in found)
            if not inside and 13 <= digits <= 19 and (card_is_valid(match[0]) or digits == 16):
                found.append(("CARD", *match.span()))
        for pattern in (_AMERICAN_NATIONAL, _BRITISH_NATIONAL):
            found += [("NATIONAL_ID", *m.span()) for m in pattern.finditer(text)]
        found += [("ADDRESS", *m.span()) for m in _FRENCH_ADDRESS.finditer(text)]
        if language != "fr":
            for pattern in (_ZIP_ADDRESS, _ENGLISH_ADDRESS):
                found += [("ADDRESS", *m.span()) for m in pattern.finditer(text)]
    folded = fold(text)
    if _SPOKEN_SECRET.search(folded):
        for code in (language,) if language in ("fr", "en") else ("fr", "en"):
            for run in spoken_numbers(text, str(code)):
                contexts = list(_SPOKEN_SECRET.finditer(folded, max(0, run.begin - 60), run.begin))
                if contexts and len(run.digits) >= 10:
                    kinds = {"card": "CARD", "national": "NATIONAL_ID", "iban": "IBAN"}
                    found.append((kinds[contexts[-1].lastgroup or "card"], run.begin, run.end))
    return found


def _merge(found: Sequence[Found]) -> list[Found]:
    """Join overlapping finds, the earlier in the list naming the whole; return them in the order of the text."""
    kept: list[Found] = []
    for kind, begin, end in found:
        overlapping = [other for other in kept if begin < other[2] and end > other[1]]
        if not overlapping:
            kept.append((kind, begin, end))
            continue
        for other in overlapping:
            kept.remove(other)
        first = overlapping[0]
        kept.append((first[0], min(begin, *(o[1] for o in overlapping)), max(end, *(o[2] for o in overlapping))))
    return sorted(kept, key=lambda item: item[1])


def mask(text: str, spans: Sequence[Redaction]) -> str:
    """Replace each span (in order, without overlap) by its type in brackets: ``[PHONE]``."""
    pieces: list[str] = []
    position = 0
    for span in spans:
        pieces += [text[position : span.begin], f"[{span.type}]"]
        position = span.end
    return "".join([*pieces, text[position:]])


def _model_names(texts: Sequence[str], languages: Sequence[str | None]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    for code in ("fr", "en"):
        chosen = [
            index
            for index, language in enumerate(languages)
            if (language == code or language not in ("fr", "en")) and any(c.isupper() for c in texts[index])
        ]
        if chosen:
            yield from zip(chosen, names_by_model([texts[i] for i in chosen], code), strict=True)


def _words(name: str) -> list[str]:
    """The folded words of a name, hyphens and apostrophes apart: ``Part-Dieu`` is ``part`` and ``dieu``."""
    return re.findall(r"[^\W_]+", fold(name))


def redact(
    texts: Sequence[str],
    *,
    languages: Sequence[str | None],
    known_names: Sequence[Sequence[str]] = (),
    brands: Sequence[str] = (),
    region: str = "FR",
) -> list[Redacted]:
    """Find and mask personal data in each text.

    Args:
        texts: originals; only the first :data:`LONGEST` characters are searched, and shown.
        languages: language of each; for a third language both models are asked.
        known_names: names that came with the interaction (its customer), masked wherever they stand.
        brands: names of the company, its products, shops and places: what consists of their words is no person, unless
            it is the name the interaction came with.
        region: of phone numbers without a country code.
    """
    public = {word for brand in brands for word in _words(brand)}
    shown = [text[:LONGEST] for text in texts]
    names: list[list[tuple[int, int]]] = names_by_phrase(shown)
    reason = None
    try:
        for index, spans in _model_names(shown, languages):
            names[index] += spans
    except Exception as error:  # whatever went wrong, an unsearched text stays closed
        reason = f"names could not be recognised ({type(error).__name__}): the text is kept closed"
    results = []
    for index, text in enumerate(shown):
        language = languages[index]
        secrets = find_secrets(text, language=language)
        certain = [(kind, begin, end) for kind, begin, end in secrets if kind != "ADDRESS"]
        mentions = find_mentions(
            text, language=language, region=region, taken=[(begin, end) for _, begin, end in certain]
        )
        people = [("PERSON", b, e) for b, e in names[index] if not public or not public.issuperset(_words(text[b:e]))]
        for name in known_names[index] if known_names else ():
            if len(name) >= 3:
                people += [
                    ("PERSON", *m.span()) for m in re.finditer(rf"(?<!\w){re.escape(fold(name))}(?!\w)", fold(text))
                ]
        found = certain + [(_LABELS[m.kind], m.begin, m.end) for m in mentions]
        found += [item for item in secrets if item[0] == "ADDRESS"] + people
        redactions = tuple(Redaction(type=kind, begin=begin, end=end) for kind, begin, end in _merge(found))
        masked = None if reason else mask(text, redactions) + (" […]" if len(texts[index]) > LONGEST else "")
        results.append(Redacted(masked, redactions if reason is None else (), tuple(mentions), reason))
    return results
