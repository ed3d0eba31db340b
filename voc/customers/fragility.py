"""Signs that a customer may leave, over all their contacts: each rule with its points and the contacts it comes from.

A published rule set (``fragility.yaml``), not a model: the total is the sum of the lines, every line opens to its
evidence, and a rule that does not apply adds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from voc.errors import SettingsError
from voc.records import TELLING, Record
from voc.store import Store
from voc.store.signal_counts import Contact

RULES = Path(__file__).with_name("fragility.yaml")
COMPLAINS = frozenset(("complain", "escalate_legal", "cancel", "ask_refund"))
"""Intents after which silence is no good sign."""
_NEGATIVE = -TELLING


class ContactsAgain(Record):
    """Got in touch again about the same topic within ``within_days``."""

    labels: dict[str, str]
    within_days: int = Field(gt=0)
    points: int
    points_from_third: int


class FallingSentiment(Record):
    """Mean of the last two sentiments below that of those before by ``fall``, the last one below ``ends_below``."""

    labels: dict[str, str]
    contacts: int = Field(ge=3)
    fall: float = Field(gt=0)
    ends_below: float
    points: int


class SilentAfterComplaint(Record):
    """The last contact was a complaint, and the silence since is not like the customer.

    Most people write once and never again, content or not: of them silence says nothing. It does of somebody who had
    been in touch ``contacts`` times over ``over_days`` and is now silent for ``after_days``, and for ``times_longest``
    their longest pause until then.
    """

    labels: dict[str, str]
    contacts: int = Field(ge=2)
    over_days: int = Field(gt=0)
    after_days: int = Field(gt=0)
    times_longest: float = Field(ge=1)
    points: int


class FragilityRules(Record):
    """The rules over several contacts, as ``fragility.yaml`` has them."""

    version: str
    window_days: int = Field(gt=0)
    contacts_again: ContactsAgain
    falling_sentiment: FallingSentiment
    silent_after_complaint: SilentAfterComplaint


class CustomerSign(Record):
    """One rule that applies: its points and the interactions it was seen in, oldest first.

    ``detail`` says what was measured: days of silence, the fall of the sentiment, the topic of repeated contacts.
    """

    rule: str
    points: int
    interactions: tuple[str, ...]
    detail: str | None = None
    begin: int | None = None
    end: int | None = None


class CustomerFragility(Record):
    """The sum of a customer's signs, never without them."""

    customer_id: str
    points: int
    signs: tuple[CustomerSign, ...] = ()
    contacts: int = 0
    """How many contacts of the window were looked at."""
    rules: str
    """Version of the rule set."""


def load_fragility_rules(path: Path | None = None) -> FragilityRules:
    """The rule set shipped, or that of ``path``.

    Raises:
        SettingsError: the file is missing or wrong.
    """
    return _load(path or RULES)


@lru_cache(maxsize=4)
def _load(path: Path) -> FragilityRules:
    import yaml

    try:
        content: Any = yaml.safe_load(path.read_text("utf-8"))
        return FragilityRules.model_validate(content)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"rules {path}: cannot be read ({type(error).__name__}); restore the file.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"rules {path}, `{where}`: {first['msg']}; correct the file.") from None


def fragility_of(
    store: Store, customer_id: str, *, now: datetime, rules: FragilityRules | None = None
) -> CustomerFragility:
    """Signs of one customer in the window that ends ``now``; no points without contacts."""
    rules = rules or load_fragility_rules()
    contacts = store.meanings.contacts([customer_id], since=now - timedelta(days=rules.window_days), until=now)
    return weigh(customer_id, contacts.get(customer_id, []), now=now, rules=rules)


def most_fragile(
    store: Store, *, now: datetime, limit: int | None = 50, rules: FragilityRules | None = None
) -> list[CustomerFragility]:
    """Customers with any points, the most first, of equal points those with more signs; ``limit`` of them if given."""
    rules = rules or load_fragility_rules()
    contacts = store.meanings.contacts(None, since=now - timedelta(days=rules.window_days), until=now)
    found = [weigh(customer, theirs, now=now, rules=rules) for customer, theirs in contacts.items()]
    found = [one for one in found if one.points > 0]
    return sorted(found, key=lambda one: (-one.points, -len(one.signs), one.customer_id))[:limit]


def weigh(customer_id: str, contacts: Sequence[Contact], *, now: datetime, rules: FragilityRules) -> CustomerFragility:
    """Sum the signs of one customer's contacts, given oldest first."""
    signs = _said(contacts)
    for sign in (
        _again(contacts, rules.contacts_again),
        _falling(contacts, rules.falling_sentiment),
        _silent(contacts, rules.silent_after_complaint, now),
    ):
        if sign is not None:
            signs.append(sign)
    return CustomerFragility(
        customer_id=customer_id,
        points=sum(sign.points for sign in signs),
        signs=tuple(signs),
        contacts=len(contacts),
        rules=rules.version,
    )


def _said(contacts: Sequence[Contact]) -> list[CustomerSign]:
    """What single contacts showed, each rule once: the newest contact that shows it."""
    found: dict[str, CustomerSign] = {}
    for contact in contacts:
        for sign in contact.signs:
            found[sign.rule] = CustomerSign(
                rule=sign.rule, points=sign.points, interactions=(contact.id,), begin=sign.begin, end=sign.end
            )
    return list(found.values())


def _again(contacts: Sequence[Contact], rule: ContactsAgain) -> CustomerSign | None:
    """The longest run of contacts on one topic, each soon after the one before."""
    runs: dict[str, list[Contact]] = {}
    best: tuple[str, list[Contact]] | None = None
    for contact in contacts:
        for topic in contact.topics:
            run = runs.get(topic, [])
            soon = bool(run) and contact.at - run[-1].at <= timedelta(days=rule.within_days)
            runs[topic] = [*run, contact] if soon else [contact]
            if len(runs[topic]) > 1 and (best is None or len(runs[topic]) > len(best[1])):
                best = (topic, runs[topic])
    if best is None:
        return None
    points = rule.points if len(best[1]) == 2 else rule.points_from_third
    return CustomerSign(
        rule="contacts_again", points=points, interactions=tuple(one.id for one in best[1]), detail=best[0]
    )


def _falling(contacts: Sequence[Contact], rule: FallingSentiment) -> CustomerSign | None:
    scored = [(one.id, one.sentiment) for one in contacts if one.sentiment is not None]
    if len(scored) < rule.contacts:
        return None
    scores = [score for _, score in scored]
    earlier, last = sum(scores[:-2]) / len(scores[:-2]), sum(scores[-2:]) / 2
    if earlier - last < rule.fall or scores[-1] >= rule.ends_below:
        return None
    return CustomerSign(
        rule="falling_sentiment",
        points=rule.points,
        interactions=tuple(key for key, _ in scored),
        detail=f"{earlier:+.2f} → {last:+.2f}",
    )


def _silent(contacts: Sequence[Contact], rule: SilentAfterComplaint, now: datetime) -> CustomerSign | None:
    if not contacts:
        return None
    last = contacts[-1]
    days = (now - last.at).days
    cross = last.sentiment is None or last.sentiment <= _NEGATIVE
    if days < rule.after_days or not cross or not COMPLAINS & set(last.intents):
        return None
    pauses = [(later.at - one.at).days for one, later in pairwise(contacts)]
    known = len(contacts) >= rule.contacts and (last.at - contacts[0].at).days >= rule.over_days
    if not known or days < rule.times_longest * max(pauses):
        return None
    return CustomerSign(rule="silent_after_complaint", points=rule.points, interactions=(last.id,), detail=f"{days} d")
