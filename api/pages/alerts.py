"""Alerts: what rang, the rules, a form for a new one, and a button to try each."""

from __future__ import annotations

from typing import Annotated, Any, cast, get_args

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import Analyst
from api.dependencies import service_of
from api.pages.forms import decimal_of, number_of, posted
from api.pages.rendering import draw, speech
from api.parameters import RowNumber
from api.problems import Problem
from voc.insights.alert_messages import figure, metric_name
from voc.insights.metrics import metric as metric_of
from voc.insights.metrics import metrics
from voc.records.alerts import AlertCondition, AlertKind, AlertPeriod, AlertRule, Severity, TargetKind
from voc.records.metrics import Unit
from voc.service import alerts
from voc.service.actor import Actor
from voc.service.alerts import AlertWish, TargetWish

router = APIRouter(include_in_schema=False)

FIRED_SHOWN = 30
IN_HUNDREDTHS = frozenset({"share", "points"})
"""Units that people write a hundred times as large."""


@router.get("/alerts", response_class=HTMLResponse)
def page(
    request: Request,
    actor: Analyst,
    query: Annotated[str, Query(max_length=2000)] = "",
    edit: Annotated[int | None, Query(ge=1, le=2**31)] = None,
) -> HTMLResponse:
    """What rang lately, and every rule; ``query`` are filters that a page was left with, for the form.

    With ``edit`` the form holds the rule of that number.
    """
    if edit is None:
        return _page(request, actor, query=query)
    rule = alerts.find(service_of(request), actor, edit)
    return _page(request, actor, edited=rule, query=rule.query)


@router.post("/alerts", response_class=HTMLResponse)
async def create(request: Request, actor: Analyst) -> Response:
    """Set an alert; the secret of its webhook is shown this once."""
    fields = await posted(request)

    def made() -> Response:
        rule, secrets = alerts.create(service_of(request), actor, _wish(fields, speech(request).language))
        if secrets:
            return _page(request, actor, secret=secrets[0], made=rule.name)
        return RedirectResponse("/alerts", status_code=303)

    return await run_in_threadpool(made)


@router.post("/alerts/{number}")
async def alter(request: Request, actor: Analyst, number: RowNumber) -> Response:
    """Put what the form says in place of the rule; where it goes to stays."""
    fields = await posted(request)
    wish = _wish(fields, speech(request).language)
    changes = {name: getattr(wish, name) for name in AlertWish.__dataclass_fields__ if name != "targets"}
    await run_in_threadpool(alerts.alter, service_of(request), actor, number, changes)
    return RedirectResponse("/alerts", status_code=303)


@router.post("/alerts/{number}/{action}")
async def act(request: Request, actor: Analyst, number: RowNumber, action: str) -> Response:
    """Pause, resume, remove, or ring now."""
    await posted(request)
    await run_in_threadpool(_act, request, actor, number, action)
    return RedirectResponse("/alerts", status_code=303)


def _page(request: Request, actor: Actor, **more: Any) -> HTMLResponse:
    service, t = service_of(request), speech(request)
    context: dict[str, Any] = {"secret": None, "made": None, "query": "", "edited": None} | more
    return draw(
        request,
        "alerts.html",
        rules=alerts.listing(service, actor),
        fired=alerts.fired(service, actor, limit=FIRED_SHOWN),
        metrics={name: metric_name(name, t) for name in metrics()},
        spelled=lambda metric, value: figure(value, _unit(metric), t),
        typed=_typed,
        choices={
            "kind": get_args(AlertKind),
            "condition": get_args(AlertCondition),
            "period": get_args(AlertPeriod),
            "severity": get_args(Severity),
            "target": get_args(TargetKind),
        },
        **context,
    )


def _unit(metric: str) -> Unit:
    """How a metric is written; as it was given where its package is gone, so that its alerts can still be removed."""
    return metrics()[metric].unit if metric in metrics() else "score"


def _typed(rule: AlertRule) -> str:
    """The threshold of a rule as the form takes it: 30 for 30 %."""
    if rule.threshold is None:
        return ""
    return f"{rule.threshold * (100 if _unit(rule.metric) in IN_HUNDREDTHS else 1):.10g}"


def _act(request: Request, actor: Actor, number: int, action: str) -> None:
    service = service_of(request)
    if action in {"pause", "resume"}:
        alerts.alter(service, actor, number, {"paused": action == "pause"})
    elif action == "remove":
        alerts.remove(service, actor, number)
    elif action == "test":
        alerts.try_out(service, actor, number)
    else:
        raise Problem(404, "There is no such action.", code="not_found")


def _choice(fields: dict[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if (found := fields.get(name, "")) not in allowed:
        raise Problem(422, f"{name}: choose one.", code="invalid_field", parameters={"field": name})
    return found


def _wish(fields: dict[str, str], language: str) -> AlertWish:
    address = fields.get("address", "").strip()
    metric = fields.get("metric", "volume")
    threshold = decimal_of(fields.get("threshold"))
    if threshold is not None and metric_of(metric).unit in IN_HUNDREDTHS:
        threshold /= 100  # people write 30 for 30 %, and NPS in points
    targets = []
    if address:
        kind = cast(TargetKind, _choice(fields, "target", get_args(TargetKind)))
        targets = [TargetWish(kind, address, language)]
    return AlertWish(
        name=fields.get("name", ""),
        kind=cast(AlertKind, _choice(fields, "kind", get_args(AlertKind))),
        metric=metric,
        query=fields.get("query", ""),
        condition=cast(AlertCondition, _choice(fields, "condition", get_args(AlertCondition))),
        threshold=threshold,
        period=cast(AlertPeriod, _choice(fields, "period", get_args(AlertPeriod))),
        least_n=number_of(fields.get("least_n")) or 0,
        words=fields.get("words", ""),
        severity=cast(Severity, _choice(fields, "severity", get_args(Severity))),
        cool_down_hours=number_of(fields.get("cool_down_hours")) or 0,
        targets=targets,
    )
