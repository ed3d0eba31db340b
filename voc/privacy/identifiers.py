"""What a person says that may name a customer: phones, e-mails, contract, order, customer and loyalty numbers.

Written and spoken forms, French and English, with exact spans of the original text. A number counts only when its own
shape (a valid phone) or the words around it ("commande n° …", "my customer number is …") say what it is: prices, dates,
years and quantities are never identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from voc.identifiers import normalise_email, normalise_phone, normalise_reference
from voc.language.folding import Folded
from voc.language.numbers import SpokenNumber, spoken_numbers
from voc.language.registry import alternatives, codes, languages, read_as
from voc.language.registry import language as language_of
from voc.privacy.number_shapes import AMOUNT, YEAR
from voc.privacy.solicited_values import find_answers
from voc.records import Identifier, IdentifierType

Kind = Literal["phone", "email", "contract", "order", "customer", "loyalty", "reference"]
Span = tuple[int, int]


@dataclass(frozen=True)
class Mention:
    """An identifier where it was said. ``reference`` (a file or ticket number) names no customer but is redacted."""

    kind: Kind
    value: str
    begin: int
    end: int


# --- e-mails -----------------------------------------------------------------------------------------------------

_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,24}(?![\w@])")

_SYMBOLS = {name: sign for one in languages() for name, sign in one.contact.signs.items()}
_JOIN = rf"(?:{'|'.join(map(re.escape, _SYMBOLS))})"
_DOT = "|".join(name for name, sign in _SYMBOLS.items() if sign == ".")
_HYPHEN = alternatives(lambda one: one.contact.domain_hyphens)
_PIECE = r"(?:(?:[a-z]\s){1,30}[a-z](?![\w'])|[a-z0-9_.+-]{1,40})"
_SPOKEN_EMAIL = re.compile(
    rf"(?<![\w@])(?P<local>{_PIECE}(?:\s+{_JOIN}\s+{_PIECE}){{0,5}})"
    rf"\s+(?P<at>{alternatives(lambda one: one.contact.at)})\s+"
    rf"(?P<domain>[a-z0-9-]{{1,40}}(?:\s+(?:{_HYPHEN})\s+[a-z0-9-]{{1,40}}){{0,3}}"
    rf"(?:(?:\s+(?:{_DOT})\s+|\s?\.\s?)[a-z]{{1,24}}){{1,3}})(?![\w@])"
)
_AT_SAID = re.compile(rf"\s(?:{alternatives(lambda one: one.contact.at)})\s")
_WEAK_AT = re.compile(alternatives(lambda one: one.contact.weak_at))
_SURE_SIGNS = "|".join(
    name for one in languages() if one.contact.weak_at for name, sign in one.contact.signs.items() if sign in {".", "_"}
)
_JOINED = re.compile(rf"\s(?:{_SURE_SIGNS or '(?!)'})\s|\d")
"""What makes a mailbox of the words before the sign, where its name is a word like any other."""
_EMAIL_CONTEXT = re.compile(rf"\b(?:{alternatives(lambda one: one.contact.mail)})\b")
NO_MAILBOX = frozenset().union(*(one.contact.no_mailbox for one in languages()))
_BRACKETED = r"\s?[(\[{{<]\s?(?:{})\s?[)\]}}>]\s?"
_AT_MARK = _BRACKETED.format(rf"{alternatives(lambda one: one.contact.hidden_at)}|@")
_DOT_MARK = _BRACKETED.format(rf"{_DOT}|\.")
_OBFUSCATED_EMAIL = re.compile(
    rf"(?<![\w.+%@-])(?P<local>[a-z0-9_+%'-]{{1,64}}(?:(?:\.|{_DOT_MARK})[a-z0-9_+%'-]{{1,64}}){{0,4}}){_AT_MARK}"
    rf"(?P<domain>[a-z0-9-]{{1,63}}(?:(?:\.|{_DOT_MARK}|\s(?:{_DOT})\s)[a-z0-9-]{{1,63}}){{1,4}})(?![\w@])"
)
"""Hidden from collectors of addresses: ``marie (at) example [dot] com``."""


def _spoken_address(spoken: str, *, spelled: bool) -> str:
    """Put symbols for their names and close the gaps; single letters in a row are a spelled word."""
    pieces = re.split(rf"\s+({_JOIN})\s+|\s?(\.)\s?", spoken)
    out = ""
    for index, piece in enumerate(pieces):
        if piece is None:
            continue
        if index % 3 == 1:
            out += _SYMBOLS[piece]
        else:
            out += piece.replace(" ", "") if spelled else piece
    return out.replace(" ", "")


def _emails(text: str, folded: str) -> Iterator[Mention]:
    if "@" in text:
        for match in _EMAIL.finditer(text):
            begin = match.start() + len(match[0]) - len(match[0].lstrip("'.-"))
            if value := normalise_email(text[begin : match.end()]):
                yield Mention("email", value, begin, match.end())
    for match in _OBFUSCATED_EMAIL.finditer(folded):
        parts = [re.sub(rf"{_DOT_MARK}|\s(?:{_DOT})\s", ".", match[name]) for name in ("local", "domain")]
        if value := normalise_email("@".join(parts)):
            yield Mention("email", value, *match.span())
    if _AT_SAID.search(folded) is None:  # most texts
        return
    position = 0
    while spoken := _SPOKEN_EMAIL.search(folded, position):
        match, position = spoken, spoken.end()
        local = match["local"]
        if local in NO_MAILBOX:
            position = match.end("at")  # "email me at john.smith at example.com": the address begins inside
            continue
        weak = _WEAK_AT.fullmatch(match["at"]) is not None
        before = folded[max(0, match.start() - 80) : match.start()]
        if weak and not (_EMAIL_CONTEXT.search(before) or _JOINED.search(local)):
            position = match.end("at")
            continue  # "look at amazon dot com"
        value = f"{_spoken_address(local, spelled=True)}@{_spoken_address(match['domain'], spelled=False)}"
        if normalised := normalise_email(value):
            yield Mention("email", normalised, match.start(), match.end())


# --- phones ------------------------------------------------------------------------------------------------------

_PHONE_SHAPE = re.compile(
    r"(?<![\w+/.,-])(?:\+|\(\+?)?\d(?:(?:,\s|[\s\u00a0\u202f().\-/]{0,3})\d){7,21}(?![\w%€$£]|[.,]\d|\s?[€$£%]|\seuros?\b)"
)
_PHONE_CONTEXT = re.compile(rf"\b(?:{alternatives(lambda one: one.contact.phone)})\b")
_FRENCH_SHAPE = re.compile(r"0[1-9](?:(?:[.,]\s|[\s.\-/\u00a0\u202f]?)\d\d){4}")
"""Ten digits in pairs are meant as a phone number, also from a range handed out since libphonenumber's last release."""
_DATE = re.compile(
    r"(?<!\d)\d{1,2}([./-])\d{1,2}\1(?:19|20)\d\d(?!\d)|(?<![\d/])\d{1,2}/\d{1,2}/\d\d(?![\d/])|"
    r"(?<!\d)(?:19|20)\d\d([./-])\d{1,2}\2\d{1,2}(?!\d)"
)


