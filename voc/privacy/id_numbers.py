"""Numbers that name a person or open an account: bank accounts, cards, national numbers, companies, plates, papers.

French and international. A number is found by its shape, by the words before it, or both; a check digit that is right
raises the score to 1, one that is wrong drops nothing: people mistype, recognisers mishear.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from voc.language.folding import fold
from voc.language.numbers import spoken_numbers
from voc.language.registry import alternatives, codes, read_as
from voc.privacy.pii_span import PiiSpan

SURE = 1.0
NEAR = 60
"""Characters before a number in which the words are looked for that say what it is."""


def iban_is_valid(value: str) -> bool:
    """ISO 13616: the account number taken modulo 97 leaves 1."""
    compact = re.sub(r"[^A-Za-z0-9]", "", value).upper()
    rotated = compact[4:] + compact[:4]
    return int("".join(str(int(c, 36)) for c in rotated)) % 97 == 1


def card_is_valid(value: str) -> bool:
    """Luhn's check (ISO/IEC 7812), of cards and of SIREN and SIRET numbers."""
    digits = [int(c) for c in reversed(value) if c.isdigit()]
    return sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)) % 10 == 0


def nir_is_valid(value: str) -> bool:
    """Key of a French social security number (97 − number mod 97); Corsica's 2A counts as 19, 2B as 18."""
    compact = re.sub(r"\W", "", value).upper().replace("2A", "19").replace("2B", "18")
    return len(compact) == 15 and compact.isdigit() and 97 - int(compact[:13]) % 97 == int(compact[13:])


def siret_is_valid(value: str) -> bool:
    """Luhn's check of a SIREN or SIRET; La Poste's establishments (356 000 000) sum up to a multiple of five."""
    digits = re.sub(r"\D", "", value)
    if len(digits) == 14 and digits.startswith("356000000"):
        return sum(map(int, digits)) % 5 == 0 or card_is_valid(digits)
    return card_is_valid(digits)


def rib_is_valid(value: str) -> bool:
    """Key of a French account number, 23 characters: bank, branch, account, key; letters count A–I, J–R, S–Z."""
    compact = re.sub(r"[^0-9A-Z]", "", value.upper())
    as_digits = compact.translate(str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789"))
    return len(as_digits) == 23 and int(as_digits) % 97 == 0


def pps_is_valid(value: str) -> bool:
    """Check letter of an Irish personal public service number: seven digits weighted 8…2, a second letter by 9."""
    compact = value.upper()
    total = sum(int(c) * weight for c, weight in zip(compact[:7], range(8, 1, -1), strict=True))
    if len(compact) == 9 and compact[8] != "W":
        total += 9 * (ord(compact[8]) - 64)
    return "WABCDEFGHIJKLMNOPQRSTUV"[total % 23] == compact[7]


@dataclass(frozen=True)
class PatternRecogniser:
    """One kind of number by its shapes.

    ``context`` matches folded words up to :data:`NEAR` characters before; ``needs_context`` is for shapes that other
    things have too. ``accepts`` looks at what was matched beyond what a pattern can say.
    """

    name: str
    kind: str
    patterns: tuple[re.Pattern[str], ...]
    score: float = 0.5
    context: re.Pattern[str] | None = None
    needs_context: bool = False
    check: Callable[[str], bool] | None = None
    accepts: Callable[[str], bool] | None = None
    languages: tuple[str, ...] = ()
    """Languages of the texts in which it is looked for; empty for all. Texts of unknown language count as any."""
    kinds: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", (self.kind,))

    def find(self, text: str, language: str | None, read: Sequence[Any] = ()) -> Iterator[PiiSpan]:
        del read
        if self.languages and language in codes() and language not in self.languages:
            return
        folded = ""
        for pattern in self.patterns:
            for match in pattern.finditer(text):
                if self.accepts is not None and not self.accepts(match[0]):
                    continue
                said = False
                if self.context is not None:
                    folded = folded or fold(text)
                    said = self.context.search(folded, max(0, match.start() - NEAR), match.start()) is not None
                if self.needs_context and not said:
                    continue
                score = min(SURE, self.score + 0.35) if said else self.score
                if self.check is not None and self.check(match[0]):
                    score = SURE
                begin, end = match.span("id") if "id" in pattern.groupindex else match.span()
                yield PiiSpan(self.kind, begin, end, score, self.name)


def _digits(value: str) -> int:
    return sum(map(str.isdigit, value))


def _is_iban(value: str) -> bool:
    return _digits(value) >= 12 or iban_is_valid(value)


def _is_card(value: str) -> bool:
    if "," in value and all(re.fullmatch(r"(?:19|20)\d\d", group) for group in re.findall(r"\d+", value)):
        return False  # four years in a row
    return 13 <= _digits(value) <= 19 and (_digits(value) == 16 or card_is_valid(value))


_GAP = r"[\s\u00a0\u202f.]?"


ANNOUNCED_KINDS = frozenset(
    ("iban", "rib", "national", "card", "company", "vehicle", "plate", "papers", "phone", "card said", "national said")
)
"""Kinds of numbers that a language says what announces them (:attr:`voc.language.Language.announced`); *rib* is a
French account, *said* is read aloud."""


def _announced(kind: str, *everywhere: str) -> str:
    """Words before a number of that kind as alternatives: those of each language, and those said ``everywhere``."""
    return "|".join((*everywhere, alternatives(lambda one: one.announced.get(kind, ""))))


def _before(kind: str, *everywhere: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_announced(kind, *everywhere)})\b")


