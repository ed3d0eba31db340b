"""The weekly digest: which weeks there are, and one week as JSON, HTML or Markdown."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import Analyst, Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.localisation import Language, chosen_language
from api.parameters import RowNumber
from api.problems import Problem
from api.routers.findings import FindingDetail
from voc.records import Digest, FindingAction
from voc.service import digests, findings

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


class ReviewRequest(BaseModel):
    """What is decided about one item of a digest, or about a finding followed since an earlier one."""

    model_config = ConfigDict(extra="forbid")

    item: Annotated[str, Field(max_length=300, examples=["topic:billing.double_charge:rise"])]
    """Key of the item."""
    action: FindingAction | Literal["undo"]
    owner: Annotated[str | None, Field(max_length=findings.OWNER_CHARS)] = None
    """Who takes it; ``assign`` needs it."""
    due: date | None = None
    """Day until which it is to be done; of ``assign``."""
    comment: Annotated[str | None, Field(max_length=findings.TEXT_CHARS)] = None
    """``comment`` needs it, ``close`` and ``reopen`` may have it. Personal data in it is masked before it is kept."""
    reason: Annotated[str | None, Field(max_length=findings.TEXT_CHARS)] = None
    """``dismiss`` needs it, ``close`` and ``reopen`` may have it; masked alike."""
    into: Annotated[str | None, Field(max_length=300)] = None
    """Key of the finding it is the same as; ``merge`` needs it."""
    decision: RowNumber | None = None
    """Id of the decision to take back; ``undo`` needs it."""


@router.post("/{week}/review", summary="Decide about a finding")
def review(service: ServiceDep, actor: Analyst, week: str, request: ReviewRequest) -> FindingDetail:
    """Acknowledge, assign, comment, dismiss, merge, close or take up again; ``undo`` takes a decision back.

    In force at once on every digest and on the board. Every decision stays on record with who made it and when.
    """
    if request.action == "undo":
        if request.decision is None:
            raise Problem(
                422, "decision: say which one to take back.", code="field_missing", parameters={"field": "decision"}
            )
        key = findings.undo(service, actor, request.decision, of=request.item)
    else:
        text = request.comment if request.action == "comment" else request.reason or request.comment
        wish = findings.Wish(request.action, owner=request.owner, due=request.due, text=text, into=request.into)
        key = digests.review(service, actor, week, request.item, wish).finding
    found = findings.detail(service, actor, key)
    return FindingDetail(finding=found.finding, history=found.history)


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
