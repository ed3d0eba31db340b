"""The weekly digest: which weeks there are, and one week as JSON, HTML or Markdown."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from api.access import Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.localisation import Language, chosen_language
from voc.records import Digest
from voc.service import digests

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
def listing(service: ServiceDep, actor: Reader) -> list[DigestWeek]:
    """Every week with interactions, latest first."""
    found = digests.weeks(service, actor)
    return [DigestWeek(week=week, href=f"/v1/digests/{week}", saved=saved) for week, saved in found.items()]


@router.get(
    "/{week}",
    summary="One week's digest",
    response_model=Digest,
    responses={200: {"content": {media: {} for media in ("text/html", "text/markdown", "text/plain")}}},
)
def digest(
    request: Request,
    service: ServiceDep,
    actor: Reader,
    week: str,
    format: Annotated[Format | None, Query(description="Default: by the Accept header.")] = None,
    language: Annotated[Language | None, Query(description="Default: by Accept-Language.")] = None,
) -> Response:
    """The ISO week against the four before it."""
    made = digests.digest(service, actor, week)
    form = format or _accepted(request.headers.get("accept", ""))
    if form == "json":
        return JSONResponse(made.model_dump(mode="json"))
    from voc.insights.render import render

    speech = language or chosen_language(
        cookie=None, setting=service.settings.ui_language, accepted=request.headers.get("accept-language")
    )
    headers = {"content-security-policy": INLINE_STYLES} if form == "html" else {}
    return Response(render(made, format=form, language=speech), media_type=MEDIA_TYPES[form], headers=headers)


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
