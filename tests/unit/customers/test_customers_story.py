"""One customer's story: moments of truth by their rules, issues and how they stand, three contexts, one timeline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOW, a_customer, an_interaction, understood

from voc.customers.moments_of_truth import SILENCE, ContactSummary, heard, moments
from voc.customers.timeline import story
from voc.events import Event, EventFamily, event_id
from voc.records import Analysis, Emotion, Expectation, FragilitySign, Intent
from voc.store import Store
from voc.store.issues import Contact, chain

DAY = timedelta(days=1)
START = datetime(2026, 9, 1, 10, tzinfo=UTC)
LATE = START + 200 * DAY


def said(
    day: float, *, channel: str = "email", topic: str | None = None, score: float | None = None, **more: object
) -> ContactSummary:
    families = dict.fromkeys((topic, topic.partition(".")[0]) if topic else (), score)
    return ContactSummary(
        id=f"i{day}", at=START + day * DAY, channel=channel, topics=(topic,) if topic else (), said=families, **more
    )  # type: ignore[arg-type]


def told(*interactions: ContactSummary, now: datetime = LATE, complete: bool = True) -> list[tuple[str, float]]:
    contacts = [
        Contact("C1", one.topics[0].partition(".")[0], one.at, one.id, one.channel, None, one.said.get(one.topics[0]))
        for one in sorted(interactions, key=lambda one: one.at)
        if one.topics and (one.said.get(one.topics[0]) or 0) < 0.25
    ]
    contacts.sort(key=lambda one: (one.family, one.at))
    issues = chain(contacts, within=14 * DAY)
    found = moments(interactions, issues, now=now, complete=complete)
    return [(one.kind, (one.at - START) / DAY) for one in found]


def test_the_first_contact_is_named_only_when_it_is_known_to_be_the_first() -> None:
    assert told(said(3), said(1)) == [("first_contact", 1)]
    assert told(said(3), said(1), complete=False) == []
    assert told() == []


def test_a_complaint_came_as_one_or_reads_as_one() -> None:
    assert ("complaint", 1) in told(said(1, channel="complaint"))
    assert ("complaint", 1) in told(said(1, complaint=0.5))
    assert ("complaint", 1) not in told(said(1, complaint=0.49))


def test_leaving_is_an_intent_or_the_topic_without_praise() -> None:
    assert ("cancellation_intent", 1) in told(said(1, intents=("cancel",)))
    assert ("cancellation_intent", 1) in told(said(1, topic="contract.cancellation", score=-0.1))
    assert ("cancellation_intent", 1) in told(said(1, topic="contract.cancellation"))
    assert ("cancellation_intent", 1) not in told(said(1, topic="contract.cancellation", score=0.6))
    assert ("cancellation_intent", 1) not in told(said(1, intents=("praise",), topic="price", score=-0.9))


def test_cancelling_an_order_is_not_leaving() -> None:
    found = Analysis(
        id="i", channel="email", source="x", text="Annulez ma commande",
        intents=(Intent(label="cancel", score=0.9, begin=0, end=7, source="both"),),
    )  # fmt: skip
    meant = found.model_copy(update={"fragility": (FragilitySign(rule="cancel", points=4, begin=0, end=7),)})
    said_so = found.model_copy(update={"corrected": ("intent:cancel",)})
    kinds = [{one.kind for one in moments([heard("i", START, "email", one)], [], now=LATE)}
             for one in (found, meant, said_so)]  # fmt: skip
    assert ["cancellation_intent" in one for one in kinds] == [False, True, True]


def test_coming_back_is_a_moment_and_praise_after_it_a_resolution() -> None:
    story_told = told(
        said(1, topic="billing.refund", score=-0.8),
        said(5, topic="billing.amount", score=-0.8, channel="call"),
        said(9, topic="billing.refund", score=0.7),
    )
    assert story_told == [("first_contact", 1), ("repeat", 5), ("resolution", 9)]
    other = told(said(1, topic="billing.refund", score=-0.8), said(9, topic="app.bug", score=0.7))
    assert "resolution" not in dict(other), "praise of something else resolves nothing"


def test_praise_after_a_later_issue_resolves_the_later_one_only() -> None:
    found = told(
        said(1, topic="billing", score=-0.8),
        said(40, topic="billing", score=-0.8),
        said(42, topic="billing", score=0.8),
    )
    assert [one for one in found if one[0] == "resolution"] == [("resolution", 42)]


def test_silence_after_a_complaint_needs_time_and_no_word_on_any_channel() -> None:
    silent = 1 + SILENCE / DAY
    complaint = said(1, channel="complaint", topic="billing", score=-0.9)
    assert ("silence_after_complaint", silent) in told(complaint)
    assert "silence_after_complaint" not in dict(told(complaint, now=START + 20 * DAY)), "too early to tell"
    assert "silence_after_complaint" not in dict(told(complaint, said(20, channel="chat")))
    assert ("silence_after_complaint", silent) in told(complaint, said(60, channel="chat"))
    assert "silence_after_complaint" not in dict(told(complaint, said(10, topic="billing", score=0.9), now=LATE))


days = st.lists(
    st.tuples(
        st.integers(0, 120), st.sampled_from(["email", "call", "complaint"]), st.sampled_from([None, "billing", "app"]),
        st.sampled_from([-0.8, 0.0, 0.8, None]),
    ),
    max_size=12, unique_by=lambda one: one[0],
)  # fmt: skip


@given(days)
def test_any_story_has_one_beginning_and_no_moment_out_of_time(given_days: list[tuple[int, str, str, float]]) -> None:
    interactions = [said(day, channel=channel, topic=topic, score=score) for day, channel, topic, score in given_days]
    found = told(*interactions)
    kinds = [kind for kind, _ in found]
    assert kinds.count("first_contact") == (1 if interactions else 0)
    assert [at for _, at in found] == sorted(at for _, at in found)
    assert kinds.count("silence_after_complaint") <= kinds.count("complaint")
    known = {one.at for one in interactions}
    assert all(START + at * DAY in known for kind, at in found if kind != "silence_after_complaint")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'voc.db'}", str(tmp_path / "blobs"))
    yield opened
    opened.close()


def happened(store: Store, number: int, at: datetime, **fields: object) -> None:
    given_fields = {
        "id": event_id(EventFamily.SENT, external_id=str(number), content=()), "family": EventFamily.SENT,
        "type": "marketing_email", "channel": "email", "at": at,
    }  # fmt: skip
    store.events.save([(Event(**given_fields | fields), "C1")], now=NOW)  # type: ignore[arg-type]


def test_the_whole_story_of_one_customer(store: Store) -> None:
    customer = a_customer(
        "C1", segment="Pro", city="Lyon", language="fr", since=NOW - 800 * DAY, attributes={"offre": "Fibre"}
    )
    store.customers.save([customer], now=NOW)
    wish = "Je voudrais être remboursé."
    one = understood(
        store,
        an_interaction(1, text=wish, nps=3, attributes={"Ville": "Paris", "App version": "9.4", "note": "x"}),
        customer="C1", topics=("billing.refund",), score=-0.8,
        expectations=(Expectation(text=wish, begin=0, end=len(wish), theme="billing.refund"),),
        emotions=(Emotion(label="anger", score=0.8),), effort=-4,
        intents=(Intent(label="cancel", score=0.9, begin=0, end=5),),
    )  # fmt: skip
    other = understood(
        store, an_interaction(30, channel="call"), customer="C1", topics=("billing.amount",), score=-0.5, effort=2
    )
    happened(store, 1, NOW - 3 * DAY, label="Autumn", place="Rue 7", device="Phone")
    happened(
        store, 2, NOW - 9 * DAY, family=EventFamily.PURCHASE, type="purchase", label="Box", amount=10.0, currency="EUR"
    )
    found = story(store, customer, now=NOW, days=14, detail=True)
    assert (found.n, found.n_events) == (2, 2)
    assert [entry.at for entry in found.entries] == sorted((entry.at for entry in found.entries), reverse=True)
    assert {entry.kind for entry in found.entries} == {"interaction", "event"}
    by_id = {entry.interaction.id: {m.kind for m in entry.moments} for entry in found.entries if entry.interaction}
    assert by_id == {one.id: {"first_contact", "cancellation_intent"}, other.id: {"repeat"}}
    (issue,) = found.issues
    assert (issue.topic, issue.state, issue.contacts, issue.channels) == ("billing", "open", 2, ("email", "call"))
    relation, person, situation = found.contexts.relational, found.contexts.personal, found.contexts.situational
    assert (relation.segment, relation.tenure_days, relation.products) == ("Pro", 800, {"offre": "Fibre"})
    assert (relation.purchases, relation.spent, relation.last_purchases[0].label) == (1, {"EUR": 10.0}, "Box")
    assert [(t.topic, t.n, t.negative) for t in person.topics] == [("billing.amount", 1, 1), ("billing.refund", 1, 1)]
    assert (person.expectations[0].text, person.expectations[0].interaction_id) == (wish, one.id)
    assert [(score.kind, score.value) for score in person.scores] == [("nps", 3)]
    assert (person.efforts, person.emotions, person.channels) == ((-4, 2), {"anger": 1}, {"call": 1, "email": 1})
    assert {(seen.name, seen.value) for seen in situation.seen} == {("Ville", "Paris"), ("App version", "9.4")}
    assert (situation.last_channel, situation.last_interaction_id) == ("call", other.id)
    assert [around.type for around in situation.events] == ["marketing_email", "purchase"]


def test_who_may_not_see_details_sees_none(store: Store) -> None:
    customer = a_customer("C1")
    store.customers.save([customer], now=NOW)
    understood(
        store, an_interaction(1, attributes={"city": "Paris"}), customer="C1",
        expectations=(Expectation(text="secret", begin=0, end=6),),
    )  # fmt: skip
    happened(store, 1, NOW - DAY, place="Rue 7", device="Phone", attributes={"vendor": "Paul"})

    def closed(analysis: Analysis) -> Analysis:
        return analysis.model_copy(update={"expectations": ()})

    found = story(store, customer, now=NOW, days=14, detail=False, shown=closed)
    assert found.contexts.situational.seen == ()
    assert found.contexts.personal.expectations == ()
    (event,) = found.events
    assert (event.place, event.device, event.attributes) == (None, None, {})
    assert (found.contexts.situational.events[0].place, found.contexts.situational.events[0].device) == (None, None)


def test_issues_are_open_then_quiet_and_resolved_by_praise(store: Store) -> None:
    customer = a_customer("C1")
    store.customers.save([customer], now=NOW)
    understood(store, an_interaction(1), customer="C1", topics=("app.bug",), score=-0.8)
    understood(store, an_interaction(2), customer="C1", topics=("billing.refund",), score=-0.8)
    understood(store, an_interaction(40), customer="C1", topics=("app.bug",), score=0.8)

    def states(now: datetime) -> dict[str, str]:
        return {one.topic: one.state for one in story(store, customer, now=now, days=14, detail=True).issues}

    assert states(NOW) == {"billing": "open", "app": "resolved"}
    assert states(NOW + 30 * DAY) == {"billing": "quiet", "app": "resolved"}


def test_a_customer_nobody_heard_of_has_an_empty_story(store: Store) -> None:
    found = story(store, a_customer("C9"), now=NOW, days=14, detail=True)
    assert (found.n, found.n_events, found.entries, found.issues, found.moments) == (0, 0, (), (), ())
    assert found.contexts.relational.tenure_days is None
    assert found.contexts.situational.last_contact_at is None
