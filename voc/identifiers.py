"""One spelling for each thing that may name a customer, so that a column, a header and a spoken phrase compare equal.

Pure functions, no I/O: intake uses them for columns and headers, text for what is said, customers for the records.
Each returns ``None`` for what is not such an identifier or is only a filler (``N/A``, zeros), because a filler shared
by a thousand customers would link them all.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from voc.language import titles
from voc.language.folding import without_accents
from voc.language.registry import alternatives, words_of

OVERSEAS_REGIONS: dict[str, tuple[str, ...]] = {"FR": ("RE", "GP", "MQ", "GF", "YT")}
"""Regions whose numbers are dialled like national ones: 0692 … in metropolitan notation is +262 692 … (Réunion)."""

_FICTIONAL = re.compile(r"\+3363998\d{4}|\+447700900\d{3}")
"""Ranges regulators keep for fiction (Arcep decision 2018-0881, Ofcom) that libphonenumber calls unassigned: test
exports and demonstrations use them, and nobody owns them."""

_FRENCH_NUMBER = re.compile(
    r"(?:0|\+33 ?(?:\(0\))? ?|0033 ?)"
    r"(6(?:[0-24-8]\d|3[0-8])\d{6}|7[3-9]\d{7}|(?:1\d|2[0-57-9]|3\d|4[1-9]|5[0-8])\d{7})"
)
"""Metropolitan mobile and landline ranges of the national plan, as in libphonenumber's metadata: the short cut that
spares 100 µs for nearly every number of a French export."""

_SEPARATORS = re.compile("[ .\u202f-]")
_OVERSEAS_PREFIX = re.compile(r"0(?:26[239]|59\d|639|69\d|976)")
"""National prefixes handed to Réunion, Mayotte, Guadeloupe, Martinique and Guyane."""

_FILLER = frozenset(words_of(lambda one: one.cells.nothing, "nan", "null", "-", "--", ".", "?")) | {""}

_EMAIL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}", re.UNICODE)

_CIVILITY = re.compile(rf"^{titles.WRITTEN}\s+(?=\S)", re.IGNORECASE)

_NUMBERED = re.compile(rf"^(?:{alternatives(lambda one: one.cells.numbered)}|#)\s*", re.IGNORECASE)

_PROFILE_URL = re.compile(
    r"(?:https?://)?(?:www\.|m\.|mobile\.)?"
    r"(?:x\.com|twitter\.com|instagram\.com|facebook\.com|tiktok\.com|threads\.net|youtube\.com|bsky\.app/profile"
    r"|linkedin\.com/in)/@?([^/?#\s]+).*",
    re.IGNORECASE,
)


LONGEST_REFERENCE = 40
"""Most characters of a contract, order or customer number; what is longer is running text."""


def is_filler(value: str) -> bool:
    """Tell whether ``value`` stands for "nothing" in an export: empty, ``N/A``, ``NULL``, ``-``, ``inconnu`` …"""
    return value.strip().casefold() in _FILLER


@lru_cache(maxsize=65536)
def normalise_phone(value: str, region: str = "FR", *, unassigned: bool = False) -> str | None:
    """Return the E.164 form (``+33612345678``) of a phone number, or ``None`` where it is not one.

    Args:
        value: as typed or exported; spreadsheet damage is undone (lost leading zero, ``33612345678.0``).
        region: ISO 3166 region of numbers without a country code; overseas France is tried after ``FR``.
        unassigned: also accept numbers of a possible length in a range not handed out. For columns that are known
            to hold phone numbers; never for digits met in running text.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    if not 3 < len(text) <= 64:
        return None
    if "." in text:
        text = re.sub(r"\.0+$", "", text)
    plain = text if text.isdigit() else _SEPARATORS.sub("", text)
    if region == "FR" and (french := _FRENCH_NUMBER.fullmatch(plain)):
        national = french.group(1)
        return None if len(set(national[1:])) == 1 else "+33" + national
    return _phone_by_metadata(text, region, unassigned=unassigned)