IBAN = PatternRecogniser(
    "iban", "IBAN",
    (re.compile(
        r"(?<!\w)[A-Za-z]{2}\d{2}(?:[\s\u00a0.-]?[A-Za-z0-9]{4}){2,7}(?:[\s\u00a0.-]?[A-Za-z0-9]{1,4})?(?!\w)"
    ),),
    score=0.8, context=_before("iban", "iban", "rib"), check=iban_is_valid,
    accepts=_is_iban,
)  # fmt: skip
FRENCH_ACCOUNT = PatternRecogniser(
    "fr-rib", "IBAN",
    (re.compile(
        rf"(?<![\w-])\d{{5}}(?P<gap>[\s\u00a0.-]?)\d{{5}}(?P=gap)(?:[\dA-Z]{_GAP}){{10}}[\dA-Z](?P=gap)\d{{2}}(?![\w-])"
    ),),
    score=0.6, context=_before("rib", "rib"), check=rib_is_valid,
    accepts=lambda value: not value.isalnum() or rib_is_valid(value),
)  # fmt: skip
"""Bank, branch, account and key, as on a *relevé d'identité bancaire*."""
FRENCH_NATIONAL = PatternRecogniser(
    "fr-nir", "NATIONAL_ID",
    (re.compile(
        rf"(?<!\w)[123478]{_GAP}\d{{2}}{_GAP}(?:0[1-9]|1[0-2]|[2-9]\d){_GAP}(?:(?:\d{{2}}|2[ABab]){_GAP}\d{{3}}|9[78]\d{_GAP}\d{{2}}){_GAP}\d{{3}}"
        rf"(?:{_GAP}(?:cl[ée]\s)?\d{{2}})?(?!\w)"
    ),),
    score=0.7, context=_before("national", "nir", "insee", "ameli", "cpam"), check=nir_is_valid,
)  # fmt: skip
"""Sex, year, month (20 and above where it is unknown), department (2A and 2B in Corsica, 97 and 98 overseas), commune,
order, key."""
CARD = PatternRecogniser(
    "card", "CARD",
    (re.compile(
        r"(?<![\w.,-])(?:\d{4}(?:[,.]\s|[\s\u00a0.-]?)){3}\d{1,4}(?:[\s.-]?\d{3})?(?![\w])"
        r"|(?<!\w)3[47]\d{2}[\s-]?\d{6}[\s-]?\d{5}(?!\w)"
    ),),
    context=_before("card", "visa", "mastercard", "amex"), check=card_is_valid,
    accepts=_is_card,
)  # fmt: skip
COMPANY = PatternRecogniser(
    "fr-siret", "COMPANY_ID",
    (re.compile(r"(?<![\w.,])\d{3}[\s\u00a0.]?\d{3}[\s\u00a0.]?\d{3}[\s\u00a0.]?\d{5}(?!\w)"),),
    context=re.compile(r"\bsiret\b"), check=siret_is_valid,
    accepts=lambda value: " " in value or siret_is_valid(value),
)  # fmt: skip
COMPANY_SAID = PatternRecogniser(
    "fr-siren", "COMPANY_ID",
    (re.compile(r"(?<!\w)(?:FR\s?[\dA-Z]{2}\s?)?\d{3}[\s\u00a0.]?\d{3}[\s\u00a0.]?\d{3}(?:[\s\u00a0.]?\d{5})?(?!\w)"),),
    context=_before("company", "siren", "siret", "rcs"), needs_context=True,
)  # fmt: skip
AMERICAN_NATIONAL = PatternRecogniser(
    "us-ssn", "NATIONAL_ID", (re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"),), score=0.7,
)  # fmt: skip
BRITISH_NATIONAL = PatternRecogniser(
    "gb-nino", "NATIONAL_ID",
    (re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b"),), score=0.7,
)  # fmt: skip
IRISH_NATIONAL = PatternRecogniser(
    "ie-pps", "NATIONAL_ID", (re.compile(r"(?<![\w-])\d{7}[A-Wa-w][A-IWa-iw]?(?![\w-])"),),
    score=0.6, context=re.compile(r"\b(?:ppsn?|public service)\b"), needs_context=True, check=pps_is_valid,
)  # fmt: skip
VEHICLE = PatternRecogniser(
    "vin", "DOCUMENT_ID",
    (re.compile(r"(?<![\w-])(?=[A-HJ-NPR-Z]{0,16}\d)(?=\d{0,13}[A-HJ-NPR-Z])[A-HJ-NPR-Z\d]{13}\d{4}(?![\w-])"),),
    score=0.6, context=_before("vehicle", "vin"),
    accepts=lambda value: sum(map(str.isalpha, value)) >= 3,
)  # fmt: skip
"""A vehicle's identification number (ISO 3779): 17 characters without I, O and Q, the last four of them digits."""
PLATE = PatternRecogniser(
    "plate", "PLATE",
    (re.compile(r"(?<![\w-])[A-HJ-NP-TV-Z]{2}[\s-]?\d{3}[\s-]?[A-HJ-NP-TV-Z]{2}(?![\w-])"),), score=0.6,
)  # fmt: skip
PLATE_SAID = PatternRecogniser(
    "plate-said", "PLATE",
    (re.compile(
        r"(?<![\w-])(?:[A-Za-z]{2}[\s-]?\d{3}[\s-]?[A-Za-z]{2}|\d{1,4}[\s-]?[A-Za-z]{1,3}[\s-]?(?:\d{2,3}|2[ABab])|"
        r"[A-Za-z]{2}\d{2}\s?[A-Za-z]{3}|(?:[A-Za-z] ){2}(?:\d ?){3}(?: ?[A-Za-z]){2})(?![\w-])"
    ),),
    context=_before("plate"),
    needs_context=True,
)  # fmt: skip
PAPERS = PatternRecogniser(
    "papers", "DOCUMENT_ID",
    (re.compile(r"(?<![\w-])(?=[A-Z]{0,8}[\s-]?\d)[A-Z]{0,8}[\s-]?\d(?:[\s-]?[\dA-Z]){5,17}(?![\w-])"),),
    context=_before("papers"), needs_context=True,
)  # fmt: skip
ADDRESS_OF_DEVICE = PatternRecogniser(
    "ip", "IP_ADDRESS",
    (
        re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)"),
        re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![\w:])"),
        re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}(?![\w:])"),
        re.compile(r"(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-])"),
    ),
    score=0.6,
)  # fmt: skip

