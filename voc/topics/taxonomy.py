"""The taxonomy: two levels of topics with labels, rules and examples, read from one YAML file a person can edit."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from voc.errors import SettingsError
from voc.language.patterns import PatternError, PatternIndex, expression, spelled_out

SHIPPED = Path(__file__).with_name("taxonomy.yaml")
LANGUAGES = ("fr", "en")

_ID = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?")
_KEYS = frozenset(("id", "labels", "yields", "rules", "unless", "examples"))
_ANY = "any"


@dataclass(frozen=True)
class Topic:
    """One topic. ``labels``, ``rules``, ``unless`` and ``examples`` are by language (``fr``, ``en``)."""

    id: str
    labels: dict[str, str]
    rules: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unless: dict[str, tuple[str, ...]] = field(default_factory=dict)
    examples: dict[str, tuple[str, ...]] = field(default_factory=dict)
    yields: tuple[str, ...] = ()
    """Topics and families beside which this one says nothing of its own: it is told only without them."""

    def gives_way(self, others: Iterable[str]) -> bool:
        """Whether one of ``others`` (ids of the topics of the same text) makes this one superfluous."""
        return any(
            other != self.id and (other in self.yields or other.partition(".")[0] in self.yields or _ANY in self.yields)
            for other in others
        )

    @property
    def parent(self) -> str | None:
        """Id of the first-level topic this one belongs to; ``None`` for a first-level topic."""
        head, dot, _ = self.id.rpartition(".")
        return head if dot else None

    def label(self, language: str | None) -> str:
        """The label in ``language``, else in English."""
        return self.labels.get(language or "en") or self.labels["en"]


@dataclass(frozen=True)
class Taxonomy:
    """All topics, in the order of the file. ``digest`` changes with any change of the file."""

    version: str
    digest: str
    topics: tuple[Topic, ...]
    nothing: dict[str, tuple[str, ...]]
    _indexes: dict[str, PatternIndex[tuple[str, bool]]] = field(default_factory=dict, compare=False, repr=False)
    _by_id: dict[str, Topic] = field(default_factory=dict, compare=False, repr=False)

    @property
    def name(self) -> str:
        """``version@digest``, as analyses record it."""
        return f"{self.version}@{self.digest}"

    def __iter__(self) -> Iterator[Topic]:
        return iter(self.topics)

    def __len__(self) -> int:
        return len(self.topics)

    def get(self, topic_id: str) -> Topic | None:
        """The topic of that id, if there is one."""
        if not self._by_id:
            self._by_id.update({topic.id: topic for topic in self.topics})
        return self._by_id.get(topic_id)

    def children(self, topic_id: str) -> list[Topic]:
        """The second-level topics of a first-level one."""
        return [topic for topic in self.topics if topic.parent == topic_id]

    def patterns(self, language: str) -> PatternIndex[tuple[str, bool]]:
        """The rules in ``language``, ready to search, under (topic id, whether they void a find); made once."""
        if language not in self._indexes:
            index: PatternIndex[tuple[str, bool]] = PatternIndex()
            for topic in self.topics:
                index.add((topic.id, False), topic.rules.get(language, ()))
                index.add((topic.id, True), topic.unless.get(language, ()))
            self._indexes[language] = index
        return self._indexes[language]


def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """Read and check a taxonomy.

    Args:
        path: the file; default the one of ``VOC_TAXONOMY``, else the one shipped.

    Raises:
        SettingsError: it is missing or wrong; the message names the file, the line and the topic.
    """
    if path is None:
        from voc.settings import settings

        path = settings().taxonomy or SHIPPED
    return _load(path.resolve())


@lru_cache(maxsize=4)
def _load(path: Path) -> Taxonomy:
    try:
        source = path.read_text("utf-8")
    except FileNotFoundError:
        raise SettingsError(f"taxonomy {path}: no such file; point VOC_TAXONOMY at one or unset it.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"taxonomy {path}: cannot be read ({error}); save it as UTF-8 text.") from None
    return parse_taxonomy(source, origin=str(path))


def parse_taxonomy(source: str, *, origin: str = "taxonomy.yaml") -> Taxonomy:
    """Read a taxonomy from YAML text; ``origin`` names it in messages.

    Raises:
        SettingsError: see :func:`load_taxonomy`.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(source, Loader=loader)
        content = yaml.load(source, Loader=loader)  # noqa: S506 - a safe loader, the C one where there is one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "is not YAML"
        raise SettingsError(f"{origin}{where}: {problem}; check indentation and quotes.") from None
    reader = _Checked(origin, _lines(root))
    if not isinstance(content, dict):
        raise reader.error(1, None, "the file must hold `version` and `topics`")
    if unknown := sorted(set(content) - {"version", "words", "topics", "nothing"}):
        raise reader.error(1, None, f"unknown key `{unknown[0]}`; known are version, words, topics, nothing")
    entries = content.get("topics")
    if not isinstance(entries, list) or not entries:
        raise reader.error(1, None, "`topics` must be a list with at least one topic")
    words = reader.words(content.get("words") or {})
    topics = tuple(reader.topic(index, entry, words) for index, entry in enumerate(entries))
    reader.check_tree(topics)
    return Taxonomy(
        version=str(content.get("version", "0")),
        digest=hashlib.sha256(source.encode()).hexdigest()[:8],
        topics=topics,
        nothing=reader.by_language(content.get("nothing") or {}, 1, None, "nothing"),
    )


