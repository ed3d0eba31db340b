"""Which topics are in force: packs, topics of one's own, their versions, and a change tried before it counts."""

from __future__ import annotations

from voc.records.topic_packs import DryRun, TopicsState, TopicVersion
from voc.service import audit
from voc.service.actor import Actor
from voc.service.asked_of_pipeline import TopicsChange
from voc.service.context import Service
from voc.service.use_cases import there, use_case
from voc.store import Filters

__all__ = ["TopicVersion", "TopicsChange", "change", "newest", "state", "try_change", "version", "versions"]


@use_case("reader")
def state(service: Service, actor: Actor) -> TopicsState:
    """The packs there are, which are on, and which would fit what came in where nobody has chosen."""
    return service.pipeline.topics_state()


@use_case("reader")
def versions(service: Service, actor: Actor, *, limit: int = 100) -> list[TopicVersion]:
    """The newest versions, the one in force first."""
    return service.store.topic_versions.listing(limit=limit)


@use_case("reader")
def version(service: Service, actor: Actor, number: int) -> TopicVersion:
    """Packs and topics of one's own as they were in force.

    Raises:
        NotFoundError: there is no such version.
    """
    return there(service.store.topic_versions.get(number), "topic version")


@use_case("reader")
def newest(service: Service, actor: Actor) -> TopicVersion | None:
    """The version in force; ``None`` while nobody has chosen."""
    return service.store.topic_versions.newest()


@use_case("admin")
def try_change(service: Service, actor: Actor, wanted: TopicsChange) -> DryRun:
    """How many texts would get which topic more or less, and which; nothing is changed.

    Raises:
        InputError: the change is wrong; the message names the line.
    """
    return service.pipeline.try_topics(wanted)


@use_case("admin")
def change(service: Service, actor: Actor, wanted: TopicsChange, *, reanalyse: bool = False) -> tuple[int, int]:
    """Put a change in force; returns the version and how many interactions are queued to be read again.

    Raises:
        InputError: the change is wrong; what is in force stays.
        ConflictError: a setting decides, or somebody changed the topics since ``wanted.after``.
    """
    made = service.pipeline.change_topics(wanted, by=actor.id)
    service.know_topics()
    packs = None if wanted.packs is None else ",".join(wanted.packs)
    audit.record(service, actor, "topics.change", str(made), packs=packs, own=wanted.own is not None)
    queued = service.pipeline.reanalyse(service.store.interactions.all_ids(Filters())) if reanalyse else []
    return made, len(queued)