def _regions(region: str, language: str | None) -> list[str]:
    """Regions tried for a number without country code: the settings', then those the text's language is spoken in."""
    own = language_of(language).regions if language in codes() else ()
    return [region, *(other for other in own if other != region)]


def _phone_value(digits: str, written: str, *, region: str, context: bool) -> str | None:
    """E.164 of a number as it stands in running text, stricter than for a column that is known to hold phones."""
    international = written.lstrip("(").startswith(("+", "00"))
    if international:
        if not 9 <= len(digits) <= 15:
            return None
        plus = "+" + digits.removeprefix("00")
        return normalise_phone(re.sub(r"^(\+\d{1,3}?)0(?=[1-9]\d{8}$)", r"\1", plus), region) or normalise_phone(
            written, region
        )
    if region in ("US", "CA"):
        separated = not written.isdigit()
        ten = len(digits) == 10 or (len(digits) == 11 and digits[0] == "1")
        return normalise_phone(digits, "US", unassigned=context) if ten and (separated or context) else None
    if region in ("FR", "GB") and not (digits.startswith("0") and len(digits) == (10 if region == "FR" else 11)):
        return None
    if region not in ("FR", "GB") and len(digits) < 8:
        return None
    shaped = region == "FR" and _FRENCH_SHAPE.fullmatch(written) is not None
    return normalise_phone(digits, region, unassigned=context or shaped)