def _lines(root: Any) -> list[int]:
    """Line number (from 1) of each entry of ``topics``."""
    if getattr(root, "id", None) != "mapping":
        return []
    for key, value in root.value:
        if key.value == "topics" and value.id == "sequence":
            return [node.start_mark.line + 1 for node in value.value]
    return []


class _Checked:
    """Turns parsed YAML into topics, or says what is wrong and where."""

    def __init__(self, origin: str, lines: Sequence[int]) -> None:
        self.origin = origin
        self.lines = lines

    def error(self, line: int, topic: str | None, problem: str) -> SettingsError:
        about = f", topic `{topic}`" if topic else ""
        return SettingsError(f"{self.origin} line {line}{about}: {problem}.")

    def topic(self, index: int, entry: Any, words: Mapping[str, Mapping[str, str]]) -> Topic:
        line = self.lines[index] if index < len(self.lines) else 1
        if not isinstance(entry, dict):
            raise self.error(line, None, "a topic must have `id` and `labels`")
        name = entry.get("id")
        if not isinstance(name, str) or not _ID.fullmatch(name):
            raise self.error(line, None, f"id `{name}` must be lower-case letters, digits and _, with one dot at most")
        if unknown := sorted(str(key) for key in set(entry) - _KEYS):
            raise self.error(line, name, f"unknown key `{unknown[0]}`; known are {', '.join(sorted(_KEYS))}")
        labels = entry.get("labels")
        if not isinstance(labels, dict) or not all(isinstance(labels.get(code), str) for code in LANGUAGES):
            raise self.error(line, name, "`labels` must give a text for fr and en")
        groups = {
            key: self.by_language(entry.get(key) or {}, line, name, key) for key in ("rules", "unless", "examples")
        }
        for key in ("rules", "unless"):
            for code, patterns in groups[key].items():
                full = []
                for pattern in patterns:
                    try:
                        full.append(spelled_out(pattern, words.get(code, {})))
                        expression(full[-1])
                    except PatternError as error:
                        raise self.error(line, name, f"{key}.{code}: `{pattern}`: {error}") from None
                groups[key][code] = tuple(full)
        yields = entry.get("yields") or []
        if not isinstance(yields, list) or not all(isinstance(other, str) for other in yields):
            raise self.error(line, name, "`yields` must be a list of ids of topics")
        return Topic(name, {code: labels[code] for code in LANGUAGES}, **groups, yields=tuple(yields))

    def words(self, value: Any) -> dict[str, dict[str, str]]:
        if not isinstance(value, dict) or not set(value) <= set(LANGUAGES):
            raise self.error(1, None, "`words` must be names with their words under fr and en")
        for names in value.values():
            if not isinstance(names, dict) or not all(isinstance(text, str) for text in names.values()):
                raise self.error(1, None, "`words` must be names with their words under fr and en")
        return value

    def by_language(self, value: Any, line: int, topic: str | None, key: str) -> dict[str, tuple[str, ...]]:
        if not isinstance(value, dict) or not set(value) <= set(LANGUAGES):
            raise self.error(line, topic, f"`{key}` must be lists under fr and en")
        out = {}
        for code, texts in value.items():
            if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
                raise self.error(
                    line, topic, f"`{key}.{code}` must be a list of texts (quote what YAML reads as a number)"
                )
            out[code] = tuple(texts)
        return out

    def check_tree(self, topics: Sequence[Topic]) -> None:
        seen: set[str] = set()
        for index, topic in enumerate(topics):
            line = self.lines[index] if index < len(self.lines) else 1
            if topic.id in seen:
                raise self.error(line, topic.id, "this id is used twice; ids must be unique")
            if topic.parent and topic.parent not in {other.id for other in topics if other.parent is None}:
                raise self.error(line, topic.id, f"its parent `{topic.parent}` is not a topic; add it")
            seen.add(topic.id)
        for index, topic in enumerate(topics):
            if strangers := [other for other in topic.yields if other not in seen and other != _ANY]:
                line = self.lines[index] if index < len(self.lines) else 1
                raise self.error(line, topic.id, f"it yields to `{strangers[0]}`, which is not a topic")
