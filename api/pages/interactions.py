"""The list of interactions: filters, search by words and meaning."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Reader
from api.filtering import Filtered, query_of
from api.pages.rendering import draw, speech
from api.routers.interactions import found, paged
from voc.store import Store

router = APIRouter(include_in_schema=False)

PER_PAGE = 50


@router.get("/interactions", response_class=HTMLResponse)
def listing(
    request: Request,
    _: Reader,
    filters: Filtered,
    q: Annotated[str, Query(max_length=500)] = "",
    cursor: Annotated[str | None, Query(max_length=300)] = None,
) -> HTMLResponse:
    """Newest first; with a search the best matches first."""
    store: Store = request.app.state.store
    language = speech(request).language
    by: dict[str, tuple[str, ...]] = {}
    words_only = False
    if q.strip():
        answer = found(request, q, filters, limit=PER_PAGE)
        rows, following, n = [hit.interaction for hit in answer.hits], None, len(answer.hits)
        by = {hit.interaction.id: hit.by for hit in answer.hits}
        words_only = answer.words_only
    else:
        page = paged(request, filters, limit=PER_PAGE, cursor=cursor or None)
        rows, n = page.items, store.interactions.count(filters)
        following = f"/interactions?{query_of(filters, cursor=page.next_cursor)}" if page.next_cursor else None
    return draw(
        request,
        "interactions.html",
        rows=rows,
        n=n,
        following=following,
        filters=filters,
        q=q,
        by=by,
        words_only=words_only,
        segments=store.customers.segments(),
        categories=[(one.id, one.labels.get(language, one.id)) for one in request.app.state.categories],
        first_page=cursor is None or cursor == "",
    )
