"""What a caller, or whoever calls on a queue, usually speaks."""

from __future__ import annotations

import pytest
from makers import NOW, a_customer, an_interaction, understood

from voc.records import Identifier, Interaction
from voc.store import Store

PHONE = Identifier(type="phone", value="+33612345678", verified=True)


def before(store: Store, *languages: str, queue: str = "", customer: str | None = None, first: int = 1) -> None:
    """Analysed interactions, one for each language."""
    for number, language in enumerate(languages, start=first):
        one = an_interaction(number, attributes={"queue": queue} if queue else {})
        understood(store, one, customer=customer, language=language)


def call(*identifiers: Identifier, queue: str = "") -> Interaction:
    return an_interaction(99, identifiers=identifiers, attributes={"queue": queue} if queue else {})


@pytest.mark.parametrize(
    ("languages", "usual"),
    [(["en"], "en"), (["fr", "fr", "fr", "fr", "en"], "fr"), (["fr", "en"], None), ([], None)],
)
def test_a_callers_language_is_that_of_nearly_all_they_sent(
    store: Store, languages: list[str], usual: str | None
) -> None:
    store.customers.save([a_customer("C1", phones=[PHONE.value])], now=NOW)
    before(store, *languages, customer="C1")
    assert store.languages.usual(call(PHONE)) == usual


def test_a_number_that_was_only_heard_says_nothing(store: Store) -> None:
    store.customers.save([a_customer("C1", phones=[PHONE.value])], now=NOW)
    before(store, "en", customer="C1")
    assert store.languages.usual(call(PHONE.model_copy(update={"verified": False}))) is None


def test_a_queue_speaks_for_callers_nobody_knows_once_it_has_had_some(store: Store) -> None:
    before(store, "en", "en", queue="uk")
    assert store.languages.usual(call(queue="uk")) is None
    before(store, "en", queue="uk", first=3)
    before(store, "fr", "fr", "fr", queue="fr", first=10)
    assert store.languages.usual(call(PHONE, queue="uk")) == "en"
    assert store.languages.usual(call(queue="fr")) == "fr"
    assert store.languages.usual(call(queue="it")) is None


def test_the_caller_counts_before_the_queue(store: Store) -> None:
    store.customers.save([a_customer("C1", phones=[PHONE.value])], now=NOW)
    before(store, "en", customer="C1")
    before(store, "fr", "fr", "fr", queue="fr", first=10)
    assert store.languages.usual(call(PHONE, queue="fr")) == "en"
