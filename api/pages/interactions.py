"""The list of interactions: filters, search by words and meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered, query_of
from api.localisation import Words
from api.pages.rendering import draw, speech
from api.pages.search_results import Searched, searched
from voc.service import customers, interactions
from voc.service.interactions import Filters
from voc.service.search import MOST_OFFSET, SearchQuery, search
from voc.signals import kinds

router = APIRouter(include_in_schema=False, route_class=FigureRoute)

PER_PAGE = 50


@dataclass(frozen=True)
class KindFilter:
    """A kind of signal the list may be narrowed by, with what may be asked of it: value → words."""

    name: str
    choices: dict[str, str]

    @property
    def values(self) -> list[str]:
        """What may be asked, in the order of the form."""
        return list(self.choices)


def _kinds(request: Request, words: Words, filters: Filters) -> list[KindFilter]:
    """Filters by signals: of kinds whose labels are known, and of those in force."""
    found: list[KindFilter] = []
    for name, kind in kinds().items():
        asked = filters.signal(name)
        if not kind.filterable:
            continue
        choices = {value: words.asked(name, value) for value in (*kind.bands, *kind.labels)}
        if name == "category":
            choices |= {one.id: one.labels.get(words.language, one.id) for one in service_of(request).categories}
        if not choices and not asked:
            continue
        choices |= {one: words.asked(name, one) for one in interactions.values(asked) if one not in choices}
        found.append(KindFilter(name, choices))
    return found


@router.get("/interactions", response_class=HTMLResponse)
def listing(
    request: Request,
    actor: Reader,
    filters: Filtered,
    q: Annotated[str, Query(max_length=500)] = "",
    like: Annotated[str, Query(max_length=64)] = "",
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    offset: Annotated[int, Query(ge=0, le=MOST_OFFSET)] = 0,
) -> HTMLResponse:
    """Newest first; with a search the best matches first."""
    service = service_of(request)
    words = speech(request)
    found: Searched | None = None
    if q.strip() or like:
        asked = SearchQuery(q, filters, PER_PAGE, offset=offset, like=like or None)
        found = searched(search(service, actor, asked), asked)
        rows, following, n = [hit.interaction for hit in found.answer.hits], found.next, found.answer.total
    else:
        page = interactions.page(service, actor, filters, limit=PER_PAGE, cursor=cursor or None)
        rows, n = page.items, interactions.count(service, actor, filters)
        following = f"/interactions?{query_of(filters, cursor=page.next_cursor)}" if page.next_cursor else None
    return draw(
        request,
        "interactions.html",
        rows=rows,
        n=n,
        following=following,
        as_file=f"/v1/interactions?{query_of(filters, q=q.strip())}".rstrip("?"),
        filters=filters,
        filters_only=query_of(filters),
        q=q,
        like=like,
        found=found,
        segments=customers.segments(service, actor),
        kinds=_kinds(request, words, filters),
        first_page=cursor is None or cursor == "",
    )
