"""Who may still be contacted: one message more would not be more than their segment tolerates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import groupby

from voc.insights.contact_pressure_rules import Tolerance, load_tolerance
from voc.settings import settings
from voc.store import Store


def without_room(
    store: Store, segments: Mapping[str, str | None], *, at: datetime, tolerance: Tolerance | None = None
) -> set[str]:
    """Customers among ``segments`` (id → segment) whose tolerance is used up at a moment.

    A rule is used up when its last days hold as many messages as it allows; a rule for one channel counts as well:
    nobody knows yet on which one they will be contacted.

    Raises:
        SettingsError: the rules cannot be read.
    """
    rules = tolerance or load_tolerance(settings().pressure)
    sent = store.pressure.sent(at - rules.longest, at)
    full = set()
    for who, some in groupby(sent, key=lambda one: one.customer_id):
        if who not in segments:
            continue
        messages = list(some)
        for rule in rules.rules(segments[who]):
            begins = at - timedelta(days=rule.days)
            if sum(one.at > begins and rule.channel in {None, one.channel} for one in messages) >= rule.at_most:
                full.add(who)
                break
    return full
