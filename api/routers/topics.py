"""Topics: the taxonomy in force with how often each topic is spoken of and how."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from api.access import Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.routers.insights import Compare
from api.tables import AsTable, written
from voc.insights.records import TopicFigure
from voc.service import topics

router = APIRouter(prefix="/v1/topics", tags=["topics"], route_class=FigureRoute)


class TopicAnswer(BaseModel):
    """One topic of the taxonomy; ``figure`` is null where nothing speaks of it."""

    id: str
    parent: str | None
    labels: dict[str, str]
    figure: TopicFigure | None


class TopicsAnswer(BaseModel):
    """The taxonomy, two levels, with the counts under the filters given."""

    n: int
    topics: list[TopicAnswer]


@router.get("", summary="The taxonomy with counts", response_model=TopicsAnswer)
def listing(
    service: ServiceDep, actor: Reader, filters: Filtered, table: AsTable, compare: Compare = None
) -> TopicsAnswer | Response:
    """Parents before their children, in the taxonomy's order; an interaction may speak of several topics."""
    figures = topics.figures(service, actor, filters, compare=compare or None)
    by_id = {one.topic: one for one in figures.figures}
    labels = service.topics
    known = list(labels.ids())
    every = [*known, *(one for one in by_id if one not in set(known))]
    answer = TopicsAnswer(
        n=figures.n,
        topics=[
            TopicAnswer(
                id=one,
                parent=one.partition(".")[0] if "." in one else None,
                labels=labels.all(one),
                figure=by_id.get(one),
            )
            for one in every
        ],
    )
    if table is None:
        return answer
    return written(table, answer.topics, name="topics")
