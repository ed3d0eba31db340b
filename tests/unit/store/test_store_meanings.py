"""Effort, wishes, intents and signs of leaving: counted, filtered, and each found where it was said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from makers import add

from voc.errors import InputError
from voc.insights.drilldown import from_href, href
from voc.insights.effort import effort
from voc.insights.expectations import expectations
from voc.records import (
    Analysis,
    Channel,
    Expectation,
    FragilitySign,
    Intent,
    Interaction,
    Redaction,
    TopicMention,
    Turn,
    Word,
    interaction_id,
)
from voc.store import Filters, Store, signal_counts
from voc.store.analyses import Analysed
from voc.store.shapes import StoreSource
from voc.store.signal_counts import Meanings, WishCount

NOW = datetime(2026, 11, 9, 10, tzinfo=UTC)


def keep(store: Store, number: int, text: str, *, channel: Channel = Channel.EMAIL, **found: object) -> str:
    """Receive and analyse one interaction with these findings."""
    key = interaction_id(channel, external_id=None, content_hash=str(number))
    one = Interaction(
        id=key,
        channel=channel,
        source=f"m.csv:{number}",
        content_hash=str(number),
        text=text,
        occurred_at=NOW + timedelta(hours=number),
    )
    add(store, one)
    analysis = Analysis(id=key, channel=channel, source=one.source, text=text, redacted_text=text, **found)
    store.findings.save_analyses([Analysed(analysis, None)], [], now=NOW)
    return key


def topic(name: str) -> TopicMention:
    return TopicMention(id=name, label=name, score=0.9)


def wish(text: str, theme: str | None, *, kind: str = "suggestion", begin: int = 0) -> Expectation:
    return Expectation(text=text, begin=begin, end=begin + len(text), theme=theme, kind=kind)


def count(store: Store, **filters: str) -> int:
    return store.figures.cells(Filters(**filters))[0].n


def test_what_was_understood_can_be_filtered(store: Store) -> None:
    keep(
        store,
        1,
        "je résilie",
        intents=(Intent(label="cancel", score=0.9, begin=0, end=10),),
        action="response_needed",
        effort=-3,
        fragility=(FragilitySign(rule="cancel", points=4, begin=0, end=10),),
    )
    keep(store, 2, "merci", intents=(Intent(label="praise", score=0.9, begin=0, end=5),), action="praise", effort=3)
    keep(store, 3, "bonjour", action="none", expectations=(wish("bonjour", "billing.amount"),))
    assert count(store, intent="cancel") == 1
    assert count(store, intent="any") == 2
    assert count(store, intent="none") == 1
    assert count(store, action="none") == 1, "that nothing is to be done is an action, not the lack of one"
    assert count(store, action="response_needed") == 1
    assert count(store, effort="hard") == count(store, effort="-3") == count(store, effort="easy") == 1
    assert count(store, effort="any") == 2
    assert count(store, effort="none") == 1
    assert count(store, effort="-4") == 0
    assert count(store, fragility="cancel") == count(store, fragility="any") == 1
    assert count(store, expectation="billing") == count(store, expectation="billing.amount") == 1


def test_effort_counts_only_what_shows_one(store: Store) -> None:
    for number, value in enumerate((-5, -3, -3, 2)):
        keep(store, number, "x", effort=value, topics=(topic("contact.waiting"),))
    keep(store, 9, "y", topics=(topic("contact.waiting"),), channel=Channel.CALL)
    found = effort(store, by="topic")
    assert (found.overall.n, found.overall.hard, found.unshown) == (4, 3, 1)
    assert found.overall.mean == pytest.approx(-2.25)
    assert found.overall.counts["-3"] == 2
    assert {one.keys["topic"]: one.n for one in found.figures} == {"contact": 4, "contact.waiting": 4}
    assert store.figures.cells(from_href(found.overall.hard_href))[0].n == 3
    assert effort(store, by="channel").figures[0].keys == {"channel": "email"}
    with pytest.raises(InputError, match="mood"):
        effort(store, by="mood")


def test_effort_of_nothing_is_no_figure(store: Store) -> None:
    found = effort(store)
    assert found.overall.n == 0
    assert found.overall.mean is None
    assert found.overall.hard_share is None


def test_wishes_are_grouped_with_quotes_that_open(store: Store) -> None:
    first = "Il faudrait baisser les prix de Jean."
    key = keep(
        store,
        1,
        first,
        expectations=(wish(first, "price.expensive"),),
        redacted=(Redaction(type="PERSON", begin=32, end=36),),
    )
    keep(store, 2, "Ce serait bien d'avoir un chat.", expectations=(wish("Ce serait bien d'avoir un chat.", None),))
    keep(
        store,
        3,
        "Baissez les prix maintenant.",
        expectations=(wish("Baissez les prix", "price.expensive", kind="demand"),),
    )
    found = expectations(store)
    assert [(one.theme, one.n, one.kinds) for one in found.themes] == [
        ("price.expensive", 2, {"suggestion": 1, "demand": 1}),
        ("other", 1, {"suggestion": 1}),
    ]
    quotes = {quote.text: quote.href for quote in found.themes[0].quotes}
    assert quotes["Il faudrait baisser les prix de [PERSON]."] == f"/interactions/{key}#c=0-37"
    assert store.figures.cells(from_href(found.themes[1].href))[0].n == 1


def test_the_words_of_an_unmasked_text_are_not_quoted(store: Store) -> None:
    key = keep(store, 1, "Il faudrait baisser les prix.", expectations=(wish("Il faudrait baisser les prix.", None),))
    closed = store.findings.analysis(key)
    assert closed is not None
    store.findings.save_analyses([Analysed(closed.model_copy(update={"redacted_text": None}), None)], [], now=NOW)
    (theme,) = expectations(store).themes
    assert theme.n == 1
    assert theme.quotes == ()


def test_the_new_filters_survive_a_link() -> None:
    filters = Filters(intent="cancel", action="praise", effort="hard", expectation="billing", fragility="legal")
    assert from_href(href(filters)) == filters


@pytest.mark.parametrize("few", [0, 20_000])
def test_the_newest_wishes_of_a_theme_are_found_however_long_ago(
    store: Store, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day, eight weeks and a year before the others: what is looked for among the last weeks first is not lost."""
    monkeypatch.setattr(signal_counts, "FEW_WISHES", few)
    hours = {"app": (1, 2, 3, 4), "billing": (-24 * 56, -24 * 365, 5), "store": (-24 * 366,), "other": ()}
    ids = {
        theme: [keep(store, hour, f"je voudrais {theme}", expectations=(wish("je", theme),)) for hour in sorted(when)]
        for theme, when in hours.items()
    }
    for source in (store.meanings, Meanings(StoreSource(store.database))):
        found = source.wish_places(Filters(), wished(*hours), each=2)
        assert [(one.theme, one.interaction_id) for one in found] == [
            (theme, ident) for theme in sorted(ids) for ident in reversed(ids[theme][-2:])
        ]
        before = source.wish_places(Filters(until=NOW), wished("billing", "app"), each=9)
        assert [one.theme for one in before] == ["billing", "billing"]
        assert source.wish_places(Filters(), wished("other"), each=2) == []


