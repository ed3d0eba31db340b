"""The weekly digest: which weeks there are, and one week as JSON, HTML or Markdown."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.localisation import Language, chosen_language
from api.problems import Problem
from voc.insights.periods import begins, week_of, weeks_between
from voc.insights.saved_digests import is_over, make, saved
from voc.records import Digest
from voc.store import Store

router = APIRouter(prefix="/v1/digests", tags=["digests"], route_class=FigureRoute)

Format = Literal["json", "html", "md", "text"]
MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "text": "text/plain; charset=utf-8",
}
INLINE_STYLES = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
"""The digest as one HTML file carries its styles in itself, as e-mail does; it may do nothing else."""


class DigestWeek(BaseModel):
    """A week that can be read. ``saved``: made once and kept; else made from the data of the moment when asked for."""

    week: str
    href: str
    saved: bool


@router.get("", summary="Weeks that have a digest")
def listing(request: Request, _: Reader) -> list[DigestWeek]:
    """Every week with interactions, latest first."""
    return [DigestWeek(week=week, href=f"/v1/digests/{week}", saved=saved) for week, saved in weeks(request).items()]


@router.get(
    "/{week}",
    summary="One week's digest",
    response_model=Digest,
    responses={200: {"content": {media: {} for media in ("text/html", "text/markdown", "text/plain")}}},
)
def digest(
    request: Request,
    _: Reader,
    week: str,
    format: Annotated[Format | None, Query(description="Default: by the Accept header.")] = None,
    language: Annotated[Language | None, Query(description="Default: by Accept-Language.")] = None,
) -> Response:
    """The ISO week against the four before it."""
    made = digest_of(request, week)
    form = format or _accepted(request.headers.get("accept", ""))
    if form == "json":
        return JSONResponse(made.model_dump(mode="json"))
    from voc.insights.render import render

    speech = language or chosen_language(
        cookie=None, setting=service_of(request).settings.ui_language, accepted=request.headers.get("accept-language")
    )
    headers = {"content-security-policy": INLINE_STYLES} if form == "html" else {}
    return Response(render(made, format=form, language=speech), media_type=MEDIA_TYPES[form], headers=headers)


def weeks(request: Request) -> dict[str, bool]:
    """Weeks with interactions or a saved digest, latest first, and whether one is saved."""
    store: Store = service_of(request).store
    kept = {week for week, made_at in store.digests.made_at().items() if is_over(week, now=made_at)}
    found = set(kept)
    spanned = store.figures.first_and_last(now=service_of(request).now())
    if spanned is not None:
        found.update(weeks_between(week_of(spanned[0]), week_of(spanned[1]))[-520:])
    return {week: week in kept for week in sorted(found, reverse=True)}


def digest_of(request: Request, week: str) -> Digest:
    """The saved digest of a week with its quotes masked as today, else one made now.

    The latter is kept where the week is over and analysed: it is one that no worker looks after, or not yet.
    """
    store: Store = service_of(request).store
    begins(week)
    kept = saved(store, week)
    if kept is not None:
        return kept
    if week not in weeks(request):
        raise Problem(404, f"There is nothing from week {week}.", code="empty_week", parameters={"week": week})
    return make(store, week, now=service_of(request).now())


def _accepted(header: str) -> Format:
    """The first known type of ``Accept``; programs that do not care get JSON."""
    for part in header.split(","):
        kind = part.partition(";")[0].strip().lower()
        found: Format | None = {
            "application/json": "json", "text/html": "html", "text/markdown": "md", "text/plain": "text",
        }.get(kind)  # type: ignore[assignment]  # fmt: skip
        if found is not None:
            return found
    return "json"
