"""The rules of call categories, read from one YAML file that anybody can read and change.

A category holds when all of its rules do. A rule looks at one thing – words, an intent, a topic, silence, interruption,
sentiment or tone – by one role, within a part of the call, at least so many times, or not at all (``negate``). The
shape follows the categories of Amazon Transcribe Call Analytics: role, absolute or relative time range, threshold,
negation, up to 20 rules; ``categories.yaml`` beside this file says how each is written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from voc.errors import SettingsError
from voc.language.patterns import PatternError, PatternIndex
from voc.language.registry import codes, listed
from voc.locales import interface_languages
from voc.records import Channel
from voc.records.channels import SPOKEN
from voc.settings import rules_of

SHIPPED = Path(__file__).with_name("categories.yaml")
MAX_RULES = 20
MAX_CATEGORIES = 200
ROLES = ("agent", "customer")
KINDS = ("words", "intent", "topic", "silence", "interruption", "sentiment", "tone")
SENTIMENTS = ("negative", "neutral", "positive")
SCALES = ("activation", "tension")

_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
_AMOUNT = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(ms|s|min|%)")
_UNITS_MS = {"ms": 1, "s": 1000, "min": 60_000}
_TONE = re.compile(r"(activation|tension)\s*(>=?|<=?)\s*(0?\.\d{1,4}|0|1|1\.0)")
_PUNCTUATION = re.compile(r"[!,;:«»\"]+(?=\s|$)|(?<=\s)[?.](?=\s|$)|(?<=\w)\.$")
"""Signs somebody writes out of habit; no pattern means them."""
_PER_RULE = frozenset((*KINDS, "by", "within", "at_least", "negate"))
_PER_CATEGORY = frozenset(("labels", "why", "channels", "rules"))


@dataclass(frozen=True)
class TimeBound:
    """A border of a part of a call: ``ms`` from its begin, or a ``share`` (0…1) of its length."""

    ms: float | None = None
    share: float | None = None

    def at(self, duration_ms: int) -> float:
        """The border in ms of a call this long."""
        return self.ms if self.ms is not None else (self.share or 0.0) * duration_ms


@dataclass(frozen=True)
class Window:
    """A part of a call, as written in ``text``; with ``from_end`` both borders are counted back from the call's end."""

    begin: TimeBound
    end: TimeBound
    text: str
    from_end: bool = False

    def span(self, duration_ms: int) -> tuple[float, float]:
        """Begin and end in ms, within the call."""
        begin, end = self.begin.at(duration_ms), self.end.at(duration_ms)
        if self.from_end:
            begin, end = duration_ms - end, duration_ms - begin
        return max(0.0, begin), min(float(duration_ms), end)


@dataclass(frozen=True)
class ToneLimit:
    """``tension >= 0.7``: turns whose value lies on that side of ``limit`` (0…1)."""

    scale: str
    above: bool
    limit: float


@dataclass(frozen=True)
class Rule:
    """One condition. ``kind`` says which of the fields below it is about."""

    kind: str
    role: str | None = None
    window: Window | None = None
    at_least: int = 1
    negate: bool = False
    phrases: dict[str, PatternIndex[None]] = field(default_factory=dict)
    """By language; ``""`` are those for any language."""
    label: str = ""
    """Intent or topic."""
    shortest_ms: int = 0
    """Of silences and interruptions."""
    sentiments: tuple[str, ...] = ()
    tone: ToneLimit | None = None


@dataclass(frozen=True)
class Category:
    """One category with its names by language, why one would look at it, and its rules."""

    id: str
    labels: dict[str, str]
    rules: tuple[Rule, ...]
    why: dict[str, str] = field(default_factory=dict)
    channels: tuple[str, ...] = tuple(sorted(SPOKEN))


@dataclass(frozen=True)
class Categories:
    """All categories in the order of the file. ``version`` is the file's own, with a digest of its content."""

    version: str
    categories: tuple[Category, ...]

    def __iter__(self) -> Iterator[Category]:
        return iter(self.categories)


def load_categories(path: Path | None = None) -> Categories:
    """The categories of ``path``, by default the ones shipped.

    Raises:
        SettingsError: the file cannot be read, or a rule cannot be understood; one line that names file, category and
            rule and says what to write.
    """
    return rules_of(path or SHIPPED, _load, setting="VOC_CATEGORIES")


