"""Vectors of an earlier version: never compared, made anew, whatever cuts it off."""

from __future__ import annotations

import numpy as np
import pytest
from makers import a_vector, add, an_interaction, understood
from sqlalchemy import update

from voc.pipeline import reindexing
from voc.store import Store, schema
from voc.store.search.vectors import SPACE

TEXTS = {number: f"texte {number} une facture" for number in range(5)}


def encoded(texts: list[str], *, kind: str) -> np.ndarray:
    assert kind == "passage"
    return np.stack([a_vector(int(text.split()[1])) for text in texts])


@pytest.fixture
def older(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store whose vectors are all of the space before, and point elsewhere."""
    for number, text in TEXTS.items():
        understood(store, an_interaction(number, text=text), vector=a_vector(number + 100))
    with store.database.begin() as connection:
        connection.execute(update(schema.embedding).values(space=SPACE - 1))
    monkeypatch.setattr(reindexing, "encoded", encoded)
    monkeypatch.setattr(reindexing, "AT_ONCE", 2)
    return store


def test_vectors_of_another_space_are_never_compared(older: Store) -> None:
    older.search.close()
    assert older.search.vectors.rows()[0] == []
    assert older.search.vectors.nearest(a_vector(100), limit=5) == []
    assert len(older.search.words("facture")) == len(TEXTS)  # found by their words meanwhile


def test_all_are_made_anew_and_found_without_a_restart(older: Store) -> None:
    assert older.search.words("facture")  # the index is in memory
    assert reindexing.reindex(older) == len(TEXTS)
    assert older.search.vectors.outdated() == 0
    for number in TEXTS:
        (best,) = older.search.vectors.nearest(a_vector(number), limit=1)
        assert best[0] == an_interaction(number).id
        assert best[1] == pytest.approx(1, abs=1e-3)
    assert reindexing.reindex(older) == 0


def test_cut_off_it_goes_on_with_what_is_left(older: Store) -> None:
    looks = iter([False, True])
    assert reindexing.reindex(older, stopped=lambda: next(looks)) == 2
    assert older.search.vectors.outdated() == 3
    told: list[tuple[int, int]] = []
    assert reindexing.reindex(older, progress=lambda done, total: told.append((done, total))) == 3
    assert told == [(2, 3), (3, 3)]


def test_what_was_analysed_anew_meanwhile_stays(older: Store) -> None:
    again = an_interaction(0, text=TEXTS[0])
    understood(older, again, vector=a_vector(7))
    assert older.search.vectors.replace({again.id: a_vector(8)}) == 0
    assert older.search.vectors.nearest(a_vector(7), limit=1)[0][0] == again.id


def test_a_vector_without_words_goes(older: Store) -> None:
    one = an_interaction(1).id
    assert older.search.vectors.replace({one: None}) == 1
    assert older.search.vectors.outdated() == len(TEXTS) - 1
    assert one not in older.search.vectors.rows()[0]


def test_without_an_encoder_the_worker_goes_on(older: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(texts: list[str], *, kind: str) -> np.ndarray:
        raise reindexing.ModelError("no encoder")

    monkeypatch.setattr(reindexing, "encoded", missing)
    assert reindexing.reindex_due(older, stopped=lambda: False) == 0
    assert older.search.vectors.outdated() == len(TEXTS)
    add(older, an_interaction(99))
