"""What emerged: the test, the cells, the first day it could be seen, and the first finding of the digest."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from makers import NOW, an_interaction, understood

from voc.insights import emergence_questions as asking
from voc.insights import emergence_tests as tests
from voc.insights.digest import build
from voc.insights.emergence_counts import words_of
from voc.insights.emergence_findings import findings
from voc.insights.emergence_questions import ClauseSet, Family, Questions
from voc.insights.emerging import YEAR, answered, assembled, bounds_of
from voc.insights.emerging_figures import emerging
from voc.insights.render import render
from voc.language.vectors import unit
from voc.store import Filters, Store
from voc.store.theme_counts import Contact
from voc.themes.bursts import balls

WEEK = "2026-W46"
BOUNDS = bounds_of(WEEK, None)
MONDAY = BOUNDS[-1][0]
EVERYDAY = [
    "facture",
    "colis",
    "réseau",
    "conseiller",
    "délai",
    "prix",
    "contrat",
    "agence",
    "téléphone",
    "panne",
    "virement",
    "carte",
    "guichet",
    "livreur",
]


def contacts(
    weekly: list[int], *, word: str = "", planted: int = 0, seed: int = 1
) -> tuple[list[Contact], dict[str, str]]:
    """Contacts of each week about everyday things; in the last one ``planted`` speak of ``word``, on other days."""
    rng = random.Random(seed)
    found: list[Contact] = []
    texts: dict[str, str] = {}
    for (begin, _), n in zip(BOUNDS, weekly, strict=True):
        for number in range(n):
            key = f"i{begin:%W}-{number}"
            at = begin + timedelta(minutes=rng.randrange(10_000))
            found.append(Contact(key, at, rng.choice(("email", "review")), None, "Premium", "Lyon", None))
            texts[key] = " ".join(rng.choices(EVERYDAY, k=6))
    for number in range(planted):
        key = f"p{number}"
        at = MONDAY + timedelta(days=2, hours=number)
        found.append(Contact(key, at, ("email", "review")[number % 2], None, "Premium", "Lyon", None))
        texts[key] = f"{word} {rng.choice(EVERYDAY)}"
    return sorted(found, key=lambda one: one.at), texts


def asked(weekly: list[int], **more: object):
    rows, texts = contacts(weekly, **more)  # type: ignore[arg-type]
    return answered(assembled(rows, {"topic": {}, "theme": {}}, texts), BOUNDS)


@given(st.integers(0, 60), st.floats(0.05, 30), st.floats(0.3, 500))
@settings(max_examples=30, deadline=None)
def test_a_p_value_is_one_and_falls_with_the_count(now: int, mean: float, size: float) -> None:
    counts = np.array([float(now), now + 1.0])
    p = tests.unlikely(counts, np.full(2, mean), np.full(2, size))
    assert 0 <= p[1] <= p[0] <= 1


def test_many_poisson_weeks_are_rarely_called_unlikely() -> None:
    rng = np.random.default_rng(5)
    counts = rng.poisson(6.0, size=(2000, 9)).astype(float)
    exposed = np.full_like(counts, counts.mean())
    alpha = tests.overdispersion(counts, exposed)
    p = tests.unlikely(counts[:, -1], tests.expected(counts, exposed), tests.shape(counts, alpha))
    assert alpha < 0.02
    assert (p <= 0.05).mean() == pytest.approx(0.05, abs=0.015)


def test_counts_that_come_in_bursts_are_held_to_their_own_spread() -> None:
    rng = np.random.default_rng(5)
    rates = 20.0 * rng.gamma(2.0, 0.5, size=(3000, 9))
    counts = rng.poisson(rates).astype(float)
    exposed = np.full_like(counts, 20.0)
    alpha = tests.overdispersion(counts, exposed)
    assert alpha == pytest.approx(0.5, abs=0.15)
    poisson = tests.unlikely(counts[:, -1], tests.expected(counts, exposed), tests.shape(counts, 0.0))
    spread = tests.unlikely(counts[:, -1], tests.expected(counts, exposed), tests.shape(counts, alpha))
    assert (poisson <= 0.01).mean() > 0.1
    assert (spread <= 0.01).mean() < 0.03


def test_limits_hold_most_of_such_periods() -> None:
    low, high = tests.limits(6.0, 1000.0)
    draws = np.random.default_rng(1).poisson(6.0, size=20_000)
    assert 0.94 <= ((draws >= low) & (draws <= high)).mean() <= 0.99


def test_a_word_that_appears_is_found_and_dated() -> None:
    answer = asked([80] * 9, word="Compteurs communicants", planted=8)
    (found,) = answer.found
    assert found.lead.subject in {"compteur", "communic"}
    assert {one.subject for one in (found.lead, *found.others)} >= {"compteur", "communic"}
    assert found.lead.n == 8
    assert found.first_seen is not None
    assert found.first_seen.date() == (MONDAY + timedelta(days=2)).date()


def test_a_busy_week_is_no_news() -> None:
    assert asked([80] * 8 + [400]).found == []


def test_what_was_there_last_week_already_is_no_news() -> None:
    rows, texts = contacts([80] * 9, word="compteur", planted=8)
    for number in range(12):
        key = f"q{number}"
        rows.append(Contact(key, MONDAY - timedelta(days=3, hours=number), "email", None, None, None, None))
        texts[key] = f"compteur {EVERYDAY[number]}"
    rows.sort(key=lambda one: one.at)
    found = answered(assembled(rows, {"topic": {}, "theme": {}}, texts), BOUNDS).found
    assert [one.lead.subject for one in found if one.lead.cell is None] == []


@pytest.mark.parametrize(
    ("weekly", "note"), [([0] * 8 + [5], "few_interactions"), ([0] * 7 + [80, 80], "short_history")]
)
def test_too_little_is_said_and_not_judged(weekly: list[int], note: str) -> None:
    answer = asked(weekly)
    assert (answer.notes, answer.found) == ((note,), [])


def test_the_season_of_last_year_explains_what_comes_every_year() -> None:
    rows, texts = contacts([80] * 9, word="chauffage", planted=10)
    past_rows, past_texts = contacts([0] * 8 + [80], word="chauffage", planted=10, seed=2)
    past = assembled(past_rows, {"topic": {}, "theme": {}}, past_texts)
    window = assembled(rows, {"topic": {}, "theme": {}}, texts)
    assert answered(window, BOUNDS).found
    assert answered(window, BOUNDS, past).found == []


def test_a_season_in_which_nobody_spoke_of_it_takes_nothing_away() -> None:
    rows, texts = contacts([80] * 9, word="chauffage", planted=7)
    window = assembled(rows, {"topic": {}, "theme": {}}, texts)
    past = assembled(*contacts_of_a_year_ago())
    alone, beside = answered(window, BOUNDS), answered(window, BOUNDS, past)
    assert beside.seasonal
    assert [one.lead.p for one in beside.found] == [one.lead.p for one in alone.found]
    assert len(alone.found) == 1


def contacts_of_a_year_ago() -> tuple[list[Contact], dict[str, dict], dict[str, str]]:
    rows, texts = contacts([80] * 9, seed=5)
    return [replace(one, at=one.at - YEAR) for one in rows], {"topic": {}, "theme": {}}, texts


def a_question(kind: str, p: float, rows: tuple[int, ...], cell: tuple[str, str] | None = None) -> asking.Tested:
    return asking.Tested(kind, f"{kind}{rows}", cell, p, 0.1, 0.5, (*[0.0] * 8, 5.0), (1.0,) * 9, rows)  # type: ignore[arg-type]


def told(asked: list[asking.Tested], able: dict[Family, int], level: float) -> list[asking.Tested]:
    rows, texts = contacts([80] * 9)
    window = assembled(rows, {"topic": {}, "theme": {}}, texts)
    return [one.lead for one in findings(window, Questions(asked, able, {}), BOUNDS, level=level)]


def test_each_family_of_questions_has_its_share_of_the_level_and_those_that_ask_nothing_have_none() -> None:
    clauses, topic = a_question("clauses", 1.9e-5, (0, 1, 2, 3, 4)), a_question("topic", 1e-4, (5, 6, 7, 8, 9))
    many = {("clauses", True): 4000, ("topic", True): 100}
    assert [one.kind for one in told([clauses, topic], many, 0.1)] == ["topic", "clauses"]
    assert [one.q for one in told([topic], many, 0.1)] == [pytest.approx(1e-4 * 100 * 5)]
    assert [one.q for one in told([topic], {("topic", True): 100}, 0.1)] == [pytest.approx(1e-4 * 100)]
    assert told([replace(topic, cell=("channel", "email"))], {("topic", True): 100, ("topic", False): 900}, 0.1) == []


def test_a_true_story_lets_in_no_more_than_one_story_would() -> None:
    """A hundred questions that one story answers are one story, as to what else may be told beside it."""
    story = [a_question("words", 1e-9, (0, 1, 2, 3, n)) for n in range(4, 60)]
    chance = a_question("words", 1e-3, (70, 71, 72, 73, 74))
    assert [one.p for one in told([*story, chance], {("words", True): 300}, 0.1)] == [1e-9]
    assert [one.p for one in told([*story, replace(chance, p=6e-4)], {("words", True): 300}, 0.1)] == [1e-9]
    assert [one.p for one in told([*story, replace(chance, p=3e-4)], {("words", True): 300}, 0.1)] == [1e-9, 3e-4]


def test_one_voice_is_one_however_often_it_speaks() -> None:
    rows, texts = contacts([80] * 9)
    for number in range(12):
        key = f"q{number}"
        rows.append(Contact(key, MONDAY + timedelta(hours=number), "email", "C1", None, None, None))
        texts[key] = "compteur communicant imposé"
    assert (
        answered(assembled(sorted(rows, key=lambda one: one.at), {"topic": {}, "theme": {}}, texts), BOUNDS).found == []
    )


def test_clauses_that_say_the_same_in_other_words_gather() -> None:
    rows, texts = contacts([80] * 9, word="", planted=7)
    rng = np.random.default_rng(3)
    vectors = unit(rng.normal(size=(len(rows), 384)).astype(np.float32))
    axis = unit(rng.normal(size=384).astype(np.float32))
    for place, one in enumerate(rows):
        if one.id.startswith("p"):
            vectors[place] = unit(axis + 0.7 * vectors[place])
    window = assembled(rows, {"topic": {}, "theme": {}}, texts)
    window.clauses = ClauseSet(vectors, list(range(len(rows))))
    (found,) = answered(window, BOUNDS).found
    assert found.lead.kind == "clauses"
    assert {rows[row].id for row in found.lead.rows} == {f"p{n}" for n in range(7)}


def test_clauses_that_gather_are_asked_beside_a_season_of_last_year_too() -> None:
    """They have no past under the same name."""
    found, texts = contacts([40] * 9)
    window = assembled(found, {"topic": {}, "theme": {}}, texts)
    apart = unit(np.random.default_rng(3).normal(size=(len(found), 32)).astype(np.float32))
    now = [place for place, one in enumerate(found) if one.at >= MONDAY][:20]
    apart[now] = apart[now[0]]
    window.clauses = ClauseSet(apart, list(range(len(found))))
    past = assembled([replace(one, at=one.at - YEAR) for one in found], {"topic": {}, "theme": {}}, texts)
    alone, beside = answered(window, BOUNDS), answered(window, BOUNDS, past)
    assert beside.seasonal
    assert [one.lead.kind for one in alone.found] == [one.lead.kind for one in beside.found] == ["clauses"]


def test_the_clause_in_the_middle_of_a_ball_is_not_counted() -> None:
    vectors = np.tile(unit(np.ones(8, np.float32)), (6, 1))
    (one, *_) = balls(vectors, np.array([0, 1, 1, 1, 1, 1]), [0, 1, 2, 3, 4, 4], least=2).balls
    assert one.counts == (1, 3)
    assert balls(vectors, np.array([0, 1, 1, 1, 1, 1]), [0, 1, 2, 3, 4, 4], least=4).balls == []


def in_one_trade(*, planted: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Clauses of nine weeks that differ by mood above all, and ``planted`` more in the last on what nobody spoke of."""
    rng = np.random.default_rng(seed)
    usual, new = np.full(64, 0.15), np.zeros(64)
    usual[:4] = 3.0
    new[60:] = 0.8
    said = rng.normal(size=(9 * 120 + planted, 64)) * usual
    said[9 * 120 :] += new
    weeks = np.concatenate([np.repeat(np.arange(9), 120), np.full(planted, 8)])
    return unit(said.astype(np.float32)), weeks