def wished(*themes: str) -> list[WishCount]:
    return [WishCount(theme, 1, {}) for theme in themes]


def test_of_an_interaction_the_first_wish_about_a_theme_is_shown(store: Store) -> None:
    """Each interaction once a theme, however often it wishes the same."""
    text = "je voudrais payer moins, je voudrais payer plus tard"
    wishes = (wish("je voudrais payer plus tard", "billing", begin=25), wish("je voudrais payer moins", "billing"))
    later = keep(store, 2, text, expectations=wishes)
    first = keep(store, 1, text + " !", expectations=wishes[:1])
    for source in (store.meanings, Meanings(StoreSource(store.database))):
        found = source.wish_places(Filters(), wished("billing"), each=2)
        assert [(one.interaction_id, one.begin) for one in found] == [(later, 0), (first, 25)]


def test_a_wish_that_was_not_heard_surely_is_not_quoted(store: Store) -> None:
    text = "je voudrais un rappel demain"

    def said(confidence: float, role: str = "customer") -> tuple[Turn, ...]:
        words = tuple(
            Word(text=word, begin_ms=400 * n, end_ms=400 * n + 300, confidence=confidence)
            for n, word in enumerate(text.split())
        )
        return (
            Turn(
                index=0, participant_role=role, begin_ms=0, end_ms=2000, begin=0, end=len(text), text=text,
                language="fr", words=words,
            ),
        )  # fmt: skip

    clear = keep(store, 1, text, channel=Channel.CALL, turns=said(0.9), expectations=(wish(text, "contact"),))
    keep(store, 2, text, channel=Channel.CALL, turns=said(0.4), expectations=(wish(text, "contact"),))
    keep(store, 3, text, channel=Channel.CALL, turns=said(0.9, "agent"), expectations=(wish(text, "contact"),))
    (theme,) = expectations(store).themes
    assert [(one.interaction_id, one.begin_ms, one.language) for one in theme.quotes] == [(clear, 0, "fr")]
