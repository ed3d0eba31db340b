"""The speaker encoder and its front end: the numbers the encoder was trained on, without librosa."""

from __future__ import annotations

import numpy as np
import pytest

from voc import models
from voc.errors import ModelError
from voc.speech.speaker_embedding import BANDS, DIMENSION, VoiceEncoder, load_voices, mel_filters, mel_spectrogram

RATE = 16_000

# Values of librosa.filters.mel(sr=16000, n_fft=400, n_mels=40), by band and bin.
LIBROSA = {
    (0, 1): 0.007390209,
    (0, 2): 0.01240452,
    (7, 20): 0,
    (12, 29): 0,
    (20, 58): 0,
    (39, 195): 0.000607577,
    (39, 200): 0,
    (5, 0): 0,
}

# Values of librosa.feature.melspectrogram(y=tone(), sr=16000, n_fft=400, hop_length=160, n_mels=40), by frame and band.
LIBROSA_POWER = {
    (0, 2): 0.501207,
    (1, 5): 0.04903493,
    (50, 2): 1.440759,
    (50, 12): 1.597156e-08,
    (80, 20): 0.0007120668,
    (100, 3): 0.1728672,
    (60, 39): 1.307217e-14,
}


def tone(seconds: float = 1.0) -> np.ndarray:
    at = np.arange(int(seconds * RATE)) / RATE
    return (0.1 * np.sin(2 * np.pi * 220 * at) + 0.05 * np.sin(2 * np.pi * (500 + 900 * at) * at)).astype(np.float32)


def test_filters_are_librosas() -> None:
    filters = mel_filters()
    assert filters.shape == (BANDS, 201) and filters.dtype == np.float32
    for (band, place), value in LIBROSA.items():
        assert filters[band, place] == pytest.approx(value, rel=1e-5, abs=1e-9)


def test_spectrogram_is_librosas() -> None:
    spectrogram = mel_spectrogram(tone())
    assert spectrogram.shape == (101, BANDS)
    for (frame, band), value in LIBROSA_POWER.items():
        assert spectrogram[frame, band] == pytest.approx(value, rel=1e-3, abs=1e-9)


def test_vectors_are_of_unit_length_and_do_not_depend_on_level_or_company() -> None:
    encoder = load_voices(threads=1)
    sounds = [tone(1.2), tone(0.5), 0.1 * tone(1.2), np.zeros(RATE, dtype=np.float32), tone(0.01)]
    together = encoder.vectors(sounds)
    assert together.shape == (5, DIMENSION)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)
    assert (together >= 0).all()
    assert together[0] @ together[2] == pytest.approx(1, abs=1e-4)
    alone = encoder.vectors([sounds[1]])
    assert alone[0] @ together[1] == pytest.approx(1, abs=1e-4)
    assert encoder.vectors([]).shape == (0, DIMENSION)


def test_damaged_weights_are_told_in_one_line(tmp_path) -> None:
    (tmp_path / "voices.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="voc models verify"):
        VoiceEncoder(tmp_path, threads=1)


def test_the_weights_travel_with_the_code() -> None:
    assert models.status("voices").shipped
    assert not [check for check in models.verify(["voices"]) if check.problem]
