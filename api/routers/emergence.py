"""What emerges, and who says it independently."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.access import Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from voc.insights.emerging import LEVEL
from voc.records.emergence import Corroborations, Emerging
from voc.service import emergence

router = APIRouter(prefix="/v1/insights", tags=["insights"], route_class=FigureRoute)


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


@router.get("/corroboration", summary="What several channels say independently")
def corroboration(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    subject: Annotated[str | None, Query(max_length=80, description="One topic or theme.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Corroborations:
    """Topics and themes of a period, those that most channels tell first, with what each channel adds: calls the
    tension, surveys the score, all of them their mood. Without a period it is the last whole week."""
    return emergence.corroboration(service, actor, filters, subject=subject, limit=limit)
