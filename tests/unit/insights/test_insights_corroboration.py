"""Who says it independently: channels that share neither people nor texts, in the same weeks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from makers import NOW, an_interaction, understood

from voc.errors import InputError
from voc.insights.corroboration import corroboration
from voc.records.emergence import Corroboration
from voc.store import Filters, Store

WORDS = "zèbre lampe violon castor miroir tulipe granit panier flûte moulin savane cactus".split()  # noqa: SIM905
SINCE = Filters(since=NOW - timedelta(weeks=12), until=NOW)


def speaks(
    store: Store, number: int, channel: str, *, days: int = 3, customer: str | None = None, **fields: object
) -> None:
    own = " ".join(WORDS[(number * step) % len(WORDS)] for step in range(1, 9))
    text = str(fields.pop("text", f"{own} {number} double débit"))
    given = {key: fields.pop(key) for key in ("nps", "csat", "rating") if key in fields}
    one = an_interaction(number, text=text, channel=channel, occurred_at=NOW - timedelta(days=days), **given)
    understood(store, one, topics=("billing.double_charge",), **fields)


def told(store: Store) -> Corroboration:
    (found,) = corroboration(store, SINCE).subjects
    return found


def test_three_channels_with_their_own_voices_tell_it_independently(store: Store) -> None:
    for number in range(12):
        channel = ("email", "review", "survey")[number % 3]
        speaks(store, number, channel, score=-0.6, **({"nps": 2} if channel == "survey" else {}))
    found = told(store)
    assert (found.n, found.voices, found.independent, found.one_channel) == (12, 12, 3, False)
    survey = next(one for one in found.channels if one.channel == "survey")
    assert (survey.score, survey.score_n, survey.score_kind, survey.net) == (2.0, 4, "nps", -0.6)
    assert next(one for one in found.channels if one.channel == "email").score is None
    assert survey.href.startswith("/interactions?channel=survey&topic=billing.double_charge")


def test_one_channel_alone_says_so(store: Store) -> None:
    for number in range(6):
        speaks(store, number, "email")
    speaks(store, 7, "review")  # the one message a quiet channel always brings
    found = told(store)
    assert (found.independent, found.one_channel) == (1, True)


def test_one_text_sent_to_two_channels_confirms_nothing(store: Store) -> None:
    for number in range(5):
        text = f"{WORDS[number]} lettre ouverte à tous les abonnés du réseau sur la double facturation de mai"
        speaks(store, number, "email", days=4, text=text)
        speaks(store, 20 + number, "social", days=2, text=text)
    (found,) = corroboration(store, SINCE, subject="billing.double_charge").subjects
    assert (found.n, found.voices, found.one_channel) == (10, 1, True)
    assert corroboration(store, SINCE).subjects == ()


def test_channels_that_speak_months_apart_confirm_nothing(store: Store) -> None:
    for number in range(4):
        speaks(store, number, "email", days=3)
        speaks(store, 10 + number, "review", days=60)
    found = told(store)
    assert found.independent == 0
    assert found.one_channel


def test_a_period_is_needed(store: Store) -> None:
    with pytest.raises(InputError, match="needs a period"):
        corroboration(store, Filters())
