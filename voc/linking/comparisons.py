"""How two values of a field compare: a few named levels, the same in Python (one link now) and in SQL (training).

A comparison walks its levels from the best to the worst and takes the first that holds, as Splink's do, so weights
learnt there can be used here. Values are prepared before (:mod:`voc.linking.linkage_fields`): folded, normalised, dates
as ISO 8601. Jaro–Winkler (Winkler 1990) and Damerau–Levenshtein come from RapidFuzz here and from DuckDB there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from voc.linking.phonetics import sounds_like

MISSING = "missing"
"""Level of a field one side does not have: it speaks neither for nor against."""

ELSE = "else"

CLOSE_NAME, SIMILAR_NAME = 0.92, 0.80
"""Jaro–Winkler similarity of names with one slip, and of names that share their head (Splink's usual thresholds)."""

PHONE_TAIL = 7
"""Last digits that stay when the country, the area or the trunk prefix was written otherwise."""

Test = Callable[[str, str], bool]


@dataclass(frozen=True)
class Level:
    """One way to agree: ``sql`` is its condition on ``{column}_l`` and ``{column}_r``, ``test`` the same in Python.

    ``frequency`` says that the share of customers with that very value decides what the agreement is worth.
    ``most_bits`` limits levels that depend on how one side was written (an initial) more than on who it is: their u
    among random pairs says how rare initials are, not how rarely two people share one.
    """

    name: str
    sql: str
    test: Test
    frequency: bool = False
    most_bits: float | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of value with its levels, best first; the last is always :data:`ELSE`.

    ``expected`` is how often two records of one person are expected at each level before anything is learnt: training
    leans on it a little, so that a level the training pairs happened not to show is rare, not impossible.
    """

    name: str
    levels: tuple[Level, ...]
    expected: tuple[float, ...]

    def level(self, ours: str | None, theirs: str | None) -> str:
        """Name of the first level that holds for two prepared values."""
        if not ours or not theirs:
            return MISSING
        return next((level.name for level in self.levels if level.test(ours, theirs)), ELSE)

    def best_level(self, ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
        """The best level any value of one side reaches with any of the other."""
        if not ours or not theirs:
            return MISSING
        return next((x.name for x in self.levels if any(x.test(a, b) for a in ours for b in theirs)), ELSE)

    @property
    def level_names(self) -> tuple[str, ...]:
        """Names of all levels in order, without :data:`MISSING`."""
        return (*(level.name for level in self.levels), ELSE)


def _equal(a: str, b: str) -> bool:
    return a == b


def _initial(a: str, b: str) -> bool:
    return a[0] == b[0] and (len(a) == 1 or len(b) == 1)


def _sounds(a: str, b: str) -> bool:
    key = sounds_like(a)
    return len(key) > 1 and key == sounds_like(b)


def _part(a: str, b: str) -> bool:
    """Jean of Jean-Pierre, Dupont of Dupont-Martin: one is a whole word of the other."""
    return f" {a} " in f" {b} " or f" {b} " in f" {a} "


def _jaro_winkler(at_least: float) -> Test:
    def test(a: str, b: str) -> bool:
        return JaroWinkler.similarity(a, b, score_cutoff=at_least) >= at_least

    return test


def _edits(at_most: int) -> Test:
    def test(a: str, b: str) -> bool:
        return DamerauLevenshtein.distance(a, b, score_cutoff=at_most) <= at_most

    return test


def _tail(a: str, b: str) -> bool:
    return a[-PHONE_TAIL:] == b[-PHONE_TAIL:] and len(a) > PHONE_TAIL and len(b) > PHONE_TAIL


def _same_start(length: int) -> Test:
    def test(a: str, b: str) -> bool:
        return a[:length] == b[:length]

    return test


def _local_part(a: str, b: str) -> bool:
    return a.partition("@")[0] == b.partition("@")[0]


EXACT = Level("exact", "{c}_l = {c}_r", _equal)
EXACT_BY_FREQUENCY = Level("exact", "{c}_l = {c}_r", _equal, frequency=True)


def _name_level(least: float, name: str) -> Level:
    return Level(name, f"jaro_winkler_similarity({{c}}_l, {{c}}_r) >= {least}", _jaro_winkler(least))


def _edit_level(most: int, name: str) -> Level:
    return Level(name, f"damerau_levenshtein({{c}}_l, {{c}}_r) <= {most}", _edits(most))


NAME = Kind(
    "name",
    (
        EXACT_BY_FREQUENCY,
        Level(
            "initial",
            "left({c}_l, 1) = left({c}_r, 1) and (length({c}_l) = 1 or length({c}_r) = 1)",
            _initial,
            most_bits=3.5,
        ),
        Level("sound", "{c}_sound_l = {c}_sound_r and length({c}_sound_l) > 1", _sounds),
        _name_level(CLOSE_NAME, "close"),
        Level(
            "part",
            "contains(' ' || {c}_l || ' ', ' ' || {c}_r || ' ') or contains(' ' || {c}_r || ' ', ' ' || {c}_l || ' ')",
            _part,
            most_bits=5.0,
        ),
        _name_level(SIMILAR_NAME, "similar"),
    ),
    expected=(0.80, 0.06, 0.05, 0.04, 0.02, 0.01, 0.02),
)
"""A first name or a surname."""

EMAIL = Kind(
    "email",
    (
        EXACT,
        Level("local part", "split_part({c}_l, '@', 1) = split_part({c}_r, '@', 1)", _local_part),
        _edit_level(2, "close"),
    ),
    expected=(0.85, 0.03, 0.04, 0.08),
)
"""An address as :func:`voc.identifiers.email_match_key` gives it. No level rests on similarity: addresses are made
of the name, which has weights of its own."""

PHONE = Kind(
    "phone",
    (
        EXACT,
        Level(
            "tail",
            f"right({{c}}_l, {PHONE_TAIL}) = right({{c}}_r, {PHONE_TAIL})"
            f" and length({{c}}_l) > {PHONE_TAIL} and length({{c}}_r) > {PHONE_TAIL}",
            _tail,
        ),
        _edit_level(1, "close"),
    ),
    expected=(0.85, 0.02, 0.03, 0.10),
)
"""A phone number in E.164."""

CODE = Kind("code", (EXACT, _edit_level(1, "close")), expected=(0.93, 0.04, 0.03))
"""A contract, order or other number that was handed out: one slip is likelier than a neighbour's number."""

DATE = Kind(
    "date",
    (
        EXACT,
        _edit_level(1, "close"),
        _edit_level(2, "near"),
        Level("year", "left({c}_l, 4) = left({c}_r, 4)", _same_start(4)),
    ),
    expected=(0.90, 0.05, 0.02, 0.01, 0.02),
)
"""A date as ``YYYY-MM-DD``; swapped day and month, or one wrong digit, is ``close`` or ``near``."""

POSTCODE = Kind(
    "postcode",
    (EXACT_BY_FREQUENCY, _edit_level(1, "close"), Level("area", "left({c}_l, 2) = left({c}_r, 2)", _same_start(2))),
    expected=(0.85, 0.03, 0.05, 0.07),
)
"""A postcode; two characters are a French département and a British or American area."""

TEXT = Kind("text", (EXACT_BY_FREQUENCY, _name_level(0.9, "close")), expected=(0.85, 0.05, 0.10))
"""A place, a street, an occupation: folded words."""

KINDS = {kind.name: kind for kind in (NAME, EMAIL, PHONE, CODE, DATE, POSTCODE, TEXT)}


@dataclass(frozen=True)
class Field:
    """A field of a record and the kind of values it holds."""

    name: str
    kind: Kind


CUSTOMER_FIELDS: tuple[Field, ...] = (
    Field("first_name", NAME),
    Field("last_name", NAME),
    Field("email", EMAIL),
    Field("phone", PHONE),
    Field("postcode", POSTCODE),
    Field("city", TEXT),
    Field("birth_date", DATE),
    Field("reference", CODE),
)
"""What an interaction and a customer are compared by."""
