"""The index of the search: in step with the store whoever writes, saved for the next start, free of what is erased."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from makers import a_vector, an_interaction, understood

from voc.store import Filters, Store
from voc.store.search import reading, vectors
from voc.store.search.postings import merged, segment
from voc.store.search.saved import MANIFEST
from voc.store.search.vectors import VectorRows, codes
from voc.store.search.vocabulary import Vocabulary


def opened(url: str, tmp_path: Path) -> Store:
    return Store(url, str(tmp_path / "blobs"), facts=tmp_path / "facts")


def said(number: int) -> str:
    return f"Message sur la facture, mot{number} unique."


@pytest.fixture
def saved(database_url: str, tmp_path: Path) -> Path:
    """A store of four interactions whose index is saved."""
    with opened(database_url, tmp_path) as store:
        for number in range(4):
            understood(store, an_interaction(number, text=said(number)), vector=a_vector(number))
        assert store.search.index.save() == tmp_path / "facts" / "search"
    return tmp_path / "facts" / "search"


def found(store: Store, query: str, seed: int = 900, filters: Filters | None = None) -> set[int]:
    hits = store.search.find(query, a_vector(seed), filters=filters, meaning_floor=0.7).hits
    return {number for number in range(9) for hit in hits if hit.interaction_id == an_interaction(number).id}


def test_a_start_takes_what_is_saved_and_what_changed_since(
    database_url: str, tmp_path: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(database_url, tmp_path) as store:
        understood(store, an_interaction(4, text=said(4)), vector=a_vector(4))
        understood(store, an_interaction(1, text="Tout autre chose, bravo."), vector=a_vector(11))
        store.erasing.forget([an_interaction(0).id])
    monkeypatch.setattr(reading, "everything", lambda _: pytest.fail("the store was read"))
    with opened(database_url, tmp_path) as store:
        assert found(store, "facture") == {2, 3, 4}
        assert found(store, "facture", filters=Filters(channel="email")) == {2, 3, 4}
        assert found(store, "bravo") == {1}
        assert found(store, "", 11) == {1}
        assert found(store, "", 4) == {4}
        assert found(store, "", 0) == set()
        understood(store, an_interaction(0, text=said(0)), vector=a_vector(0))  # it comes again
        assert found(store, "facture") == {0, 2, 3, 4}
        assert store.search.index.save() == saved
    with opened(database_url, tmp_path) as store:
        assert found(store, "facture") == {0, 2, 3, 4}
        assert store.search.find("facture", None).total == 4


def _contents(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


@pytest.mark.parametrize("searched", [True, False])
def test_what_is_erased_is_gone_from_the_saved_files(
    database_url: str, tmp_path: Path, saved: Path, searched: bool
) -> None:
    gone, kept = an_interaction(2), an_interaction(3)
    vector = a_vector(2).astype(np.float16).tobytes()
    before = _contents(saved)
    assert gone.id.encode() in before
    assert vector in before
    assert b"mot2\n" in before
    with opened(database_url, tmp_path) as store:
        if searched:
            assert found(store, "mot2") == {2}
        store.erasing.forget([gone.id])
        store.search.index.wipe_erased()
        assert found(store, "mot2") == set()
        assert found(store, "", 2) == set()
    after = _contents(saved)
    assert gone.id.encode() not in after
    assert vector not in after
    assert b"mot2\n" not in after
    assert kept.id.encode() in after
    with opened(database_url, tmp_path) as store:
        store.search.index.follow()
        assert found(store, "facture") == {0, 1, 3}
        assert len(store.search.index.view().ids) == 4  # taken from the files, one row of nothing among them


def _cut(folder: Path) -> None:
    file = next(folder.glob("*.slots.search"))
    file.write_bytes(file.read_bytes()[:-4])


def _spoilt(folder: Path) -> None:
    file = next(folder.glob("*.times.search"))
    file.write_bytes(bytes([9]) * file.stat().st_size)


def _spoilt_vectors(folder: Path) -> None:
    file = next(folder.glob("*.vectors.search"))
    file.write_bytes(bytes(file.stat().st_size))


def _missing(folder: Path) -> None:
    next(folder.glob("*.terms.search")).unlink()


def _of_another(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"of": "1:0000"}))


def _no_json(folder: Path) -> None:
    (folder / MANIFEST).write_text('{"of": ')


def _of_elsewhere(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"name": "../search"}))


@pytest.mark.parametrize("spoil", [_cut, _spoilt, _spoilt_vectors, _missing, _of_another, _no_json, _of_elsewhere])
def test_what_is_not_whole_is_left_alone(
    database_url: str, tmp_path: Path, saved: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(saved)
    with opened(database_url, tmp_path) as store:
        assert found(store, "facture") == {0, 1, 2, 3}
        assert found(store, "", 3) == {3}


def test_two_processes_follow_each_other(database_url: str, tmp_path: Path, saved: Path) -> None:
    with opened(database_url, tmp_path) as one, opened(database_url, tmp_path) as other:
        assert found(one, "mot1") == found(other, "mot1") == {1}
        understood(one, an_interaction(5, text=said(5)), vector=a_vector(5))
        assert found(other, "mot5") == {5}
        other.erasing.forget([an_interaction(5).id, an_interaction(1).id])
        assert found(one, "mot5") == found(one, "mot1") == set()
        assert found(one, "", 1) == set()
        assert found(one, "facture") == found(other, "facture") == {0, 2, 3}


def test_a_link_changed_leaves_the_index_as_it_is(database_url: str, tmp_path: Path, saved: Path) -> None:
    """What changes without its words is not indexed again: the saved files stay as they are."""
    with opened(database_url, tmp_path) as store:
        store.search.index.follow()
        before = _contents(saved)
        understood(store, an_interaction(1, text=said(1)), vector=a_vector(1))
        assert found(store, "mot1") == {1}
        assert _contents(saved) == before


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.integers(0, 9), st.dictionaries(st.integers(0, 12), st.integers(1, 300), max_size=5)),
        max_size=6,
    )
)
def test_merged_segments_say_what_the_last_of_them_said(history: list[dict[int, dict[int, int]]]) -> None:
    home = np.zeros(10, np.uint32)
    segments, truth = [], {}
    for number, rows in enumerate(history, 1):
        segments.append(segment(number, rows.items()))
        for slot, counts in rows.items():
            home[slot] = number if counts else 0
            truth[slot] = counts
    together = merged(99, segments, home)
    for term in range(13):
        slots, times = together.of(term)
        expected = {slot: min(counts[term], 255) for slot, counts in truth.items() if term in counts}
        assert dict(zip(slots.tolist(), times.tolist(), strict=True)) == expected


def test_two_stages_keep_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "EXHAUSTIVE", 100)
    monkeypatch.setattr(vectors, "CANDIDATES", 400)
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(5000, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    middle = np.zeros(384, np.float32)
    index = VectorRows(rows[:4000].astype(np.float16), codes(rows[:4000], middle), middle)
    index.put(np.arange(4000, 5000), rows[4000:].astype(np.float16))
    near = rows[[3, 4500]] + rng.normal(size=(2, 384)).astype(np.float32) * 0.03
    allowed = np.ones(5000, np.bool_)
    assert 3 in index.candidates(near[0], None, allowed)
    assert 4500 in index.candidates(near[1], None, allowed)
    allowed[3] = False
    found = index.candidates(near[0], None, allowed)
    assert 3 not in found
    assert 400 <= len(found) < 700


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("facutr", "factur"),
        ("fctur", "factur"),
        ("afctur", "factur"),
        ("resilit", "resili"),
        ("rembusement", "remboursement"),
    ],
)
def test_a_slip_finds_the_term(typed: str, meant: str) -> None:
    vocabulary = Vocabulary(["factur", "resili", "remboursement", "fibr", "2024", "voitur"])
    assert meant in [term for _, term in vocabulary.near(typed)]


def test_short_words_and_numbers_are_taken_as_they_are() -> None:
    vocabulary = Vocabulary(["2024", "fibr", "fact"])
    assert vocabulary.near("2025") == vocabulary.near("fibre"[:4]) == vocabulary.near("") == []
