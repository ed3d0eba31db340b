"""Reading a topic pack from YAML: all of it is checked before any is in force, mistakes are told with their line.

The head of ``packs/core.yaml`` says how a pack is written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from voc.errors import SettingsError
from voc.language.pattern_cost import is_slow
from voc.language.patterns import PatternError, expression, spelled_out
from voc.language.registry import FALLBACK, codes, listed
from voc.locales import interface_languages, listed_languages
from voc.topics.taxonomy import ByLanguage, Topic, TopicRule

LONGEST_FILE = 2_000_000
"""Characters of a pack that are read: ten times the longest one shipped."""

_ID = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){0,2}")
_TOP = ("version", "pack", "words", "topics", "adds", "nothing")
_TOPIC = ("id", "labels", "yields", "rules", "unless", "examples", "unlike")
_ADDS = ("to", "labels", "yields", "rules", "unless", "examples", "unlike")
_RULE = ("says", "negated", "where", "unless")
_PACK = ("id", "labels", "about", "signs")

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Addition:
    """What a pack adds to a topic of another: rules and examples that are right in its trade only."""

    to: str
    line: int
    rules: dict[str, tuple[TopicRule, ...]]
    unless: ByLanguage
    examples: ByLanguage
    unlike: ByLanguage
    yields: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    """What the topic is called in languages that its own pack has no name in."""


@dataclass(frozen=True)
class Pack:
    """One file of topics. ``lines`` are those of its topics, ``signs`` words by which texts of its trade are known."""

    id: str
    origin: str
    version: str
    digest: str
    labels: dict[str, str]
    about: dict[str, str]
    signs: ByLanguage
    topics: tuple[Topic, ...]
    additions: tuple[Addition, ...]
    nothing: ByLanguage
    words: Words = field(repr=False)
    lines: dict[str, int] = field(repr=False)

    def label(self, language: str | None) -> str:
        """What the pack is called in ``language``, else in the fallback, else its id."""
        return self.labels.get(language or FALLBACK) or self.labels.get(FALLBACK) or self.id


def read_source(path: Path, *, setting: str) -> str:
    """The text of a pack or taxonomy file; ``setting`` is the one that names it.

    Raises:
        SettingsError: it is missing, too large or no UTF-8 text.
    """
    try:
        source = path.read_text("utf-8")
    except FileNotFoundError:
        raise SettingsError(f"taxonomy {path}: no such file; point {setting} at one or unset it.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"taxonomy {path}: cannot be read ({error}); save it as UTF-8 text.") from None
    if len(source) > LONGEST_FILE:
        raise SettingsError(f"taxonomy {path}: longer than {LONGEST_FILE:,} characters; is it the right file?")
    return source


def parse_pack(source: str, *, origin: str = "pack.yaml", words: Words | None = None) -> Pack:
    """Read one pack from YAML text.

    Args:
        source: the text.
        origin: names it in messages.
        words: stretches of other packs that its patterns may name beside its own.

    Raises:
        SettingsError: it is wrong; the message names ``origin``, the line and the topic.
    """
    content, root = _loaded(source, origin)
    reader = _Checked(origin, root)
    if not isinstance(content, dict):
        raise reader.error((), None, "the file must hold `version` and `topics`")
    reader.known(content, _TOP, (), None)
    if not content.get("topics") and not content.get("adds"):
        raise reader.error((), None, "`topics` must be a list with at least one topic")
    own = reader.words(content.get("words") or {})
    reader.spelled = {code: {**(words or {}).get(code, {}), **own.get(code, {})} for code in codes()}
    about = reader.about(content.get("pack") or {})
    topics = [reader.topic(number, one, about["id"]) for number, one in enumerate(reader.items(content, "topics"))]
    lines = {}
    for number, topic in enumerate(topics):
        if topic.id in lines:
            raise reader.error(("topics", number), topic.id, "this id is used twice; ids must be unique")
        lines[topic.id] = reader.line(("topics", number))
    return Pack(
        **about,
        origin=origin,
        version=str(content.get("version", "0")),
        digest=hashlib.sha256(source.encode()).hexdigest()[:8],
        topics=tuple(topics),
        additions=tuple(reader.addition(number, one) for number, one in enumerate(reader.items(content, "adds"))),
        nothing=reader.texts(content.get("nothing") or {}, ("nothing",), None),
        words=reader.spelled,
        lines=lines,
    )


def _loaded(source: str, origin: str) -> tuple[Any, Any]:
    """The content of YAML text, and its tree of nodes, which knows the lines."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(source, Loader=loader), yaml.compose(source, Loader=loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "is not YAML"
        raise SettingsError(f"{origin}{where}: {problem}; check indentation and quotes.") from None
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{origin}: is not YAML that can be read ({type(error).__name__}).") from None


