"""Which topics are in force: packs, topics of one's own, their versions, and a change tried before it counts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.access import Admin, Reader
from api.dependencies import ServiceDep
from api.parameters import RowNumber
from voc.records.topic_packs import DryRun, TopicsState, TopicVersion
from voc.service import topic_packs
from voc.service.topic_packs import TopicsChange

router = APIRouter(prefix="/v1/topics", tags=["topics"])

YAML = "application/yaml"
LONGEST_OWN = 500_000
"""Characters of the topics of one's own: some thousand of them."""


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


class VersionsAnswer(BaseModel):
    """Versions, the newest first."""

    items: list[TopicVersion]
    next_cursor: str | None = None


@router.get("/packs", summary="Topic packs")
def packs(service: ServiceDep, actor: Reader) -> TopicsState:
    """The packs there are, which are on, and which would fit what came in."""
    return topic_packs.state(service, actor)


@router.put("/packs", summary="Change which topics are in force")
def change(service: ServiceDep, actor: Admin, wanted: TopicsRequest) -> ChangedAnswer:
    """A new version: the packs that are on, the topics of one's own, or both. A wrong change is refused whole."""
    version, queued = topic_packs.change(service, actor, wanted.change(), reanalyse=wanted.reanalyse)
    return ChangedAnswer(version=version, queued=queued)


@router.post("/dry-run", summary="Try a change of topics")
def dry_run(service: ServiceDep, actor: Admin, wanted: TopicsRequest) -> DryRun:
    """How many texts would get which topic more or less, and which; nothing is changed."""
    return topic_packs.try_change(service, actor, wanted.change())


@router.get("/versions", summary="Versions of the topics")
def versions(service: ServiceDep, actor: Reader) -> VersionsAnswer:
    """The hundred newest, the one in force first."""
    return VersionsAnswer(items=topic_packs.versions(service, actor))


@router.get("/versions/{version}", summary="One version of the topics")
def version(service: ServiceDep, actor: Reader, version: RowNumber) -> TopicVersion:
    """Packs and topics of one's own as they were in force."""
    return topic_packs.version(service, actor, version)


@router.get("/own", summary="Topics of one's own as YAML", response_class=Response)
def own(service: ServiceDep, actor: Reader) -> Response:
    """The pack of one's own in force, to be edited and put back; empty where there is none."""
    newest = topic_packs.newest(service, actor)
    return Response((newest.own if newest else None) or "", media_type=YAML)
