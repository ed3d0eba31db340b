"""The weekly digest: what it finds, what it refuses to invent, and the way back to the words."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from voc.errors import InputError
from voc.insights.digest import build, default_week, latest_complete_week
from voc.insights.drilldown import from_href
from voc.insights.quotes import read_first, reapply_masks
from voc.insights.render import render
from voc.records import Channel, Digest, DigestItem, Quote, Redaction, Turn
from voc.store import Filters, Store

Week = Callable[..., datetime]
NOW = datetime(2026, 11, 17, 8, tzinfo=UTC)
WEEKS = (42, 43, 44, 45, 46)
CHANNELS = ("email", "call", "social", "review", "chat")
COPIED = "I was charged twice for my plan this month and nobody at your company has answered me yet, please help."


def background(filled: Any, week: Week, *, per_week: int = 40) -> None:
    """Weeks of the same: eight subjects, five channels, one customer an interaction."""
    subjects = [
        "delivery.late",
        "price",
        "advisor",
        "app.bug",
        "roaming",
        "contract",
        "internet.slow",
        "billing.amount",
    ]
    for number in WEEKS:
        for n in range(per_week):
            topic = subjects[n % len(subjects)]
            filled.say(week(number, n % 7), channel=CHANNELS[n % 5], topics={topic: (-0.6, 0.0, 0.6)[n % 3]})


def items(digest: Digest) -> dict[str, Any]:
    return {one.key: one for one in (*digest.rises, *digest.falls)}


def test_a_rise_is_found_with_its_size_its_channels_and_its_words(filled: Any, week: Week) -> None:
    background(filled, week)
    filled.say(week(43), topics={"billing.double_charge": -0.5}, score=-0.5)
    for n in range(15):
        words = ("charged", "debited", "billed")[n % 3]
        filled.say(
            week(46, n % 7), f"I was {words} twice ({n}).", channel=CHANNELS[n % 3],
            topics={"billing.double_charge": -0.5 - n / 100, "billing.refund": None}, score=-0.5,
        )  # fmt: skip
    digest = build(filled.save(), "2026-W46", now=NOW)
    assert list(items(digest)) == ["topic:billing.double_charge:rise"], "the refund is an echo, the parent its child"
    found = digest.rises[0]
    assert (found.kind, found.n, found.n_baseline) == ("rise", 15, 1)
    assert found.value == pytest.approx(15 / 55)
    assert found.interval.low < found.value < found.interval.high
    assert found.extra.ratio_low > 2
    assert found.p_value < found.extra.q_value < 0.05
    assert found.channels == {"call": 5, "email": 5, "social": 5}
    assert found.extra.corroborated_by == ("call", "email", "social")
    assert found.extra.tone == "complaints"
    assert [one.n for one in found.extra.weeks] == [0, 1, 0, 0, 15]
    assert "twice" in {one.text.split()[-1] for one in found.extra.words}
    assert found.extra.also[0].topic == "billing.refund"
    assert 2 <= len(found.quotes) <= 4
    assert len({one.channel for one in found.quotes}) == 3
    assert all("twice" in one.text for one in found.quotes)
    assert filled.store.interactions.count(from_href(found.href)) == found.n
    for one in found.extra.weeks:
        assert filled.store.interactions.count(from_href(one.href)) == one.n


def test_the_place_of_a_rise_is_named(filled: Any, week: Week) -> None:
    cities = ["Nantes", "Lyon", "Paris", "Lille"]
    for n in range(80):
        filled.customer(f"c{n}", city=cities[n % 4], segment=("pro", "home")[n % 2])
    numbers = itertools.count()
    for number in WEEKS:
        for n in range(40):
            filled.say(week(number, n % 7), topics={f"s{n % 8}": 0.0}, customer=f"c{next(numbers) % 80}")
    for n in range(14):
        customer = f"c{4 * n}" if n < 10 else None
        filled.say(
            week(46, 3), topics={"internet.outage": -0.8}, customer=customer, score=-0.8, attributes={"box": "v2"}
        )
    found = build(filled.save(), "2026-W46", now=NOW).rises[0]
    assert found.breakdown["city"] == {"Nantes": 10}
    (place,) = [one for one in found.extra.concentration if one.dimension == "city"]
    assert (place.known, place.share) == (10, 1.0)
    assert place.base_share < 0.4
    assert filled.store.interactions.count(from_href(place.href)) == 10
    assert "segment" not in found.breakdown or found.breakdown["segment"] == {"pro": 10}


def test_praise_that_climbs_is_a_slow_rise_of_praise(filled: Any, week: Week) -> None:
    background(filled, week)
    for number, n in zip(WEEKS, (1, 2, 4, 8, 13), strict=True):
        for k in range(n):
            filled.say(week(number, k % 7), channel=CHANNELS[k % 3], topics={"store": 0.8}, score=0.8)
    digest = build(filled.save(), "2026-W46", now=NOW)
    (found,) = digest.rises
    assert (found.kind, found.topic, found.extra.tone) == ("slow_rise", "store", "praise")
    assert found.labels["en"].endswith("praise climbing week after week")


def test_complaints_can_rise_where_the_subject_does_not(filled: Any, week: Week) -> None:
    background(filled, week)
    for number in WEEKS:
        for k in range(24):
            ill = k < (20 if number == 46 else 3)
            filled.say(week(number, k % 7), topics={"store": -0.8 if ill else 0.6}, channel=CHANNELS[k % 3])
    digest = build(filled.save(), "2026-W46", now=NOW)
    found = items(digest)["topic:store:complaints:rise"]
    assert found.n == 20
    assert from_href(found.href).topic_sentiment == "negative"
    assert filled.store.interactions.count(from_href(found.href)) == 20


def test_a_spread_rise_is_told_once_by_the_parent(filled: Any, week: Week) -> None:
    background(filled, week)
    for n in range(24):
        child = ("late", "damaged", "tracking", "address")[n % 4]
        filled.say(week(46, n % 7), channel=CHANNELS[n % 4], topics={f"parcel.{child}": -0.6}, score=-0.6)
    for number in WEEKS[:-1]:
        for child in ("late", "damaged", "tracking", "address"):
            filled.say(week(number), topics={f"parcel.{child}": -0.6}, score=-0.6)
    found = items(build(filled.save(), "2026-W46", now=NOW))
    assert list(found) == ["topic:parcel:rise"]
    assert {one.topic for one in found["topic:parcel:rise"].extra.parts} == {
        "parcel.late", "parcel.damaged", "parcel.tracking", "parcel.address",
    }  # fmt: skip


def test_what_is_left_of_one_cause_is_no_second_story(filled: Any, week: Week) -> None:
    """Of twenty-two who blame the update ten were charged twice: the rest of them is told beside the charges."""
    background(filled, week)
    for n in range(17):
        both = {"billing.double_charge": -0.7, "app.update": -0.7} if n < 10 else {"billing.double_charge": -0.7}
        filled.say(week(46, n % 7), channel=CHANNELS[n % 4], topics=both, score=-0.7)
    for n in range(12):
        filled.say(week(46, n % 7), channel=CHANNELS[n % 4], topics={"app.update": -0.7}, score=-0.7)
    digest = build(filled.save(), "2026-W46", now=NOW)
    (found,) = digest.rises
    assert {found.topic, *(one.topic for one in found.extra.also)} >= {"billing.double_charge", "app.update"}


def test_a_crisis_makes_nothing_else_fall_and_a_fall_is_found(filled: Any, week: Week) -> None:
    background(filled, week)
    for number in WEEKS:
        for n in range(2 if number == 46 else 16):
            filled.say(week(number, n % 7), topics={"moving": -0.2}, channel=CHANNELS[n % 5])
    for n in range(90):
        filled.say(week(46, n % 7), topics={"internet.outage": -0.8}, channel=CHANNELS[n % 5])
    digest = build(filled.save(), "2026-W46", now=NOW)
    assert [one.topic for one in digest.rises] == ["internet.outage"]
    assert [one.topic for one in digest.falls] == ["moving"]
    assert digest.falls[0].extra.ratio_high < 1


def test_the_week_after_a_crisis_makes_nothing_else_rise(filled: Any, week: Week) -> None:
    background(filled, week, per_week=160)
    for number in WEEKS[:-1]:
        for n in range(300):
            filled.say(week(number, n % 7), topics={"internet.outage": -0.8}, channel=CHANNELS[n % 5])
    for n in range(15):  # 35 where there were 20: within what chance does to nine subjects
        filled.say(week(46, n % 7), topics={"price": (-0.6, 0.0, 0.6)[n % 3]}, channel=CHANNELS[n % 5])
    digest = build(filled.save(), "2026-W46", now=NOW)
    assert list(items(digest)) == ["topic:internet.outage:fall"]


@pytest.mark.parametrize("who", ["one customer", "one text"])
def test_one_voice_however_loud_is_no_rise(filled: Any, week: Week, who: str) -> None:
    background(filled, week)
    if who == "one customer":
        filled.customer("c1")
    for n in range(30):
        text = f"Again, message {n} of mine." if who == "one customer" else f"{n} {COPIED} Ref {n * 7}"
        customer = "c1" if who == "one customer" else None
        filled.say(week(46, n % 7), text, topics={"billing.double_charge": -0.8}, customer=customer, channel="social")
    digest = build(filled.save(), "2026-W46", now=NOW)
    assert not digest.rises
    assert digest.notes == ("nothing_changed",)


def test_three_channels_rank_before_thirty_on_one(filled: Any, week: Week) -> None:
    background(filled, week)
    for n in range(30):
        filled.say(week(46, n % 7), topics={"app.login": -0.5}, channel="social")
    for n in range(15):
        filled.say(week(46, n % 7), topics={"delivery.damaged": -0.5}, channel=CHANNELS[n % 5])
    digest = build(filled.save(), "2026-W46", now=NOW)
    assert [one.topic for one in digest.rises] == ["delivery.damaged", "app.login"]


def test_volumes_and_sentiment_carry_n_and_intervals(filled: Any, week: Week) -> None:
    background(filled, week)
    digest = build(filled.save(), "2026-W46", now=NOW)
    assert (digest.n, digest.n_baseline) == (40, 160)
    assert digest.baseline_weeks == ("2026-W42", "2026-W43", "2026-W44", "2026-W45")
    email = digest.volumes["email"]
    assert (email["n"], email["baseline"], email["ratio"]) == (8, 8, 1)
    assert email["low"] < 8 < email["high"]
    assert email["p_value"] > 0.5
    shares = digest.sentiment
    assert shares["negative"] + shares["neutral"] + shares["positive"] == pytest.approx(1)
    assert shares["neutral_low"] < shares["neutral"] <= shares["neutral_high"]
    assert digest.notes == ("nothing_changed",)


def test_too_little_is_said_and_not_judged(filled: Any, week: Week) -> None:
    assert build(filled.store, "2026-W46", now=NOW).notes == ("no_data",)
    for _ in range(12):
        filled.say(week(46), topics={"app": -0.9})
    store = filled.save()
    assert build(store, "2026-W46", now=NOW).notes == ("few_interactions:12", "short_history:0")
    for _ in range(30):
        filled.say(week(46), topics={"app": -0.9})
        filled.say(week(45))
    filled.say(week(44))
    digest = build(filled.save(), "2026-W46", now=NOW)
    assert digest.notes == ("few_before:31",)
    assert not digest.rises


def test_a_running_week_says_so(filled: Any, week: Week) -> None:
    background(filled, week)
    digest = build(filled.save(), "2026-W46", now=week(46, 4))
    assert digest.notes[0] == "week_running"
    assert build(filled.store, "2026-W46", now=week(46) - timedelta(hours=8)).notes == ("week_just_begun",)


def test_a_digest_survives_being_saved(filled: Any, week: Week) -> None:
    background(filled, week)
    for n in range(12):
        filled.say(week(46, n % 7), topics={"app.update": -0.8}, channel=CHANNELS[n % 3])
    store = filled.save()
    digest = build(store, "2026-W46", now=NOW)
    assert digest.rises[0].extra.new
    assert digest.rises[0].extra.ratio is None
    json.dumps(digest.model_dump(mode="json"), allow_nan=False)
    store.digests.save(digest)
    assert store.digests.get("2026-W46") == digest


def test_building_twice_gives_the_same(filled: Any, week: Week) -> None:
    background(filled, week)
    for n in range(12):
        filled.say(week(46, n % 7), topics={"app.update": -0.8}, channel=CHANNELS[n % 3])
    store = filled.save()
    assert build(store, "2026-W46", now=NOW) == build(store, "2026-W46", now=NOW)


def test_quotes_are_redacted_and_open_the_second(filled: Any, week: Week) -> None:
    background(filled, week)
    said = "Call me on 06 12 34 56 78 about the outage please."
    for n in range(10):
        if n < 2:
            agent = Turn(index=0, participant_role="agent", begin_ms=0, end_ms=900, begin=0, end=len(said), text=said)
            caller = agent.model_copy(update={"participant_role": "customer", "begin_ms": 61_000 + n})
            filled.say(
                week(46), said, channel="call", topics={"internet.outage": -0.9}, score=-0.9,
                turns=(agent if n else caller,),
            )  # fmt: skip
        else:
            closed = n % 2 == 0
            filled.say(
                week(46), f"Secret {n}, a dead line since Monday." if closed else f"Dead line again, case {n}.",
                channel=CHANNELS[2 + n % 3], topics={"internet.outage": -0.9}, score=-0.9,
                redacted_text=None if closed else "",
            )  # fmt: skip
    store = filled.save()
    hide(store, said)
    quotes = build(store, "2026-W46", now=NOW).rises[0].quotes
    assert quotes
    assert not any("Secret" in one.text for one in quotes), "a text whose redaction is missing is not quoted"
    (call,) = [one for one in quotes if one.channel == "call"]
    assert call.text == "Call me on [PHONE] about the outage please."
    assert call.href == f"/interactions/{call.interaction_id}?t=61000", "the customer is quoted, not the agent"
    for one in quotes:
        if one.channel != "call":
            assert one.href.partition("#c=")[2] == f"0-{len(one.text)}"


def test_whoever_reads_in_a_language_gets_words_of_it_first(filled: Any, week: Week) -> None:
    """One of four is enough: the other language is quoted where it is clearest."""
    background(filled, week)
    for n in range(12):
        english = n % 4 == 3
        filled.say(
            week(46, n % 7), f"Charged twice again, case {n}." if english else f"Encore débité deux fois, dossier {n}.",
            channel=CHANNELS[n % 2], topics={"billing.double_charge": -0.7 if english else -0.9}, score=-0.8,
            language="en" if english else "fr",
        )  # fmt: skip
    digest = build(filled.save(), "2026-W46", now=NOW)
    (quotes,) = [one.quotes for one in digest.rises]
    assert [one.language for one in quotes].count("en") == 1 and quotes[0].language == "fr", "the clearest leads"
    assert [one.language for one in read_first(quotes, "en")] == ["en", "fr", "fr", "fr"]
    assert read_first(quotes, "fr")[0] == quotes[0]
    for language, first in (("en", "Charged twice"), ("fr", "Encore débité")):
        page = render(digest, format="md", language=language)
        places = {words: page.index(words) for words in ("Charged twice", "Encore débité")}
        assert min(places, key=lambda one: places[one]) == first


def test_a_saved_digest_is_masked_as_its_interactions_are_today(filled: Any, week: Week) -> None:
    said = "Jean Dupont  called: the line of Jean-Luc is dead, Dupontel says so."
    ids = [filled.say(week(46), said, redacted_text=said) for _ in range(3)]
    store = filled.save()
    quotes = tuple(
        Quote(interaction_id=one, text="Jean Dupont called: the line of Jean-Luc is dead, Dupontel says so.",
              channel=Channel.EMAIL, href=f"/interactions/{one}")
        for one in (*ids, "i-erased")
    )  # fmt: skip
    item = DigestItem(key="k", kind="rise", value=1, n=3, quotes=quotes)
    saved = Digest(week="2026-W46", begins=NOW, ends=NOW, created_at=NOW, n=3, n_baseline=0, rises=(item,))
    assert len(reapply_masks(store, saved).rises[0].quotes) == 3, "what is gone is quoted no longer"
    found = store.findings.analyses(ids)
    found[ids[0]] = found[ids[0]].model_copy(
        update={"redacted": (Redaction(type="PERSON", begin=0, end=12),), "redacted_text": "[PERSON]" + said[12:]}
    )
    found[ids[1]] = found[ids[1]].model_copy(update={"redacted_text": None})
    store.findings.replace_words(list(found.values()))
    shown = {one.interaction_id: one.text for one in reapply_masks(store, saved).rises[0].quotes}
    assert shown == {
        ids[0]: "[PERSON] called: the line of Jean-Luc is dead, Dupontel says so.",
        ids[2]: "Jean Dupont called: the line of Jean-Luc is dead, Dupontel says so.",
    }


def hide(store: Store, said: str) -> None:
    """Note the phone number in the calls' analyses as the redaction would."""
    from voc.store.analyses import Analysed

    begin = said.index("06")
    ids = store.interactions.all_ids(Filters(channel="call", topic="internet.outage"))
    results = [
        Analysed(
            one.model_copy(update={
                "redacted": (Redaction(type="PHONE", begin=begin, end=begin + 14),),
                "redacted_text": said.replace("06 12 34 56 78", "[PHONE]"),
            }), None,
        ) for one in store.findings.analyses(ids).values()
    ]  # fmt: skip
    store.findings.save_analyses(results, [], now=NOW)


