"""Contact seen from the customer: how often they had to come back, and how often the company came to them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access import Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.tables import AsTable, written
from voc.insights.pressure import Pressure
from voc.insights.repeat_contact import RepeatContacts
from voc.service import insights
from voc.service.insights import Level

router = APIRouter(prefix="/v1/insights", tags=["insights"], route_class=FigureRoute)


@router.get("/pressure", summary="Contact pressure", response_model=Pressure)
def pressure(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    table: AsTable,
    window: Annotated[
        int | None, Query(ge=1, le=90, description="Days a message counts; default the tolerance's own.")
    ] = None,
) -> Pressure | Response:
    """Who was sent more than their segment tolerates, and how negative signals go with the messages of the days before.

    An association: the company chooses whom it writes to. `topic`, `channel` … narrow the negative signals. As CSV or
    XLSX a row a segment.
    """
    found = insights.pressure(service, actor, filters, window_days=window)
    return found if table is None else written(table, found.segments, name="pressure")


@router.get("/repeat_contacts", summary="Repeat contact and first-contact resolution", response_model=RepeatContacts)
def repeat_contacts(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    table: AsTable,
    by: Annotated[str | None, Query(max_length=20, description="topic, channel or segment")] = None,
    days: Annotated[int | None, Query(ge=1, le=365, description="Default VOC_REPEAT_DAYS.")] = None,
    level: Annotated[Level, Query(description="`parent`: families of topics; `label`: their leaves.")] = "parent",
) -> RepeatContacts | Response:
    """How often customers come back about the same thing, on whatever channel; how often once was enough."""
    found = insights.repeat_contacts(service, actor, filters, by=by or None, days=days, level=level)
    if table is None:
        return found
    return written(table, found.figures if found.by else [found.overall], name="repeat_contacts")
