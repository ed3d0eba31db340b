"""Rule books: published YAML files of word patterns a manager can read, and the finds of their rules in a text.

A find is void when the words around it turn it round: negated ("je ne veux pas résilier"), supposed ("si je
résiliais"), told of others ("on m'a dit de résilier") or quoted. The head of each YAML file says how its
rules are written.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from voc.errors import SettingsError
from voc.language.negation_scope import Quotes, void_reason
from voc.language.patterns import Pattern, PatternError, PatternIndex, TokenisedText, spelled_out
from voc.language.registry import FALLBACK, codes, languages, listed
from voc.language.sentences import Span
from voc.locales import interface_languages, listed_languages

LISTS = ("says", "outright", "opens", "perhaps", "asks", "unless", "denies")
"""Ways of saying it: ``says`` is void when negated; ``outright`` holds its own negation; ``opens`` counts where it is
how a sentence opens ("Improve the …"); ``perhaps`` is less plain; ``asks`` counts in a question only; ``unless`` voids
the rule's finds in the same sentence; ``denies`` voids those whose words it shares, and tells that the sentence says
the opposite."""
_VOIDING = frozenset(("unless", "denies"))
_WEAK = frozenset(("perhaps",))
_OPENING = 12
"""Characters within which a question word must open an unpunctuated sentence for it to be a question."""


@dataclass(frozen=True)
class Rule:
    """One rule of a book. ``points`` and ``kind`` mean what the book says; ``labels`` are by language."""

    id: str
    labels: dict[str, str]
    points: int = 0
    kind: str | None = None
    intent: str | None = None
    """An intent whose finds are this rule's too (fragility)."""

    def label(self, language: str | None) -> str:
        """The label in ``language``, else that of the fallback."""
        return self.labels.get(language or FALLBACK) or self.labels[FALLBACK]


@dataclass(frozen=True)
class RuleMatch:
    """Where a rule was said: characters ``begin``…``end`` of the text; ``way`` is the list the pattern stands in."""

    rule: Rule
    way: str
    begin: int
    end: int

    @property
    def plain(self) -> bool:
        """Whether it was said outright rather than hinted at."""
        return self.way not in _WEAK