def most_new(vectors: np.ndarray, weeks: np.ndarray) -> int:
    """The most of what is new that a ball holds which nothing of before lies in."""
    found = balls(vectors, weeks, range(len(weeks)), least=3).balls
    return max((one.counts[-1] for one in found if not sum(one.counts[:-1])), default=0)


def test_what_is_new_in_a_trade_gathers_against_what_is_usual() -> None:
    assert most_new(*in_one_trade(planted=8)) >= 5
    assert most_new(*in_one_trade(planted=0)) == 0


@pytest.mark.parametrize("seed", range(3))
def test_no_week_looks_unlike_the_others_for_having_been_left_out_of_what_is_usual(seed: int) -> None:
    vectors, weeks = in_one_trade(planted=0, seed=seed)
    found = balls(vectors, weeks, range(len(weeks)), least=1).balls
    assert found
    now = np.mean([one.counts[-1] - (1 if one.counts[-1] else 0) for one in found])
    before = np.mean([np.mean(one.counts[:-1]) for one in found])
    assert now <= before + 0.5


def test_words_are_told_by_their_stems() -> None:
    assert words_of("Les compteurs, le COMPTEUR et 12 de plus") == {"compteur"}


def a_scandal(store: Store) -> None:
    """Eight weeks of everyday contacts, and twenty people in the last who speak of what no topic knows."""
    rng = random.Random(4)
    for number in range(8 * 40 + 40):
        begin = BOUNDS[number // 40][0]
        text = " ".join(rng.choices(EVERYDAY, k=7))
        when: datetime = begin + timedelta(minutes=rng.randrange(9000))
        channel = ("email", "social", "review", "chat")[number % 4]
        understood(store, an_interaction(number, text=text, occurred_at=when, channel=channel), topics=("billing",))
    for number in range(20):
        channel = ("email", "social", "review", "chat")[number % 4]
        text = f"Les antennes sur l'école {rng.choice(EVERYDAY)} {rng.choice(EVERYDAY)} nous inquiètent"
        when = MONDAY + timedelta(days=1, hours=number)
        understood(store, an_interaction(2000 + number, text=text, occurred_at=when, channel=channel))


def test_what_no_topic_tells_is_the_first_finding_of_the_digest(store: Store) -> None:
    a_scandal(store)
    digest = build(store, WEEK, now=NOW)
    first = digest.rises[0]
    assert first.topic is None
    assert first.n == 20
    assert first.extra.early_sign is True
    assert list(first.extra.corroborated_by) == ["chat", "email", "review", "social"]
    assert {"antennes", "école"} & set(first.extra.emerging_words)
    assert all("antennes" in quote.text for quote in first.quotes)
    assert first.href is not None
    context = first.href.partition("context=")[2].partition("&")[0]
    assert store.interactions.count(Filters(context=context)) == 20
    assert "early sign" in render(digest, format="text", language="en")
    assert "signe précoce" in render(digest, format="md", language="fr")
    assert "nothing_changed" not in digest.notes


def test_the_figure_says_what_was_asked_and_opens_what_it_counts(store: Store) -> None:
    a_scandal(store)
    found = emerging(store, WEEK, now=NOW)
    assert (found.baseline, found.interactions, found.seasonal) == (8, 60, False)
    assert found.notes == ("clauses_unread",)
    first = found.subjects[0]
    assert (first.interactions, first.early_sign, first.known) == (20, True, False)
    assert first.n == 19  # two wrote the same
    assert first.first_seen == (MONDAY + timedelta(days=1)).date()
    assert [one.n for one in first.history] == [0] * 8 + [19]
    assert emerging(store, "2026-W45", now=NOW).subjects == ()
    daily = emerging(store, WEEK, now=MONDAY + timedelta(days=2, hours=1), grain="day")
    assert daily.grain == "day"
    assert daily.begins == MONDAY + timedelta(days=1)
