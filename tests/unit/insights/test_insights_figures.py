"""Volumes, sentiment, trends and topics: every figure opens exactly the interactions it counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from voc.errors import InputError
from voc.insights.drilldown import from_href, from_query, href
from voc.insights.sentiment import sentiment
from voc.insights.topics import topics
from voc.insights.trends import trends
from voc.insights.volumes import volumes
from voc.records import Record
from voc.store import Filters, Store

Week = Callable[..., datetime]


@pytest.fixture
def store(filled: Any, week: Week) -> Store:
    """Three weeks, five channels, parents and children, known and unknown customers, unscored ones."""
    filled.customer("c1", segment="pro", city="Nantes", attributes={"offer": "Fibre = 1 Gb", "since": "2020"})
    filled.customer("c2", segment="home", city="Lyon", attributes={"offer": "Mobile"})
    filled.customer("c3")
    for number in (44, 45, 46):
        for n in range(number - 40):
            filled.say(
                week(number, n % 7),
                channel=["email", "call", "social", "review", "survey"][n % 5],
                topics={"billing.double_charge": -0.8, "app": None} if n % 2 else {"billing": 0.1, "store.staff": 0.9},
                score=-0.7 if n % 2 else 0.6,
                customer=[None, "c1", "c2", "c3"][n % 4],
                language="fr" if n % 3 else "en",
                nps=[3, 7, 9, 10][n % 4],
                rating=float(1 + n % 5),
                attributes={"app_version": "5.2", "city": "Brest"} if n % 4 == 0 else {},
            )
    filled.say(week(46, 6), score=None, language=None)
    filled.say(week(46, 6), analysed=False)
    return filled.save()


def figures_of(record: Any) -> Iterator[tuple[str, int]]:
    """Every (href, n) anywhere inside a record."""
    if isinstance(record, Record):
        link, n = getattr(record, "href", None), getattr(record, "n", None)
        if link is not None and n is not None:
            yield link, n
        for _, value in record:
            yield from figures_of(value)
    elif isinstance(record, dict):
        for value in record.values():
            yield from figures_of(value)
    elif isinstance(record, tuple | list):
        for value in record:
            yield from figures_of(value)


FILTERS = [
    Filters(),
    Filters(week="2026-W46"),
    Filters(topic="billing"),
    Filters(topic="billing.double_charge", segment="pro"),
    Filters(topic="none"),
    Filters(sentiment="negative", channel="email"),
    Filters(customer="none", language="fr"),
    Filters(city="Brest"),
    Filters(attribute="app_version=5.2"),
    Filters(customer_attribute="offer=Mobile", week="2026-W46"),
    Filters(topic="store", topic_sentiment="positive"),
    Filters(since=datetime(2026, 11, 3, 12, tzinfo=UTC), until=datetime(2026, 11, 12, 6, tzinfo=UTC)),
]
BY = [
    "attribute:city",
    "week,segment,channel",
    "topic,language,sentiment",
    "",
    "day",
    "topic",
    "city",
    "week,topic",
    "city,segment",
    "topic,sentiment",
    "channel,language",
]
MOODS = ["", "topic", "week,segment", "channel,attribute:app_version,city"]
BY_BASE = ["customer_attribute:offer", "week,customer_attribute:offer,topic"]


@pytest.mark.parametrize("filters", FILTERS, ids=href)
def test_every_link_lists_exactly_what_was_counted(store: Store, filters: Filters) -> None:
    cuts = [by for by in BY if filters.attribute is None or "attribute:" not in by]
    moods = [by for by in MOODS if filters.attribute is None or "attribute:" not in by]
    made = [volumes(store, filters, by=by) for by in cuts] + [sentiment(store, filters, by=by) for by in moods]
    made += [trends(store, filters, by=by) for by in (None, "topic", "segment")]
    made += [topics(store, filters)]
    if filters.customer_attribute is None:
        made += [volumes(store, filters, by=by) for by in BY_BASE]
        made += [sentiment(store, filters, by=BY_BASE[1])]
    if filters.week or filters.since:
        made += [volumes(store, filters, by=by, compare="previous") for by in cuts]
        made += [sentiment(store, filters, by=by, compare="previous:4") for by in moods]
        made += [topics(store, filters, compare="2026-W44")]
    seen = {pair for one in made for pair in figures_of(one)}
    assert seen
    wrong = [(link, n) for link, n in seen if store.interactions.count(from_href(link)) != n]
    assert not wrong


def test_a_parent_counts_an_interaction_once_however_many_children_it_has(filled: Any, week: Week) -> None:
    filled.say(week(46), topics={"billing.a": None, "billing.b": None, "billing": None})
    found = {one.keys["topic"]: one.n for one in volumes(filled.save(), by="topic").figures}
    assert found == {"billing": 1, "billing.a": 1, "billing.b": 1}


def test_groups_are_cut_by_what_the_base_says_of_customers(store: Store) -> None:
    found = {one.keys["customer_attribute:offer"]: one for one in volumes(store, by="customer_attribute:offer").figures}
    # Customer 3 has no offer, and so is in no group.
    assert found.keys() == {"Fibre = 1 Gb", "Mobile"}
    listed = from_href(found["Fibre = 1 Gb"].href)
    assert listed.customer_attribute == "offer=Fibre = 1 Gb"
    assert (
        store.interactions.count(listed) == found["Fibre = 1 Gb"].n == store.interactions.count(Filters(customer="c1"))
    )


def test_an_attribute_that_names_people_is_no_group(filled: Any, week: Week) -> None:
    for number in range(51):
        filled.customer(f"n{number}", attributes={"badge": f"B{number}"})
        filled.say(week(46), attributes={"ticket": f"T{number}"}, customer=f"n{number}")
    store = filled.save()
    for by in ("attribute:ticket", "customer_attribute:badge"):
        with pytest.raises(InputError, match="no group"):
            volumes(store, by=by)


def test_last_year_is_the_same_days_of_the_week(filled: Any) -> None:
    for year, n in ((2025, 2), (2026, 3)):
        for day in range(n):
            filled.say(datetime.fromisocalendar(year, 46, 1 + day).replace(hour=12, tzinfo=UTC))
    found = volumes(filled.save(), Filters(week="2026-W46"), by="channel", compare="year")
    assert found.compared_with is not None and found.compared_with.begins is not None
    assert found.compared_with.begins == datetime.fromisocalendar(2025, 46, 1).replace(tzinfo=UTC)
    assert found.previous is not None
    assert (found.n, found.previous.n, found.figures[0].previous and found.figures[0].previous.n) == (3, 2, 2)


def test_volumes_are_compared_as_rates_with_an_interval(store: Store) -> None:
    found = volumes(store, Filters(week="2026-W46"), by="channel", compare="previous:2")
    assert found.n == 8
    assert found.previous is not None
    assert found.previous.n == 9
    assert found.previous.value == pytest.approx(4.5)
    assert found.previous.ratio == pytest.approx(8 / 4.5)
    assert found.previous.interval is not None
    assert found.previous.interval.low < 1 < found.previous.interval.high
    assert {name for one in found.figures for name in one.keys} == {"channel"}


def test_a_group_that_vanished_keeps_its_line(filled: Any, week: Week) -> None:
    filled.say(week(45), channel="chat")
    filled.say(week(46), channel="email")
    found = volumes(filled.save(), Filters(week="2026-W46"), by="channel", compare="previous")
    assert {one.keys["channel"]: one.n for one in found.figures} == {"email": 1, "chat": 0}


def test_a_mean_stands_with_its_spread_and_opposites_do_not_cancel(filled: Any, week: Week) -> None:
    for _ in range(10):
        filled.say(week(46), score=0.9)
        filled.say(week(46), score=-0.9)
    found = sentiment(filled.save()).overall
    assert found.mean == pytest.approx(0)
    assert found.net == 0
    assert found.deviation == pytest.approx(0.923, abs=1e-3)
    assert found.polarised == 0.5
    assert found.shares["negative"].interval.low == pytest.approx(0.299, abs=1e-3)


def test_one_score_has_no_spread(filled: Any, week: Week) -> None:
    filled.say(week(46), score=0.9)
    found = sentiment(filled.save()).overall
    assert (found.n, found.deviation, found.mean_interval) == (1, None, None)


def test_the_histogram_holds_every_score_once(store: Store) -> None:
    found = sentiment(store)
    assert sum(one.n for one in found.histogram) == found.overall.n
    assert (found.histogram[0].low, found.histogram[-1].high) == (-1, 1)


def test_extreme_scores_fall_in_the_outer_bins(filled: Any, week: Week) -> None:
    filled.say(week(46), score=1.0)
    filled.say(week(46), score=-1.0)
    bars = sentiment(filled.save()).histogram
    assert (bars[0].n, bars[-1].n) == (1, 1)


def test_unscored_interactions_are_said_not_averaged(store: Store) -> None:
    found = sentiment(store).overall
    assert (found.n, found.unscored) == (15, 2)


def test_nps_is_promoters_minus_detractors_with_its_distribution(store: Store) -> None:
    found = {one.kind: one for one in sentiment(store).ratings}
    nps = found["nps"]
    assert nps.n == nps.promoters + nps.passives + nps.detractors == sum(nps.counts.values())
    assert nps.value == pytest.approx((nps.promoters - nps.detractors) / nps.n)
    assert found["rating"].deviation is not None
    assert "csat" not in found


def test_trends_keep_empty_weeks_and_name_a_clear_climb(filled: Any, week: Week) -> None:
    for number, praise in ((42, 0), (43, 1), (45, 6), (46, 14)):
        for _ in range(praise):
            filled.say(week(number), topics={"store": 0.8}, score=0.8)
        for _ in range(15):
            filled.say(week(number), topics={"billing": -0.5}, score=-0.5)
    found = trends(filled.save(), by="topic")
    assert found.weeks == ("2026-W42", "2026-W43", "2026-W44", "2026-W45", "2026-W46")
    by_topic = {one.keys["topic"]: one for one in found.trends}
    assert [point.n for point in by_topic["store"].points] == [0, 1, 0, 6, 14]
    assert by_topic["store"].points[2].share is None
    assert by_topic["store"].direction == "rise"
    assert by_topic["store"].q_value < 0.05


def test_a_topic_is_judged_by_the_clause_that_speaks_of_it(filled: Any, week: Week) -> None:
    filled.say(week(46), topics={"advisor": 0.9, "billing": -0.9}, score=-0.4)
    filled.say(week(46), topics={"advisor": None}, score=-0.9)
    found = {one.topic: one for one in topics(filled.save()).figures}
    assert found["advisor"].said["positive"].n == 1
    assert found["advisor"].said["negative"].n == 1, "without a clause, the whole text speaks"
    assert found["billing"].net == -1


def test_an_empty_store_has_figures_of_nothing(filled: Any) -> None:
    store = filled.save()
    assert volumes(store, by="channel").n == 0
    assert sentiment(store, by="topic").overall.mean is None
    assert trends(store, by="topic").trends == ()
    assert topics(store).figures == ()


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda s: volumes(s, by="planet"), "by=planet is not a dimension"),
        (lambda s: sentiment(s, by="sentiment"), "divided by it already"),
        (lambda s: volumes(s, by="week,topic,channel,city"), "up to 3"),
        (lambda s: volumes(s, by="week,week"), "different dimensions"),
        (lambda s: volumes(s, by="attribute:"), "not a dimension"),
        (lambda s: volumes(s, by="attribute:a,attribute:b"), "one attribute at a time"),
        (lambda s: volumes(s, Filters(attribute="a=1"), by="attribute:a"), "one attribute at a time"),
        (lambda s: volumes(s, Filters(customer_attribute="a=1"), by="customer_attribute:b"), "one customer_attribute"),
        (lambda s: volumes(s, compare="year"), "needs a period"),
        (lambda s: volumes(s, compare="previous"), "needs a period"),
        (lambda s: volumes(s, Filters(week="2026-W46"), compare="last year"), "not understood"),
        (lambda s: volumes(s, Filters(week="2026-W46"), compare="previous:0"), "not understood"),
        (lambda s: volumes(s, Filters(week="46"), compare="previous"), "not an ISO week"),
    ],
)
def test_a_bad_question_is_answered_with_what_to_write(filled: Any, ask: Callable[[Store], Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        ask(filled.store)


def test_filters_survive_the_way_through_a_link() -> None:
    filters = Filters(
        topic="billing.double_charge", topic_sentiment="negative", city="Saint-Étienne & co", attribute="a=b=c",
        since=datetime(2026, 11, 2, tzinfo=UTC), until=datetime(2026, 11, 9, tzinfo=UTC),
    )  # fmt: skip
    assert from_href(href(filters)) == filters
    assert href(Filters()) == "/interactions"


def test_a_day_given_as_the_end_is_included_whole() -> None:
    found = from_query("from=2026-11-02&to=2026-11-08&cursor=x&topic=+")
    assert found == Filters(since=datetime(2026, 11, 2, tzinfo=UTC), until=datetime(2026, 11, 9, tzinfo=UTC))
    with pytest.raises(InputError, match="from: 'soon' is not a date"):
        from_query("from=soon")
    with pytest.raises(InputError, match="topic_sentiment"):
        from_query("topic_sentiment=meh")


def test_a_kind_of_signal_may_be_asked_for_several_of_its_values() -> None:
    either = Filters(intent=("complain", "cancel"))
    assert either.signals == (("intent", "cancel"), ("intent", "complain"))
    assert either.signal("intent") == ("cancel", "complain") and either.signal("effort") is None
    assert href(either) == "/interactions?intent=cancel&intent=complain"
    assert from_href(href(either)) == either == Filters(signals=(("intent", "complain"), ("intent", "cancel")))
    one = Filters(intent="cancel", signals=(("effort", "hard"), ("intent", "complain")))
    assert from_href(href(one)) == one == Filters().signalled("effort", "hard").signalled("intent", "cancel")
    assert either.signalled("intent", None) == Filters()


def test_several_values_are_one_filter_in_whatever_order() -> None:
    several = Filters(topic=("network", "billing", "network"), channel=("call",))
    assert several == Filters(topic=("billing", "network"), channel="call")
    assert href(several) == "/interactions?channel=call&topic=billing&topic=network"
    assert from_query("topic=network&topic=billing&topic=&channel=call&limit=3") == several
    assert Filters(topic=()) == Filters()
    with pytest.raises(InputError, match="week: give it once"):
        from_query("week=2026-W46&week=2026-W47")