_DATE = re.compile(
    r"(?:19|20)\d\d[-/. ](?:0[1-9]|1[0-2])[-/. ]\d+"
    r"|(?:(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d)(?:[\sT]+\d{1,2}[:h.]?\d\d.*)?"
)
"""Dates, and what is numbered by year and month (``2024-11-0045``)."""
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[\s\u00a0\u202f.,]\d{3})+")


def _is_phone_shaped(value: str) -> bool:
    if not 7 <= _digits(value) <= 15 or _DATE.fullmatch(value) or _THOUSANDS.fullmatch(value):
        return False
    return not re.fullmatch(r"\d+\.\d+", value)


_PHONE_SHAPE = (
    r"(?<![\w+/.,:€$£-])(?P<id>(?:\+|\(\+?|00)?\d(?:(?:,\s|[\s\u00a0\u202f().\-/]{0,2})\d){6,16}"
    r"(?:\s?(?:x|ext\.?|poste)\s?\d{1,5})?)(?![\w%€$£]|[.,:]\d|\s?[€$£%]|\s(?:euros?|eur)\b)"
)
PHONE_SAID = PatternRecogniser(
    "phone-said", "PHONE", (re.compile(_PHONE_SHAPE),), score=0.4,
    context=_before("phone"),
    needs_context=True, accepts=_is_phone_shaped,
)  # fmt: skip
PHONE_SHAPED = PatternRecogniser(
    "phone-shaped", "PHONE",
    (re.compile(
        r"(?<![\w+/.,:€$£-])(?P<id>(?:\+\d{1,3}|\(\+?\d{1,5}\)|00\d{2})[\s\u00a0().\-/]{0,3}(?:\d[\s\u00a0().\-/]{0,2}){5,12}\d"
        r"(?:\s?(?:x|ext\.?|poste)\s?\d{1,5})?"
        r"|(?:\d{2,5}|1)(?:[\s.\-/]\d{2,4}){2,5}(?:\s?(?:x|ext\.?)\s?\d{1,5})?|0\d{1,4}[\s\-/]\d{5,8}(?:\s?(?:x|ext\.?)\s?\d{1,5})?)(?![\w%€$£]|[.,:]\d|\s?[€$£%]|\s(?:euros?|eur)\b)"
    ),),
    score=0.4, accepts=_is_phone_shaped,
)  # fmt: skip
"""Numbers of other countries' shapes: bracketed or foreign codes, groups of two to four digits."""
LONG_NUMBER = PatternRecogniser(
    "long-number", "REFERENCE",
    (re.compile(r"(?<![\w.,+-])(?:[A-Z]{1,4})?\d{9,30}[A-Z]{0,3}(?![\w%€$£]|[.,]\d|\s?[€$£%]|\s(?:euros?|eur)\b)"),),
    score=0.3,
)  # fmt: skip
"""Parcel, ticket and account numbers nobody announced: nine digits in a row name somebody, whatever they count."""