def _phone_by_metadata(text: str, region: str, *, unassigned: bool) -> str | None:
    """:func:`normalise_phone` of what is no usual French number, by libphonenumber's metadata of all countries."""
    import phonenumbers

    digits = re.sub(r"\D", "", text)
    if len(digits) < 6 or len(set(digits[-7:])) == 1:  # 0000000, 9999999: a filler typed to get past a form
        return None
    bare = not text.startswith("+") and not digits.startswith("0") and len(digits) >= 11
    attempts = [(text, region)]
    if _OVERSEAS_PREFIX.match(digits):
        attempts += [(text, other) for other in OVERSEAS_REGIONS.get(region, ())]
    if bare:  # 33612345678: the plus sign was lost
        attempts.append(("+" + digits, region))
    possible = None
    for candidate, where in attempts:
        try:
            number = phonenumbers.parse(candidate, where)
        except phonenumbers.NumberParseException:
            continue
        formatted = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        if phonenumbers.is_valid_number(number) or _FICTIONAL.fullmatch(formatted):
            return formatted
        if possible is None and phonenumbers.is_possible_number(number):
            possible = formatted
    return possible if unassigned else None


@lru_cache(maxsize=8)
def listed_phones(written: str, region: str = "FR") -> frozenset[str]:
    """The phone numbers of a list with commas, in E.164.

    Raises:
        ValueError: a part of it is not one; the message names it.
    """
    parts = [part.strip() for part in re.split(r"[,;\n]", written) if part.strip()]
    found = {part: normalise_phone(part, region, unassigned=True) for part in parts}
    if wrong := [part for part, number in found.items() if number is None]:
        raise ValueError(f"'{wrong[0]}' is not a phone number; write it in full.")
    return frozenset(number for number in found.values() if number is not None)


def normalise_email(value: str) -> str | None:
    """Return the address lower-cased, without ``mailto:``, display name or brackets, or ``None`` if it is not one."""
    text = unicodedata.normalize("NFKC", value).strip().lower()
    if "<" in text:
        text = text.rpartition("<")[2].partition(">")[0]
    text = text.removeprefix("mailto:").strip(" \t\r\n<>()[]\"';,.")
    if len(text) > 254 or not _EMAIL.fullmatch(text) or ".." in text:
        return None
    return text


def normalise_reference(value: str, *, known: bool = False) -> str | None:
    """Return a contract, order or customer number as upper-case alphanumerics (``AZ-12 345`` → ``AZ12345``).

    ``None`` when fewer than three characters remain, none is a digit, or all digits are zero. ``known`` says that the
    value stands in a column of such references: then only nothing, a filler and zeros are refused.
    """
    text = without_accents(value).strip()
    text = re.sub(r"\.0+$", "", text)
    text = _NUMBERED.sub("", text)
    text = "".join(c for c in text if c.isalnum() and c.isascii()).upper()
    digits = [c for c in text if c.isdigit()]
    if len(text) > LONGEST_REFERENCE or (digits and set(text) == {"0"}):
        return None
    if known:
        return None if is_filler(value) or not text else text
    return text if len(text) >= 3 and digits and set(digits) != {"0"} else None


def normalise_handle(value: str) -> str | None:
    """Return an account name lower-cased, without ``@`` and without the profile's address around it.

    Who writes on which network is the caller's to say (:attr:`voc.records.Identifier.network`).
    """
    text = unicodedata.normalize("NFKC", value).strip()
    if url := _PROFILE_URL.fullmatch(text):
        text = url.group(1)
    text = text.lstrip("@").strip().lower()
    if is_filler(text) or len(text) > 100 or any(c.isspace() for c in text):
        return None
    return text


def normalise_name(value: str) -> str | None:
    """Return a person's name with its spaces collapsed and any civility (M., Mme, Mr, Mrs …) taken off."""
    text = " ".join(unicodedata.normalize("NFC", value).replace("\x00", "").strip("\"' \t\r\n").split())
    text = _CIVILITY.sub("", text)
    if is_filler(text) or len(text) > 120 or "@" in text or not any(c.isalpha() for c in text):
        return None
    return text


