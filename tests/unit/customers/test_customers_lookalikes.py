"""Look-alikes: found by behaviour and words, checked on the base itself, never about what is nobody's business."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOW, a_customer, a_vector, an_interaction, understood

from voc.customers import similar_customers as lookalikes
from voc.customers.similar_customers import NEIGHBOURS, THIN, SimilarCustomers
from voc.errors import StoreError
from voc.privacy.sensitive_attributes import group_of, is_sensitive
from voc.store import Store

OFFERS = ("Fibre", "Mobile")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """80 customers: those with Fibre speak of outages on the phone, the others of coverage on social networks."""
    folder: Path = tmp_path_factory.mktemp("twins")
    opened = Store(f"sqlite:///{folder / 'voc.db'}", str(folder / "blobs"))
    draw = np.random.default_rng(3)
    directions = [a_vector(1), a_vector(2)]
    opened.customers.save(
        [
            a_customer(
                f"C{n}",
                attributes={
                    "offre": OFFERS[n % 2],
                    "couleur": "rouge" if draw.random() < 0.5 else "bleu",
                    "religion": OFFERS[n % 2],
                    "profil": ("aidant d'une personne handicapée", "autre")[n % 2],
                    "numéro": str(n),
                },
            )
            for n in range(80)
        ],
        now=NOW,
    )
    for n in range(80):
        for k in range(3):
            side = n % 2 if draw.random() < 0.9 else 1 - n % 2
            vector = directions[side] + 0.8 * a_vector(100 + 3 * n + k)
            understood(
                opened,
                an_interaction(3 * n + k, channel=("call", "social")[side]),
                customer=f"C{n}",
                topics=(("internet.outage", "mobile.coverage")[side],),
                score=(-0.8, 0.1)[side],
                vector=(vector / np.linalg.norm(vector)).astype(np.float32),
            )
    yield opened
    opened.close()


def anonymous_one(store: Store, number: int, side: int) -> str:
    return understood(
        store,
        an_interaction(number, channel=("call", "social")[side]),
        topics=(("internet.outage", "mobile.coverage")[side],),
        score=(-0.8, 0.1)[side],
        vector=a_vector(1 + side),
    ).id


def test_the_base_itself_says_what_look_alikes_are_worth(store: Store) -> None:
    worth = {one.attribute: one for one in SimilarCustomers(store).worth()}
    assert set(worth) == {"offre", "couleur"}, "no sensitive attribute, no id is even tried"
    assert worth["offre"].clear and worth["offre"].found > 0.85 > 0.55 > worth["offre"].by_base_rate
    assert not worth["couleur"].clear, "a colour drawn at random cannot be told"
    assert worth["offre"].interval.low > 0


@pytest.mark.parametrize("side", [0, 1])
def test_an_anonymous_voice_is_told_from_its_look_alikes(store: Store, side: int) -> None:
    found = SimilarCustomers(store).of_interaction(anonymous_one(store, 900 + side, side))
    assert found is not None
    (offer,) = found.suggestions
    assert (offer.attribute, offer.value) == ("offre", OFFERS[side])
    assert 0.5 < offer.probability < 1 and offer.probability > offer.baseline
    assert offer.of == len(found.neighbours) == NEIGHBOURS
    assert 0 < offer.support <= offer.of
    similar = [one.similarity for one in found.neighbours]
    assert similar == sorted(similar, reverse=True) and similar[0] <= 1 + 1e-5


def test_nothing_is_written_and_nothing_is_linked(store: Store) -> None:
    one = anonymous_one(store, 910, 0)
    before = (store.customers.get("C0"), store.findings.link(one), store.behaviour.attributes())
    found = SimilarCustomers(store).of_interaction(one)
    assert found is not None and found.suggestions
    assert (store.customers.get("C0"), store.findings.link(one), store.behaviour.attributes()) == before


def test_only_what_the_record_does_not_say_is_suggested_and_only_of_thin_customers(store: Store) -> None:
    store.customers.save([a_customer("T1"), a_customer("T2", attributes={"offre": "Mobile"})], now=NOW)
    for number, who in ((920, "T1"), (921, "T2")):
        understood(
            store, an_interaction(number, channel="call"), customer=who, topics=("internet.outage",), vector=a_vector(1)
        )
    twins = SimilarCustomers(store)
    thin = twins.of_customer("T1", known={})
    assert thin is not None and [one.value for one in thin.suggestions] == ["Fibre"]
    assert "T1" not in {one.customer_id for one in thin.neighbours}
    known = twins.of_customer("T2", known={"offre": "Mobile"})
    assert known is not None and known.suggestions == ()
    assert THIN < 3 and twins.of_customer("C0", known={}) is None, "known well enough"
    assert twins.of_customer("nobody", known={}) is None
    linked = understood(store, an_interaction(922), customer="C1", vector=a_vector(1)).id
    assert twins.of_interaction(linked) is None, "it has its customer"
    assert twins.of_interaction("absent") is None


def test_a_setting_takes_out_more(store: Store) -> None:
    assert {one.attribute for one in SimilarCustomers(store, exclude=["Offre", ""]).worth()} == {"couleur"}


def test_what_is_known_is_learnt_anew_when_the_base_changes(store: Store) -> None:
    twins = SimilarCustomers(store)
    before = twins.worth()
    assert twins.worth() is not None and twins.worth() == before
    store.customers.save([a_customer("C0", attributes={})], now=NOW.replace(year=2027))
    assert sum(one.n for one in twins.worth()) < sum(one.n for one in before)


def test_too_small_a_base_says_nothing(tmp_path: Path) -> None:
    small = Store(f"sqlite:///{tmp_path / 'voc.db'}", str(tmp_path / "blobs"))
    assert SimilarCustomers(small).worth() == ()
    assert SimilarCustomers(small).of_interaction(anonymous_one(small, 1, 0)) is None
    small.close()


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("Religion", "religion"), ("état de santé", "health"), ("Handicap", "health"), ("Nationalité", "origin"),
        ("syndicat", "union"), ("trade_union_member", "union"), ("sexualOrientation", "sexuality"), ("Genre", "sex"),
        ("civilité", "sex"), ("âge", "age"), ("dateOfBirth", "age"), ("parti politique", "politics"),
        ("nombre d'enfants", "family"), ("casier judiciaire", "criminal"), ("revenu annuel", "poverty"),
        ("pays de naissance", "origin"), ("ADN", "genetic_biometric"),
    ],
)  # fmt: skip
def test_sensitive_attributes_are_known_by_their_names(name: str, group: str) -> None:
    assert group_of(name) is not None
    assert group_of(name) == group


@pytest.mark.parametrize(
    "name",
    ["message", "agence", "offre", "produit", "segment", "particulier", "transfert", "marque", "partition", "langue"],
)
def test_harmless_attributes_are_not_taken_for_sensitive(name: str) -> None:
    assert group_of(name) is None


def test_values_and_the_setting_count_too() -> None:
    assert is_sensitive("segment", ["Particulier", "Senior"]), "a value may say an age"
    assert not is_sensitive("segment", ["Particulier", "Pro"])
    assert is_sensitive("segment", ["Particulier"], also=["SEGMENT"])


@given(st.text(max_size=80))
def test_any_name_is_judged(text: str) -> None:
    assert group_of(text) is None or isinstance(group_of(text), str)


def test_nobody_waits_while_the_base_is_learnt_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Store(f"sqlite:///{tmp_path / 'voc.db'}", str(tmp_path / "blobs"))) as alone:
        _learnt_anew(alone, monkeypatch)


def _learnt_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    twins = SimilarCustomers(store)
    begun, go = threading.Event(), threading.Event()
    learn = lookalikes._learn

    def slow(*arguments: Any) -> Any:
        begun.set()
        go.wait(10)
        return learn(*arguments)

    monkeypatch.setattr(lookalikes, "_learn", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(twins.worth)
        begun.wait(10)
        with pytest.raises(StoreError, match="ask again"):
            twins.worth()
        go.set()
        assert first.result(10) == ()
        begun.clear()
        go.clear()
        store.customers.save([a_customer("NEW")], now=NOW)
        understood(store, an_interaction(9000), customer="NEW")
        second = pool.submit(twins.worth)
        begun.wait(10)
        assert twins.worth() == ()  # from what was known before, at once
        assert not second.done()
        go.set()
        second.result(10)