def _is_long_run(value: str) -> bool:
    return _digits(value) >= 12 and not _DATE.match(value)


LONG_RUN = PatternRecogniser(
    "long-run", "REFERENCE",
    (re.compile(r"(?<![\w.,+/-])\d{1,8}(?:-\d{1,8}){2,8}(?![\w%€$£-]|[.,]\d|\s?[€$£%]|\s(?:euros?|eur)\b)"),),
    score=0.3, accepts=_is_long_run,
)  # fmt: skip
"""A long number as recognisers cut it up when it is read aloud: ``1227-321-401936-404``."""

BY_CHECK = (FRENCH_ACCOUNT, FRENCH_NATIONAL, IBAN, CARD, AMERICAN_NATIONAL, BRITISH_NATIONAL, IRISH_NATIONAL, COMPANY,
            COMPANY_SAID, VEHICLE, PLATE, PLATE_SAID, PAPERS, ADDRESS_OF_DEVICE)  # fmt: skip
"""Sure of what they find: their spans hold no customer's phone or order number."""
BY_SHAPE = (PHONE_SAID, PHONE_SHAPED, LONG_NUMBER, LONG_RUN)
"""Masked, but what it is stays open: identifiers said take precedence."""

_SPOKEN = re.compile(
    rf"\b(?P<card>{_announced('card said')})\b|\b(?P<national>{_announced('national said')})\b"
    r"|\b(?P<iban>iban|rib)\b|\b(?P<siret>sire[nt])\b"
)
_SPOKEN_KINDS = {"card": "CARD", "national": "NATIONAL_ID", "iban": "IBAN", "siret": "COMPANY_ID"}
_LEAST_SPOKEN = {"CARD": 10, "NATIONAL_ID": 10, "IBAN": 10, "COMPANY_ID": 9}


class SpokenAccounts:
    """Cards, accounts and national numbers read aloud, after the word that says what is read."""

    name = "spoken-accounts"
    kinds = tuple(_SPOKEN_KINDS.values())

    def find(self, text: str, language: str | None, read: Sequence[Any] = ()) -> Iterator[PiiSpan]:
        del read
        folded = fold(text)
        if not _SPOKEN.search(folded):
            return
        for code in read_as(language):
            for run in spoken_numbers(text, code):
                said = list(_SPOKEN.finditer(folded, max(0, run.begin - NEAR), run.begin))
                kind = _SPOKEN_KINDS[said[-1].lastgroup or "card"] if said else ""
                if kind and len(run.digits) >= _LEAST_SPOKEN[kind]:
                    yield PiiSpan(kind, run.begin, run.end, 0.7, self.name)