def test_the_default_week_is_the_last_complete_one_with_data(filled: Any, week: Week) -> None:
    assert latest_complete_week(NOW) == "2026-W46"
    assert default_week(filled.store, now=NOW) == "2026-W46"
    filled.say(week(40))
    filled.say(week(44))
    store = filled.save()
    assert default_week(store, now=NOW) == "2026-W44"
    assert default_week(store, now=week(43)) == "2026-W40", "nothing was said in W42, and W44 is yet to come"
    assert default_week(store, now=week(40)) == "2026-W40", "only the running week has data"


def test_a_week_that_is_none_is_refused(filled: Any) -> None:
    for wrong in ("46", "2026-W60", "2026-w46", "last"):
        with pytest.raises(InputError, match="not an ISO week"):
            build(filled.store, wrong, now=NOW)


@pytest.fixture
def on_postgresql(postgresql: str, tmp_path: Path) -> Iterator[Store]:
    opened = Store(postgresql, str(tmp_path / "blobs"))
    yield opened
    opened.close()


@pytest.mark.integration
def test_both_databases_give_the_same_digest(filled: Any, on_postgresql: Store, week: Week) -> None:
    digests = []
    other = type(filled)(on_postgresql)
    for one in (filled, other):
        for n in range(16):
            one.customer(f"c{n}", city="Nantes" if n < 8 else "Lyon", segment="pro")
        background(one, week)
        for n in range(8, 16):
            one.say(week(46), customer=f"c{n}")
        for n in range(14):
            one.say(
                week(46, n % 7), topics={"internet.outage": -0.8}, channel=CHANNELS[n % 4], attributes={"box": "v2"},
                customer=f"c{n}" if n < 8 else None, score=-0.8,
            )  # fmt: skip
        digests.append(build(one.save(), "2026-W46", now=NOW))
    assert digests[0].rises[0].breakdown["city"] == {"Nantes": 8}
    assert digests[0].model_dump(exclude={"sentiment"}) == digests[1].model_dump(exclude={"sentiment"})


def test_beside_too_little_history_stands_no_ratio(filled: Any, week: Week) -> None:
    filled.say(week(45), channel="email")
    filled.say(week(46), channel="email")
    digest = build(filled.save(), "2026-W46", now=NOW)
    assert {one.partition(":")[0] for one in digest.notes} & {"few_interactions", "short_history", "few_before"}
    assert digest.volumes and all("ratio" not in one and "p_value" not in one for one in digest.volumes.values())
