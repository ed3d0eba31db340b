"""The networks that tell speakers apart and the front end of one of them: Kaldi's numbers, without Kaldi."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voc import models
from voc.errors import ModelError
from voc.speech.diarization import MODEL, load_speaker_models
from voc.speech.speaker_embedding import BANDS, DIMENSION, SpeakerEncoder, height_db, mel_spectra
from voc.speech.speaker_segmentation import FRAME, WINDOW, Segmenter

RATE = 16_000


def tone(seconds: float = 1.0, *, top: float = 900.0) -> np.ndarray:
    at = np.arange(int(seconds * RATE)) / RATE
    return (0.1 * np.sin(2 * np.pi * 220 * at) + 0.05 * np.sin(2 * np.pi * (500 + top * at) * at)).astype(np.float32)


def test_a_tone_is_in_the_band_of_its_frequency() -> None:
    # Band b of 80 is centred at mel(20 Hz) + (b + 1) / 81 of the way to mel(8000 Hz).
    at = np.arange(RATE) / RATE
    for hertz in (300.0, 1000.0, 4000.0):
        spectra = mel_spectra((0.1 * np.sin(2 * np.pi * hertz * at)).astype(np.float32))
        mel = 1127 * np.log1p(np.array([20.0, hertz, 8000.0]) / 700)
        expected = (mel[1] - mel[0]) / (mel[2] - mel[0]) * (BANDS + 1) - 1
        assert spectra.mean(axis=0).argmax() == pytest.approx(expected, abs=1)


def test_only_whole_windows_are_looked_at() -> None:
    assert mel_spectra(np.zeros(399, dtype=np.float32)).shape == (0, BANDS)
    assert mel_spectra(np.zeros(400, dtype=np.float32)).shape == (1, BANDS)
    assert mel_spectra(np.zeros(RATE, dtype=np.float32)).shape == (98, BANDS)


def test_a_constant_is_no_sound() -> None:
    # The mean of each window is taken off before anything else.
    assert np.allclose(mel_spectra(np.full(RATE, 0.5, dtype=np.float32)), np.log(np.finfo(np.float32).eps))


def test_a_telephone_is_told_from_a_wide_line() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
    spectrum = np.fft.rfft(noise)
    spectrum[int(3400 * len(noise) / RATE) :] *= 0.01
    assert height_db(mel_spectra(noise)) > 0 > height_db(mel_spectra(np.fft.irfft(spectrum).astype(np.float32)))


def test_vectors_do_not_depend_on_level_or_company() -> None:
    encoder = load_speaker_models(threads=1).encoder
    noise = np.random.default_rng(0).normal(0, 0.01, 2 * RATE).astype(np.float32)
    long = tone(1.2) + noise[: int(1.2 * RATE)]
    stretches = [mel_spectra(sound) for sound in (long, tone(0.5), 0.1 * long, tone(0.01))]
    together = encoder.vectors(stretches)
    assert together.shape == (4, DIMENSION)
    assert np.allclose(np.linalg.norm(together[:3], axis=1), 1, atol=1e-4)
    assert not together[3].any()  # too short to say anything
    assert together[0] @ together[2] == pytest.approx(1, abs=0.01)
    assert encoder.vectors([stretches[1]])[0] @ together[1] == pytest.approx(1, abs=1e-4)
    assert encoder.vectors([]).shape == (0, DIMENSION)


def test_nobody_speaks_in_silence_and_short_windows_are_filled_up() -> None:
    said = load_speaker_models(threads=1).segmenter.activity([np.zeros(WINDOW, np.float32), np.zeros(100, np.float32)])
    assert said.shape[0] == 2 and said.shape[2] == 3
    assert said.shape[1] == pytest.approx(WINDOW / FRAME, abs=4)
    assert not said.any()


@pytest.mark.parametrize(("kind", "file"), [(SpeakerEncoder, "speakers.onnx"), (Segmenter, "segmentation.onnx")])
def test_damaged_weights_are_told_in_one_line(kind: type, file: str, tmp_path: Path) -> None:
    (tmp_path / file).write_bytes(b"not a model")
    with pytest.raises(ModelError, match="voc models verify"):
        kind(tmp_path, threads=1)


def test_the_weights_travel_with_the_code() -> None:
    assert models.status(MODEL).shipped
    assert not [check for check in models.verify([MODEL]) if check.problem]