@dataclass(frozen=True)
class RuleContext:
    """A text made ready for rules: flattened, its sentences, quotes, and where the customer speaks.

    ``heard`` are the spans whose words count (``None`` = all); ``spoken`` tells recognised speech that has neither
    full stops nor question marks.
    """

    text: str
    flat: TokenisedText
    language: str | None
    sentences: Sequence[Span] = ()
    heard: Sequence[Span] | None = None
    spoken: bool = False
    quotes: Quotes = field(default_factory=lambda: Quotes(()))
    found: dict[RuleBook, tuple[RuleMatch, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What books that were asked already found in it: sentiment, wishes and effort ask the same of one text."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Whose rules are read: the text's own, all where it was not told, none for one that is not read."""
        if self.language is None:
            return codes()
        return (self.language,) if self.language in codes() else ()

    def sentence_of(self, begin: int) -> Span:
        """The sentence a place lies in; the whole text when in none."""
        return next((span for span in self.sentences if span[0] <= begin < span[1]), (0, len(self.text)))

    def is_heard(self, begin: int) -> bool:
        """Whether the words at ``begin`` are the customer's."""
        return self.heard is None or any(low <= begin < high for low, high in self.heard)


class RuleBook:
    """The rules of one YAML file, in the order they are written."""

    def __init__(self, name: str, version: str, rules: Sequence[Rule], patterns: dict[str, PatternIndex[Any]]) -> None:
        self.name = name
        self.version = version
        self.rules = tuple(rules)
        self._patterns = patterns

    def __getitem__(self, rule_id: str) -> Rule:
        return next(rule for rule in self.rules if rule.id == rule_id)

    def find(self, reading: RuleContext) -> list[RuleMatch]:
        """Finds in the order of the text; of one rule never two that overlap. Of one reading they are found once."""
        if (found := reading.found.get(self)) is None:
            found = reading.found[self] = tuple(self._find(reading))
        return list(found)

    def _find(self, reading: RuleContext) -> list[RuleMatch]:
        if not reading.flat.starts:
            return []
        candidates = self._candidates(reading)
        found = [
            find
            for rule, way, pattern in candidates
            if way not in _VOIDING
            for find in _finds(reading, rule, way, pattern)
        ]
        voids = _voids(reading, candidates) if found else {}
        denials = _denials(reading, candidates) if found else {}
        kept: list[RuleMatch] = []
        reach: dict[str, int] = {}
        for find in sorted(found, key=lambda find: (find.begin, not find.plain, -find.end)):
            if find.begin < reach.get(find.rule.id, 0):
                continue
            if any(low <= find.begin < high for low, high in voids.get(find.rule.id, ())):
                continue
            if any(low < find.end and find.begin < high for low, high in denials.get(find.rule.id, ())):
                continue
            reach[find.rule.id] = find.end
            kept.append(find)
        return kept

    def voids(self, reading: RuleContext) -> dict[str, list[Span]]:
        """Rule id → sentences in which an ``unless`` of it stands."""
        return _voids(reading, self._candidates(reading))

    def denied(self, reading: RuleContext) -> dict[str, list[Span]]:
        """Rule id → sentences that say the opposite of it."""
        denials = _denials(reading, self._candidates(reading))
        return {rule: [reading.sentence_of(begin) for begin, _ in spans] for rule, spans in denials.items()}

    def _candidates(self, reading: RuleContext) -> list[tuple[Rule, str, Pattern]]:
        return [
            (self.rules[number], way, pattern)
            for language in reading.languages
            for (number, way), pattern in self._patterns[language].candidates(reading.flat)
        ]


def _voids(reading: RuleContext, candidates: Sequence[tuple[Rule, str, Pattern]]) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for rule, way, pattern in candidates:
        if way == "unless":
            for match in pattern.regex.finditer(reading.flat.text):
                begin, _ = reading.flat.original(*match.span())
                found.setdefault(rule.id, []).append(reading.sentence_of(begin))
    return found


def _denials(reading: RuleContext, candidates: Sequence[tuple[Rule, str, Pattern]]) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for rule, way, pattern in candidates:
        if way == "denies":
            spans = [reading.flat.original(*match.span()) for match in pattern.regex.finditer(reading.flat.text)]
            found.setdefault(rule.id, []).extend(span for span in spans if reading.is_heard(span[0]))
    return found


def _finds(reading: RuleContext, rule: Rule, way: str, pattern: Pattern) -> list[RuleMatch]:
    flat, position = reading.flat, 0
    found: list[RuleMatch] = []
    while match := pattern.regex.search(flat.text, position):
        begin, end = flat.original(*match.span())
        negatable = way != "outright"
        reason = void_reason(reading.text, flat, match.span(), quotes=reading.quotes, negatable=negatable)
        void = reason is not None or not reading.is_heard(begin)
        if not void and way == "asks":
            low, high = reading.sentence_of(begin)
            asked = begin - low <= _OPENING if reading.spoken else "?" in reading.text[begin : high + 2]
            void = not asked
        if not void and way == "opens":
            low, _ = reading.sentence_of(begin)
            void = bool(_words_from(flat, low, begin))
        # A longer stretch may have taken in a negation of something else: look again one word further.
        position = match.start() + 1 if void else match.end()
        if not void:
            found.append(RuleMatch(rule, way, begin, end))
    return found


def _words_from(flat: TokenisedText, low: int, begin: int) -> Sequence[int]:
    """Where the words of a stretch begin; handles and links are none."""
    return flat.begins[bisect_left(flat.begins, low) : bisect_left(flat.begins, begin)]


@lru_cache(maxsize=64)
def read_rules(path: Path, *, name: str) -> RuleBook:
    """The book in the YAML file ``path``, read once; ``name`` is what messages and versions call it.

    Raises:
        SettingsError: the file is missing or wrong; the message names the rule.
    """
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"rules {path}: cannot be read ({error}); restore the file.") from None
    own = [one.rules / f"{name}.yaml" for one in languages() if one.rules]
    return parse_rules(
        source, name=name, added=[(str(file), file.read_text("utf-8")) for file in own if file.is_file()]
    )


def parse_rules(source: str, *, name: str, added: Sequence[tuple[str, str]] = ()) -> RuleBook:
    """Read a rule book from YAML text.

    Args:
        source: the text.
        name: what messages and versions call it.
        added: (name, text) of files that say its rules in further languages: the same ids, their own patterns.

    Raises:
        SettingsError: see :func:`read_rules`.
    """
    content = _content(name, source)
    rules: list[Rule] = []
    indexes: dict[str, PatternIndex[Any]] = {code: PatternIndex() for code in codes()}
    for number, entry in enumerate(content["rules"]):
        rules.append(_rule(name, entry))
        if rules[-1].id in {rule.id for rule in rules[:-1]}:
            raise SettingsError(f"rules {name}, rule `{rules[-1].id}`: this id is used twice.")
        _add_patterns(indexes, number, entry, name, content)
    places = {rule.id: number for number, rule in enumerate(rules)}
    for origin, text in added:
        more = _content(origin, text)
        for entry in more["rules"]:
            rule_id = entry.get("id") if isinstance(entry, dict) else None
            if rule_id not in places:
                raise SettingsError(f"rules {origin}: `{rule_id}` is no rule of the book {name}; correct the id.")
            if unknown := sorted(set(entry) - {"id", "labels", *LISTS}):
                raise SettingsError(f"rules {origin}, rule `{rule_id}`: unknown key `{unknown[0]}`.")
            number = places[rule_id]
            labels = {**(entry.get("labels") or {}), **rules[number].labels}
            rules[number] = replace(rules[number], labels=labels)
            _add_patterns(indexes, number, entry, origin, more)
    digest = hashlib.sha256("".join((source, *(text for _, text in added))).encode()).hexdigest()[:8]
    return RuleBook(name, f"{content.get('version', '0')}@{digest}", rules, indexes)


def _content(name: str, source: str) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(source, Loader=loader)  # noqa: S506 - a safe loader, the C one where there is one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        raise SettingsError(f"rules {name}{where}: not readable as YAML; check indentation and quotes.") from None
    if not isinstance(content, dict) or not isinstance(content.get("rules"), list):
        raise SettingsError(f"rules {name}: the file must hold `version` and a list `rules`.")
    if unknown := sorted(set(content) - {"version", "words", "rules"}):
        raise SettingsError(f"rules {name}: unknown key `{unknown[0]}`; known are version, words, rules.")
    return content


def _add_patterns(
    indexes: Mapping[str, PatternIndex[Any]],
    number: int,
    entry: Mapping[str, Any],
    name: str,
    content: Mapping[str, Any],
) -> None:
    words = content.get("words") or {}
    for way in LISTS:
        for code, patterns in (entry.get(way) or {}).items():
            if code not in indexes or not isinstance(patterns, list):
                must = f"must be lists under {listed('and')}"
                raise SettingsError(f"rules {name}, rule `{entry['id']}`: `{way}` {must}.")
            for pattern in patterns:
                try:
                    indexes[code].add((number, way), [spelled_out(str(pattern), words.get(code) or {})])
                except PatternError as error:
                    raise SettingsError(
                        f"rules {name}, rule `{entry['id']}`: {way}.{code}: `{pattern}`: {error}."
                    ) from None


def _rule(name: str, entry: Any) -> Rule:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise SettingsError(f"rules {name}: every rule needs an `id`.")
    if unknown := sorted(set(entry) - {"id", "labels", "points", "kind", "intent", *LISTS}):
        raise SettingsError(f"rules {name}, rule `{entry['id']}`: unknown key `{unknown[0]}`.")
    labels = entry.get("labels")
    if not isinstance(labels, dict) or not all(isinstance(labels.get(code), str) for code in interface_languages()):
        raise SettingsError(
            f"rules {name}, rule `{entry['id']}`: `labels` must give a text for {listed_languages('and')}."
        )
    points = entry.get("points", 0)
    if not isinstance(points, int):
        raise SettingsError(f"rules {name}, rule `{entry['id']}`: `points` must be a whole number.")
    return Rule(entry["id"], dict(labels), points, entry.get("kind"), entry.get("intent"))