_MARKS = "|".join(words_of(lambda one: one.cells.labels, "spk", "spkr", "s", "ch", "p"))
_LABEL = re.compile(rf"(?:(?:{_MARKS})[\s_.-]*)?(?:\d{{1,4}}|[a-z])?", re.IGNORECASE)


def normalise(kind: str, value: str, region: str) -> str | None:
    """Return the one spelling of a value that stands in a field of its type, whichever type that is.

    ``region`` is that of phone numbers without a country code (ISO 3166). Types without a spelling of their own are
    references.
    """
    match kind:
        case "phone":
            return normalise_phone(value, region, unassigned=True)
        case "email":
            return normalise_email(value)
        case "handle":
            return normalise_handle(value)
        case "name":
            return normalise_name(value)
    return normalise_reference(value, known=True)


def names_somebody(label: str) -> bool:
    """Whether a speaker's label may be a person's name rather than a mark of a program: ``spk_0``, ``A``, ``Guest-2``.

    Ids of programs, which hold no word, are marks too.
    """
    text = label.strip()
    return _LABEL.fullmatch(text) is None and any(c.isalpha() for c in text) and not _PROGRAM_ID.fullmatch(text)


_PROGRAM_ID = re.compile(r"[0-9a-fA-F-]{16,64}|[UW][0-9A-Z]{7,12}")
"""Hexadecimal ids and UUIDs, members of a Slack workspace."""

_PLUS_DOMAINS = (
    "gmail.com outlook.com outlook.fr hotmail.com hotmail.fr live.com live.fr msn.com icloud.com me.com proton.me "
    "fastmail.com fastmail.fm zoho.com hey.com laposte.net free.fr"
)
_TAG_SEPARATORS = dict.fromkeys(_PLUS_DOMAINS.split(), "+") | dict.fromkeys(
    ("yahoo.com", "yahoo.fr", "yahoo.co.uk", "ymail.com"), "-"
)
"""Providers that deliver ``name+anything`` (Yahoo: ``name-anything``) to ``name``, as their help pages say."""

_IGNORES_DOTS = frozenset(("gmail.com",))
_SAME_DOMAIN = {"googlemail.com": "gmail.com", "protonmail.com": "proton.me", "pm.me": "proton.me", "mac.com": "me.com"}


def email_match_key(address: str) -> str:
    """What two spellings of one mailbox share: ``Anna.Martin+news@googlemail.com`` → ``annamartin@gmail.com``.

    ``address`` is as :func:`normalise_email` gives it. Tags and dots go only where the provider ignores them; elsewhere
    they may name another person. The key is for comparing, never for writing to: keep the address beside it.
    """
    local, _, domain = address.rpartition("@")
    domain = _SAME_DOMAIN.get(domain, domain)
    if (separator := _TAG_SEPARATORS.get(domain)) and not local.startswith(separator):
        local = local.partition(separator)[0]
    if domain in _IGNORES_DOTS:
        local = local.replace(".", "")
    return f"{local}@{domain}" if local else address


PHONE_KEY = 7
"""Last digits of a telephone number by which it is looked up, whatever prefix was written before them."""

_REFERENCES = frozenset({"contract", "order", "customer", "loyalty"})


def lookup_key(kind: str, value: str) -> str | None:
    """What an identifier of the base is looked up by when it stands in a text, however it was written there.

    Letters and digits of a number, the end of a telephone, an account's name; ``None`` for what is not compared this
    way: e-mail addresses, which are known by their shape, and names.
    """
    if kind == "handle":
        return value
    written = "".join(c for c in unicodedata.normalize("NFKD", value) if c.isascii() and c.isalnum()).upper()
    if kind == "phone":
        return written[-PHONE_KEY:] if len(written) >= PHONE_KEY else None
    return written if kind in _REFERENCES and any(c.isdigit() for c in written) else None