@lru_cache(maxsize=8)
def _load(path: Path, _changed: int) -> Categories:
    import yaml

    content = path.read_bytes()
    try:
        document: Any = yaml.safe_load(content.decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        first = " ".join(str(error).split())[:160]
        raise SettingsError(f"VOC_CATEGORIES: {path.name} is not YAML in UTF-8 ({first}); correct it.") from error
    return _Reader(path.name).file(document, hashlib.sha256(content).hexdigest()[:7])


class _Reader:
    """Reads one document; every refusal names the place and what to write instead."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.place = ""

    def refuse(self, what: str) -> SettingsError:
        place = f", {self.place}" if self.place else ""
        return SettingsError(f"VOC_CATEGORIES: {self.name}{place}: {what}.")

    def file(self, document: Any, digest: str) -> Categories:
        if not isinstance(document, dict) or set(document) != {"version", "categories"}:
            raise self.refuse("must hold `version` and `categories`, and nothing else")
        version = document["version"]
        if isinstance(version, bool) or not re.fullmatch(r"[\w.-]{1,20}", str(version)):
            raise self.refuse("`version` must be a number or a short word; raise it when you change the rules")
        given = document["categories"]
        if not isinstance(given, dict) or len(given) > MAX_CATEGORIES:
            raise self.refuse(f"`categories` must map each category's id to its rules, {MAX_CATEGORIES} at most")
        return Categories(f"{version}@{digest}", tuple(self.category(str(one), given[one]) for one in given))

    def category(self, name: str, given: Any) -> Category:
        self.place = name
        if not _ID.fullmatch(name):
            raise self.refuse("an id is lower-case letters, digits and _, like hold_too_long")
        if not isinstance(given, dict):
            raise self.refuse("must hold `labels` and `rules`")
        self.known(given, _PER_CATEGORY)
        channels = given.get("channels", sorted(SPOKEN))
        if not isinstance(channels, list) or not channels or any(one not in list(Channel) for one in channels):
            raise self.refuse(f"`channels` must list some of {', '.join(Channel)}")
        rules = given.get("rules")
        if not isinstance(rules, list) or not 1 <= len(rules) <= MAX_RULES:
            raise self.refuse(f"`rules` must be a list of 1 to {MAX_RULES} rules")
        labels, why = self.names(given, "labels", needed=True), self.names(given, "why", needed=False)
        found = []
        for number, one in enumerate(rules, start=1):
            self.place = f"{name}, rule {number}"
            found.append(self.rule(one))
        return Category(name, labels, tuple(found), why, tuple(channels))

    def names(self, given: dict[str, Any], key: str, *, needed: bool) -> dict[str, str]:
        found = given.get(key)
        if found is None and not needed:
            return {}
        if isinstance(found, str) and found.strip():
            return dict.fromkeys(interface_languages(), found.strip())
        if (
            not isinstance(found, dict)
            or not found
            or any(
                one not in interface_languages() or not isinstance(text, str) or not text.strip()
                for one, text in found.items()
            )
        ):
            raise self.refuse(f"`{key}` must be a name, or names by language ({', '.join(interface_languages())})")
        first = next(iter(found.values()))
        return {one: str(found.get(one, first)).strip() for one in interface_languages()}

    def known(self, given: dict[str, Any], keys: frozenset[str]) -> None:
        for key in given:
            if key not in keys:
                raise self.refuse(f"`{key}` is not known; use {', '.join(sorted(keys))}")

    def rule(self, given: Any) -> Rule:
        if not isinstance(given, dict):
            raise self.refuse(f"a rule names what it looks at: one of {', '.join(KINDS)}")
        self.known(given, _PER_RULE)
        kinds = [kind for kind in KINDS if kind in given]
        if len(kinds) != 1:
            raise self.refuse(f"a rule looks at one thing, this one at {len(kinds)}; use one of {', '.join(KINDS)}")
        (kind,) = kinds
        role = given.get("by")
        if role is not None and role not in ROLES:
            raise self.refuse(f"`by: {role}` is no role; use agent or customer, or leave it out for either")
        if role is not None and kind == "silence":
            raise self.refuse("silence is nobody's; leave `by` out")
        least = given.get("at_least", 1)
        if isinstance(least, bool) or not isinstance(least, int) or not 1 <= least <= 1000:
            raise self.refuse(f"`at_least: {least}` must be a whole number from 1 to 1000")
        negate = given.get("negate", False)
        if not isinstance(negate, bool):
            raise self.refuse("`negate` must be true or false")
        window = self.window(given["within"]) if "within" in given else None
        about = self.about(kind, given[kind])
        return Rule(kind, role, window, least, negate, **about)

    def about(self, kind: str, value: Any) -> dict[str, Any]:
        if kind == "words":
            return {"phrases": self.phrases(value)}
        if kind in {"intent", "topic"}:
            if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9_.]{0,80}", value):
                raise self.refuse(f"`{kind}` must be the id of one, like {'cancel' if kind == 'intent' else 'billing'}")
            return {"label": value}
        if kind in {"silence", "interruption"}:
            amount, unit = self.amount(value, kind)
            if unit == "%":
                raise self.refuse(f"`{kind}: {value}` must be a time, like 30s or 500ms")
            return {"shortest_ms": round(amount * _UNITS_MS[unit])}
        if kind == "sentiment":
            wanted = value if isinstance(value, list) else [value]
            if not wanted or any(one not in SENTIMENTS for one in wanted):
                raise self.refuse(f"`sentiment: {value}` must be one or some of {', '.join(SENTIMENTS)}")
            return {"sentiments": tuple(wanted)}
        match = _TONE.fullmatch(str(value).strip())
        if match is None:
            raise self.refuse(f"`tone: {value}` must compare {' or '.join(SCALES)} with 0 to 1, like tension >= 0.7")
        return {"tone": ToneLimit(match[1], match[2].startswith(">"), float(match[3]))}

    def phrases(self, value: Any) -> dict[str, PatternIndex[None]]:
        groups = value if isinstance(value, dict) else {"": value}
        found: dict[str, PatternIndex[None]] = {}
        for language, lines in groups.items():
            if language not in ("", *codes()):
                raise self.refuse(f"`words` by language knows {listed('and')}, not {language}")
            each = [lines] if isinstance(lines, str) else lines
            if not isinstance(each, list) or not each or not all(isinstance(one, str) for one in each):
                raise self.refuse(
                    f"`words` must be a list of phrases, or lists by language ({', '.join(codes())}); quote numbers"
                )
            index = found[language] = PatternIndex()
            for phrase in each:
                written = " ".join(_PUNCTUATION.sub(" ", phrase).split())
                if not re.search(r"\w", written):
                    raise self.refuse(f"the phrase '{phrase[:60]}' has no words; correct it")
                try:
                    index.add(None, [written])
                except PatternError as error:
                    raise self.refuse(f"the phrase '{phrase[:60]}' cannot be read: {error}; correct it") from error
        if not found:
            raise self.refuse(f"`words` must be a list of phrases, or lists by language ({', '.join(codes())})")
        return found

    def window(self, value: Any) -> Window:
        text = str(value).strip()
        first, _, rest = text.partition(" ")
        if first in {"first", "last"}:
            edge = self.edge(rest, "within")
            return Window(TimeBound(ms=0.0), edge, text, from_end=first == "last")
        begin, dots, end = text.partition("..")
        if not dots:
            raise self.refuse(f"`within: {text}` is no part of a call; write first 30s, last 20% or 10s..60s")
        window = Window(self.edge(begin, "within"), self.edge(end, "within"), text)
        same = (window.begin.ms is None) == (window.end.ms is None)
        if same and window.begin.at(1000) >= window.end.at(1000):
            raise self.refuse(f"`within: {text}` ends before it begins; turn it round")
        return window

    def edge(self, text: str, key: str) -> TimeBound:
        amount, unit = self.amount(text, key)
        if unit == "%" and amount > 100:
            raise self.refuse(f"`{key}: {text.strip()}` is more than the whole call; use up to 100%")
        return TimeBound(share=amount / 100) if unit == "%" else TimeBound(ms=amount * _UNITS_MS[unit])

    def amount(self, value: Any, key: str) -> tuple[float, str]:
        match = _AMOUNT.fullmatch(str(value).strip())
        if match is None:
            raise self.refuse(f"`{key}: {value}` needs a number with its unit: 30s, 500ms, 2min or 20%")
        return float(match[1]), match[2]