Place = tuple[str | int, ...]
"""Keys and numbers that lead from the top of a file to one of its parts."""


class _Checked:
    """Turns parsed YAML into topics, or says what is wrong and where."""

    def __init__(self, origin: str, root: Any) -> None:
        self.origin = origin
        self._root = root
        self.spelled: Words = {}

    def line(self, place: Place) -> int:
        """The line, from 1, of the innermost part on the way to ``place`` that is there."""
        node, line = self._root, 1
        for step in place:
            kind = getattr(node, "id", None)
            if kind == "mapping":
                found = next(((key, value) for key, value in node.value if key.value == step), None)
                if found is None:
                    return line
                node, line = found[1], found[0].start_mark.line + 1
            elif kind == "sequence" and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line + 1
            else:
                return line
        return line

    def error(self, place: Place, topic: str | None, problem: str) -> SettingsError:
        """One line: the file, the line, the topic, what is wrong with it."""
        about = f", topic `{topic}`" if topic else ""
        line = self.line(place)
        sentence = f"{self.origin} line {line}{about}: {problem}."
        return SettingsError(sentence, code="topic_pack_wrong", file=self.origin, line=line, problem=problem)

    def known(self, entry: Mapping[Any, Any], keys: tuple[str, ...], place: Place, topic: str | None) -> None:
        """Refuse keys nobody reads: a misspelt one would be silently without effect."""
        if unknown := sorted(str(key) for key in entry if key not in keys):
            place = (*place, unknown[0])
            raise self.error(place, topic, f"unknown key `{unknown[0]}`; known are {', '.join(keys)}")

    def items(self, content: Mapping[str, Any], key: str) -> list[Any]:
        """The entries of a list of the file."""
        entries = content.get(key) or []
        if not isinstance(entries, list):
            raise self.error((key,), None, f"`{key}` must be a list with at least one topic")
        return entries

    def about(self, entry: Any) -> dict[str, Any]:
        """Id, labels and signs of the pack itself."""
        if not isinstance(entry, dict):
            raise self.error(("pack",), None, "`pack` must give `id` and `labels`")
        self.known(entry, _PACK, ("pack",), None)
        name = str(entry.get("id") or Path(self.origin).stem)
        described = {}
        for key in ("labels", "about"):
            texts = entry.get(key) or {}
            if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
                raise self.error(("pack", key), None, f"`{key}` must give a text for {listed_languages('and')}")
            described[key] = texts
        signs = {
            code: tuple(self.pattern(text, ("pack", "signs", code, number), None, f"signs.{code}", code)
                        for number, text in enumerate(texts))
            for code, texts in self.texts(entry.get("signs") or {}, ("pack", "signs"), None).items()
        }  # fmt: skip
        return {"id": name, **described, "signs": signs}

    def topic(self, number: int, entry: Any, pack: str) -> Topic:
        """One entry of ``topics``."""
        place: Place = ("topics", number)
        if not isinstance(entry, dict):
            raise self.error(place, None, "a topic must have `id` and `labels`")
        name = entry.get("id")
        if not isinstance(name, str) or not _ID.fullmatch(name):
            raise self.error(
                place, None, f"id `{name}` must be lower-case letters, digits and _, with two dots at most"
            )
        self.known(entry, _TOPIC, place, name)
        labels = entry.get("labels")
        if not isinstance(labels, dict) or not all(isinstance(labels.get(code), str) for code in interface_languages()):
            raise self.error(place, name, f"`labels` must give a text for {listed_languages('and')}")
        parts = self.parts(entry, place, name)
        return Topic(name, {code: labels[code] for code in interface_languages()}, pack=pack, **parts)

    def addition(self, number: int, entry: Any) -> Addition:
        """One entry of ``adds``."""
        place: Place = ("adds", number)
        if not isinstance(entry, dict) or not isinstance(entry.get("to"), str):
            raise self.error(place, None, "an entry of `adds` must say `to` which topic")
        self.known(entry, _ADDS, place, entry["to"])
        labels = entry.get("labels") or {}
        if not isinstance(labels, dict) or not all(isinstance(text, str) for text in labels.values()):
            raise self.error((*place, "labels"), entry["to"], "`labels` must be names by language")
        return Addition(
            to=entry["to"], line=self.line(place), labels=dict(labels), **self.parts(entry, place, entry["to"])
        )

    def parts(self, entry: Mapping[str, Any], place: Place, name: str) -> dict[str, Any]:
        """Rules, exclusions, examples and yields of a topic or of an addition to one."""
        rules: dict[str, tuple[TopicRule, ...]] = {}
        for code, given in self.by_language(entry.get("rules") or {}, (*place, "rules"), name).items():
            rules[code] = tuple(
                self.rule(rule, (*place, "rules", code, number), name, code) for number, rule in enumerate(given)
            )
        unless = {
            code: tuple(
                self.pattern(text, (*place, "unless", code, number), name, f"unless.{code}", code)
                for number, text in enumerate(texts)
            )
            for code, texts in self.texts(entry.get("unless") or {}, (*place, "unless"), name).items()
        }
        yields = entry.get("yields") or []
        if not isinstance(yields, list) or not all(isinstance(other, str) for other in yields):
            raise self.error((*place, "yields"), name, "`yields` must be a list of ids of topics")
        examples = {key: self.texts(entry.get(key) or {}, (*place, key), name) for key in ("examples", "unlike")}
        return {"rules": rules, "unless": unless, "yields": tuple(yields), **examples}  # fmt: skip

    def rule(self, given: Any, place: Place, name: str, code: str) -> TopicRule:
        """A pattern, or a pattern with conditions."""
        key = f"rules.{code}"
        if isinstance(given, str) and given.strip():
            return TopicRule(self.pattern(given, place, name, key, code))
        if not isinstance(given, dict) or not isinstance(given.get("says"), str):
            problem = f"`{key}` must be a list of texts (quote what YAML reads as a number)"
            raise self.error(place, name, problem)
        self.known(given, _RULE, place, name)
        if not isinstance(given.get("negated", True), bool):
            raise self.error(place, name, "`negated` must be true or false")
        if given.get("where") not in (None, "start", "end"):
            raise self.error(place, name, "`where` must be start or end")
        unless = given.get("unless") or []
        if not isinstance(unless, list) or not all(isinstance(text, str) for text in unless):
            raise self.error(place, name, "`unless` of a rule must be a list of patterns")
        return TopicRule(
            self.pattern(given["says"], place, name, key, code),
            negated=given.get("negated", True),
            where=given.get("where"),
            unless=tuple(self.pattern(text, (*place, "unless"), name, key, code) for text in unless),
        )

    def pattern(self, given: str, place: Place, name: str | None, key: str, code: str) -> str:
        """The pattern with its ``<names>`` spelled out, when it can be read and is quick."""
        try:
            full = spelled_out(given, self.spelled.get(code, {}))
            expression(full)
        except PatternError as error:
            raise self.error(place, name, f"{key}: `{given}`: {error}") from None
        if is_slow(full):
            problem = f"{key}: `{given[:80]}` would take seconds on a long message; leave out a gap or a *"
            raise self.error(place, name, problem)
        return full

    def words(self, value: Any) -> dict[str, dict[str, str]]:
        """Stretches of patterns by language and name."""
        problem = f"`words` must be names with their words under {listed('and')}"
        if not isinstance(value, dict) or not set(value) <= set(codes()):
            raise self.error(("words",), None, problem)
        for names in value.values():
            if not isinstance(names, dict) or not all(isinstance(text, str) for text in names.values()):
                raise self.error(("words",), None, problem)
        return value

    def by_language(self, value: Any, place: Place, topic: str | None) -> dict[str, list[Any]]:
        """Lists under codes of languages."""
        key = place[-1]
        if not isinstance(value, dict) or not set(value) <= set(codes()):
            raise self.error(place, topic, f"`{key}` must be lists under {listed('and')}")
        for code, given in value.items():
            if not isinstance(given, list):
                problem = f"`{key}.{code}` must be a list of texts (quote what YAML reads as a number)"
                raise self.error((*place, code), topic, problem)
        return cast("dict[str, list[Any]]", value)

    def texts(self, value: Any, place: Place, topic: str | None) -> ByLanguage:
        """Lists of texts under codes of languages."""
        out = {}
        for code, texts in self.by_language(value, place, topic).items():
            if not all(isinstance(text, str) and text.strip() for text in texts):
                problem = f"`{place[-1]}.{code}` must be a list of texts (quote what YAML reads as a number)"
                raise self.error((*place, code), topic, problem)
            out[code] = tuple(texts)
        return out
