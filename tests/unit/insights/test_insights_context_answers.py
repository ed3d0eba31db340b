"""Contexts are made by workers: each question once for each state, by one of them, and rested in between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from makers import NOW, a_customer

from voc.errors import InputError, StoreError
from voc.insights import context_answers
from voc.insights.context_answers import EVERYTHING, Question, answer_due, ask, is_coming, last_answer, question_of
from voc.store import Filters, Store

EMAILS = Question(filters=Filters(channel="email"))
LATER = NOW + timedelta(minutes=10)


def change(store: Store, number: int) -> None:
    store.customers.save([a_customer(f"N{number}")], now=NOW + timedelta(seconds=number))


def test_everything_is_answered_unasked_and_once_a_state(store: Store) -> None:
    assert last_answer(store, EVERYTHING) is None
    assert is_coming(store, EVERYTHING, now=NOW)
    assert answer_due(store, now=NOW) == 1
    found = last_answer(store, EVERYTHING)
    assert found is not None
    assert (found.made_at, found.current) == (NOW, True)
    assert answer_due(store, now=LATER) == 0
    change(store, 1)
    assert answer_due(store, now=NOW + timedelta(seconds=5)) == 0  # rested first
    stale = last_answer(store, EVERYTHING)
    assert stale is not None
    assert not stale.current
    assert answer_due(store, now=LATER) == 1


def test_while_much_comes_in_only_what_somebody_waits_for_is_answered(store: Store) -> None:
    assert answer_due(store, now=NOW, anew=False) == 1, "there was no answer at all"
    change(store, 1)
    assert answer_due(store, now=LATER, anew=False) == 0
    ask(store, EMAILS, now=LATER)
    assert answer_due(store, now=LATER, anew=False) == 1
    assert answer_due(store, now=LATER) == 1


def test_what_was_asked_is_answered_and_kept_up_for_a_day(store: Store) -> None:
    answer_due(store, now=NOW)
    assert not is_coming(store, EMAILS, now=NOW)
    ask(store, EMAILS, now=NOW)
    assert is_coming(store, EMAILS, now=NOW)
    assert answer_due(store, now=NOW) == 1
    change(store, 1)
    assert answer_due(store, now=LATER) == 2
    change(store, 2)
    assert answer_due(store, now=NOW + timedelta(days=2)) == 1  # everything alone
    old = last_answer(store, EMAILS)
    assert old is not None
    assert not old.current
    assert not is_coming(store, EMAILS, now=NOW + timedelta(days=2))


def test_one_worker_makes_an_answer_and_a_dead_one_is_replaced(store: Store) -> None:
    ask(store, EVERYTHING, now=NOW)
    (row,) = store.context_answers.outdated("now")
    assert store.context_answers.claim(row.key, now=NOW)
    assert answer_due(store, now=NOW) == 0
    assert answer_due(store, now=NOW + timedelta(minutes=16)) == 1


def test_what_cannot_be_answered_says_why(store: Store) -> None:
    ask(store, Question(by=("colour",)), now=NOW)
    answer_due(store, now=NOW)
    with pytest.raises(InputError, match="by=colour"):
        last_answer(store, Question(by=("colour",)))
    with pytest.raises(InputError):
        question_of(store, Filters(), by="colour", compare=None)
    with pytest.raises(InputError):
        question_of(store, Filters(customer="C1"), by="", compare=None)


def test_not_more_questions_than_workers_can_answer(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_answers, "MOST_WAITING", 1)
    ask(store, EMAILS, now=NOW)
    ask(store, EMAILS, now=NOW)  # the same again is none more
    with pytest.raises(StoreError):
        ask(store, Question(filters=Filters(channel="call")), now=NOW)
