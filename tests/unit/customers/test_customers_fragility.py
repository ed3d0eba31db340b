"""Signs of leaving over a customer's contacts: what counts, how much, and that every point has its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import a_customer, add, linked

from voc.customers.fragility import (
    CustomerFragility,
    fragility_of,
    load_fragility_rules,
    most_fragile,
    weigh,
)
from voc.errors import SettingsError
from voc.records import (
    Analysis,
    Channel,
    FragilitySign,
    Intent,
    Interaction,
    Sentiment,
    TopicMention,
    interaction_id,
)
from voc.store import Store
from voc.store.analyses import Analysed
from voc.store.signal_counts import Contact, SignSeen

NOW = datetime(2026, 11, 9, 10, tzinfo=UTC)
RULES = load_fragility_rules()


def contact(
    number: int, days_ago: float, sentiment: float | None = None, *, topics: tuple[str, ...] = (), **more: object
) -> Contact:
    return Contact(f"i{number}", NOW - timedelta(days=days_ago), sentiment, topics=topics, **more)


def of(*contacts: Contact) -> CustomerFragility:
    return weigh("C1", contacts, now=NOW, rules=RULES)


def rules(found: CustomerFragility) -> dict[str, int]:
    return {sign.rule: sign.points for sign in found.signs}


def test_no_contacts_no_points() -> None:
    assert of().points == 0
    assert of().signs == ()


def test_a_sign_counts_once_for_the_newest_contact_that_shows_it() -> None:
    signs = (SignSeen("cancel", 4, 3, 9),)
    found = of(contact(1, 20, signs=signs), contact(2, 2, signs=signs))
    assert rules(found) == {"cancel": 4}
    assert found.signs[0].interactions == ("i2",)
    assert (found.signs[0].begin, found.signs[0].end) == (3, 9)


def test_coming_back_soon_about_the_same_thing() -> None:
    twice = [contact(1, 20, topics=("billing",)), contact(2, 10, topics=("billing", "app"))]
    assert rules(of(*twice)) == {"contacts_again": 2}
    assert rules(of(*twice, contact(3, 3, topics=("billing",)))) == {"contacts_again": 3}
    assert of(*twice).signs[0].detail == "billing"
    assert rules(of(contact(1, 40, topics=("billing",)), contact(2, 10, topics=("billing",)))) == {}
    assert rules(of(contact(1, 12, topics=("billing",)), contact(2, 10, topics=("app",)))) == {}


def test_sentiment_that_falls() -> None:
    falling = [contact(1, 60, 0.6), contact(2, 30, 0.4), contact(3, 20, -0.4), contact(4, 10, -0.8)]
    found = of(*falling)
    assert rules(found) == {"falling_sentiment": 2}
    assert found.signs[0].interactions == ("i1", "i2", "i3", "i4")
    assert found.signs[0].detail == "+0.50 → -0.60"
    assert rules(of(*falling[:2])) == {}, "two contacts are no course"
    assert rules(of(*[contact(n, 60 - n, -0.8) for n in range(4)])) == {}, "bad from the start is not falling"
    assert rules(of(*falling, contact(5, 1, 0.7))) == {}, "it has recovered"


def test_silence_after_a_complaint_counts_of_somebody_who_was_not_silent_before() -> None:
    def silent(*days: float, last: float | None = -0.7, intents: tuple[str, ...] = ("complain",)) -> dict[str, int]:
        *before, latest = days
        told = [contact(n, ago) for n, ago in enumerate(before)]
        return rules(of(*told, contact(99, latest, last, intents=intents)))

    assert silent(85, 70, 60, 45) == {"silent_after_complaint": 2}
    assert silent(45) == {}, "who writes once is silent ever after, content or not"
    assert silent(60, 45) == {}, "two contacts are no habit"
    assert silent(49, 48, 46, 45) == {}, "one affair of a week"
    assert silent(85, 70, 50, 31) == {}, "a pause like those before"
    assert silent(60, 45, 30, 10) == {}, "not yet silent"
    assert silent(85, 70, 60, 45, last=0.7, intents=("complain", "praise")) == {}
    assert silent(85, 70, 60, 45, intents=()) == {}


SIGNS = st.lists(st.sampled_from(("cancel", "legal", "competitor")).map(lambda rule: SignSeen(rule, 2, None, None)))


@given(
    st.lists(st.tuples(st.floats(0, 80), st.none() | st.floats(-1, 1), SIGNS, st.sampled_from(("a", "b"))), max_size=8)
)
def test_the_total_is_the_sum_of_its_lines(given: list[tuple[float, float | None, list[SignSeen], str]]) -> None:
    contacts = [
        contact(n, days, score, signs=tuple(signs), topics=(topic,), intents=("complain",))
        for n, (days, score, signs, topic) in enumerate(sorted(given, key=lambda one: -one[0]))
    ]
    found = of(*contacts)
    assert found.points == sum(sign.points for sign in found.signs)
    assert len({sign.rule for sign in found.signs}) == len(found.signs)
    assert all(sign.interactions for sign in found.signs)


def test_a_wrong_rule_file_says_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("version: '1'\nwindow_days: 0\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"rules\.yaml, `window_days`"):
        load_fragility_rules(path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'voc.db'}", str(tmp_path / "blobs"))
    yield opened
    opened.close()


def keep(store: Store, number: int, days_ago: int, **found: object) -> str:
    key = interaction_id(Channel.EMAIL, external_id=None, content_hash=str(number))
    one = Interaction(
        id=key,
        channel=Channel.EMAIL,
        source=f"m.csv:{number}",
        content_hash=str(number),
        text="x",
        occurred_at=NOW - timedelta(days=days_ago),
    )
    add(store, one)
    analysis = Analysis(id=key, channel=Channel.EMAIL, source=one.source, text="x", redacted_text="x", **found)
    link = linked(one, "C1")
    store.findings.save_analyses([Analysed(analysis, None)], [link], now=NOW)
    return key


def test_signs_are_read_from_the_store(store: Store) -> None:
    store.customers.save([a_customer("C1"), a_customer("C2")], now=NOW)
    topic = TopicMention(id="billing.amount", label="x", score=0.9)
    first = keep(store, 1, 9, topics=(topic,), sentiment=Sentiment(label="negative", score=-0.5))
    second = keep(
        store,
        2,
        2,
        topics=(topic,),
        intents=(Intent(label="cancel", score=0.9, begin=0, end=1),),
        fragility=(FragilitySign(rule="cancel", points=4, begin=0, end=1),),
    )
    keep(store, 3, 200, fragility=(FragilitySign(rule="legal", points=4),))
    found = fragility_of(store, "C1", now=NOW)
    assert rules(found) == {"cancel": 4, "contacts_again": 2}
    assert found.points == 6
    assert found.contacts == 2, "what is older than the window no longer counts"
    assert {sign.rule: sign.interactions for sign in found.signs} == {
        "cancel": (second,),
        "contacts_again": (first, second),
    }
    assert [one.customer_id for one in most_fragile(store, now=NOW)] == ["C1"]
    assert fragility_of(store, "C2", now=NOW).points == 0
