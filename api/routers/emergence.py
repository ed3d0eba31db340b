"""What emerges, and who says it independently."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel

from api.access import Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.tables import AsTable, written
from voc.insights.emerging import LEVEL
from voc.records.emergence import ChannelVoice, Corroborations, Emerging
from voc.service import emergence

router = APIRouter(prefix="/v1/insights", tags=["insights"], route_class=FigureRoute)


class CorroborationRow(BaseModel):
    """One channel's part in a subject, as a line of a table."""

    kind: str
    subject: str
    labels: dict[str, str]
    independent: int
    one_channel: bool
    voices_of_all: int
    channel: ChannelVoice


@router.get("/emerging", summary="Subjects spoken of more than their past explains")
def emerging(
    service: ServiceDep,
    actor: Reader,
    week: Annotated[str | None, Query(max_length=20, description="ISO week; default the last whole one.")] = None,
    grain: Annotated[Literal["week", "day"], Query(description="`day`: the last whole day of the week.")] = "week",
    level: Annotated[float, Query(gt=0, le=0.5, description="False discovery rate.")] = LEVEL,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Emerging:
    """Topics, themes, clauses alike and words, everywhere and by channel, segment and city, each against the weeks
    before (and the season of last year where there is one); each opens the interactions it counts."""
    return emergence.emerging(service, actor, week, grain=grain, level=level, limit=limit)


@router.get("/corroboration", summary="What several channels say independently", response_model=Corroborations)
def corroboration(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    table: AsTable,
    subject: Annotated[str | None, Query(max_length=80, description="One topic or theme.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Corroborations | Response:
    """Topics and themes of a period, those that most channels tell first, with what each channel adds: calls the
    tension, surveys the score, all of them their mood. Without a period it is the last whole week. As a table it is a
    row a channel."""
    found = emergence.corroboration(service, actor, filters, subject=subject, limit=limit)
    if table is None:
        return found
    rows = [
        CorroborationRow(
            kind=one.kind,
            subject=one.subject,
            labels=one.labels,
            independent=one.independent,
            one_channel=one.one_channel,
            voices_of_all=one.voices,
            channel=channel,
        )
        for one in found.subjects
        for channel in one.channels
    ]
    return written(table, rows, name="corroboration")
