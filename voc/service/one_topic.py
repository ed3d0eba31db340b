"""One topic: what it is found by, and it made, changed or removed, each time as a new version of the topics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voc.records.topics import TopicDefinition
from voc.service import topic_packs
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.topic_packs import TopicsChange
from voc.service.use_cases import use_case

if TYPE_CHECKING:
    from voc.pipeline.topics_by_one import Does


@dataclass(frozen=True)
class Revision:
    """How a change becomes the next version of the topics.

    Attributes:
        note: what people are told of it.
        after: the version it was made from; the newest where nobody says.
        reanalyse: read again, in the background, what is stored.
    """

    note: str | None = None
    after: int | None = None
    reanalyse: bool = False


NOTHING_SAID = Revision()

Changed = tuple[int, int, TopicDefinition | None]
"""The version now in force, how many interactions are queued to be read again, and the topic as it is now."""


@use_case("reader")
def definition(service: Service, actor: Actor, topic_id: str) -> TopicDefinition:
    """One topic in force, with its rules.

    Raises:
        NotFoundError: there is no such topic.
    """
    from voc.pipeline import topics_by_one

    return topics_by_one.definition(service.store, service.settings, topic_id)


@use_case("admin")
def make(
    service: Service,
    actor: Actor,
    topic_id: str,
    fields: Mapping[str, Any],
    revision: Revision = NOTHING_SAID,
) -> Changed:
    """A topic of one's own; ``fields`` as in a pack.

    Raises:
        ConflictError: there is one of that id, a setting decides, or the topics were changed meanwhile.
        InputError: something in it is wrong; the message names what and where.
    """
    return _put(service, actor, topic_id, "make", fields, revision)


@use_case("admin")
def change(
    service: Service,
    actor: Actor,
    topic_id: str,
    fields: Mapping[str, Any],
    revision: Revision = NOTHING_SAID,
) -> Changed:
    """What ``fields`` name of a topic of one's own, or ``adds`` of one of a pack; the rest stays.

    Raises:
        NotFoundError: there is no such topic.
        ConflictError: it is of a pack or was a theme, a setting decides, or the topics were changed meanwhile.
        InputError: something in it is wrong; the message names what and where.
    """
    return _put(service, actor, topic_id, "change", fields, revision)


@use_case("admin")
def remove(
    service: Service,
    actor: Actor,
    topic_id: str,
    revision: Revision = NOTHING_SAID,
) -> Changed:
    """A topic of one's own taken out; what was told of it stays until it is read again.

    Raises:
        NotFoundError: there is no such topic.
        ConflictError: it is of a pack or was a theme, a setting decides, or the topics were changed meanwhile.
        InputError: another topic needs it; the message names it.
    """
    return _put(service, actor, topic_id, "remove", {}, revision)


def _put(
    service: Service,
    actor: Actor,
    topic_id: str,
    does: Does,
    fields: Mapping[str, Any],
    revision: Revision,
) -> Changed:
    from voc.pipeline import topics_by_one

    newest = topic_packs.newest(service, actor)
    # Made from what was read just now: a change that came in between must not be lost with it.
    seen = revision.after if revision.after is not None else (newest.version if newest else 0)
    own = topics_by_one.own_with(service.store, service.settings, topic_id, does, fields)
    wanted = TopicsChange(own=own, keep_own=False, note=revision.note, after=seen)
    version, queued = topic_packs.change(service, actor, wanted, reanalyse=revision.reanalyse)
    return version, queued, None if does == "remove" else definition(service, actor, topic_id)
