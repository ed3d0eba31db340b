"""Topic packs: ``core`` is true in any trade, the others hold what is right in one; together they are the taxonomy.

A pack may bring topics of its own and add to topics of ``core``; an id belongs to one pack, so that figures that hang
on it never change their meaning with the packs that are on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from voc.errors import SettingsError
from voc.language.registry import codes, languages
from voc.topics.pack_files import Addition, Pack, parse_pack, read_source
from voc.topics.taxonomy import ANY, ByLanguage, Taxonomy, Topic

FOLDER = Path(__file__).with_name("packs")
CORE = "core"
EVERY = "*"
"""Stands for all packs that come with voc."""


def shipped() -> tuple[str, ...]:
    """Ids of the packs that come with voc, ``core`` first."""
    others = sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != CORE)
    return (CORE, *others)


def chosen(packs: str) -> tuple[str, ...]:
    """Ids and paths named in ``packs``, comma-separated; ``core`` is always among them, first, and none twice.

    Raises:
        SettingsError: one is neither the id of a pack that comes with voc nor the path of a YAML file.
    """
    named = [name.strip() for name in packs.split(",") if name.strip()]
    if EVERY in named:
        named = [*shipped(), *(name for name in named if name != EVERY)]
    for name in named:
        if not _is_path(name) and name not in shipped():
            raise _unknown(name)
    return tuple(dict.fromkeys((CORE, *named)))


def _is_path(name: str) -> bool:
    return name.endswith((".yaml", ".yml"))


def put_together(packs: str) -> Taxonomy:
    """The taxonomy of the packs named, comma-separated ids or paths.

    Raises:
        SettingsError: one is unknown, wrong, or holds a topic of another.
    """
    return _put_together(tuple(str(Path(n).resolve()) if _is_path(n) else n for n in chosen(packs)))


@lru_cache(maxsize=8)
def _put_together(names: tuple[str, ...]) -> Taxonomy:
    return combine([load_pack(name) for name in names])


@lru_cache(maxsize=32)
def load_pack(name: str) -> Pack:
    """One pack by its id or path.

    Raises:
        SettingsError: it is unknown or wrong.
    """
    if _is_path(name):
        path = Path(name)
        return parse_pack(read_source(path, setting="VOC_TOPIC_PACKS"), origin=name, words=load_pack(CORE).words)
    return load_shipped(name)


@lru_cache(maxsize=32)
def load_shipped(name: str) -> Pack:
    """One of the packs that come with voc, by its id.

    Raises:
        SettingsError: there is none of that id.
    """
    if name not in shipped():
        raise _unknown(name)
    path = FOLDER / f"{name}.yaml"
    words = None if name == CORE else load_shipped(CORE).words
    pack = parse_pack(read_source(path, setting="VOC_TOPIC_PACKS"), origin=f"{name}.yaml", words=words)
    for one in languages():
        own = one.rules / "topics" / f"{name}.yaml" if one.rules else None
        if own is not None and own.is_file():
            source = read_source(own, setting=f"the package of the language {one.code}")
            pack = _spoken(pack, parse_pack(source, origin=str(own), words=pack.words))
    return pack


def _spoken(pack: Pack, added: Pack) -> Pack:
    """A pack with what another language says of its topics."""
    topics = {topic.id: topic for topic in pack.topics}
    if added.topics:
        topic = added.topics[0].id
        raise _wrong(added, added.lines[topic], topic, "a language adds to topics, under `adds`; it brings none")
    for addition in added.additions:
        if addition.to not in topics:
            raise _wrong(added, addition.line, addition.to, f"pack {pack.id} has no such topic")
        topics[addition.to] = _with(topics[addition.to], addition)
    return replace(
        pack,
        topics=tuple(topics.values()),
        nothing=_joined([pack.nothing, added.nothing]),
        signs=_joined([pack.signs, added.signs]),
        words=added.words,
        digest=hashlib.sha256(f"{pack.digest} {added.digest}".encode()).hexdigest()[:8],
    )


@lru_cache(maxsize=1)
def every_topic() -> dict[str, Topic]:
    """Every topic of every pack that comes with voc, by id: names of what was told when other packs were on."""
    return {topic.id: topic for name in shipped() for topic in load_pack(name).topics}


def parse_taxonomy(source: str, *, origin: str = "taxonomy.yaml") -> Taxonomy:
    """Read a whole taxonomy from YAML text; ``origin`` names it in messages.

    Raises:
        SettingsError: it is wrong; the message names ``origin``, the line and the topic.
    """
    return combine([parse_pack(source, origin=origin)])


def combine(packs: Sequence[Pack]) -> Taxonomy:
    """One taxonomy of several packs, in their order, parents before their children.

    Raises:
        SettingsError: two topics have one id, a parent, a topic that is yielded to or one that is added to is missing.
    """
    topics: dict[str, Topic] = {}
    owners: dict[str, Pack] = {}
    for pack in packs:
        for topic in pack.topics:
            if topic.id in owners:
                problem = f"this id is in {owners[topic.id].origin} already; add to that topic under `adds`"
                raise _wrong(pack, pack.lines[topic.id], topic.id, problem)
            topics[topic.id], owners[topic.id] = topic, pack
    for pack in packs:
        for addition in pack.additions:
            if addition.to not in topics:
                raise _wrong(pack, addition.line, addition.to, "it is added to, but no such topic is there")
            topics[addition.to] = _with(topics[addition.to], addition)
    for topic in topics.values():
        pack, line = owners[topic.id], owners[topic.id].lines[topic.id]
        if topic.parent and topic.parent not in topics:
            raise _wrong(pack, line, topic.id, f"its parent `{topic.parent}` is not a topic; add it")
        if strangers := [other for other in topic.yields if other not in topics and other != ANY]:
            raise _wrong(pack, line, topic.id, f"it yields to `{strangers[0]}`, which is not a topic")
    digest = packs[0].digest
    if len(packs) > 1:
        digest = hashlib.sha256(" ".join(pack.digest for pack in packs).encode()).hexdigest()[:8]
    return Taxonomy(
        version=packs[0].version,
        digest=digest,
        topics=tuple(_parents_first(topics)),
        nothing=_joined([pack.nothing for pack in packs]),
        packs=tuple(pack.id for pack in packs),
    )


def _with(topic: Topic, addition: Addition) -> Topic:
    return replace(
        topic,
        labels={**addition.labels, **topic.labels},
        rules={
            code: (*topic.rules.get(code, ()), *addition.rules.get(code, ()))
            for code in (*topic.rules, *addition.rules)
        },
        unless=_joined([topic.unless, addition.unless]),
        examples=_joined([topic.examples, addition.examples]),
        unlike=_joined([topic.unlike, addition.unlike]),
        yields=tuple(dict.fromkeys((*topic.yields, *addition.yields))),
    )


def _joined(parts: Sequence[ByLanguage]) -> ByLanguage:
    return {
        code: tuple(text for part in parts for text in part.get(code, ()))
        for code in codes()
        if any(code in part for part in parts)
    }


def _parents_first(topics: dict[str, Topic]) -> list[Topic]:
    """In the order of the packs, but each topic right behind the family it belongs to."""
    families = list(dict.fromkeys(topic.family for topic in topics.values()))
    members: dict[str, list[Topic]] = {family: [] for family in families}
    for topic in topics.values():
        members[topic.family].append(topic)
    return [topic for family in families for topic in sorted(members[family], key=lambda one: one.id.count("."))]


def _wrong(pack: Pack, line: int, topic: str, problem: str) -> SettingsError:
    sentence = f"{pack.origin} line {line}, topic `{topic}`: {problem}."
    return SettingsError(sentence, code="topic_pack_wrong", file=pack.origin, line=line, problem=problem)


def _unknown(name: str) -> SettingsError:
    known = ", ".join(shipped())
    sentence = f"topic pack `{name}`: there is no such pack; there are {known}, or give the path of a .yaml file."
    return SettingsError(sentence, code="topic_pack_unknown", pack=name, known=known)