def _phones_in(text: str, folded: str, span: Span, regions: Sequence[str]) -> Iterator[Mention]:
    """Numbers inside a stretch of digits: the whole of it, or its groups ("75001 06 12 34 56 78")."""
    begin, end = span
    dates = [d.span() for d in _DATE.finditer(text, begin, end)]
    groups = [(begin + g.start(), begin + g.end()) for g in re.finditer(r"\d+", text[begin:end])]
    context = bool(_PHONE_CONTEXT.search(folded, max(0, begin - 40), begin))
    first = 0
    while first < len(groups):
        for last in range(min(len(groups), first + 12) - 1, first - 1, -1):
            low = groups[first][0]
            while first == 0 and low > begin and text[low - 1] in "+(":
                low -= 1
            if text[low] == "(" and ")" not in text[low : groups[last][1]]:
                low += 1  # a bracket around the number, not around its area code
            written = text[low : groups[last][1]]
            digits = "".join(text[a:b] for a, b in groups[first : last + 1])
            if "(0)" in written:
                digits = digits if not written.lstrip("(").startswith(("+", "00")) else written
                digits = re.sub(r"\D", "", digits.replace("(0)", ""))
            if len(digits) < 8 or any(a < groups[last][1] and b > low for a, b in dates):
                continue
            if "," in written and not (context or _FRENCH_SHAPE.fullmatch(written)):
                continue  # an enumeration; recognisers put commas into numbers, but those have a word or a shape
            value = next((v for r in regions if (v := _phone_value(digits, written, region=r, context=context))), None)
            if value:
                yield Mention("phone", value, low, groups[last][1])
                first = last
                break
        first += 1


def _written_phones(text: str, folded: str, *, region: str, language: str | None) -> Iterator[Mention]:
    regions = _regions(region, language)
    for match in _PHONE_SHAPE.finditer(text):
        yield from _phones_in(text, folded, match.span(), regions)


def _spoken_phones(runs: Sequence[SpokenNumber], folded: str, *, region: str) -> Iterator[Mention]:
    for run in runs:
        context = bool(_PHONE_CONTEXT.search(folded, max(0, run.begin - 60), run.begin))
        for length, where in language_of(run.language).spoken_phones:
            found = None
            for digits, begin, end in run.readings(length):
                if value := _phone_value(digits, digits, region=where or region, context=context):
                    found = Mention("phone", value, begin, end)
                    break
            if found:
                yield found
                break


# --- contract, order, customer and loyalty numbers ---------------------------------------------------------------

_KINDS: tuple[Kind, ...] = ("loyalty", "order", "customer", "contract", "reference")


def _subject(kind: Kind) -> str:
    return alternatives(lambda one: one.references.subjects.get(kind, ""))


_LINKS = alternatives(lambda one: one.references.links)
_CONTEXT = re.compile(
    rf"\b(?:{'|'.join(f'(?P<{kind}>{_subject(kind)})' for kind in _KINDS)})"
    rf"(?:[\s:#,.=()/-]{{0,4}}\b(?:{_LINKS})(?![\w'])){{0,7}}[\s:#,.=(°º-]{{0,5}}"
)
_REFERENCE = re.compile(
    r"(?=[^\s]*\d)[A-Za-z]{0,5}[-_/ ]?\d[\dA-Za-z]*(?:[-_/.][\dA-Za-z]+)*(?:\s\d{3,}(?![\w,.]*\s?(?:€|euros?)))*"
)
_NOT_REFERENCE = re.compile(rf"\s?(?:€|\$|£|%|{alternatives(lambda one: one.references.units)})\b|\s?[€$£%]|,\d\d\b")
"""A price without its currency: “new customers 19.99, loyal ones 34.99”."""
_PREFIXED = re.compile(r"(?<![\w-])(?P<prefix>[A-Z]{2,8})[-_ ]?(?P<number>\d{5,14})(?![\w-])")
_PREFIXES: dict[str, Kind] = {
    prefix: kind
    for one in languages()
    for prefix, named in one.references.prefixes.items()
    for kind in _KINDS
    if kind == named
}


_IN_GROUPS = re.compile(
    r"\d{1,4}(?:(?:[,.]\s|\s?-\s?|\s)\d{1,4}){2,9}"
    rf"(?![\w%€$£]|[.,]\d|\s?[€$£%]|\s(?:{alternatives(lambda one: one.references.between)})\s\d)"
)
"""A number as recognisers write it when it is read in groups: ``40, 64, 17, 22``."""
_LEAST_IN_GROUPS = 6


def _grouped_reference(text: str, begin: int) -> tuple[str, int] | None:
    match = _IN_GROUPS.match(text, begin)
    if not match or _NOT_REFERENCE.match(text[match.end() : match.end() + 12].lower()):
        return None
    groups = re.findall(r"\d+", match[0])
    if len("".join(groups)) < _LEAST_IN_GROUPS or all(YEAR.fullmatch(group) for group in groups):
        return None
    return "".join(groups), match.end()


def _written_reference(text: str, begin: int) -> tuple[str, int] | None:
    match = _REFERENCE.match(text, begin)
    if not match:
        return None
    written = match[0].rstrip("-_/.")
    end = begin + len(written)
    digits = sum(map(str.isdigit, written))
    short = digits < 4 or (digits == len(written) and digits < 5)
    if short or len(written) > 40 or _DATE.match(written) or YEAR.fullmatch(written) or AMOUNT.fullmatch(written):
        return None
    if _NOT_REFERENCE.match(text[end : end + 12].lower()):
        return None
    value = normalise_reference(written)
    return (value, end) if value else None


