"""What emerges, and who says it independently."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from voc.errors import InputError
from voc.insights.corroboration import corroboration as corroborate
from voc.insights.digest import default_week
from voc.insights.emerging import LEVEL
from voc.insights.emerging_figures import emerging as emerged
from voc.insights.periods import begins, span
from voc.records.emergence import Corroborations, Emerging
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.insights import names_a_period
from voc.service.use_cases import use_case
from voc.store import Filters

OPEN_ENDED = timedelta(weeks=4)
"""What a period without a beginning reaches back."""


@use_case("reader")
def emerging(
    service: Service,
    actor: Actor,
    week: str | None = None,
    *,
    grain: Literal["week", "day"] = "week",
    level: float = LEVEL,
    limit: int = 20,
) -> Emerging:
    """Subjects that their own past does not explain, in a week or on its last whole day; the last whole week if none.

    Raises:
        InputError: there is no such week.
    """
    if week:
        try:
            begins(week)
        except InputError as error:
            raise InputError(f"week: {error}", code="not_a_week", given=week[:20]) from error
    now = service.now()
    return emerged(
        service.store, week or default_week(service.store, now=now), now=now, grain=grain, level=level, limit=limit
    )


@use_case("reader")
def corroboration(
    service: Service, actor: Actor, filters: Filters, *, subject: str | None = None, limit: int = 50
) -> Corroborations:
    """Topics and themes by how many channels tell them with voices of their own; of the last whole week by default.

    A beginning alone reaches until now, an end alone back over :data:`OPEN_ENDED`.
    """
    if not names_a_period(filters):
        filters = filters.model_copy(update={"week": default_week(service.store, now=service.now())})
    elif span(filters) is None:
        until = filters.until or service.now()
        filters = filters.model_copy(update={"since": filters.since or until - OPEN_ENDED, "until": until})
    return corroborate(service.store, filters, subject=subject, limit=limit)
