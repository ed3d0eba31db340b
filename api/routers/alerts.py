"""Alerts: rules, what rang, and a try."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import Analyst, Reader
from api.dependencies import ServiceDep
from api.parameters import RowNumber
from voc.language.registry import FIRST
from voc.locales import InterfaceLanguage
from voc.records.alerts import AlertCondition, AlertKind, AlertPeriod, AlertRule, FiredAlert, Severity, TargetKind
from voc.service import alerts
from voc.service.alerts import AlertWish, TargetWish
from voc.service.metrics import MetricName

router = APIRouter(prefix="/v1/alerts", tags=["alerts"])


class TargetRequest(BaseModel):
    """Where an alert goes."""

    model_config = ConfigDict(extra="forbid")

    kind: TargetKind = "webhook"
    address: Annotated[str, Field(max_length=2000, examples=["https://example.com/hooks/voc"])]
    language: InterfaceLanguage = FIRST
    """Of the sentence in mails and chat rooms; a webhook has both."""


class AlertRequest(BaseModel):
    """An alert; what is left out is as shown."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=alerts.NAME_CHARS, examples=["Outage in Nantes"])]
    kind: AlertKind = "metric"
    metric: MetricName = "volume"
    query: Annotated[str, Field(max_length=2000, examples=["topic=network&city=Nantes"])] = ""
    condition: AlertCondition = "above"
    threshold: float | None = None
    """In the metric's unit: counts as they are, shares 0…1, net sentiment and NPS −1…1."""
    period: AlertPeriod = "day"
    least_n: Annotated[int, Field(ge=0, le=10**6)] = 20
    words: Annotated[str, Field(max_length=alerts.WORDS_CHARS, examples=["class action, lawyer"])] = ""
    severity: Severity = "warning"
    cool_down_hours: Annotated[int, Field(ge=0, le=24 * 90)] = 24
    targets: Annotated[list[TargetRequest], Field(max_length=alerts.MOST_TARGETS)] = []

    def wish(self) -> AlertWish:
        """What use cases take."""
        given = self.model_dump(exclude={"targets"})
        return AlertWish(**given, targets=[TargetWish(**one.model_dump()) for one in self.targets])


class AlertChange(AlertRequest):
    """What is to be changed; what is left out stays. A target named as it is shown keeps its secret."""

    name: Annotated[str, Field(max_length=alerts.NAME_CHARS)] = ""
    paused: bool = False

    def given(self) -> dict[str, Any]:
        """What was sent, and nothing else."""
        found = self.model_dump(exclude_unset=True)
        if "targets" in found:
            found["targets"] = [TargetWish(**one.model_dump()) for one in self.targets]
        return found


class AlertAnswer(BaseModel):
    """A rule; ``secrets`` are those of webhooks just made, in their order, shown this once."""

    rule: AlertRule
    secrets: list[str] = []


class AlertList(BaseModel):
    """Rules; ``next_cursor`` is null: they come all at once."""

    items: list[AlertRule]
    next_cursor: None = None


class FiredList(BaseModel):
    """What rang, newest first."""

    items: list[FiredAlert]
    next_cursor: str | None = None


@router.get("", summary="List alerts")
def listing(service: ServiceDep, actor: Analyst) -> AlertList:
    """Without secrets; of a chat room's address only the host."""
    return AlertList(items=alerts.listing(service, actor))


@router.post("", status_code=201, summary="Set an alert")
def create(service: ServiceDep, actor: Analyst, wanted: AlertRequest) -> AlertAnswer:
    """Looked at every minute by a worker, until it is paused, removed, or the key it was made with is revoked."""
    rule, secrets = alerts.create(service, actor, wanted.wish())
    return AlertAnswer(rule=rule, secrets=secrets)


@router.get("/fired", summary="What rang")
def fired(
    service: ServiceDep,
    actor: Reader,
    rule: Annotated[RowNumber | None, Query(description="Only of this rule.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: RowNumber | None = None,
) -> FiredList:
    """Newest first; figures and links, no words of customers."""
    found = alerts.fired(service, actor, rule=rule, before=cursor, limit=limit)
    return FiredList(items=found, next_cursor=str(found[-1].id) if len(found) == limit else None)


@router.get("/{number}", summary="One alert")
def one(service: ServiceDep, actor: Analyst, number: RowNumber) -> AlertRule:
    """As it was set."""
    return alerts.find(service, actor, number)


@router.patch("/{number}", summary="Change or pause an alert")
def alter(service: ServiceDep, actor: Analyst, number: RowNumber, wanted: AlertChange) -> AlertAnswer:
    """A new webhook gets a secret of its own."""
    rule, secrets = alerts.alter(service, actor, number, wanted.given())
    return AlertAnswer(rule=rule, secrets=secrets)


@router.delete("/{number}", status_code=204, summary="Remove an alert")
def remove(service: ServiceDep, actor: Analyst, number: RowNumber) -> Response:
    """With its addresses and its history."""
    alerts.remove(service, actor, number)
    return Response(status_code=204)


@router.post("/{number}/test", summary="Ring it now")
def test(service: ServiceDep, actor: Analyst, number: RowNumber) -> FiredAlert:
    """With the figure of this moment, marked as a try; see `/v1/deliveries` for what became of it."""
    return alerts.try_out(service, actor, number)
