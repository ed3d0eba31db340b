"""One topic: what it is found by, and it made, changed or removed as a new version."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.access import Admin, Reader
from api.dependencies import ServiceDep
from voc.records.topics import TopicDefinition
from voc.service import one_topic
from voc.service.one_topic import Revision

router = APIRouter(prefix="/v1/topics", tags=["topics"])

LONGEST_ID = 120
LONGEST_TEXT = 1_000
MOST_TEXTS = 2_000
"""Of rules or examples of a topic in a language."""

Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
Texts = Annotated[dict[str, Annotated[list[Text], Field(max_length=MOST_TEXTS)]], Field(max_length=20)]
Names = Annotated[dict[str, Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=20)]


class RuleGiven(BaseModel):
    """A pattern with conditions."""

    model_config = ConfigDict(extra="forbid")

    says: Text
    negated: Annotated[bool, Field(description="`false`: not behind a negation.")] = True
    where: Annotated[Literal["start", "end"] | None, Field(description="Among the first or last twelve words.")] = None
    unless: Annotated[list[Text], Field(max_length=MOST_TEXTS)] = []


Rules = Annotated[dict[str, Annotated[list[Text | RuleGiven], Field(max_length=MOST_TEXTS)]], Field(max_length=20)]


class PartsGiven(BaseModel):
    """What a topic is found by, by language; what is left out stays as it is, `null` takes it away."""

    model_config = ConfigDict(extra="forbid")

    rules: Annotated[Rules | None, Field(description="Patterns by language, one match is enough.")] = None
    unless: Annotated[Texts | None, Field(description="Patterns that void every rule in the same clause.")] = None
    examples: Annotated[Texts | None, Field(description="Sentences the encoder finds others like.")] = None
    unlike: Annotated[Texts | None, Field(description="Sentences near the examples that are not about it.")] = None
    yields: Annotated[
        list[Text] | None, Field(max_length=200, description="Topics and families beside which it is not told.")
    ] = None


class _Change(PartsGiven):
    note: Annotated[str | None, Field(max_length=500)] = None
    after: Annotated[int | None, Field(ge=0, le=2**31 - 1, description="The version the change was made from.")] = None
    reanalyse: Annotated[bool, Field(description="Read again, in the background, what is stored.")] = False

    def fields(self) -> dict[str, Any]:
        """What was given of the topic itself."""
        return self.model_dump(exclude_unset=True, exclude={"id", "note", "after", "reanalyse"})


class TopicGiven(_Change):
    """A topic of one's own."""

    id: Annotated[str, Field(max_length=LONGEST_ID, description="Dotted path, up to three levels; never changes.")]
    labels: Annotated[Names, Field(description="Its name in every language of the pages.")]


class TopicChanged(_Change):
    """Of a topic of one's own what is to be otherwise; of one of a pack `adds` alone."""

    labels: Names | None = None
    adds: Annotated[PartsGiven | None, Field(description="What one's own pack adds to a topic of a pack.")] = None


class TopicPutAnswer(BaseModel):
    """The topic as it is now, in which version; `queued` interactions are read again."""

    version: int
    queued: int
    topic: TopicDefinition | None


@router.get("/{topic_id}", summary="One topic with its rules")
def one(service: ServiceDep, actor: Reader, topic_id: str) -> TopicDefinition:
    """A topic of one's own as it was written, one of a pack as it is asked, or a theme that became a topic."""
    return one_topic.definition(service, actor, topic_id)


@router.post("", status_code=201, summary="Make a topic of one's own")
def make(service: ServiceDep, actor: Admin, given: TopicGiven) -> TopicPutAnswer:
    """A new version of the topics; refused whole where something is wrong, naming the line of the pack it would be."""
    version, queued, topic = one_topic.make(
        service, actor, given.id, given.fields(), Revision(given.note, given.after, given.reanalyse)
    )
    return TopicPutAnswer(version=version, queued=queued, topic=topic)


@router.patch("/{topic_id}", summary="Change a topic")
def change(service: ServiceDep, actor: Admin, topic_id: str, given: TopicChanged) -> TopicPutAnswer:
    """A new version of the topics. A topic of a pack keeps what the pack says; `adds` is what is added to it."""
    version, queued, topic = one_topic.change(
        service, actor, topic_id, given.fields(), Revision(given.note, given.after, given.reanalyse)
    )
    return TopicPutAnswer(version=version, queued=queued, topic=topic)


@router.delete("/{topic_id}", summary="Remove a topic of one's own")
def remove(
    service: ServiceDep,
    actor: Admin,
    topic_id: str,
    note: Annotated[str | None, Query(max_length=500)] = None,
    after: Annotated[int | None, Query(ge=0, le=2**31 - 1, description="The version the change was made from.")] = None,
    reanalyse: Annotated[bool, Query(description="Read again, in the background, what is stored.")] = False,
) -> TopicPutAnswer:
    """A new version without it. Analyses keep it until they are made again; topics of packs stay."""
    version, queued, _ = one_topic.remove(service, actor, topic_id, Revision(note, after, reanalyse))
    return TopicPutAnswer(version=version, queued=queued, topic=None)
