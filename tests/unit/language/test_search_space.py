"""The space of the search: what its weights are, and that they fit the encoder and the store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voc import models
from voc.errors import ModelError
from voc.language import search_space
from voc.language.encoder import load_encoder
from voc.language.search_space import encoded, load_search_space
from voc.store.search.vectors import SPACE


def test_the_store_keeps_vectors_of_the_space_that_ships() -> None:
    assert load_search_space().revision == SPACE


def test_a_vector_has_length_one_and_its_text_alone_decides_it() -> None:
    states = np.random.default_rng(1).normal(size=(5, 384)).astype(np.float32)
    vectors = load_search_space().vectors(states)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    assert load_search_space().vectors(states[2:3])[0] == pytest.approx(vectors[2], abs=1e-5)
    assert load_search_space().vectors(np.zeros((0, 384), np.float32)).shape == (0, 384)
    assert not np.isnan(load_search_space().vectors(np.zeros((1, 384), np.float32))).any()


def test_the_same_said_in_the_other_language_is_nearer_than_in_the_encoders_own_vectors() -> None:
    said = ["Ma facture a été prélevée deux fois", "My bill was charged twice", "Il pleut à Brest", "The food was cold"]
    ours = encoded(said, kind="passage")
    plain = load_encoder().encode(said).vectors
    ours_apart = ours[0] @ ours[1] - max(ours[0] @ ours[2], ours[0] @ ours[3])
    assert ours_apart > plain[0] @ plain[1] - max(plain[0] @ plain[2], plain[0] @ plain[3])
    assert ours_apart > 0.2


def test_weights_of_another_encoder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with np.load(models.path("search") / search_space.WEIGHTS) as weights:
        np.savez(tmp_path / search_space.WEIGHTS, **{**weights, "encoder": np.str_("another")})
    monkeypatch.setattr(models, "path", lambda name: tmp_path)
    load_search_space.cache_clear()
    with pytest.raises(ModelError, match="another encoder"):
        load_search_space()
    monkeypatch.undo()
    load_search_space.cache_clear()
    assert load_search_space().revision == SPACE