def _references(text: str, folded: str, runs: Sequence[SpokenNumber]) -> Iterator[Mention]:
    claimed = -1
    for match in _CONTEXT.finditer(folded):
        if match.end() <= claimed:
            continue
        kind: Kind = match.lastgroup  # type: ignore[assignment]
        if found := _grouped_reference(text, match.end()) or _written_reference(text, match.end()):
            value, end = found
            prefix = re.match(r"[A-Z]+", value)
            yield Mention(_PREFIXES.get(prefix[0], kind) if prefix else kind, value, match.end(), end)
            claimed = end
            continue
        for run in runs:
            gap = folded[match.end() : run.begin]
            letters = re.fullmatch(r"((?:[a-z][\s-]{1,2}){0,6})", gap) if run.begin >= match.end() else None
            if letters and len(run.digits) >= 4:
                spelled = re.sub(r"[^a-z]", "", letters[1]).upper()
                value = normalise_reference(spelled + run.digits) or ""
                if value and not _NOT_REFERENCE.match(folded[run.end : run.end + 12]):
                    yield Mention(_PREFIXES.get(spelled, kind), value, match.end(), run.end)
                break
    for match in _PREFIXED.finditer(text):
        if match["prefix"] in _PREFIXES:
            yield Mention(_PREFIXES[match["prefix"]], match["prefix"] + match["number"], match.start(), match.end())


def _answers(text: str, folded: str, runs: Sequence[SpokenNumber]) -> Iterator[Mention]:
    """Numbers given to a question that asked for them; too short to tell customers apart, they are only masked."""
    for one in find_answers(text, folded, runs):
        kind: Kind | None = _ANSWERED.get(one.kind)
        if kind is None:
            continue
        value = normalise_reference(one.digits)
        digits = sum(map(str.isdigit, one.digits))
        if value and 5 <= digits <= 20:
            yield Mention(kind, value, one.begin, one.end)
        else:
            yield Mention("reference", one.digits, one.begin, one.end)


_ANSWERED: dict[str, Kind] = {
    "contract": "contract", "order": "order", "customer": "customer", "loyalty": "loyalty", "reference": "reference",
}  # fmt: skip


def without_overlaps(mentions: Sequence[Mention]) -> list[Mention]:
    """Keep, of mentions that share characters, the first given; return them in the order of the text."""
    kept: list[Mention] = []
    covered = bytearray(max((mention.end for mention in mentions), default=0))
    for mention in mentions:
        if not any(covered[mention.begin : mention.end]):
            covered[mention.begin : mention.end] = b"\1" * (mention.end - mention.begin)
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.begin)


def find_mentions(
    text: str, *, language: str | None = None, region: str = "FR", taken: Sequence[Span] = ()
) -> list[Mention]:
    """Find every identifier said in ``text``, in order, without overlap.

    Args:
        text: the original; offsets refer to it.
        language: one that is read decides how spoken and national phone numbers are read; otherwise every way.
        region: ISO 3166 region of phone numbers without a country code.
        taken: spans that are something else already (a card number, an IBAN) and hold no identifier.
    """
    source = Folded(text)
    text, folded = source.opened, source.text
    languages = read_as(language)
    runs = [run for code in languages for run in spoken_numbers(text, code)]
    mentions = list(_emails(text, folded))
    if runs or any(c.isdigit() for c in text):
        mentions += _references(text, folded, runs)
        mentions += _written_phones(text, folded, region=region, language=language)
        for code in languages:
            ours = [run for run in runs if run.language == code]
            mentions += _spoken_phones(ours, folded, region=region)
        mentions += _answers(text, folded, runs)
    if not source.is_source:
        places = [source.original(mention.begin, mention.end) for mention in mentions]
        mentions = [replace(one, begin=b, end=e) for one, (b, e) in zip(mentions, places, strict=True)]
    covered = bytearray(max((end for _, end in taken), default=0))
    for begin, end in taken:
        covered[begin:end] = b"\1" * (end - begin)
    return without_overlaps([mention for mention in mentions if not any(covered[mention.begin : mention.end])])


def identifiers_of(mentions: Sequence[Mention]) -> list[Identifier]:
    """Turn mentions into records, each value once (its first place), file and ticket numbers left out."""
    found: dict[tuple[str, str], Identifier] = {}
    for mention in mentions:
        if mention.kind == "reference":
            continue
        kind: IdentifierType = mention.kind
        identifier = Identifier(type=kind, value=mention.value, begin=mention.begin, end=mention.end)
        found.setdefault((kind, mention.value), identifier)
    return list(found.values())
