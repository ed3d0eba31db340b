"""Which topics are in force: packs, topics of one's own, their versions, and a change tried before it counts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.access import Admin, Reader
from api.dependencies import ServiceDep
from api.parameters import RowNumber
from voc.records import Moment
from voc.service import topic_packs
from voc.service.topic_packs import TopicsChange, TopicVersion

router = APIRouter(prefix="/v1/topics", tags=["topics"])

YAML = "application/yaml"
LONGEST_OWN = 500_000
"""Characters of the topics of one's own: some thousand of them."""


class PackAnswer(BaseModel):
    """One pack that comes with voc."""

    id: str
    labels: dict[str, str]
    about: dict[str, str]
    topics: int
    on: bool


class OfferedPack(BaseModel):
    """A pack that would fit: of how many texts show a sign of its trade, and the words that do most often."""

    pack: str
    labels: dict[str, str]
    texts: int
    share: float
    words: list[str]


class OfferAnswer(BaseModel):
    """Packs that would fit what came in, judged by ``texts`` of it."""

    texts: int
    packs: list[OfferedPack]


class PacksAnswer(BaseModel):
    """What is in force. ``offer`` is null where somebody has chosen, or where nothing speaks for a pack."""

    chosen_by: str
    version: int | None
    taxonomy: str
    packs: list[PackAnswer]
    offer: OfferAnswer | None


class TopicsRequest(BaseModel):
    """A change; what is left out stays as it is."""

    packs: Annotated[list[str] | None, Field(max_length=50, description="Ids of packs beside core.")] = None
    own: Annotated[str | None, Field(max_length=LONGEST_OWN, description="YAML of the topics of one's own.")] = None
    note: Annotated[str | None, Field(max_length=500)] = None
    after: Annotated[int | None, Field(description="The version the change was made from.")] = None
    reanalyse: Annotated[bool, Field(description="Read again, in the background, what is stored.")] = False

    def change(self) -> TopicsChange:
        """As the services take it."""
        packs = None if self.packs is None else tuple(self.packs)
        keep = "own" not in self.model_fields_set
        return TopicsChange(packs=packs, own=self.own, keep_own=keep, note=self.note, after=self.after)


class ChangedAnswer(BaseModel):
    """The version now in force, and how many interactions are queued to be read again."""

    version: int
    queued: int


class VersionAnswer(BaseModel):
    """One version of the topics."""

    version: int
    packs: list[str]
    own: str | None
    made_at: Moment
    made_by: str
    note: str | None

    @classmethod
    def of(cls, version: TopicVersion) -> VersionAnswer:
        """From the store."""
        return cls(**version.model_dump() | {"packs": list(version.packs)})


class VersionsAnswer(BaseModel):
    """Versions, the newest first."""

    items: list[VersionAnswer]
    next_cursor: str | None = None


class DifferenceAnswer(BaseModel):
    """A text that would get a topic more or less; ``words`` is null where its words may not be shown."""

    interaction_id: str
    topic: str
    added: bool
    words: str | None


class DryRunAnswer(BaseModel):
    """What a change would do to the newest ``texts``, by the rules alone."""

    texts: int
    adds: int
    removes: int
    added: dict[str, int]
    removed: dict[str, int]
    differences: list[DifferenceAnswer]


@router.get("/packs", summary="Topic packs")
def packs(service: ServiceDep, actor: Reader) -> PacksAnswer:
    """The packs there are, which are on, and which would fit what came in."""
    return PacksAnswer(**topic_packs.state(service, actor).model_dump())


@router.put("/packs", summary="Change which topics are in force")
def change(service: ServiceDep, actor: Admin, wanted: TopicsRequest) -> ChangedAnswer:
    """A new version: the packs that are on, the topics of one's own, or both. A wrong change is refused whole."""
    version, queued = topic_packs.change(service, actor, wanted.change(), reanalyse=wanted.reanalyse)
    return ChangedAnswer(version=version, queued=queued)


@router.post("/dry-run", summary="Try a change of topics")
def dry_run(service: ServiceDep, actor: Admin, wanted: TopicsRequest) -> DryRunAnswer:
    """How many texts would get which topic more or less, and which; nothing is changed."""
    return DryRunAnswer(**topic_packs.try_change(service, actor, wanted.change()).model_dump())


@router.get("/versions", summary="Versions of the topics")
def versions(service: ServiceDep, actor: Reader) -> VersionsAnswer:
    """The hundred newest, the one in force first."""
    return VersionsAnswer(items=[VersionAnswer.of(one) for one in topic_packs.versions(service, actor)])


@router.get("/versions/{version}", summary="One version of the topics")
def version(service: ServiceDep, actor: Reader, version: RowNumber) -> VersionAnswer:
    """Packs and topics of one's own as they were in force."""
    return VersionAnswer.of(topic_packs.version(service, actor, version))


@router.get("/own", summary="Topics of one's own as YAML", response_class=Response)
def own(service: ServiceDep, actor: Reader) -> Response:
    """The pack of one's own in force, to be edited and put back; empty where there is none."""
    newest = topic_packs.newest(service, actor)
    return Response((newest.own if newest else None) or "", media_type=YAML)
