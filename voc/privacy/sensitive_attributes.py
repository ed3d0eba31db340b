"""What is never guessed about anybody: special categories of personal data, and what the law forbids to sort by.

The first seven groups are article 9 of the GDPR (health, genetic and biometric data, religion and belief, origin,
trade union, politics, sex life and orientation), then criminal convictions (article 10), then criteria of
discrimination in French law (Code pénal, art. 225-1): sex, age, family situation, pregnancy, disability, name, poverty.
A name of an attribute or one of its values that holds one of these words is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from voc.language.folding import bare

SENSITIVE: dict[str, tuple[str, ...]] = {
    "health": (
        *("health", "sante", "medic", "maladie", "disease", "illness", "patient", "handicap", "disab", "invalid"),
        *("diagnos", "allerg", "pathol", "hospital", "hopital", "mutuelle", "pregnan", "enceinte", "grossesse", "pmr"),
        *("ald", "cpam", "vaccin", "blood", "sanguin", "obes", "weight", "poids", "vulnerab", "malentend", "deaf"),
    ),
    "genetic_biometric": ("genet", "adn", "dna", "biometr", "empreinte", "fingerprint"),
    "religion": (
        *("relig", "belief", "croyance", "confession", "faith", "church", "eglise", "halal", "casher", "kosher"),
        *("musulm", "muslim", "christian", "chretien", "juif", "jewish", "catholi", "protestant", "bouddh", "buddh"),
        *("hindu", "culte"),
    ),
    "origin": (
        *("ethnic", "ethni", "race", "racial", "origin", "origine", "nationalit", "citizenship", "birthplace"),
        *("lieu de naissance", "pays de naissance", "country of birth", "immigr", "migrant", "skin", "gens du voyage"),
    ),
    "union": ("union", "syndic", "trade union", "cgt", "cfdt"),
    "politics": ("politic", "politiq", "parti", "party", "vote", "opinion", "militant", "ideolog"),
    "sexuality": ("sexual", "sexuel", "orientation", "lgbt", "gay", "homo", "hetero", "bisex", "trans", "queer"),
    "criminal": ("criminal", "casier", "condamn", "convict", "penal", "offence", "fraud"),
    "sex": ("sex", "sexe", "gender", "genre", "civilit", "salutation", "mr mrs", "male", "female", "homme", "femme"),
    "age": ("age", "birth", "naissance", "dob", "senior", "age group", "tranche d age", "generation"),
    "family": ("marital", "matrimon", "married", "marie", "divorc", "celibat", "enfant", "child", "famil", "household"),
    "name": (
        "prenom",
        "surname",
        "first name",
        "last name",
        "email",
        "phone",
        "telephone",
        "adresse",
        "address",
        "iban",
    ),
    "poverty": ("income", "revenu", "salaire", "salary", "rsa", "precar", "pauvre", "poor", "surendett", "debt"),
}
"""Group → beginnings of words (folded), or whole phrases."""

_WHOLE = frozenset(
    (
        *("ald", "adn", "dna", "race", "age", "sex", "gay", "trans", "union", "parti", "party", "vote", "rsa", "dob"),
        *("male", "cgt", "pmr", "marie", "homo", "genre", "skin", "blood"),
    )
)
"""Short ones that begin too many harmless words (``message``, ``transfer``, ``partition``) count as whole words."""


def group_of(text: str) -> str | None:
    """The group of sensitive data that ``text`` speaks of, ``None`` where none is known."""
    words = words_of_name(text)
    for group, starts in SENSITIVE.items():
        for start in starts:
            if " " in start:
                if start in words:
                    return group
            elif any(word == start if start in _WHOLE else word.startswith(start) for word in words.split()):
                return group
    return None


def is_sensitive(name: str, values: Iterable[str] = (), *, also: Iterable[str] = ()) -> bool:
    """Whether an attribute may not be guessed: by its name, by what its values say, or because ``also`` names it."""
    if words_of_name(name) in {words_of_name(one) for one in also}:
        return True
    return group_of(name) is not None or any(group_of(value) is not None for value in values)


@lru_cache(maxsize=4096)
def words_of_name(text: str) -> str:
    """The folded words of an attribute's name or value, one space apart; ``dateOfBirth`` is three words."""
    return bare(re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", text[:300]))
