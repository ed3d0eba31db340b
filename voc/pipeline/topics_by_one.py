"""One topic at a time: what is in force of it, and a change of it as a change of the pack of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from voc.errors import ConflictError, InputError, NotFoundError
from voc.language.registry import codes
from voc.pipeline.topics_in_force import by_setting, taxonomy_in_force
from voc.records.topics import TopicDefinition
from voc.settings import Settings
from voc.store import Store
from voc.topics import own_pack_text
from voc.topics.packs import CORE
from voc.topics.taxonomy import Topic, TopicRule

Does = Literal["make", "change", "remove"]


def definition(store: Store, settings: Settings, topic_id: str) -> TopicDefinition:
    """One topic in force: of one's own as it was written, of a pack as it is asked, or a theme that became one.

    Raises:
        NotFoundError: there is no such topic.
    """
    newest = None if by_setting(settings) else store.topic_versions.newest()
    own = (newest.own if newest else None) or ""
    version = newest.version if newest else None
    if written := own_pack_text.entry(own, "topics", topic_id):
        return TopicDefinition.model_validate({"source": "own", "version": version, **written})
    if topic := taxonomy_in_force(store, settings).get(topic_id):
        adds = own_pack_text.entry(own, "adds", topic_id)
        added = {key: value for key, value in adds.items() if key != "to"} if adds else None
        return TopicDefinition.model_validate({"source": "pack", "version": version, "adds": added, **_asked(topic)})
    theme = store.themes.get(topic_id)
    if theme is not None and theme.status == "accepted":
        rules = {code: list(patterns) for code, patterns in theme.rules.items()}
        return TopicDefinition(id=theme.id, source="theme", labels=theme.labels, rules=rules)
    raise NotFoundError(f"topic {topic_id[:80]}: there is no such topic.", code="no_such_topic", topic=topic_id[:80])


def own_with(store: Store, settings: Settings, topic_id: str, does: Does, fields: Mapping[str, Any]) -> str | None:
    """The YAML of the pack of one's own with one topic made, changed or removed; nothing is put in force.

    Args:
        fields: what a topic says by key, as in a pack; ``None`` takes a key away. Of a topic of a pack ``adds`` alone.

    Raises:
        NotFoundError: a topic that is not there is changed or removed.
        ConflictError: one that is there is made, or one of a pack, or a theme, changed as if it were one's own.
        InputError: something is added to a topic of one's own.
    """
    newest = store.topic_versions.newest()
    own = (newest.own if newest else None) or ""
    if does == "make":
        _free(store, settings, topic_id)
        return own_pack_text.with_entry(own, "topics", {"id": topic_id, **_told(fields)})
    found = definition(store, settings, topic_id)
    if found.source == "theme":
        sentence = f"topic {topic_id}: it was a theme; change it among the themes."
        raise ConflictError(sentence, code="topic_of_theme", topic=topic_id)
    if found.source == "own":
        return _own_changed(own, topic_id, does, fields)
    if does == "remove" or set(fields) != {"adds"}:
        pack = found.pack or CORE
        sentence = f"topic {topic_id}: it is of the pack {pack}; give `adds` to add to it, or leave the pack off."
        raise ConflictError(sentence, code="topic_of_pack", topic=topic_id, pack=pack)
    if not fields["adds"]:
        return own_pack_text.without_entry(own, "adds", topic_id) or None
    return own_pack_text.with_entry(own, "adds", {"to": topic_id, **_told(fields["adds"])})


def _own_changed(own: str, topic_id: str, does: Does, fields: Mapping[str, Any]) -> str | None:
    if does == "remove":
        return own_pack_text.without_entry(own, "topics", topic_id) or None
    if "adds" in fields:
        sentence = f"topic {topic_id}: it is of your own, nothing is added to it; change its rules themselves."
        raise InputError(sentence, code="topic_of_own", topic=topic_id)
    before = own_pack_text.entry(own, "topics", topic_id) or {}
    return own_pack_text.with_entry(own, "topics", _told({**before, **fields}))


def _free(store: Store, settings: Settings, topic_id: str) -> None:
    try:
        found = definition(store, settings, topic_id)
    except NotFoundError:
        return
    where = {"own": "your own topics", "theme": "the themes"}.get(found.source, f"the pack {found.pack}")
    raise ConflictError(
        f"topic {topic_id}: this id is in {where} already; change that topic.", code="topic_exists", topic=topic_id
    )


def _told(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was set to nothing."""
    return {key: value for key, value in fields.items() if value is not None}


def _asked(topic: Topic) -> dict[str, Any]:
    return {
        "id": topic.id,
        "pack": topic.pack,
        "labels": topic.labels,
        "rules": {code: [_rule(one) for one in topic.rules[code]] for code in codes() if topic.rules.get(code)},
        "unless": topic.unless,
        "yields": topic.yields,
        "examples": topic.examples,
        "unlike": topic.unlike,
    }


def _rule(rule: TopicRule) -> str | dict[str, Any]:
    if rule.plain:
        return rule.says
    conditions: dict[str, Any] = {"says": rule.says}
    if not rule.negated:
        conditions["negated"] = False
    if rule.where:
        conditions["where"] = rule.where
    return conditions | ({"unless": list(rule.unless)} if rule.unless else {})
