"""Alerts: rules on figures, words and what emerges; what rang; and a button to try one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voc.delivery.mail import checked_address
from voc.delivery.webhooks import new_secret
from voc.errors import InputError
from voc.insights import alert_messages
from voc.insights.alerts import Seen, look, metric_now, words_now
from voc.insights.metrics import metric
from voc.language.registry import FIRST
from voc.locales import InterfaceLanguage
from voc.outbound import Outbound
from voc.records.alerts import (
    AlertCondition,
    AlertKind,
    AlertPeriod,
    AlertRule,
    AlertTarget,
    FiredAlert,
    Severity,
    TargetKind,
)
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.subscriptions import shown_address
from voc.service.use_cases import not_found, there, use_case
from voc.service.wishes import filters_without_period, named

NAME_CHARS = 100
WORDS_CHARS = 500
MOST_RULES = 200
MOST_TARGETS = 10
NEEDS_THRESHOLD = frozenset({"above", "below"})


@dataclass(frozen=True)
class TargetWish:
    """Where an alert is to go."""

    kind: TargetKind
    address: str
    language: InterfaceLanguage = FIRST


@dataclass(frozen=True)
class AlertWish:
    """What somebody wants to be told of; see :class:`voc.records.alerts.AlertRule`."""

    name: str
    kind: AlertKind = "metric"
    metric: str = "volume"
    query: str = ""
    condition: AlertCondition = "above"
    threshold: float | None = None
    period: AlertPeriod = "day"
    least_n: int = 20
    words: str = ""
    severity: Severity = "warning"
    cool_down_hours: int = 24
    targets: Sequence[TargetWish] = ()


@use_case("analyst")
def listing(service: Service, actor: Actor) -> list[AlertRule]:
    """Every rule, oldest first; without secrets, and of addresses that open a room only the host."""
    return [_shown(one) for one in service.store.alert_rules.all()]


@use_case("analyst")
def find(service: Service, actor: Actor, number: int) -> AlertRule:
    """One rule.

    Raises:
        NotFoundError: there is none of that id.
    """
    return _shown(_one(service, number))


@use_case("analyst")
def create(service: Service, actor: Actor, wish: AlertWish) -> tuple[AlertRule, list[str]]:
    """Keep a rule in the name of ``actor``: it ends with their key.

    Returns the rule and the secrets of its webhooks in their order, which are shown this once.

    Raises:
        InputError: something does not fit, or there are too many.
        RefusedAddressError: an address is one of a private network.
    """
    if len(service.store.alert_rules.all()) >= MOST_RULES:
        raise InputError("there are too many alerts; remove some.", code="too_many", n=MOST_RULES)
    targets, secrets = _targets(service, wish.targets, ())
    made = service.store.alert_rules.add(
        **_checked(wish), targets=targets, paused=False, created_by=actor.id, created_at=service.now()
    )
    audit.record(service, actor, "alert.create", str(made.id), kind=made.kind)
    return _shown(made), secrets


@use_case("analyst")
def alter(service: Service, actor: Actor, number: int, changes: Mapping[str, Any]) -> tuple[AlertRule, list[str]]:
    """Put other values in place: any field of :class:`AlertWish`, and ``paused``; targets that stay keep their secret.

    Raises:
        NotFoundError: there is none of that id.
        InputError: a value does not fit.
    """
    before = _one(service, number)
    fields = AlertWish.__dataclass_fields__
    wish = AlertWish(**{name: changes.get(name, getattr(before, name)) for name in fields})
    targets, secrets = before.targets, list[str]()
    if "targets" in changes:
        targets, secrets = _targets(service, wish.targets, before.targets)
    values = _checked(wish) | {"targets": targets, "paused": bool(changes.get("paused", before.paused))}
    after = service.store.alert_rules.change(number, **values)
    audit.record(service, actor, "alert.change", str(number), fields=sorted(changes))
    return _shown(after or before), secrets


@use_case("analyst")
def remove(service: Service, actor: Actor, number: int) -> None:
    """Forget a rule, its addresses, and that it ever rang.

    Raises:
        NotFoundError: there is none of that id.
    """
    if not service.store.alert_rules.remove(number):
        raise not_found("alert")
    audit.record(service, actor, "alert.remove", str(number))


@use_case("analyst")
def try_out(service: Service, actor: Actor, number: int) -> FiredAlert:
    """Ring it now with the figure of this moment, marked as a try; it cools nothing down.

    Raises:
        NotFoundError: there is none of that id.
    """
    from voc.pipeline.alerts import ring
    from voc.pipeline.outgoing import send_due

    rule, now = _one(service, number), service.now()
    if rule.kind == "metric":
        seen = metric_now(service.store, rule, now=now)
    elif rule.kind == "words":
        seen = words_now(service.store, rule, now=now)
    else:
        emerged = look(service.store, rule, now=now)
        seen = emerged[0] if emerged else Seen(
            "rule", alert_messages.test_titles(rule), "emerging", None, None, 0, None, now, now, "/digest"
        )  # fmt: skip
    fired = there(ring(service.store, rule, seen, now=now, test=True), "alert")
    audit.record(service, actor, "alert.try", str(number))
    for place in range(len(rule.targets)):
        send_due(service.store, service.settings, now=now, key=f"alert:{fired.id}:{place}")
    return fired


@use_case("reader")
def fired(
    service: Service, actor: Actor, *, rule: int | None = None, before: int | None = None, limit: int = 50
) -> list[FiredAlert]:
    """What rang, newest first; figures and links, which every reader may see.

    Args:
        before: only those with lower ids, for the next page.
    """
    return service.store.fired_alerts.latest(rule_id=rule, before=before, limit=limit)


def _one(service: Service, number: int) -> AlertRule:
    return there(service.store.alert_rules.one(number), "alert")


def _shown(rule: AlertRule) -> AlertRule:
    targets = tuple(
        one.model_copy(update={"secret": None, "address": shown_address(one.kind, one.address)})
        for one in rule.targets
    )  # fmt: skip
    return rule.model_copy(update={"targets": targets})


def _targets(
    service: Service, wishes: Sequence[TargetWish], before: Sequence[AlertTarget]
) -> tuple[tuple[AlertTarget, ...], list[str]]:
    """The targets with their secrets, and the secrets that are new."""
    if len(wishes) > MOST_TARGETS:
        raise InputError(f"targets: at most {MOST_TARGETS}.", code="too_many", n=MOST_TARGETS)
    outbound = Outbound(service.settings.outbound_allow)
    secrets: list[str] = []
    found: list[AlertTarget] = []
    for wish in wishes:
        kept = _kept(wish, wishes, before)
        if kept is not None:
            found.append(kept.model_copy(update={"language": wish.language}))
            continue
        address = checked_address(wish.address) if wish.kind == "mail" else outbound.check_url(wish.address)
        secret = new_secret() if wish.kind == "webhook" else None
        found.append(AlertTarget(kind=wish.kind, address=address, secret=secret, language=wish.language))
        secrets += [secret] if secret else []
    return tuple(found), secrets


def _kept(wish: TargetWish, wishes: Sequence[TargetWish], before: Sequence[AlertTarget]) -> AlertTarget | None:
    """The target there was that ``wish`` names, whole or as it is shown.

    Raises:
        InputError: it could be several.
    """
    same = [one for one in before if one.kind == wish.kind]
    for one in same:
        if one.address == wish.address:
            return one
    shown = [one for one in same if shown_address(one.kind, one.address) == wish.address]
    named_so = [one for one in wishes if (one.kind, one.address) == (wish.kind, wish.address)]
    if len(shown) > 1 and len(named_so) != len(shown):
        raise InputError("targets: several look like this; give the whole address.", code="several_addresses")
    return shown[named_so.index(wish)] if shown else None


def _checked(wish: AlertWish) -> dict[str, Any]:
    """The values of a rule but its targets.

    Raises:
        InputError: one of them does not fit.
    """
    query = filters_without_period(wish.query)
    measured = metric(wish.metric)
    if wish.kind == "metric" and wish.condition in NEEDS_THRESHOLD and wish.threshold is None:
        raise InputError("threshold: is missing.", code="field_missing", field="threshold")
    words = " ".join(wish.words.split())
    if wish.kind == "words" and not words.replace(",", "").strip():
        raise InputError("words: is missing.", code="field_missing", field="words")
    if len(words) > WORDS_CHARS:
        raise InputError(f"words: at most {WORDS_CHARS} characters.", code="field_too_long", field="words",
                         max_length=WORDS_CHARS)  # fmt: skip
    for field, value, most in (("least_n", wish.least_n, 10**6), ("cool_down_hours", wish.cool_down_hours, 24 * 90)):
        if not 0 <= value <= most:
            raise InputError(f"{field}: from 0 to {most}.", code="invalid_field", field=field)
    return {
        "name": named(wish.name, "name", most=NAME_CHARS),
        "kind": wish.kind,
        "metric": measured.name,
        "query": query,
        "condition": wish.condition,
        "threshold": wish.threshold,
        "period": wish.period,
        "least_n": wish.least_n,
        "words": words,
        "severity": wish.severity,
        "cool_down_hours": wish.cool_down_hours,
    }
