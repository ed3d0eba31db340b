"""Averaging int8 encoders: codes times scales, rounded anew, and refused where they do not belong together."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="averaging weights needs the extra `train`")
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "models" / "recipes"))

from average_encoders import _averaged, average
from onnx_graph import EMBEDDING_LIMIT, WEIGHT_LIMIT, quantise


def written(matrix: np.ndarray, words: np.ndarray) -> dict[str, np.ndarray]:
    codes, scale = quantise(matrix, axis=1, limit=WEIGHT_LIMIT)
    word_codes, word_scale = quantise(words, axis=0, limit=EMBEDDING_LIMIT)
    return {
        "layer.weight": codes,
        "layer.scale": scale,
        "layer.zero": np.zeros(scale.shape, np.int8),
        "layer.bias": np.full(4, float(matrix[0, 0]), np.float32),
        "words": word_codes,
        "words.scale": word_scale.reshape(-1, 1),
        "one": np.array([1], np.int64),
    }


def test_the_mean_is_that_of_the_weights_not_of_their_codes() -> None:
    """Each file has scales of its own: the mean of the codes alone would mix units."""
    rng = np.random.default_rng(4)
    first, second = rng.normal(size=(2, 8, 4)).astype(np.float32)
    second *= 5
    words = rng.normal(size=(2, 6, 4)).astype(np.float32)
    mean = _averaged([written(first, words[0]), written(second, words[1])], [0.25, 0.75])
    found = mean["layer.weight"] * mean["layer.scale"]
    wanted = 0.25 * first + 0.75 * second
    assert np.abs(found - wanted).max() < 3 * np.abs(wanted).max() / WEIGHT_LIMIT
    assert mean["layer.weight"].dtype == np.int8
    assert mean["layer.bias"][0] == pytest.approx(0.25 * first[0, 0] + 0.75 * second[0, 0], abs=1e-6)
    looked_up = mean["words"] * mean["words.scale"]
    assert np.abs(looked_up - (0.25 * words[0] + 0.75 * words[1])).max() < 0.1
    assert (mean["one"], mean["layer.zero"].tolist()) == (1, [0] * 4)


def test_one_file_alone_comes_out_as_it_was() -> None:
    matrix = np.random.default_rng(5).normal(size=(8, 4)).astype(np.float32)
    given = written(matrix, matrix)
    mean = _averaged([given], [1.0])
    assert (mean["layer.weight"] == given["layer.weight"]).all()
    assert (mean["words"] == given["words"]).all()


def test_shares_that_are_no_mean_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="sum to 1"):
        average([tmp_path, tmp_path], [0.5, 0.6], tmp_path / "out")
