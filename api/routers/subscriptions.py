"""Subscriptions to the digest, and every sending with what became of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import Analyst
from api.dependencies import ServiceDep
from api.parameters import RowNumber
from voc.language.registry import FIRST
from voc.locales import InterfaceLanguage
from voc.records.subscriptions import Delivery, Subscription, SubscriptionKind
from voc.service import subscriptions
from voc.service.subscriptions import SubscriptionWish

router = APIRouter(prefix="/v1/subscriptions", tags=["subscriptions"])
deliveries = APIRouter(prefix="/v1/deliveries", tags=["subscriptions"])

Topics = Annotated[list[str], Field(max_length=subscriptions.MOST_PARTS)]


class SubscriptionRequest(BaseModel):
    """A digest for somebody."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=subscriptions.NAME_CHARS, examples=["Head of billing"])]
    kind: SubscriptionKind = "mail"
    target: Annotated[str, Field(max_length=2000, examples=["billing@example.com"])]
    """An e-mail address, or the address of an incoming webhook of Slack or Teams."""
    language: InterfaceLanguage = FIRST
    day: Annotated[int, Field(ge=1, le=7)] = 1
    """1 = Monday."""
    topics: Topics = []
    segments: Topics = []
    view: RowNumber | None = None
    """Id of a saved view."""
    only_with_findings: bool = False


class SubscriptionChange(BaseModel):
    """What is to be changed; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=subscriptions.NAME_CHARS)] = ""
    kind: SubscriptionKind = "mail"
    target: Annotated[str, Field(max_length=2000)] = ""
    language: InterfaceLanguage = FIRST
    day: Annotated[int, Field(ge=1, le=7)] = 1
    topics: Topics = []
    segments: Topics = []
    view: RowNumber | None = None
    only_with_findings: bool = False
    paused: bool = False

    def given(self) -> dict[str, Any]:
        """What was sent, and nothing else."""
        return self.model_dump(exclude_unset=True)


class SubscriptionList(BaseModel):
    """Subscriptions; ``next_cursor`` is null: they come all at once."""

    items: list[Subscription]
    next_cursor: None = None


class DeliveryList(BaseModel):
    """Sendings, newest first."""

    items: list[Delivery]
    next_cursor: None = None


@router.get("", summary="List subscriptions")
def listing(service: ServiceDep, actor: Analyst) -> SubscriptionList:
    """Of a chat room's address only the host is shown: whoever has the rest may post there."""
    return SubscriptionList(items=subscriptions.listing(service, actor))


@router.post("", status_code=201, summary="Subscribe somebody")
def create(service: ServiceDep, actor: Analyst, wanted: SubscriptionRequest) -> Subscription:
    """They get the digest of each finished week once, on their day, until they unsubscribe."""
    return subscriptions.create(service, actor, SubscriptionWish(**wanted.model_dump()))


@router.get("/{number}", summary="One subscription")
def one(service: ServiceDep, actor: Analyst, number: RowNumber) -> Subscription:
    """As it was asked for."""
    return subscriptions.find(service, actor, number)


@router.patch("/{number}", summary="Change or pause a subscription")
def alter(service: ServiceDep, actor: Analyst, number: RowNumber, wanted: SubscriptionChange) -> Subscription:
    """409 where whoever gets it unsubscribed."""
    return subscriptions.alter(service, actor, number, wanted.given())


@router.delete("/{number}", status_code=204, summary="Remove a subscription")
def remove(service: ServiceDep, actor: Analyst, number: RowNumber) -> Response:
    """The address is forgotten with it."""
    subscriptions.remove(service, actor, number)
    return Response(status_code=204)


@router.post("/{number}/test", summary="Send the latest digest now")
def test(service: ServiceDep, actor: Analyst, number: RowNumber) -> Delivery:
    """Whatever its day; the digest of the week comes all the same."""
    return subscriptions.try_out(service, actor, number)


@deliveries.get("", summary="What was sent")
def sent(service: ServiceDep, actor: Analyst, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> DeliveryList:
    """Digests, alerts and what else leaves by itself, newest first, each with its state and the reason of a failure."""
    return DeliveryList(items=subscriptions.sent(service, actor, limit=limit))


@deliveries.post("/{number}/again", status_code=202, summary="Send again")
def again(service: ServiceDep, actor: Analyst, number: RowNumber) -> Delivery:
    """What failed, or of which it is not known whether it arrived; 409 for any other."""
    return subscriptions.send_again(service, actor, number)
