"""Profiles: what a customer record or an interaction says about who somebody is, prepared for comparing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from voc.identifiers import email_match_key, normalise_name
from voc.language.folding import fold
from voc.linking.non_identifying_values import BlockedIdentifiers
from voc.records import Analysis, Customer, Identifier, Interaction
from voc.store.profiles import Profile

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_ISO_DATE = re.compile(r"((?:18|19|20)\d\d)-(\d\d)-(\d\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-]((?:18|19|20)\d\d)")
_COMPACT = re.compile(r"((?:18|19|20)\d\d)(\d\d)(\d\d)")

BIRTH_DATE = "birth_date"
"""Attribute that holds the date of birth, under one name whatever the export calls it."""

LONGEST_NAME_WORDS = 5


def folded_words(words: str | None) -> str | None:
    """Lower case, no accents, words separated by one space; ``None`` where nothing is left."""
    if not words:
        return None
    return " ".join(_WORD.findall(fold(words))) or None


def postcode_of(value: str | None) -> str | None:
    """A postcode without spaces, upper case, with the zero a spreadsheet took (``6000`` → ``06000``)."""
    if not value:
        return None
    text = re.sub(r"\.0$|\W", "", value).upper()
    return text.zfill(5) if text.isdigit() and len(text) == 4 else text or None


def date_of(value: str | None) -> str | None:
    """A date of birth as ``YYYY-MM-DD``: ISO, compact (``19651013``) or day first; ``None`` for anything else."""
    if not value:
        return None
    text = value.strip()[:10]
    if match := _ISO_DATE.match(text) or _COMPACT.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
    else:
        return None
    return f"{year}-{int(month):02d}-{int(day):02d}" if 1 <= int(day) <= 31 and 1 <= int(month) <= 31 else None


def of_customer(customer: Customer, *, blocked: BlockedIdentifiers | None = None) -> Profile:
    """The profile of a record of the customer base."""
    first, last = folded_words(customer.first_name), folded_words(customer.last_name)
    if not last and customer.name:
        first, last = split_name(customer.name)
    profile = Profile(
        customer_id=customer.id,
        first_name=first,
        last_name=last,
        postcode=postcode_of(customer.postcode),
        city=folded_words(customer.city),
        birth_date=date_of(customer.attributes.get(BIRTH_DATE)),
    )
    return _with_identifiers(profile, customer.identifiers, blocked or BlockedIdentifiers())


def of_interaction(
    interaction: Interaction,
    analysis: Analysis,
    *,
    blocked: BlockedIdentifiers | None = None,
    shared: Collection[tuple[str, str]] = (),
) -> Profile:
    """The profile of who speaks in an interaction: from its metadata, and from what they say of themselves.

    ``shared`` are (type, value) that so many records own that they tell nobody apart.
    """
    from voc.linking.self_introduction import introduced_name

    said = [one for one in analysis.identifiers if one.begin is not None]
    given = next((one.value for one in interaction.identifiers if one.type == "name"), None)
    name = given or introduced_name(analysis)
    first, last = split_name(name) if name else (None, None)
    attributes: Mapping[str, str] = interaction.attributes
    profile = Profile(
        first_name=first,
        last_name=last,
        postcode=postcode_of(attributes.get("postcode")),
        city=folded_words(attributes.get("city")),
        birth_date=date_of(attributes.get(BIRTH_DATE)),
    )
    found = [one for one in (*interaction.identifiers, *said) if (one.type, one.value) not in shared]
    return _with_identifiers(profile, found, blocked or BlockedIdentifiers())


def split_name(name: str) -> tuple[str | None, str | None]:
    """First name and surname of a whole name, folded: ``Marie DUPONT``, ``Dupont, Marie``, ``M. Dupont``, ``Marie``.

    Capitals and a comma say which word is the surname; otherwise it is what follows the first word. A lone word is a
    surname after a civility (``Madame Dupont``), else a first name.
    """
    plain = normalise_name(name)
    if plain is None:
        return None, None
    before, comma, after = plain.partition(",")
    if comma and folded_words(after):
        return folded_words(after), folded_words(before)
    words = plain.split()[:LONGEST_NAME_WORDS]
    if len(words) == 1:
        civil = normalise_name(name) != " ".join(name.split())
        return (None, folded_words(words[0])) if civil else (folded_words(words[0]), None)
    shouted = [word for word in words if len(word) > 1 and word.isupper()]
    if shouted and len(shouted) < len(words):
        quiet = [word for word in words if word not in shouted]
        return folded_words(" ".join(quiet)), folded_words(" ".join(shouted))
    return folded_words(words[0]), folded_words(" ".join(words[1:]))


def says_anything(profile: Profile) -> bool:
    """Whether there is more to go by than a first name."""
    return bool(
        profile.last_name
        or profile.email
        or profile.phone
        or profile.reference
        or profile.birth_date
        or (profile.first_name and profile.postcode)
    )


def _with_identifiers(profile: Profile, found: Iterable[Identifier], blocked: BlockedIdentifiers) -> Profile:
    usable: Sequence[Identifier] = [one for one in found if one not in blocked]
    return profile._replace(
        email=_each(email_match_key(one.value) for one in usable if one.type == "email"),
        phone=_each(one.value for one in usable if one.type == "phone"),
        reference=_each(one.value for one in usable if one.type in ("contract", "order", "loyalty")),
    )


def _each(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))[:20]
