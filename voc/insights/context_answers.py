"""Contexts are mined by workers; whoever reads them gets the last answer, with its time, and never waits for one."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from voc.errors import InputError, StoreError
from voc.insights import periods
from voc.insights.context_records import Contexts
from voc.insights.contexts import MARGIN, RESPONSE, contexts, with_precision
from voc.records import Record
from voc.store import Filters, Store
from voc.store.context_answers import ContextAnswer, question_key
from voc.store.filters import values

log = logging.getLogger("voc.contexts")

ASKED_FOR = timedelta(days=1)
"""An answer is made anew with what comes in for this long after it was asked for; the one on everything always is."""
REST = timedelta(seconds=30)
REST_TIMES = 10
"""A new answer to a question is made no sooner than ``REST``, or this many times what the last one took, after it: what
comes in all day long must not keep a worker mining all day long."""
MOST_WAITING = 50
"""Questions that may wait for their first answer."""


class Question(Record):
    """What contexts are asked for; how precise a campaign should be is no part of it."""

    filters: Filters = Filters()
    by: tuple[str, ...] = ()
    compare: str | None = None


EVERYTHING = Question()


def question_of(store: Store, filters: Filters, *, by: str | Sequence[str], compare: str | None) -> Question:
    """The question, once it is known to be one.

    Raises:
        InputError: an unknown dimension or comparison, or one customer: a context is of many, and the question is kept.
    """
    if not {"any", "none"}.issuperset(values(filters.customer)):
        raise InputError("customer: contexts are of many customers; only `any` or `none` can be asked for.")
    named = by.split(",") if isinstance(by, str) else by
    chosen = tuple(dict.fromkeys(one.strip() for one in named if one.strip()))
    known = dimensions_of(store) if chosen else ()
    for name in chosen:
        if known and name not in known:
            raise InputError(f"by={name}: no such dimension here; there are {', '.join(known)}.")
    if compare:
        periods.compared(filters, compare)
    return Question(filters=filters, by=chosen, compare=compare or None)


def dimensions_of(store: Store) -> tuple[str, ...]:
    """What ``by=`` may name, as far as a worker has found out."""
    row = store.context_answers.get(_key(EVERYTHING))
    return Contexts.model_validate(row.document).dimensions if row is not None and row.document is not None else ()


def last_answer(
    store: Store, question: Question, *, margin: float = MARGIN, response: float = RESPONSE
) -> Contexts | None:
    """The last answer a worker made, saying whether it is of the present state; ``None`` where there is none.

    Raises:
        InputError: the question cannot be answered.
    """
    row = store.context_answers.get(_key(question))
    if row is None or row.made_at is None:
        return None
    if row.document is None:
        raise InputError(row.refused or "These contexts cannot be worked out.")
    found = with_precision(Contexts.model_validate(row.document), margin=margin, response=response)
    return found.model_copy(update={"made_at": row.made_at, "current": row.state == _state(store)})


def is_coming(store: Store, question: Question, *, now: datetime) -> bool:
    """Whether a worker makes (or will make) an answer to this."""
    row = store.context_answers.get(_key(question))
    return question == EVERYTHING or (row is not None and _wanted(row, now))


def ask(store: Store, question: Question, *, now: datetime) -> None:
    """Have a worker answer a question, and answer it anew for a day when something comes in.

    Raises:
        StoreError: too many questions wait already.
    """
    if store.context_answers.get(_key(question)) is None and store.context_answers.waiting() >= MOST_WAITING:
        raise StoreError(f"{MOST_WAITING} questions about contexts wait already; ask again when some are answered.")
    store.context_answers.ask(question.model_dump(mode="json"), now=now)


def answer_due(store: Store, *, now: datetime | None = None, anew: bool = True) -> int:
    """Answer what was asked and what something has come in for since; returns how many answers were made.

    Args:
        anew: make also answers again that are there; without it those alone that somebody waits for.
    """
    at = now or datetime.now(UTC)
    if store.context_answers.get(_key(EVERYTHING)) is None:
        store.context_answers.ask(EVERYTHING.model_dump(mode="json"), now=at)
    if not anew and not store.context_answers.waiting():
        return 0  # what tells whether anything came in is read from all there is
    state, made = _state(store), 0
    for row in store.context_answers.outdated(state):
        if row.made_at is not None and not anew:
            continue
        if _wanted(row, at) and _rested(row, at) and store.context_answers.claim(row.key, now=at):
            _answer(store, row, state, at)
            made += 1
    return made


def _answer(store: Store, row: ContextAnswer, state: str, now: datetime) -> None:
    question = Question.model_validate(row.question)
    began = time.monotonic()
    document, refused = None, None
    try:
        found = contexts(store, question.filters, by=question.by, compare=question.compare)
        document = found.model_dump(mode="json")
    except InputError as error:
        refused = str(error)
    seconds = time.monotonic() - began
    store.context_answers.save(row.key, state=state, now=now, seconds=seconds, document=document, refused=refused)
    log.info("contexts worked out in %.1f s", seconds)


def _wanted(row: ContextAnswer, now: datetime) -> bool:
    return row.key == _key(EVERYTHING) or row.made_at is None or now - row.asked_at < ASKED_FOR


def _rested(row: ContextAnswer, now: datetime) -> bool:
    if row.made_at is None:
        return True
    return now - row.made_at >= max(REST, timedelta(seconds=REST_TIMES * (row.seconds or 0.0)))


def _state(store: Store) -> str:
    return repr(store.contexts.stamp())


def _key(question: Question) -> str:
    return question_key(question.model_dump(mode="json"))
